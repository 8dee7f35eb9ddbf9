/** When the 502s began, and when they ended: the change-point of the failure rate, with the interval in which it lies. Pure. */
import type { Iso } from './evidence.js';

/** A minute, or a longer step, of requests and the 502s among them. */
export interface LoadPoint {
  readonly minute: Iso;
  readonly requests: number;
  readonly failures: number;
  /** The part of the logs of its hour that was read; absent where all was. */
  readonly partRead?: number;
}

export interface Onset {
  /** `began`: the rate rose inside of what was read. `before-window`: it was up from the first rows on. */
  readonly state: 'began' | 'before-window';
  /** The most likely minute; null where it lies before the window. */
  readonly at: Iso | null;
  /** The change lies in this interval; before `to` alone where logs of earlier hours were not read. */
  readonly from: Iso | null;
  readonly to: Iso | null;
  /** The minute from which on the rate was down again; null where it was up to the last rows. */
  readonly endedAt: Iso | null;
}

/** What a change must show before it is named: a few rows never make an onset. */
export const onsetRules = {
  minFailures: 8,
  minPoints: 6,
  /** Rate while failing divided by the rate otherwise. */
  minRise: 3,
  /** The same of 502s a minute: where only the traffic around them became less, nothing began. */
  minRiseOfCount: 2,
  /** Gain in log-likelihood over a rate that never changed; far beyond what trying every minute brings by chance. */
  minGain: 12,
  /** What an end must gain beyond a beginning, so that a quiet last minute is not taken for one. */
  minGainOfEnd: 8,
  /** Minutes whose log-likelihood is within this of the best are in the interval: 95 % by Wilks' theorem. */
  interval: 1.92,
} as const;

/** Steps that are looked at; longer windows are folded to as many, since pairs of them are tried. */
const maxSteps = 480;

interface Step {
  readonly startMs: number;
  readonly endMs: number;
  readonly requests: number;
  readonly failures: number;
  /** 502s as they would be, had all logs of the hour been read. */
  readonly reckoned: number;
}

/**
 * Null where there are too few 502s, or where they came and went without a change that stands out.
 * @param unread hours of whose logs nothing was read.
 */
export function findOnset(points: readonly LoadPoint[], unread: readonly Iso[] = []): Onset | null {
  const rules = onsetRules;
  const steps = foldSteps(points);
  const total = sumOf(steps, 0, steps.length);
  if (total.failures < rules.minFailures || steps.length < rules.minPoints) return null;
  const sums = prefixSums(steps);
  const flat = likelihood(total.failures, total.requests);
  const best = findSegment(sums, steps.length);
  const inside = between(sums, best.from, best.to);
  const outside = { failures: total.failures - inside.failures, requests: total.requests - inside.requests };
  const rise = rateOf(inside) / rateOf(outside);
  const stepsInside = best.to - best.from;
  const reckoned = sumOfReckoned(steps, best.from, best.to);
  const reckonedOutside = sumOfReckoned(steps, 0, steps.length) - reckoned;
  const riseOfCount = reckoned / stepsInside / ((reckonedOutside + 0.5) / Math.max(1, steps.length - stepsInside));
  const first = isoOf(steps[0]?.startMs);
  const upFromTheFirst = {
    state: 'before-window',
    at: null,
    from: null,
    to: first !== null && unread.some((hour) => hour < first) ? first : null,
  } as const;
  const hasChange = best.score - flat >= rules.minGain && rise >= rules.minRise && riseOfCount >= rules.minRiseOfCount;
  if (!hasChange)
    // Without a change, 502s at both ends of the window were there before it.
    return isThroughout(steps) ? { ...upFromTheFirst, endedAt: null } : null;
  const endedAt = best.to === steps.length ? null : isoOf(steps[best.to]?.startMs);
  if (best.from === 0) return { ...upFromTheFirst, endedAt };

  const near = Array.from({ length: best.to }, (_, from) => from).filter(
    (from) => best.score - segmentScore(sums, from, best.to) <= rules.interval,
  );
  return {
    state: 'began',
    at: isoOf(steps[best.from]?.startMs),
    from: beginningOf(steps, near[0] ?? best.from, unread),
    to: isoOf(steps[near.at(-1) ?? best.from]?.endMs),
    endedAt,
  };
}

/** `22:13 UTC (between 22:12 and 22:15)`, `before the window`; with the time from which on it was over. */
export function describeOnset({ at, from, to, endedAt }: Onset): string {
  const clock = (iso: Iso): string => iso.slice(11, 16);
  const between = from === null || to === null ? '' : ` (between ${clock(from)} and ${clock(to)})`;
  const before =
    to === null
      ? 'before the window, its first rows show them'
      : `before ${clock(to)} UTC, the first rows read show them`;
  const began = at === null ? before : `${clock(at)} UTC${between}`;
  return endedAt === null ? began : `${began}; over by ${clock(endedAt)} UTC`;
}

