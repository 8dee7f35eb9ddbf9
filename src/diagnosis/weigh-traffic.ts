/** Holds a fault against the traffic that CloudFront logged: what succeeded all the same, and whether it was over long ago. Pure. */
import type { AccessLogEvidence, EvidenceBag } from './evidence.js';
import { isOfTemplate, matchesCell } from './explain.js';
import type { Explains, Finding, Strength } from './finding.js';
import { countHidden, dataOf, type Observed, sawNone } from './observed.js';
import { fittingPart, type Point, partOfHosts, pointsOf, stretchOf, sumOf } from './traffic-stretch.js';
import { countOf, formatCount, listOf } from './wording.js';

/** A limit to the strength of a finding, with the sentence that says why. */
export interface Limit {
  readonly strength: Strength;
  readonly because: string;
}

/** What traffic must show before it speaks against a finding. */
export const trafficRules = {
  /**
   * Good answers from the origin for each 502, in the time of the fault: from `some` on (an eighth of what went to the origin) the fault is not
   * what every request met, from `nearlyAll` on hardly any did.
   */
  some: 0.15,
  nearlyAll: 20,
  /** Where it is not told apart what came from the cache: the part of requests that fails at least, in a fault that fails them all. */
  leastFailing: 0.01,
  /** Minutes without a 502 until the newest row, and 502s that would have been expected in them, before it counts as over. */
  quietMinutes: 10,
  expectedFailures: 3,
} as const;

const minuteMs = 60_000;

/** The lowest limit that the logged traffic sets; null where it sets none. Without logged 502s there is nothing to weigh. */
export function weighTraffic(
  finding: Finding,
  logs: AccessLogEvidence | null,
  { mayBeServedElsewhere }: { readonly mayBeServedElsewhere: boolean },
): Limit | null {
  const { explains } = finding;
  if (logs === null || logs.failures === 0 || explains === null) return null;
  const points = pointsOf(logs, explains);
  const isHeld = finding.failsEveryRequest === true && (!mayBeServedElsewhere || finding.endsIn504 === true);
  const against = isHeld ? weighSuccess(logs, explains, points) : null;
  const success = finding.endsIn504 === true ? unlessAllFail(against) : against;
  const isSeenNow = finding.citations.some(({ kind }) => kind === 'probe');
  return success?.strength === 'possible'
    ? success
    : ((isSeenNow ? weighEnd(logs, explains, points) : null) ?? success);
}

/**
 * No 502 where there would be some: the logs hold requests that the fault would have failed, up to a time when it was there already as far as
 * anybody knows. What only we meet looks the same.
 */
export function weighUnfailing(bag: EvidenceBag, { explains, citations }: Finding, observed: Observed): Limit | null {
  const logs = dataOf(bag.accessLogs);
  const isCounted = citations.some(({ kind }) => kind === 'load-balancer' || kind === 'metric');
  if (logs === null || explains === null || isCounted || sawNone(observed)) return null;
  if (observed.failures?.count !== 0 || logs.failures > 0 || countHidden(bag) > 0) return null;
  const newest = Date.parse(logs.newestRow ?? '');
  if (Number.isNaN(newest) || Date.parse(explains.since ?? '') > newest - minuteMs) return null;
  const { leastFailing, expectedFailures } = trafficRules;
  const requests = requestsOf(logs, explains);
  return requests * leastFailing < expectedFailures
    ? null
    : {
        strength: 'possible',
        because: `It would fail requests to the origin, and none of ${countOf(requests, 'request')} failed up to ${new Date(newest).toISOString().slice(11, 16)} UTC: it may be new, or what only we meet.`,
      };
}

/** Requests of a finding's paths or, where it has none, of its behaviours; all of them where those are not told apart. */
function requestsOf({ dimensions, requests }: AccessLogEvidence, { behaviours, paths }: Explains): number {
  const sum = (counts: AccessLogEvidence['dimensions']['path']) =>
    counts.reduce((total, count) => total + count.requests, 0);
  if (paths !== undefined)
    return sum(dimensions.path.filter(({ value }) => paths.some((path) => isOfTemplate(path, value))));
  const told = dimensions.behaviour;
  return behaviours === undefined || told.length === 0
    ? requests
    : sum(told.filter(({ value }) => behaviours.includes(value)));
}

/**
 * A defect of some behaviours, and no logged 502 that tells of which they are: 502s of the distribution as a whole fit the default behaviour, to
 * which most requests go, and may have nothing to do with another. What was counted at the balancer, or of a function, was met by requests.
 */
