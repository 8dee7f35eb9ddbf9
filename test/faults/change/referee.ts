/**
 * Counts what went wrong, from what the local AWS received, took and holds, from the clicks as they were answered, and from the record as it lies in
 * Redis; never from what the program says of itself.
 */
import type { Call } from '../../world/aws/journal.js';
import type { AcceptedWrite, LeafChange } from '../../world/aws/writes.js';
import { changeRole } from '../../world/change-roles.js';

export interface ClickResult {
  readonly kind: 'approve' | 'break-glass' | 'revoke' | 'reject';
  readonly userId: string;
  readonly state: 'done' | 'refused' | 'unknown';
  /** What the person was told that the proposal is after the click. */
  readonly proposalState: string | null;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** The record as it lies in Redis. */
export interface StoredRecord {
  readonly state: string;
  readonly revision: number;
  readonly application: { readonly deployedAt: string | null } | null;
  readonly history: readonly {
    readonly event: string;
    readonly by: string | null;
    readonly to: string;
    readonly note: string | null;
  }[];
}

/** Of one proposal. */
export interface RunFacts {
  readonly after: number;
  readonly clicks: readonly ClickResult[];
  /** Every write of what it changes that arrived in its time, whatever became of it. */
  readonly requests: readonly Pick<Call, 'status' | 'errorCode' | 'state'>[];
  readonly writes: readonly AcceptedWrite[];
  readonly record: StoredRecord | null;
  /** Whether this difference is the one that was asked for. */
  readonly isAsked: (change: LeafChange) => boolean;
  /** Whether a later proposal has taken it back. */
  readonly isTakenBack: boolean;
  /** The value that the local AWS holds at the end, null where a later proposal decides that; `before` what it held, after what others have done. */
  readonly live: number | null | undefined;
  readonly before: number | undefined;
  /** The proposal that still keeps the distribution from others. */
  readonly holder: string | null;
}

export interface Verdict {
  readonly doubleWrites: number;
  readonly unapprovedWrites: number;
  readonly unresolved: number;
  readonly problems: readonly string[];
}

export const inForce = ['applied', 'verified', 'not-verified'];
const ends = ['failed', 'rejected', 'revoked', 'expired', 'rolled-back'];

/** Whether nothing more will happen. */
export function isAtRest(record: StoredRecord | null): boolean {
  if (record === null) return false;
  return ends.includes(record.state) || (inForce.includes(record.state) && record.application?.deployedAt != null);
}

export function judgeRun(facts: RunFacts): Verdict {
  const { clicks, requests, writes } = facts;
  const problems: string[] = [];
  // The clicks that the bench made and that may have let it be applied; and of those sent, what AWS says that it refused.
  const real = clicks.filter(
    ({ kind, state, proposalState }) =>
      (kind === 'approve' || kind === 'break-glass') &&
      (state === 'unknown' || (state === 'done' && proposalState === 'approved')),
  );
  const refused = requests.filter(({ status }) => status !== null && status >= 400 && status < 500).length;
  const taken = writes.length;
  // Nothing is sent again unless AWS has said that it did not do it, and somebody has approved it again.
  const doubleWrites = Math.max(0, requests.length - real.length, requests.length - 1 - refused, taken - 1);
  if (doubleWrites > 0)
    problems.push(
      `${requests.length} requests, ${refused} of them refused, and ${taken} writes for ${real.length} clicks`,
    );
  const firstClick = Math.min(...clicks.map(({ sentAt }) => sentAt));
  const unapproved = writes.filter(({ at, principal, changed }) => {
    const { roleArn, tags } = principal.assumedRole ?? {};
    const isByApprover = roleArn === changeRole && real.some(({ userId }) => userId === tags?.['SlackUser']);
    const [only] = changed;
    const isAsked = changed.length === 1 && only !== undefined && facts.isAsked(only);
    return !isByApprover || !isAsked || at.getTime() < firstClick;
  });
  const stopped = clicks.some(({ kind, state }) => (kind === 'revoke' || kind === 'reject') && state === 'done');
  const unapprovedWrites = Math.max(unapproved.length, real.length === 0 || stopped ? taken : 0);
  if (unapprovedWrites > 0) problems.push(`${unapprovedWrites} writes that nobody approved`);
  const end = explainEnd(facts);
  if (end !== null) problems.push(end);
  return { doubleWrites, unapprovedWrites, unresolved: end === null ? 0 : 1, problems };
}

/** Null where the record is at an end and says what AWS holds. */
function explainEnd({ record, live, before, after, writes, isTakenBack, holder }: RunFacts): string | null {
  if (record === null) return 'there is no record';
  const { state } = record;
  if (!isAtRest(record)) return `it stayed ${state}`;
  if (holder !== null) return `it says ${state} and ${holder} still has the distribution`;
  if (inForce.includes(state) && isTakenBack) return `it says ${state} and was taken back`;
  if (state === 'rolled-back' && !isTakenBack) return 'it says rolled-back and nothing has taken it back';
  if (inForce.includes(state) || state === 'rolled-back') {
    if (writes.length === 0) return `it says ${state} and nothing was written`;
    return live === null || live === after ? null : `it says ${state} and ${String(live)} is live`;
  }
  if (writes.length > 0) return `it says ${state} and ${writes.length} writes were taken`;
  return live === null || live === before ? null : `it says ${state} and ${String(live)} is live`;
}