/** What lies right behind hours of which nothing was read may have begun in them. */
function beginningOf(steps: readonly Step[], index: number, unread: readonly Iso[]): Iso | null {
  const [startMs = 0, beforeMs = 0] = [steps[index]?.startMs, steps[index - 1]?.endMs];
  const isBehind = unread.some((hour) => Date.parse(hour) >= beforeMs && Date.parse(hour) < startMs);
  return isoOf(isBehind ? beforeMs : startMs);
}

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly score: number;
}
type Sums = readonly { readonly requests: number; readonly failures: number }[];

/** The stretch of raised rate: to the end of the window, unless an end before it explains much more. */
function findSegment(sums: Sums, length: number): Segment {
  let open: Segment = { from: 0, to: length, score: Number.NEGATIVE_INFINITY };
  let closed: Segment = open;
  for (let from = 0; from < length; from += 1)
    for (let to = from + 1; to <= length; to += 1) {
      const score = segmentScore(sums, from, to);
      if (to === length && score > open.score) open = { from, to, score };
      else if (to < length && score > closed.score) closed = { from, to, score };
    }
  return closed.score > open.score + onsetRules.minGainOfEnd ? closed : open;
}

/** Log-likelihood of one rate inside and another outside; a stretch where the rate is lower is none. */
function segmentScore(sums: Sums, from: number, to: number): number {
  const total = sums.at(-1) ?? { requests: 0, failures: 0 };
  const inside = between(sums, from, to);
  const outside = { failures: total.failures - inside.failures, requests: total.requests - inside.requests };
  if (outside.requests > 0 && rateOf(inside) <= rateOf(outside)) return Number.NEGATIVE_INFINITY;
  return likelihood(inside.failures, inside.requests) + likelihood(outside.failures, outside.requests);
}

function between(sums: Sums, from: number, to: number): { readonly requests: number; readonly failures: number } {
  const [a, b] = [sums[from], sums[to]];
  return { requests: (b?.requests ?? 0) - (a?.requests ?? 0), failures: (b?.failures ?? 0) - (a?.failures ?? 0) };
}

function prefixSums(steps: readonly Step[]): Sums {
  const sums = [{ requests: 0, failures: 0 }];
  for (const { requests, failures } of steps) {
    const last = sums.at(-1) ?? { requests: 0, failures: 0 };
    sums.push({ requests: last.requests + requests, failures: last.failures + failures });
  }
  return sums;
}

/** Of a binomial at its most likely rate, without the part that does not depend on it. */
function likelihood(failures: number, requests: number): number {
  if (requests <= 0 || failures <= 0 || failures >= requests) return 0;
  const rate = failures / requests;
  return failures * Math.log(rate) + (requests - failures) * Math.log1p(-rate);
}

/** Half a failure is added, so that a stretch without any has a rate to divide by. */
function rateOf({ failures, requests }: { readonly failures: number; readonly requests: number }): number {
  return requests <= 0 ? 0 : (failures + 0.5) / (requests + 1);
}

/** 502s in the first and in the last fifth of the steps, and in most fifths between. */
function isThroughout(steps: readonly Step[]): boolean {
  const fifths = Array.from({ length: 5 }, (_, index) =>
    sumOf(steps, Math.floor((index * steps.length) / 5), Math.floor(((index + 1) * steps.length) / 5)),
  );
  return (fifths[0]?.failures ?? 0) > 0 && fifths.filter(({ failures }) => failures > 0).length >= 4;
}

function sumOf(steps: readonly Step[], from: number, to: number): { requests: number; failures: number } {
  return steps
    .slice(from, to)
    .reduce(
      (sum, { requests, failures }) => ({ requests: sum.requests + requests, failures: sum.failures + failures }),
      { requests: 0, failures: 0 },
    );
}

function sumOfReckoned(steps: readonly Step[], from: number, to: number): number {
  return steps.slice(from, to).reduce((sum, { reckoned }) => sum + reckoned, 0);
}

/** Requests and 502s over time in at most this many steps, to be drawn. */
export function foldCurve(points: readonly LoadPoint[], maxPoints: number): readonly LoadPoint[] {
  return foldSteps(points, maxPoints).map(({ startMs, requests, failures }) => ({
    minute: new Date(startMs).toISOString(),
    requests,
    failures,
  }));
}

function foldSteps(points: readonly LoadPoint[], most = maxSteps): readonly Step[] {
  const sorted = points
    .map(({ minute, requests, failures, partRead = 1 }) => ({
      ms: Date.parse(minute),
      requests: Math.max(requests, failures),
      failures,
      reckoned: failures / partRead,
    }))
    .filter(({ ms, requests }) => Number.isFinite(ms) && requests > 0)
    .sort((a, b) => a.ms - b.ms);
  const size = Math.max(1, Math.ceil(sorted.length / most));
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, index) => {
    const part = sorted.slice(index * size, (index + 1) * size);
    const startMs = part[0]?.ms ?? 0;
    return {
      startMs,
      endMs: (part.at(-1)?.ms ?? startMs) + 60_000,
      requests: part.reduce((sum, { requests }) => sum + requests, 0),
      failures: part.reduce((sum, { failures }) => sum + failures, 0),
      reckoned: part.reduce((sum, { reckoned }) => sum + reckoned, 0),
    };
  });
}

function isoOf(ms: number | undefined): Iso | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