export function weighUnseen(
  bag: EvidenceBag,
  finding: Finding,
  connectionId: string | null,
  observed: Observed,
): Limit | null {
  const distribution = dataOf(bag.distribution);
  const isCounted = finding.citations.some(({ kind }) => kind === 'load-balancer' || kind === 'metric');
  if (distribution === null || finding.explains === null || isCounted || sawNone(observed)) return null;
  if (bag.pathPattern !== undefined || (dataOf(bag.accessLogs)?.failures ?? 0) > 0 || countHidden(bag) > 0) return null;
  const own =
    finding.explains.behaviours ?? distribution.connections.find(({ id }) => id === connectionId)?.behaviours ?? [];
  const isOfDefault = distribution.behaviours.some(
    ({ isDefault, pathPattern }) => isDefault && own.includes(pathPattern),
  );
  if (own.length === 0 || isOfDefault || distribution.behaviours.length < 2) return null;
  return {
    strength: 'possible',
    because: `It is of behaviour ${listOf(own, 3)} alone, and without logged 502s it cannot be seen whether any are of it.`,
  };
}

/** The time since the fault may have been there, and how many requests were answered by the origin in it. */
function weighSuccess(logs: AccessLogEvidence, explains: Explains, points: readonly Point[]): Limit | null {
  const { some, nearlyAll, leastFailing } = trafficRules;
  const stretch = stretchOf(points, explains);
  // A 502 of another kind is no sign of this fault.
  const failures = Math.round(sumOf(stretch, ({ failures: count }) => count) * fittingPart(logs, explains));
  const requests = sumOf(stretch, ({ requests: count }) => count);
  const part = partOfHosts(logs, explains);
  if (stretch.some(({ served }) => served === null))
    return failures < requests * leastFailing * part
      ? {
          strength: 'supported',
          because: `It would fail every request to the origin, and ${formatCount(requests - failures)} of ${countOf(requests, 'request')} did not fail; how many of them came from the cache is not known.`,
        }
      : null;
  const served = Math.round(sumOf(stretch, ({ served: count }) => count ?? 0) * part);
  if (served <= failures * some) return null;
  return {
    strength: served >= failures * nearlyAll ? 'possible' : 'supported',
    because: `It would fail every request to the origin, and ${countOf(served, 'request')} got a good answer from there while ${countOf(failures, 'other')} failed.`,
  };
}

/** The same where there are no rows, and CloudWatch's count is of the distribution as a whole. */
export function weighTimeout(
  { endsIn504 }: Finding,
  logs: AccessLogEvidence | null,
  { failures }: Observed,
): Limit | null {
  if (endsIn504 !== true || (logs !== null && logs.failures > 0)) return null;
  return failures !== null && failures.count > 0 && failures.count * (1 + trafficRules.some) >= failures.requests
    ? null
    : {
        strength: 'possible',
        because: 'As a rule CloudFront answers 504 to it, and it was not counted that all of the requests end in 502.',
      };
}

/** What CloudFront answers with a 504 as a rule is not behind the 502s of an origin that answers other requests. */
function unlessAllFail(against: Limit | null): Limit | null {
  return against === null
    ? null
    : { strength: 'possible', because: `As a rule CloudFront answers 504 to it. ${against.because}` };
}

/** The fault is seen now, and the 502s stopped long before the newest rows. */
function weighEnd(logs: AccessLogEvidence, explains: Explains, points: readonly Point[]): Limit | null {
  const { quietMinutes, expectedFailures } = trafficRules;
  const failing = points.filter(({ failures }) => failures > 0);
  const [first, last] = [failing[0], failing.at(-1)];
  if (first === undefined || last === undefined) return null;
  const endMs = lastFitting(logs, explains) ?? last.atMs;
  const during = points.filter(({ atMs }) => atMs >= first.atMs && atMs <= endMs);
  const after = points.filter(({ atMs }) => atMs > endMs);
  const quietMs = (points.at(-1)?.atMs ?? endMs) - Math.floor(endMs / minuteMs) * minuteMs;
  const requestsOf = (some: readonly Point[]) => sumOf(some, ({ requests }) => requests);
  const rate = sumOf(during, ({ failures }) => failures) / Math.max(1, requestsOf(during));
  if (quietMs < quietMinutes * minuteMs || rate * requestsOf(after) < expectedFailures) return null;
  return {
    strength: 'supported',
    because: `It is seen now, and the 502s that it would explain ended at ${new Date(endMs).toISOString().slice(11, 16)} UTC: ${countOf(requestsOf(after), 'request')} since then did not fail so.`,
  };
}

/** When the last 502 that fits was logged; null where cells have no times. */
function lastFitting(logs: AccessLogEvidence, explains: Explains): number | null {
  const times = logs.failureCells
    .filter((cell) => matchesCell(explains, cell))
    .flatMap(({ lastAt }) => (lastAt === undefined ? [] : [Date.parse(lastAt)]));
  return times.length === 0 ? null : Math.max(...times);
}
