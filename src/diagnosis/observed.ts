/** How many 502s were seen, by what, and whether a count of none can be believed. */
import type { AccessLogEvidence, CloudFrontMetricsEvidence, EvidenceBag, Gathered } from './evidence.js';
import { partReadOf, unreadHours } from './part-read.js';
import { countUnread, type UnreadFailures } from './unread-failures.js';
import type { Verdict } from './verdict.js';
import { countOf, formatCount } from './wording.js';

export interface Observed {
  readonly failures: Verdict['failures'];
  /** Why a count of none does not show that there were none; null where it does, or where some were counted. */
  readonly doubt: string | null;
  /** What would settle the doubt; null where nothing is known to, or there is none. */
  readonly doubtRemedy: string | null;
  /** 502s by CloudWatch, where it counts far more of them than the logs hold; null otherwise. */
  readonly countedElsewhere: number | null;
  /** What CloudWatch counts in hours whose logs were not read, where that is a considerable part of all; null otherwise. */
  readonly unread: UnreadFailures | null;
}

/** The data, or null where there is none. */
export function dataOf<T>(gathered: Gathered<T>): T | null {
  return gathered.state === 'collected' ? gathered.data : null;
}

/** Whether there were no 502s, in evidence that shows it: then nothing that was seen is the cause of any. */
export function sawNone({ failures, doubt }: Observed): boolean {
  return failures?.count === 0 && doubt === null;
}

/** The status other than 502 that a custom error response gives to 502s; null where there is none. */
function statusGiven(bag: EvidenceBag): number | null {
  const responses = dataOf(bag.distribution)?.customErrorResponses ?? [];
  const given = responses.find(
    ({ errorCode, responseCode }) => errorCode === 502 && responseCode !== null && responseCode !== 502,
  );
  return given?.responseCode ?? null;
}

/**
 * Requests that failed at the origin and were logged under another status, where a custom error response gives 502s one. Of a status that is a
 * 5xx itself those that CloudFront lays to the origin: some may have had it of their own.
 */
export function countHidden(bag: EvidenceBag): number {
  const status = statusGiven(bag);
  const logs = dataOf(bag.accessLogs);
  if (status === null || logs === null) return 0;
  const hidden = logs.hiddenOriginErrors ?? 0;
  if (status < 500) return hidden;
  const given = logs.byStatus.find((one) => one.status === String(status))?.count ?? 0;
  const blamed = logs.dimensions['detailed-result']
    .filter(({ value }) => !isOfRight(status, value))
    .reduce((sum, { requests, failures }) => sum + requests - failures, 0);
  return Math.max(0, Math.min(given, blamed - hidden));
}

/** Whether a result comes with that status by right: a wait that is too long ends in 504, and what is no fault of the origin was no 502. */
function isOfRight(status: number, detailedResult: string): boolean {
  return !/^Origin\w*Error$/.test(detailedResult) || (status === 504 && detailedResult === 'OriginCommError');
}

/** Rows in the logs divided by CloudWatch's request count; null where either is missing. May exceed 1 by rounding. */
export function shareOfRequests(
  logs: AccessLogEvidence | null,
  metrics: CloudFrontMetricsEvidence | null,
): number | null {
  return logs === null || metrics === null || metrics.requestsTotal === 0
    ? null
    : logs.rows.inWindow / metrics.requestsTotal;
}

/**
 * Logs first, since they can be looked at row by row; CloudWatch where the logs are absent, empty or late.
 *
 * @param isFaultSeen whether anything was found that would fail requests: a window without any figure is one without requests, and speaks for
 * nothing that is broken now.
 */
export function countObserved(bag: EvidenceBag, isFaultSeen: boolean): Observed {
  // CloudWatch counts the whole distribution, so it says nothing about one path.
  const metrics = bag.pathPattern === undefined ? dataOf(bag.cloudFrontMetrics) : null;
  const failures = countFailures(dataOf(bag.accessLogs), metrics);
  const doubt = failures?.count === 0 ? findDoubt(bag, failures, isFaultSeen) : null;
  return {
    failures,
    doubt: doubt?.because ?? null,
    doubtRemedy: doubt?.remedy ?? null,
    countedElsewhere: failures?.source === 'access-logs' ? countElsewhere(bag, failures.count) : null,
    unread: failures?.source === 'access-logs' ? findUnread(bag, failures.count) : null,
  };
}

/** How many times as many 502s CloudWatch must count, and how many more, before the logs are said to lack some: its numbers are estimates. */
const timesThatCount = 1.5;
const moreThatCount = 5;
/** What was left unread on purpose is not what the logs lack. */
const leastRead = 0.9;

function isLeftUnread(logs: AccessLogEvidence): boolean {
  return logs.whole !== undefined || partReadOf(logs) < leastRead;
}

function countElsewhere(bag: EvidenceBag, logged: number): number | null {
  const [logs, metrics] = [dataOf(bag.accessLogs), dataOf(bag.cloudFrontMetrics)];
  if (metrics?.estimated502 == null || logs === null || logs.pathPattern !== null || logged === 0) return null;
  if (isLeftUnread(logs)) return null;
  const counted = Math.round(metrics.estimated502) - (countUnread(logs, metrics)?.count ?? 0);
  return counted >= logged * timesThatCount && counted >= logged + moreThatCount ? counted : null;
}

/** From this part of all 502s on, those that were not read may be what matters. */
const unreadThatCounts = 0.05;

