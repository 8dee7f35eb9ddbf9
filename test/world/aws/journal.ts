/** What the local AWS was asked, in order, and a way to wait for it. */
import type { AwsService, Principal } from './wire.js';

export interface Call {
  readonly requestId: string;
  /** null where the credential scope names a service that is not played here. */
  readonly service: AwsService | null;
  /** Name of the operation; `METHOD /path` where it is not in the coverage table. */
  readonly operation: string;
  readonly region: string;
  /** Path and query as sent. */
  readonly url: string;
  /** As sent, where the parameters are a form in the body; else empty. */
  readonly form: string;
  readonly accessKeyId: string;
  readonly assumedRole: Principal['assumedRole'];
  readonly userAgent: string;
  /** null until a head was sent. */
  readonly status: number | null;
  /** Name of the error that was answered. */
  readonly errorCode: string | null;
  /** `left`: the client closed the connection before the whole answer was sent. `cut`: we did. */
  readonly state: 'running' | 'answered' | 'left' | 'cut';
}

export interface Journal {
  readonly calls: readonly Call[];
  open(call: Omit<Call, 'status' | 'errorCode' | 'state'>): JournalEntry;
  /** Resolves with the first call that matches, past or future, as soon as it does. */
  waitFor(matches: (call: Call) => boolean): Promise<Call>;
}

export interface JournalEntry {
  /** The first state after `running` stays. */
  update(change: Partial<Pick<Call, 'status' | 'errorCode' | 'state'>>): void;
}

export function createJournal(): Journal {
  const calls: Call[] = [];
  const waiters = new Set<{ readonly matches: (call: Call) => boolean; readonly resolve: (call: Call) => void }>();
  const tell = (call: Call) => {
    for (const waiter of waiters) {
      if (!waiter.matches(call)) continue;
      waiters.delete(waiter);
      waiter.resolve(call);
    }
  };
  return {
    calls,
    open: (opening) => {
      let call: Call = { ...opening, status: null, errorCode: null, state: 'running' };
      const index = calls.push(call) - 1;
      tell(call);
      return {
        update: (change) => {
          call = { ...call, ...change, state: call.state === 'running' ? (change.state ?? 'running') : call.state };
          calls[index] = call;
          tell(call);
        },
      };
    },
    waitFor: (matches) => {
      const known = calls.find(matches);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        waiters.add({ matches, resolve });
      });
    },
  };
}
