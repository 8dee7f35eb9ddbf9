/**
 * Counts what went wrong, from what the local AWS received, took and holds, from the clicks as they were answered, and from the record as it lies in
 * Redis; never from what the program says of itself.
 */
import type { Call } from '../../world/aws/journal.js';
import type { AcceptedWrite } from '../../world/aws/writes.js';
import { changeRole } from '../../world/change-roles.js';
import type { RunPlan } from './plan-runs.js';

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

export interface RunFacts {
  readonly plan: RunPlan;
  readonly clicks: readonly ClickResult[];
  /** UpdateDistribution of this distribution, as they arrived. */
  readonly requests: readonly Pick<Call, 'status' | 'errorCode' | 'state'>[];
  readonly writes: readonly AcceptedWrite[];
  readonly record: StoredRecord | null;
  /** The value that the local AWS holds at the end; `before` what it held, after what others have done. */
  readonly live: number | undefined;
  readonly before: number | undefined;
}

export interface Verdict {
  readonly doubleWrites: number;
  readonly unapprovedWrites: number;
  readonly unresolved: number;
  readonly problems: readonly string[];
}

export const inForce = ['applied', 'verified', 'not-verified'];
const ends = ['failed', 'rejected', 'revoked', 'expired'];

/** Whether nothing more will happen. */
export function isAtRest(record: StoredRecord | null): boolean {
  if (record === null) return false;
  return ends.includes(record.state) || (inForce.includes(record.state) && record.application?.deployedAt != null);
}

export function judgeRun(facts: RunFacts): Verdict {
  const { plan, clicks, requests, writes, record, live, before } = facts;
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
    const isAsked =
      changed.length === 1 && only?.path.endsWith('.OriginReadTimeout') === true && only.after === plan.after;
    return !isByApprover || !isAsked || at.getTime() < firstClick;
  });
  const stopped = clicks.some(({ kind, state }) => (kind === 'revoke' || kind === 'reject') && state === 'done');
  const unapprovedWrites = Math.max(unapproved.length, real.length === 0 || stopped ? taken : 0);
  if (unapprovedWrites > 0) problems.push(`${unapprovedWrites} writes that nobody approved`);
  const end = explainEnd(record, live, before, plan.after, taken);
  if (end !== null) problems.push(end);
  return { doubleWrites, unapprovedWrites, unresolved: end === null ? 0 : 1, problems };
}

/** Null where the record is at an end and says what AWS holds. */
function explainEnd(
  record: StoredRecord | null,
  live: number | undefined,
  before: number | undefined,
  after: number,
  taken: number,
): string | null {
  if (record === null) return 'there is no record';
  if (!isAtRest(record)) return `it stayed ${record.state}`;
  if (inForce.includes(record.state)) {
    if (taken === 0) return `it says ${record.state} and nothing was written`;
    return live === after ? null : `it says ${record.state} and ${String(live)} is live`;
  }
  if (taken > 0) return `it says ${record.state} and ${taken} writes were taken`;
  return live === before ? null : `it says ${record.state} and ${String(live)} is live`;
}
