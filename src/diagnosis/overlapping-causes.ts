/** Causes that account for the same 502s because they are the same fault: the more specific stays, what merely prolongs a fault steps back. Pure. */
import type { AccessLogEvidence } from './evidence.js';
import { countShares, type Shares, unionOf } from './explain.js';
import type { Cause } from './verdict.js';

export interface CandidateCause {
  readonly cause: Cause;
  /** Null without logged 502s. */
  readonly shares: Shares | null;
  /** Of its check, see `CheckDefinition`. */
  readonly refines: readonly string[];
  readonly role: 'amplifier' | 'lead' | null;
}

/** From this part of another's 502s on, a cause counts as the account of the same ones. */
const samePart = 0.8;
const maxCitations = 20;

/** Whether it accounts for 502s, or would if any were logged. */
export function accountsForFailures({ cause }: Pick<CandidateCause, 'cause'>): boolean {
  return cause.explains !== null && (cause.explained === null || cause.explained.count > 0);
}

/** Without the causes that a more specific one sees in more detail at the same origin; their evidence goes over to it. */
export function dropRefined(candidates: readonly CandidateCause[]): readonly CandidateCause[] {
  const refinedBy = (vague: CandidateCause): CandidateCause | undefined =>
    candidates.find(
      (candidate) =>
        candidate.refines.includes(vague.cause.checkId) &&
        candidate.cause.originId === vague.cause.originId &&
        candidate.cause.strength !== 'possible' &&
        accountsForFailures(candidate) &&
        (candidate.cause.explained?.count ?? 0) >= samePart * (vague.cause.explained?.count ?? 0),
    );
  return candidates
    .filter((candidate) => refinedBy(candidate) === undefined)
    .map((candidate) => {
      const taken = candidates.filter((vague) => refinedBy(vague) === candidate);
      const [first, ...rest] = candidate.cause.citations;
      const more = taken.flatMap(({ cause }) => cause.citations);
      const citations: Cause['citations'] = [first, ...[...rest, ...more].slice(0, maxCitations - 1)];
      return taken.length === 0 ? candidate : { ...candidate, cause: { ...candidate.cause, citations } };
    });
}

/** Whether others account for nearly all that this one keeps going. */
export function isMerelyProlonging(
  candidate: CandidateCause,
  candidates: readonly CandidateCause[],
  logs: AccessLogEvidence | null,
): boolean {
  if (candidate.role !== 'amplifier' || candidate.shares === null || logs === null) return false;
  const own = candidate.shares;
  const others = candidates.filter(
    (other) =>
      other !== candidate && other.role === null && other.cause.strength !== 'possible' && other.shares !== null,
  );
  const union = unionOf(
    others.flatMap(({ shares }) => (shares === null ? [] : [shares])),
    logs.failureCells.length,
  );
  const shared = countShares(
    logs,
    union.map((share, index) => Math.min(share, own[index] ?? 0)),
  );
  return shared >= samePart * countShares(logs, own);
}
