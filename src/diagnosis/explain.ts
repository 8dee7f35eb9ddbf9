/** Which of the logged 502s a cause accounts for: cell by cell, so that causes that share rows are not counted twice. */
import type { AccessLogEvidence, FailureCell } from './evidence.js';
import type { Explains } from './finding.js';

const minuteMs = 60_000;

/** Share of each failure cell that is accounted for, by the cell's index; 0 to 1. */
export type Shares = readonly number[];

/** Whether a cause can account for the 502s of a cell; neither hosts nor times are looked at. */
export function matchesCell(explains: Explains, cell: FailureCell): boolean {
  const { behaviours, paths, methods, detailedResults, named } = explains;
  return (
    (behaviours === undefined || behaviours.includes(cell.behaviour)) &&
    (named?.includes(cell.detailedResult) === true ||
      ((paths === undefined || paths.some((path) => isOfTemplate(path, cell.path))) &&
        (methods === undefined || methods.includes(cell.method)))) &&
    (detailedResults === undefined || detailedResults.includes(cell.detailedResult))
  );
}

/** Whether a path is one of those that a template of the logs stands for, or that template itself. */
export function isOfTemplate(path: string, template: string): boolean {
  if (path === template) return true;
  const [segments, pattern] = [path.split('/'), template.split('/')];
  return (
    segments.length === pattern.length &&
    pattern.every((part, index) => part === segments[index] || /^\{\w+\}/.test(part))
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
      scaledShare(logs, byHost, Math.min(ofHosts, limitOf(byHost))),
      ...selectors
        .filter(({ hosts }) => hosts === undefined)
        .map((explains) => scaledShare(logs, [explains], explains.atMost ?? logs.failures)),
    ],
    logs.failureCells.length,
  );
}

/** What selectors come to together at most; no limit where one of them has none. */
function limitOf(selectors: readonly Explains[]): number {
  return selectors.reduce((sum, { atMost }) => sum + (atMost ?? Number.POSITIVE_INFINITY), 0);
}

/** Every cell that fits by the same share, such that all of them together come to no more than the limit. */
function scaledShare(logs: AccessLogEvidence, selectors: readonly Explains[], limit: number): Shares {
  const fits = logs.failureCells.map((cell) =>
    Math.max(0, ...selectors.map((explains) => (matchesCell(explains, cell) ? partInTime(logs, explains, cell) : 0))),
  );
  const fitting = logs.failureCells.reduce((sum, { count }, index) => sum + count * (fits[index] ?? 0), 0);
  const share = fitting === 0 ? 0 : Math.min(1, limit / fitting);
  return fits.map((fit) => fit * share);
}

/** The part of a cell that falls into the time of a fault; of a cell that lies across its beginning, by the 502s of each minute. */
function partInTime(logs: AccessLogEvidence, { since, until }: Explains, cell: FailureCell): number {
  if (since === undefined && until === undefined) return 1;
  const [from, to] = [Date.parse(since ?? '') || -Infinity, Date.parse(until ?? '') || Infinity];
  const first = cell.firstAt === undefined ? -Infinity : Date.parse(cell.firstAt);
  const last = cell.lastAt === undefined ? Infinity : Date.parse(cell.lastAt);
  if (first >= from && last < to) return 1;
  if (last < from || first >= to) return 0;
  const own = logs.byBehaviour?.find(({ behaviour }) => behaviour === cell.behaviour)?.perMinute ?? logs.perMinute;
  const during = own.filter(({ minute }) => Date.parse(minute) + minuteMs > first && Date.parse(minute) <= last);
  const failuresOf = (points: typeof during) => points.reduce((sum, { failures }) => sum + failures, 0);
  const inside = failuresOf(during.filter(({ minute }) => Date.parse(minute) >= from && Date.parse(minute) < to));
  return inside === 0 ? 0 : inside / failuresOf(during);
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