function findUnread(bag: EvidenceBag, logged: number): UnreadFailures | null {
  const [logs, metrics] = [dataOf(bag.accessLogs), dataOf(bag.cloudFrontMetrics)];
  const unread = logs === null ? null : countUnread(logs, metrics);
  if (unread === null || !unread.isExact || unread.count < moreThatCount) return null;
  const rest = Math.max(logged, (metrics?.estimated502 ?? 0) - unread.count);
  return unread.count > (unread.count + rest) * unreadThatCounts ? unread : null;
}

function countFailures(logs: AccessLogEvidence | null, metrics: CloudFrontMetricsEvidence | null): Verdict['failures'] {
  const estimated = metrics === null ? null : estimate(metrics);
  const fromMetrics =
    metrics === null || estimated === null
      ? null
      : ({ count: estimated, requests: Math.round(metrics.requestsTotal), source: 'cloudfront-metrics' } as const);
  if (logs === null || (logs.requests === 0 && logs.pathPattern === null)) return fromMetrics;
  const fromLogs = { count: logs.failures, requests: logs.requests, source: 'access-logs' } as const;
  const areLate = logs.failures === 0 && logs.pathPattern === null && (fromMetrics?.count ?? 0) > 0;
  return areLate ? fromMetrics : fromLogs;
}

/** 502s by CloudWatch; without the additional metrics, no 5xx at all means no 502 either, and any other number means nothing. */
function estimate(metrics: CloudFrontMetricsEvidence): number | null {
  if (metrics.estimated502 !== null) return Math.round(metrics.estimated502);
  return Math.round(metrics.estimated5xx) === 0 ? 0 : null;
}

const shareThatCounts = 0.8;
const lagThatCountsMs = 15 * 60_000;

interface Doubt {
  readonly because: string;
  readonly remedy: string | null;
}

/** Only what is late comes by itself. */
const waitForLogs = 'Run the check again in an hour with the same window, when the logs are in.';
const readTheRest = 'Why not stands with the access logs; of a shorter window all may be read.';

function findDoubt(bag: EvidenceBag, failures: NonNullable<Verdict['failures']>, isFaultSeen: boolean): Doubt | null {
  const mapped = statusGiven(bag);
  if (mapped !== null)
    return {
      because: `A custom error response of the distribution turns every 502 into ${mapped}, so 502s may be counted under that status.`,
      remedy: null,
    };
  const [logs, metrics] = [dataOf(bag.accessLogs), dataOf(bag.cloudFrontMetrics)];
  if (failures.source === 'cloudfront-metrics')
    return isFaultSeen && metrics?.requests.length === 0
      ? { because: 'CloudWatch has no figure for any minute of the window.', remedy: waitForLogs }
      : null;
  if (logs === null) return null;
  if (logs.objects.failedCount > 0)
    return {
      because: `${countOf(logs.objects.failedCount, 'log object')} could not be read, and none of their rows are counted.`,
      remedy: readTheRest,
    };
  // Figures that lack what the logs hold do not speak for what the logs lack.
  const speaks = metrics !== null && metrics.requestsTotal >= logs.rows.inWindow * shareThatCounts;
  if (speaks && logs.pathPattern === null) {
    const unknown5xx = metrics.estimated502 === null ? Math.round(metrics.estimated5xx) : 0;
    if (unknown5xx > 0 && (shareOfRequests(logs, metrics) ?? 0) < shareThatCounts)
      return {
        because: `CloudWatch counts about ${countOf(unknown5xx, '5xx response')}, and ${isLeftUnread(logs) ? 'not all of the logs were read' : 'the logs do not hold all of the requests yet'}.`,
        remedy: isLeftUnread(logs) ? readTheRest : waitForLogs,
      };
    return null;
  }
  if (logs.pathPattern !== null && logs.requests === 0)
    return {
      because: `No logged request matches ${logs.pathPattern}, and CloudWatch does not tell paths apart.`,
      remedy: isLeftUnread(logs) ? readTheRest : waitForLogs,
    };
  return findGap(logs) ?? describeLateness(bag, logs);
}

const malformedThatCounts = 0.01;

/** What was not read of the logs, where nothing else counts the 502s. */
function findGap(logs: AccessLogEvidence): Doubt | null {
  const { listed, read } = logs.objects;
  const { malformed, inWindow, outsideWindow } = logs.rows;
  // Rows without an object that was read are those that an engine counted.
  const isCounted = read === 0 && inWindow > 0;
  if (read < listed && !isCounted)
    return { because: `Only ${formatCount(read)} of ${countOf(listed, 'log object')} were read.`, remedy: readTheRest };
  const unread = unreadHours(logs).length;
  if (unread > 0)
    return {
      because: `The logs of ${countOf(unread, 'hour')} of the window could not be read.`,
      remedy: readTheRest,
    };
  if (partReadOf(logs) < 1) return { because: 'Only a part of the logs could be read.', remedy: readTheRest };
  return malformed > (malformed + inWindow + outsideWindow) * malformedThatCounts
    ? {
        because: `${countOf(malformed, 'log row')} could not be understood, beside ${formatCount(inWindow)} that could.`,
        remedy: 'What they look like stands with the access logs: see which format that place really has.',
      }
    : null;
}

function describeLateness(bag: EvidenceBag, logs: AccessLogEvidence): Doubt | null {
  return isLate(bag, logs)
    ? {
        because: `The newest log row is from ${logs.newestRow?.slice(11, 16) ?? '?'} UTC, so the end of the window is not in the logs yet.`,
        remedy: waitForLogs,
      }
    : null;
}

function isLate(bag: EvidenceBag, logs: AccessLogEvidence): boolean {
  const [from, to] = [Date.parse(bag.window.from), Date.parse(bag.window.to)];
  const newest = logs.newestRow === null ? from : Date.parse(logs.newestRow);
  return to - newest > Math.max(lagThatCountsMs, (to - from) / 4);
}
