/** The checks as the bot sees them, held in memory: the queue can be told to be away, to hang, or to hold a check that runs. */
import { EventEmitter, once } from 'node:events';
import type { CheckProgress } from '../../src/diagnosis/progress.js';
import { Failure } from '../../src/failure.js';
import type { CheckMessage, CheckRequest, Checks } from '../../src/queue/checks.js';
import { checkRequestSchema } from '../../src/queue/checks.js';

export interface InMemoryChecks extends Checks {
  readonly started: readonly CheckRequest[];
  readonly attached: ReadonlyMap<string, CheckMessage>;
  /** Check id and who cancelled it, in order. */
  readonly cancelled: readonly (readonly [string, string])[];
  /** Whether a worker is there to take what is started. */
  employ(worked: boolean): void;
  /** How every call is answered from now on. */
  behave(how: 'well' | 'away' | 'hanging'): void;
  /** Lets every call that hangs go on. */
  release(): void;
  end(checkId: string): void;
  /** Resolves once it is so; asked after every call that changed something. */
  until(isSo: (checks: InMemoryChecks) => boolean): Promise<void>;
}

export function createInMemoryChecks(): InMemoryChecks {
  const started: CheckRequest[] = [];
  const attached = new Map<string, CheckMessage>();
  const cancelled: (readonly [string, string])[] = [];
  const over = new Set<string>();
  let how: 'well' | 'away' | 'hanging' = 'well';
  let worked = true;
  let waiting: (() => void)[] = [];
  const changes = new EventEmitter();

  const reach = async (): Promise<void> => {
    if (how === 'away') throw new Failure('service-down', 'Redis is not reachable.');
    if (how === 'hanging') await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const running = (): CheckRequest[] => started.filter(({ checkId }) => !over.has(checkId));
  const sameCheck = (one: CheckRequest, other: CheckRequest): boolean =>
    one.purpose === other.purpose &&
    one.place.channelId === other.place.channelId &&
    one.asked === other.asked &&
    one.windowAsked === other.windowAsked &&
    one.pathPattern === other.pathPattern;

  const checks: InMemoryChecks = {
    started,
    attached,
    cancelled,
    employ: (next) => {
      worked = next;
    },
    behave: (next) => {
      how = next;
    },
    release: () => {
      how = 'well';
      for (const go of waiting) go();
      waiting = [];
    },
    end: (checkId) => {
      over.add(checkId);
    },
    async until(isSo) {
      while (!isSo(checks)) await once(changes, 'change', { signal: AbortSignal.timeout(60_000) });
    },
    async start(request) {
      await reach();
      checkRequestSchema.parse(request);
      const same = running().find((other) => sameCheck(other, request));
      if (same !== undefined)
        return { state: 'joined', checkId: same.checkId, message: attached.get(same.checkId) ?? null };
      started.push(request);
      changes.emit('change');
      return { state: 'started', isWorked: worked };
    },
    async attachMessage(checkId, message) {
      await reach();
      attached.set(checkId, message);
      changes.emit('change');
    },
    async cancel(checkId, byUserId) {
      await reach();
      if (!started.some((request) => request.checkId === checkId)) return { state: 'unknown' };
      if (over.has(checkId)) return { state: 'already-over' };
      cancelled.push([checkId, byUserId]);
      over.add(checkId);
      changes.emit('change');
      return { state: 'cancelling' };
    },
    async findRunning(channelId, asked) {
      await reach();
      const found = running().findLast(
        ({ place, asked: target }) => place.channelId === channelId && (asked === null || asked === target),
      );
      return found?.checkId ?? null;
    },
    async progress(): Promise<CheckProgress | null> {
      await reach();
      return null;
    },
    async message(checkId) {
      await reach();
      return attached.get(checkId) ?? null;
    },
    async request(checkId) {
      await reach();
      return started.find((request) => request.checkId === checkId) ?? null;
    },
  };
  return checks;
}
