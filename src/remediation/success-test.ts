/** The test that says whether a change helped: stated before anybody approves, run on requests of after the deployment only. Pure. */
import { behavioursOf } from '../diagnosis/balancer-reading.js';
import type { DistributionEvidence, EvidenceBag } from '../diagnosis/evidence.js';
import { dataOf } from '../diagnosis/observed.js';
import { partReadOf } from '../diagnosis/part-read.js';
import { countOf, formatCount, listOf, percentOf, quoteForPeople } from '../diagnosis/wording.js';
import type { ChangePolicy } from './change-policy.js';
import type { Change, ChangeField, Forecast, Sample, SuccessTest } from './proposal.js';
import { type Counted, countInLogs, countInMetrics } from './samples.js';
import { balancersOf, surroundingsOf } from './surroundings.js';
import { requestsToShow, wilsonInterval } from './wilson.js';

/** Where CloudFront is told nothing else. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html */
const defaultErrorTtlSeconds = 10;
/** Errors that are kept longer than this are waited for no longer, and the test says so. */
const maxErrorTtlSeconds = 3_600;
const maxWindowMinutes = 120;
const leastRequests = 100;
const mostRequests = 1_000_000;
const maxControls = 5;

const statusesOf: Readonly<Record<ChangeField, readonly number[]>> = {
  'connection-attempts': [502, 503, 504],
  'connection-timeout': [502, 503, 504],
  'read-timeout': [502, 504],
  'keep-alive-timeout': [502],
  'response-completion-timeout': [504],
  'balancer-idle-timeout': [502, 504],
};

/** @param bag of the newest check; null: nothing was counted before, and then the change must make nothing worse than a sound service. */
export function planSuccessTest(
  change: Change,
  bag: EvidenceBag | null,
  forecast: Forecast,
  policy: Pick<ChangePolicy, 'proofWindowMinutes'>,
): SuccessTest {
  const distribution = bag === null ? null : dataOf(bag.distribution);
  const scope = scopeOf(change, bag, distribution);
  const counted = bag === null ? null : countBefore(bag, statusesOf[change.field], scope);
  const before = counted?.sample ?? { requests: 0, failures: 0 };
  const maxShare = aimFor(before, forecast);
  const minRequests = Math.min(mostRequests, Math.max(leastRequests, requestsToShow(maxShare)));
  const keptSeconds = errorTtl(distribution, statusesOf[change.field]);
  const startsAfterSeconds = Math.min(maxErrorTtlSeconds, keptSeconds);
  const perMinute = bag === null ? 0 : before.requests / (minutesOf(bag.window) * partCounted(bag, counted?.source));
  const needed = perMinute > 0 ? Math.ceil(minRequests / perMinute) : policy.proofWindowMinutes;
  const test = {
    source: counted?.source ?? (bag === null || dataOf(bag.accessLogs) !== null ? 'access-logs' : 'cloudfront-metrics'),
    statuses: statusesOf[change.field],
    behaviours: counted?.asked.behaviours ?? scope.behaviours,
    controlBehaviours: counted?.asked.controlBehaviours ?? scope.controlBehaviours,
    controlBefore: counted?.control ?? null,
    windowMinutes: Math.min(maxWindowMinutes, Math.max(policy.proofWindowMinutes, needed)),
    startsAfterSeconds,
    ...(keptSeconds > startsAfterSeconds ? { cachedForSeconds: keptSeconds } : {}),
    minRequests,
    before,
    maxShare,
  } as const;
  return { ...test, sentence: describeTest(test) };
}

/**
 * When the requests count: after the deployment, and after the errors in the cache have run out. From a whole minute on, since CloudWatch counts by
 * the minute, and the two counts are compared.
 */
export function proofWindow(
  { startsAfterSeconds, windowMinutes }: SuccessTest,
  deployedAt: string,
): { readonly from: string; readonly to: string } {
  const from = Math.ceil((Date.parse(deployedAt) + startsAfterSeconds * 1000) / 60_000) * 60_000;
  return { from: new Date(from).toISOString(), to: new Date(from + windowMinutes * 60_000).toISOString() };
}

type Scope = Pick<SuccessTest, 'behaviours' | 'controlBehaviours'>;
const everything: Scope = { behaviours: [], controlBehaviours: [] };

function scopeOf(change: Change, bag: EvidenceBag | null, distribution: DistributionEvidence | null): Scope {
  if (bag === null || distribution === null) return everything;
  const { origins } = surroundingsOf(distribution, balancersOf(bag), change.target);
  const behaviours = [...new Set(origins.flatMap(({ id }) => behavioursOf(distribution, id)))];
  if (behaviours.length === 0) return everything;
  const others = distribution.behaviours.map(({ pathPattern }) => pathPattern);
  return {
    behaviours,
    controlBehaviours: others.filter((pattern) => !behaviours.includes(pattern)).slice(0, maxControls),
  };
}

