/** Whether the share of requests that fail follows the load, and which way: falling tells a keep-alive race, rising tells saturation. Pure. */
import type { LoadPoint, Onset } from './onset.js';
import { percentOf } from './wording.js';

export interface LoadTrend {
  readonly direction: 'falls' | 'rises';
  /** Share of requests that failed, in the quietest third of the minutes and in the busiest; 0 to 1. */
  readonly shareAtLowLoad: number;
  readonly shareAtHighLoad: number;
  /** Minutes compared. */
  readonly minutes: number;
}

/** What a trend must show before it is named. */
export const loadTrendRules = {
  minFailures: 20,
  minMinutes: 12,
  /** Load at the upper against the lower third of the minutes: without a difference in load there is nothing to follow. */
  minSpread: 1.5,
  /** Standard deviations of the Cochran-Armitage test, widened for minutes that vary more than chance. */
  minDeviations: 3.5,
  /** Share at one end divided by the share at the other. */
  minRatio: 1.5,
  maxShareOutside: 0.05,
} as const;

/**
 * Cochran and Armitage's test for trend: each minute's failures against the logarithm of its requests. It has no bias towards minutes with
 * few requests, as a correlation of shares would.
 *
 * @param onset only minutes in which the 502s were under way are compared.
 */
export function findLoadTrend(points: readonly LoadPoint[], onset: Onset | null): LoadTrend | null {
  const rules = loadTrendRules;
  const steps = pointsUnderWay(points, onset)
    .filter(({ requests }) => requests > 0)
    .map(({ requests, failures, partRead = 1 }) => ({
      requests,
      failures: Math.min(failures, requests),
      // There were more requests than were read.
      load: Math.log(requests / partRead),
    }))
    .sort((a, b) => a.load - b.load);
  const requests = steps.reduce((sum, step) => sum + step.requests, 0);
  const failures = steps.reduce((sum, step) => sum + step.failures, 0);
  if (steps.length < rules.minMinutes || failures < rules.minFailures || failures === requests) return null;
  const [low, high] = [quantile(steps, 1 / 6), quantile(steps, 5 / 6)];
  if (high - low < Math.log(rules.minSpread)) return null;

  const rate = failures / requests;
  const mean = steps.reduce((sum, step) => sum + step.requests * step.load, 0) / requests;
  const moved = steps.reduce((sum, step) => sum + (step.failures - step.requests * rate) * (step.load - mean), 0);
  const variance = rate * (1 - rate) * steps.reduce((sum, step) => sum + step.requests * (step.load - mean) ** 2, 0);
  const dispersion =
    steps.reduce(
      (sum, step) => sum + (step.failures - step.requests * rate) ** 2 / (step.requests * rate * (1 - rate)),
      0,
    ) /
    (steps.length - 1);
  const deviations = moved / Math.sqrt(variance * Math.max(1, dispersion));
  if (!Number.isFinite(deviations) || Math.abs(deviations) < rules.minDeviations) return null;

  const shareAtLowLoad = shareOf(steps.slice(0, Math.floor(steps.length / 3)));
  const shareAtHighLoad = shareOf(steps.slice(-Math.floor(steps.length / 3)));
  const [less, more] = deviations > 0 ? [shareAtLowLoad, shareAtHighLoad] : [shareAtHighLoad, shareAtLowLoad];
  if (more < less * rules.minRatio) return null;
  return { direction: deviations > 0 ? 'rises' : 'falls', shareAtLowLoad, shareAtHighLoad, minutes: steps.length };
}

/** Minutes added up, for behaviours that end in the same origin. */
export function addLoads(series: readonly (readonly LoadPoint[])[]): readonly LoadPoint[] {
  const sums = new Map<string, { minute: string; requests: number; failures: number }>();
  for (const { minute, requests, failures } of series.flat()) {
    const known = sums.get(minute);
    sums.set(minute, {
      minute,
      requests: (known?.requests ?? 0) + requests,
      failures: (known?.failures ?? 0) + failures,
    });
  }
  return [...sums.values()].sort((a, b) => (a.minute < b.minute ? -1 : 1));
}

/** `falls as load rises: 4 % of requests in the quietest third of minutes, 0.6 % in the busiest`. */
export function describeTrend({ direction, shareAtLowLoad, shareAtHighLoad }: LoadTrend): string {
  const way = direction === 'falls' ? 'falls as load rises' : 'rises with load';
  return `${way}: ${percentOf(shareAtLowLoad)} of requests in the quietest third of minutes, ${percentOf(shareAtHighLoad)} in the busiest`;
}

/** Minutes outside of the onset are left out where next to nothing failed in them: they would compare before with after. */
function pointsUnderWay(points: readonly LoadPoint[], onset: Onset | null): readonly LoadPoint[] {
  const inside = points.filter(({ minute }) => isUnderWay(minute, onset));
  const outside = points.filter(({ minute }) => !isUnderWay(minute, onset));
  return shareOf(outside) <= shareOf(inside) * loadTrendRules.maxShareOutside ? inside : points;
}

function isUnderWay(minute: string, onset: Onset | null): boolean {
  if (onset === null) return true;
  const ms = Date.parse(minute);
  return (
    (onset.at === null || ms >= Date.parse(onset.at)) && (onset.endedAt === null || ms < Date.parse(onset.endedAt))
  );
}

function quantile(sorted: readonly { readonly load: number }[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.load ?? 0;
}

function shareOf(steps: readonly { readonly requests: number; readonly failures: number }[]): number {
  const requests = steps.reduce((sum, step) => sum + step.requests, 0);
  return requests === 0 ? 0 : steps.reduce((sum, step) => sum + step.failures, 0) / requests;
}
