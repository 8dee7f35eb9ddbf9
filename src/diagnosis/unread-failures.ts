/** What CloudWatch counts in hours of whose logs nothing was read: it may have another cause than what was read. Pure. */
import type { AccessLogEvidence, CloudFrontMetricsEvidence, Iso } from './evidence.js';
import { unreadHours } from './part-read.js';

export interface UnreadFailures {
  /** 502s; where CloudWatch does not tell them from other 5xx, or other paths from those asked about, there are no more than this. */
  readonly count: number;
  readonly isExact: boolean;
  /** The hour with the most of them; null where there are none. */
  readonly worst: Iso | null;
}

/** CloudWatch and the logs count the same requests; a metric that has far fewer than the logs does not speak for what they lack. */
const leastShare = 0.8;

/** Null where hours were not read and nobody counted what was in them. */
export function countUnread(logs: AccessLogEvidence, metrics: CloudFrontMetricsEvidence | null): UnreadFailures | null {
  const unread = unreadHours(logs);
  if (unread.length === 0) return { count: 0, isExact: true, worst: null };
  if (metrics === null || metrics.requests.length === 0) return null;
  if (metrics.requestsTotal < logs.rows.inWindow * leastShare) return null;
  const requestsAt = new Map(metrics.requests.map(({ at, value }) => [at, value]));
  const counted = new Set(metrics.requests.map(({ at }) => hourOf(at)));
  // Logs that hold rows of requests which the metric lacks.
  const isBlind = ({ hour, objects }: AccessLogEvidence['hours'][number]): boolean =>
    objects > 0 && unread.includes(hour) && !counted.has(hourOf(hour));
  if (logs.hours.some(isBlind)) return null;
  const rates = metrics.error502Rate ?? metrics.error5xxRate;
  const perHour = unread.map((hour) => ({
    hour,
    count: rates
      .filter(({ at }) => hourOf(at) === hourOf(hour))
      .reduce((sum, { at, value }) => sum + (value / 100) * (requestsAt.get(at) ?? 0), 0),
  }));
  const count = Math.round(perHour.reduce((sum, one) => sum + one.count, 0));
  const worst = perHour.reduce((most, one) => (one.count > most.count ? one : most));
  return {
    count,
    isExact: metrics.error502Rate !== null && logs.pathPattern === null,
    worst: count === 0 ? null : worst.hour,
  };
}

function hourOf(at: Iso): string {
  return at.slice(0, 13);
}
