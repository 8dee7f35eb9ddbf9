/** Which of the logged 502s a cause accounts for: cell by cell, so that causes that share rows are not counted twice. */
import type { AccessLogEvidence, FailureCell } from './evidence.js';
import type { Explains } from './finding.js';

/** Share of each failure cell that is accounted for, by the cell's index; 0 to 1. */
export type Shares = readonly number[];

/** Whether a cause can account for the 502s of a cell; the hosts are not looked at. */
export function matchesCell(explains: Explains, cell: FailureCell): boolean {
  const { behaviours, paths, detailedResults } = explains;
  return (
    (behaviours === undefined || behaviours.includes(cell.behaviour)) &&
    (paths === undefined || paths.includes(cell.path)) &&
    (detailedResults === undefined || detailedResults.includes(cell.detailedResult))
  );
}

/** The 502s that a selector fits, hosts included. */
export function countFitting(logs: AccessLogEvidence | null, explains: Explains): number {
  return logs === null ? 0 : countShares(logs, shareOf(logs, [explains]));
}

/**
 * The share of each cell that one cause, found in several places, accounts for. Selectors with hosts are scaled down together to the 502s of
 * those hosts, one with a limit to that limit; the others count in full.
 */
export function shareOf(logs: AccessLogEvidence, selectors: readonly Explains[]): Shares {
  const byHost = selectors.filter(({ hosts }) => hosts !== undefined);
  const ofHosts = countOfHosts(logs, new Set(byHost.flatMap(({ hosts }) => hosts ?? [])));
  return unionOf(
    [
      scaledShare(logs, byHost, ofHosts),
      ...selectors
        .filter(({ hosts }) => hosts === undefined)
        .map((explains) => scaledShare(logs, [explains], explains.atMost ?? logs.failures)),
    ],
    logs.failureCells.length,
  );
}

/** Every cell that fits by the same share, such that all of them together come to no more than the limit. */
function scaledShare(logs: AccessLogEvidence, selectors: readonly Explains[], limit: number): Shares {
  const fits = logs.failureCells.map((cell) => selectors.some((explains) => matchesCell(explains, cell)));
  const fitting = logs.failureCells.reduce((sum, { count }, index) => sum + (fits[index] === true ? count : 0), 0);
  const share = fitting === 0 ? 0 : Math.min(1, limit / fitting);
  return fits.map((isFit) => (isFit ? share : 0));
}

/** Of several causes together: a cell is accounted for as far as the one that accounts for most of it. */
export function unionOf(shares: readonly Shares[], cells: number): Shares {
  return Array.from({ length: cells }, (_, index) => Math.max(0, ...shares.map((share) => share[index] ?? 0)));
}

/** Shares as a whole number of 502s. */
export function countShares(logs: AccessLogEvidence, shares: Shares): number {
  const sum = logs.failureCells.reduce((total, cell, index) => total + cell.count * (shares[index] ?? 0), 0);
  return Math.min(logs.failures, Math.round(sum));
}

/** The commonest kind of 502 that is left over, to say what remains. */
export function largestRest(
  logs: AccessLogEvidence,
  shares: Shares,
): { readonly cell: FailureCell; readonly count: number } | null {
  const rests = new Map<string, { readonly cell: FailureCell; readonly count: number }>();
  for (const [index, cell] of logs.failureCells.entries()) {
    const key = JSON.stringify([cell.behaviour, cell.detailedResult]);
    const count = (rests.get(key)?.count ?? 0) + cell.count * (1 - (shares[index] ?? 0));
    rests.set(key, { cell: rests.get(key)?.cell ?? cell, count });
  }
  const largest = [...rests.values()].sort((a, b) => b.count - a.count)[0];
  return largest === undefined || largest.count < 0.5 ? null : { ...largest, count: Math.round(largest.count) };
}

function countOfHosts(logs: AccessLogEvidence, hosts: ReadonlySet<string>): number {
  const { host: counts } = logs.dimensions;
  if (counts.length === 0) return logs.failures;
  // What was folded into `(other)` may be of these hosts too.
  return counts
    .filter(({ value }) => value === '(other)' || hosts.has(value.toLowerCase()))
    .reduce((sum, { failures }) => sum + failures, 0);
}
