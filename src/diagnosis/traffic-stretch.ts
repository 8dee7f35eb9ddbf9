/** The logged traffic of the requests that a fault is of, minute by minute, and the stretch of time in which it can have been there. Pure. */
import type { AccessLogEvidence, BehaviourTraffic, Iso } from './evidence.js';
import { matchesCell } from './explain.js';
import type { Explains } from './finding.js';

export interface Point {
  readonly atMs: number;
  readonly requests: number;
  readonly failures: number;
  /** null where it was not told apart. */
  readonly served: number | null;
}

/** The minutes since the fault began; where nothing says when, those in which it can have been there. */
export function stretchOf(points: readonly Point[], { since }: Explains): readonly Point[] {
  const from = Date.parse(since ?? '');
  return Number.isNaN(from) ? worstStretch(points) : points.filter(({ atMs }) => atMs >= from);
}

/** A fault without a known beginning: the stretch up to the newest row that holds at least half of the 502s and the fewest successes. */
function worstStretch(points: readonly Point[]): readonly Point[] {
  const all = sumOf(points, ({ failures }) => failures);
  let failures = 0;
  let served = 0;
  let best = points;
  let bestShare = Infinity;
  for (let start = points.length - 1; start >= 0; start -= 1) {
    const point = points[start];
    failures += point?.failures ?? 0;
    served += point?.served ?? (point?.requests ?? 0) - (point?.failures ?? 0);
    if (failures * 2 < all || failures === 0 || served / failures >= bestShare) continue;
    bestShare = served / failures;
    best = points.slice(start);
  }
  return best;
}

/** Of the 502s of the behaviours that are meant, the part that fits. */
export function fittingPart({ failureCells }: AccessLogEvidence, explains: Explains): number {
  const countOfCells = (some: Explains) =>
    failureCells.filter((cell) => matchesCell(some, cell)).reduce((sum, { count }) => sum + count, 0);
  const { behaviours } = explains;
  const all = countOfCells(behaviours === undefined ? {} : { behaviours });
  return all === 0 ? 0 : countOfCells(explains) / all;
}

/** The traffic of the behaviours that are meant, minute by minute; of all of them where they are not told apart. */
export function pointsOf(logs: AccessLogEvidence, { behaviours }: Explains): readonly Point[] {
  const told = logs.byBehaviour ?? [];
  const own = behaviours === undefined ? told : told.filter(({ behaviour }) => behaviours.includes(behaviour));
  const sums = new Map<Iso, { requests: number; failures: number; served: number | null }>();
  const points: BehaviourTraffic['perMinute'] =
    own.length === 0 ? logs.perMinute : own.flatMap(({ perMinute }) => perMinute);
  for (const point of points) {
    const served = point.served ?? null;
    const sum = sums.get(point.minute) ?? { requests: 0, failures: 0, served: 0 };
    sums.set(point.minute, {
      requests: sum.requests + point.requests,
      failures: sum.failures + point.failures,
      served: sum.served === null || served === null ? null : sum.served + served,
    });
  }
  return [...sums].map(([minute, sum]) => ({ atMs: Date.parse(minute), ...sum })).sort((a, b) => a.atMs - b.atMs);
}

/** The part of the successes that is of the hosts that are meant; how many of them came from the cache is taken to be alike for all. */
export function partOfHosts(logs: AccessLogEvidence, { hosts }: Explains): number {
  const { host: counts } = logs.dimensions;
  const all = counts.reduce((sum, { requests, failures }) => sum + requests - failures, 0);
  if (hosts === undefined || all === 0) return 1;
  const own = counts.filter(({ value }) => hosts.includes(value.toLowerCase()));
  return own.reduce((sum, { requests, failures }) => sum + requests - failures, 0) / all;
}

/** The part of the 502s that is of those hosts, or may be where they were folded away. */
export function partOfFailingHosts(logs: AccessLogEvidence, { hosts }: Explains): number {
  const { host: counts } = logs.dimensions;
  const all = counts.reduce((sum, { failures }) => sum + failures, 0);
  if (hosts === undefined || all === 0) return 1;
  const own = counts.filter(({ value }) => value === '(other)' || hosts.includes(value.toLowerCase()));
  return own.reduce((sum, { failures }) => sum + failures, 0) / all;
}

export function sumOf(points: readonly Point[], of: (point: Point) => number): number {
  return points.reduce((sum, point) => sum + of(point), 0);
}
