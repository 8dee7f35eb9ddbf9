/**
 * What a keep-alive race looks like in the logs. CloudFront sends a request over a connection that the origin has just closed: it fails within
 * milliseconds, GET and HEAD may be sent again and other methods may not
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html), and the busier the origin, the fewer
 * connections are ever idle. AWS documents this race for its load balancers and not for CloudFront: the signature is our inference. Pure.
 */
import type { AccessLogEvidence } from './evidence.js';
import { describeTrend, findLoadTrend, type LoadTrend } from './load-trend.js';
import { resultsOf } from './log-results.js';
import { findOnset } from './onset.js';
import type { OriginTraffic } from './origin-traffic.js';
import { chanceOfAtLeast } from './significance.js';
import { countOf } from './wording.js';

export const raceRules = {
  minFailures: 20,
  /** Part of the fitting 502s that took less than a second. */
  minFastShare: 0.9,
  /** Lift of the methods that are not sent again, and the chance that it is chance. */
  minLift: 2,
  maxChance: 0.001,
  /** A race hits few requests; where more of all requests fail than this, something else is wrong. */
  maxFailureShare: 0.3,
} as const;

export interface RaceSigns {
  /** 502s whose detailed result fits, and how many of them took less than a second. */
  readonly fitting: number;
  readonly fast: number;
  /** 502s that name a connection cut, rather than any error. */
  readonly named: number;
  readonly isFast: boolean;
  readonly isUnrepeatable: boolean;
  readonly trend: LoadTrend | null;
  /** A sentence part for each sign that is there. */
  readonly said: readonly string[];
}

const generic: readonly string[] = ['Error', '-', ''];

/** Null without logged 502s that fit, and where so many requests fail that no race can be behind them. */
export function readRaceSigns(
  logs: AccessLogEvidence | null,
  behaviours: readonly string[],
  traffic: OriginTraffic | null,
): RaceSigns | null {
  const rules = raceRules;
  const cells = (logs?.failureCells ?? []).filter(
    ({ behaviour, detailedResult }) =>
      behaviours.includes(behaviour) && resultsOf.race.some((result) => result === detailedResult),
  );
  const sum = (of: (cell: (typeof cells)[number]) => number): number =>
    cells.reduce((total, cell) => total + of(cell), 0);
  const fitting = sum(({ count }) => count);
  if (fitting === 0) return null;
  if (traffic !== null && traffic.failures > traffic.requests * rules.maxFailureShare) return null;
  const fast = sum(({ underOneSecond }) => underOneSecond ?? 0);
  const unrepeatable = sum(({ method, count }) => (method === 'GET' || method === 'HEAD' ? 0 : count));
  const isEnough = fitting >= rules.minFailures;
  const isFast = isEnough && fast >= rules.minFastShare * fitting;
  const isUnrepeatable = isEnough && traffic !== null && isOverRepresented(unrepeatable, fitting, traffic);
  const trend = traffic === null ? null : findLoadTrend(traffic.perMinute, findOnset(traffic.perMinute));
  return {
    fitting,
    fast,
    named: sum(({ detailedResult, count }) => (generic.includes(detailedResult) ? 0 : count)),
    isFast,
    isUnrepeatable,
    trend,
    said: [
      ...(isFast ? [`${countOf(fast, '502')} of ${fitting} took less than a second`] : []),
      ...(isUnrepeatable
        ? [`${unrepeatable} of them are POST and the like, which CloudFront does not send again`]
        : []),
      ...(trend?.direction === 'falls' ? [`their share ${describeTrend(trend)}`] : []),
    ],
  };
}

function isOverRepresented(failures: number, allFailures: number, traffic: OriginTraffic): boolean {
  const { unrepeatableRequests, requests } = traffic;
  if (unrepeatableRequests === 0 || requests < allFailures) return false;
  const lift = failures / allFailures / (unrepeatableRequests / requests);
  const counted = Math.max(failures, unrepeatableRequests);
  return lift >= raceRules.minLift && chanceOfAtLeast(failures, counted, allFailures, requests) <= raceRules.maxChance;
}