/** As narrowly as the evidence allows: by behaviour, else the whole distribution by its logs, else by CloudWatch. */
function countBefore(bag: EvidenceBag, statuses: readonly number[], scope: Scope) {
  const [logs, metrics] = [dataOf(bag.accessLogs), dataOf(bag.cloudFrontMetrics)];
  const inLogs = (asked: Scope): (Counted & { readonly source: 'access-logs'; readonly asked: Scope }) | null => {
    const counted = logs === null || logs.requests === 0 ? null : countInLogs(logs, { statuses, ...asked });
    return counted === null ? null : { ...counted, source: 'access-logs', asked };
  };
  const narrow = inLogs(scope) ?? inLogs(everything);
  if (narrow !== null) return narrow;
  const counted = metrics === null ? null : countInMetrics(metrics, { statuses, ...everything });
  return counted === null ? null : { ...counted, source: 'cloudfront-metrics' as const, asked: everything };
}

/** Half-way between what was and what the forecast leaves, and below all that was likely before: else the difference may be chance. */
function aimFor(before: Sample, { touched }: Forecast): number {
  const interval = wilsonInterval(before);
  if (interval === null) return soundShare;
  if (before.failures === 0) return Math.max(interval.high, soundShare);
  const share = before.failures / before.requests;
  const cured = touched === null || touched.of === 0 || touched.count === 0 ? 1 : touched.count / touched.of;
  return Math.min(share * (1 - cured / 2), interval.low);
}

/** Of a service of which nothing is known, one failure in a hundred is too many. */
const soundShare = 0.01;

function errorTtl(distribution: DistributionEvidence | null, statuses: readonly number[]): number {
  const longest = statuses.map((status) => {
    const custom = distribution?.customErrorResponses.find(({ errorCode }) => errorCode === status);
    return custom?.cachingMinTtlSeconds ?? defaultErrorTtlSeconds;
  });
  return Math.max(...longest);
}

function describeTest(test: Omit<SuccessTest, 'sentence'>): string {
  const { statuses, behaviours, windowMinutes, minRequests, before } = test;
  const of = behaviours.length === 0 ? 'all requests' : `the requests for ${listOf(behaviours.map(quoteForPeople))}`;
  const was =
    before.requests === 0
      ? 'nothing was counted before'
      : `before: ${formatCount(before.failures)} of ${countOf(before.requests, 'request')}, ${percentOf(before.failures / before.requests)}`;
  const source = test.source === 'access-logs' ? 'by the access logs' : 'by CloudWatch';
  return `Passed if fewer than ${percentOf(test.maxShare)} of ${of} end in ${statuses.join(' or ')}, ${source} of ${countOf(windowMinutes, 'minute')} (${was}). ${describeStart(test)} It takes at least ${countOf(minRequests, 'request')}, and the whole 95 % interval must be below the limit.${describeControl(test)}`;
}

function describeStart({ startsAfterSeconds, cachedForSeconds }: Omit<SuccessTest, 'sentence'>): string {
  const start = `Counting begins ${formatCount(startsAfterSeconds)} s after the deployment`;
  return cachedForSeconds === undefined
    ? `${start}, when the errors in CloudFront’s cache have run out.`
    : `${start}. CloudFront keeps errors for ${formatCount(cachedForSeconds)} s here, which is not waited for: old ones may be counted.`;
}

function describeControl({ controlBehaviours, controlBefore }: Omit<SuccessTest, 'sentence'>): string {
  if (controlBehaviours.length === 0) return '';
  const paths = listOf(controlBehaviours.map(quoteForPeople));
  return controlBefore === null || controlBefore === undefined || controlBefore.requests === 0
    ? ` Whether ${paths} get${controlBehaviours.length === 1 ? 's' : ''} worse cannot be judged: nothing was counted there before.`
    : ` ${paths} must not get worse (before: ${formatCount(controlBefore.failures)} of ${countOf(controlBefore.requests, 'request')}).`;
}

/** Logs that were left unread held requests too. */
function partCounted(bag: EvidenceBag, source: SuccessTest['source'] | undefined): number {
  const logs = source === 'access-logs' ? dataOf(bag.accessLogs) : null;
  return logs === null ? 1 : partReadOf(logs);
}

function minutesOf({ from, to }: EvidenceBag['window']): number {
  return Math.max(1, (Date.parse(to) - Date.parse(from)) / 60_000);
}
