/** What bot and worker agree on about checks: the request, and what can be done with one. Implemented on BullMQ in producer.ts. */
import { z } from 'zod';
import type { CheckProgress } from '../diagnosis/progress.js';
import type { CheckRecord } from '../platform/check-store.js';

const iso = z.iso.datetime();

/** A check as accepted from Slack; the payload of the `check` job, so it is validated again by the worker (jobs outlive deployments). */
export const checkRequestSchema = z.strictObject({
  v: z.literal(1),
  /** What is asked for; absent in jobs of versions that knew no audit. */
  purpose: z.enum(['check', 'audit']).default('check'),
  /** `chk_` and 12 letters or digits, derived from Slack's own id of the request so that a repeated delivery is the same check. */
  checkId: z.string().regex(/^chk_[a-z0-9]{12}$/),
  asked: z.string().max(500),
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('distribution-id'), id: z.string().max(64) }),
    z.strictObject({ kind: z.literal('domain-name'), domainName: z.string().max(255) }),
  ]),
  window: z.strictObject({ from: iso, to: iso }),
  /** How the window was asked for (`since 60m`, `from … to …`); part of what makes two checks the same, unless they read all logs of a window. */
  windowAsked: z.string().max(100),
  pathPattern: z.string().max(255).nullable(),
  /** `all`: whatever reading them takes, which the person was told. Absent in jobs of versions that knew no budget. */
  logs: z.enum(['within-budget', 'all']).default('within-budget'),
  requester: z.strictObject({ userId: z.string().max(64), teamId: z.string().max(64) }),
  place: z.strictObject({ channelId: z.string().max(64), threadTs: z.string().max(32).nullable() }),
  acceptedAt: iso,
  deadlineAt: iso,
});
export type CheckRequest = z.infer<typeof checkRequestSchema>;

/** The message that a check lives in. */
export interface CheckMessage {
  readonly channelId: string;
  readonly ts: string;
  /** The thread that evidence goes to: the message itself, or the thread it was asked for in. */
  readonly threadTs: string;
  readonly permalink: string | null;
}

export type StartResult =
  /** `isWorked`: whether a worker is connected; without one the check waits. */
  | { readonly state: 'started'; readonly isWorked: boolean }
  /** The same check is running; `message` is null while it has not been posted yet. */
  | { readonly state: 'joined'; readonly checkId: string; readonly message: CheckMessage | null };

export type CancelResult = { readonly state: 'cancelling' | 'already-over' | 'unknown' };

/** The checks of this installation, as the bot sees them. Every call fails fast (about 2 s) with Failure `service-down` when Redis is away. */
export interface Checks {
  /** Enqueues the check, or joins the one that is running for the same channel, target, window and path. After a failure nothing runs. */
  start(request: CheckRequest): Promise<StartResult>;
  /** Remembers where the check is shown, and asks for the live message to be brought up to date. */
  attachMessage(checkId: string, message: CheckMessage): Promise<void>;
  cancel(checkId: string, byUserId: string): Promise<CancelResult>;
  /** The newest running check of this channel (for this target where one is given). */
  findRunning(channelId: string, asked: string | null): Promise<string | null>;
  progress(checkId: string): Promise<CheckProgress | null>;
  request(checkId: string): Promise<CheckRequest | null>;
  /** Where the check is shown; null while it has not been posted. */
  message(checkId: string): Promise<CheckMessage | null>;
}

/** The part of a record that the live message is rendered from. */
export function progressOf(
  record: Pick<CheckRecord<CheckRequest>, 'request' | 'phase' | 'cancelledBy' | 'tasks' | 'guess'>,
): CheckProgress {
  const { request } = record;
  return {
    purpose: request.purpose,
    checkId: request.checkId,
    asked: request.asked,
    window: request.window,
    pathPattern: request.pathPattern,
    requesterId: request.requester.userId,
    acceptedAt: request.acceptedAt,
    phase: record.phase,
    cancelledBy: record.cancelledBy,
    tasks: record.tasks,
    guess: record.guess,
  };
}
