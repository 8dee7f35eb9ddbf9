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
  /** Part of the fitting 502s that took less than a second, and part of those of all times that must be well under it. */
  minFastShare: 0.9,
  minQuickShare: 0.5,
  quickBand: 'under 0.1 s',
  /** Odds of the methods that are not sent again against those of the others, and the chance that it is chance. */
  minOddsRatio: 2.5,
  maxChance: 0.001,
  /** A race hits few requests; where more than this fail, of all or of one path and method, something else is wrong with them. */
  maxFailureShare: 0.3,
  /** Below this many 502s of one path and method, their share says nothing. */
  minJudged: 5,
  /** Of the 502s of the minutes, the part that must be those of the race for their trend to be the race's. */
  minTrendPart: 0.9,
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

type Cell = AccessLogEvidence['failureCells'][number];

const generic: readonly string[] = ['Error', '-', ''];

/** Null without logged 502s that fit, and where so many requests fail that no race can be behind them. */
export function readRaceSigns(
  logs: AccessLogEvidence | null,
  behaviours: readonly string[],
  traffic: OriginTraffic | null,
): RaceSigns | null {
  const rules = raceRules;
  const cells = (logs?.failureCells ?? []).filter(
    (cell) =>
      behaviours.includes(cell.behaviour) &&
      resultsOf.race.some((result) => result === cell.detailedResult) &&
      logs !== null &&
      !isMostlyFailing(logs, cell),
  );
  const sum = (of: (cell: (typeof cells)[number]) => number): number =>
    cells.reduce((total, cell) => total + of(cell), 0);
  const fitting = sum(({ count }) => count);
  if (fitting === 0) return null;
  if (traffic !== null && traffic.failures > traffic.requests * rules.maxFailureShare) return null;
  if (traffic !== null && traffic.unrepeatableFailures > traffic.unrepeatableRequests * rules.maxFailureShare)
    return null;
  const fast = sum(({ underOneSecond }) => underOneSecond ?? 0);
  const unrepeatable = sum(({ method, count }) => (method === 'GET' || method === 'HEAD' ? 0 : count));
  const isEnough = fitting >= rules.minFailures;
  const quick = sum(({ underTenMs }) => underTenMs ?? 0);
  const isFast = isEnough && fast >= rules.minFastShare * fitting && isQuick(logs, quick, fitting);
  const isUnrepeatable = isEnough && traffic !== null && isOverRepresented(unrepeatable, fitting, traffic);
  const trend = traffic === null ? null : trendOf(traffic, unrepeatable, fitting);
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

/** Whether more of the requests for its path by its method fail than a race can account for. */
function isMostlyFailing(logs: AccessLogEvidence, { path, method }: Cell): boolean {
  const { minJudged, maxFailureShare } = raceRules;
  const requests = logs.dimensions.path.find(({ value }) => value === path)?.requests ?? null;
  const failures = logs.failureCells
    .filter((cell) => cell.path === path && cell.method === method)
    .reduce((total, { count }) => total + count, 0);
  // Requests are counted by path and not by method: the share is at least this.
  return requests !== null && failures >= minJudged && failures > requests * maxFailureShare;
}

/** Most of them under 10 ms; or under 0.1 s, where the times that are counted are theirs. */
function isQuick(logs: AccessLogEvidence | null, quick: number, fitting: number): boolean {
  const { minQuickShare, minTrendPart, quickBand } = raceRules;
  if (quick >= minQuickShare * fitting) return true;
  if (logs === null || fitting < minTrendPart * logs.failures) return false;
  const band = logs.dimensions['time-taken-band'].find(({ value }) => value === quickBand);
  return (band?.failures ?? 0) >= minQuickShare * logs.failures;
}

/**
 * The trend of the requests that the race is lost by. Load of one kind beside failures of another would follow each other by arithmetic: POSTs
 * that fail at any load are a smaller part of all requests whenever there are more GETs.
 */
function trendOf(traffic: OriginTraffic, unrepeatable: number, fitting: number): LoadTrend | null {
  const { minTrendPart } = raceRules;
  const overall = findLoadTrend(traffic.perMinute, findOnset(traffic.perMinute));
  // What fails more when it is busier speaks against a race, whichever requests it is.
  if (overall?.direction === 'rises') return overall;
  const isOfUnrepeatable = unrepeatable * 2 >= fitting;
  const points = isOfUnrepeatable ? traffic.unrepeatablePerMinute : traffic.perMinute;
  const [own, counted] = isOfUnrepeatable ? [unrepeatable, traffic.unrepeatableFailures] : [fitting, traffic.failures];
  if (points === null || own < minTrendPart * counted) return null;
  return findLoadTrend(points, findOnset(points));
}

function isOverRepresented(failures: number, allFailures: number, traffic: OriginTraffic): boolean {
  const { unrepeatableRequests, requests } = traffic;
  if (unrepeatableRequests === 0 || requests < allFailures) return false;
  const counted = Math.max(failures, unrepeatableRequests);
  // Half of one each, so that none of a kind is no division by zero. A lift would be bounded by the share of these methods, odds are not.
  const oddsOf = (failed: number, all: number): number => (failed + 0.5) / (Math.max(0, all - failed) + 0.5);
  const ratio = oddsOf(failures, counted) / oddsOf(allFailures - failures, requests - counted);
  return (
    ratio >= raceRules.minOddsRatio && chanceOfAtLeast(failures, counted, allFailures, requests) <= raceRules.maxChance
  );
}
