/** An hour of traffic for one case: the access logs as CloudFront would have delivered them, and the metrics that CloudWatch would hold. */
import { type AccessLogRow, uploadAccessLogs } from '../../world/access-logs.js';
import type { LocalAws } from '../../world/aws/local-aws.js';
import { plantStory } from '../../world/log-story.js';
import type { CaseNames, WorldSketch } from './bench-case.js';

const minuteMs = 60_000;
const newestMinutes = 4;
const oldestMinutes = 70;

/** @returns the rows of what happened, logged or not. */
export function plantTraffic(aws: LocalAws, world: WorldSketch, names: CaseNames): readonly AccessLogRow[] {
  const now = Date.now();
  const story = plantStory({
    seed: names.number,
    window: { from: new Date(now - oldestMinutes * minuteMs), to: new Date(now - newestMinutes * minuteMs) },
    requestsPerMinute: world.requestsPerMinute ?? 24,
    distributionDomain: names.distributionDomain,
    viewerHost: names.viewerHost,
    ...(world.paths === undefined ? {} : { paths: world.paths }),
    failures: world.failures ?? [],
  });
  const rows = world.editRows?.(story, names) ?? story;
  if (world.logs === 'denied' || world.logs === 'empty') aws.createBucket(names.bucket);
  if ((world.logs ?? 'on') === 'on') uploadAccessLogs(aws, names.bucket, 'cdn/', names.distributionId, rows);
  if (world.metrics !== 'none') putMetrics(aws, world, names, rows);
  return rows;
}

/** Requests, 5xx and 502s of one minute. */
export interface MinuteOfTraffic {
  readonly at: Date;
  readonly requests: number;
  readonly errors: number;
  readonly badGateways: number;
}

export function countMinutes(rows: readonly AccessLogRow[]): readonly MinuteOfTraffic[] {
  const minutes = new Map<number, { requests: number; errors: number; badGateways: number }>();
  for (const { at, values } of rows) {
    const minute = Math.floor(at.getTime() / minuteMs) * minuteMs;
    const counted = minutes.get(minute) ?? { requests: 0, errors: 0, badGateways: 0 };
    minutes.set(minute, counted);
    counted.requests += 1;
    if (values['sc-status']?.startsWith('5') === true) counted.errors += 1;
    if (values['sc-status'] === '502') counted.badGateways += 1;
  }
  return [...minutes].map(([minute, counted]) => ({ at: new Date(minute), ...counted }));
}

function putMetrics(aws: LocalAws, world: WorldSketch, names: CaseNames, rows: readonly AccessLogRow[]): void {
  const minutes = countMinutes(rows);
  const put = (name: string, value: (minute: MinuteOfTraffic) => number): void =>
    aws.putMetric({
      namespace: 'AWS/CloudFront',
      name,
      dimensions: { DistributionId: names.distributionId, Region: 'Global' },
      points: minutes.map((minute) => ({ at: minute.at, value: value(minute) })),
    });
  put('Requests', ({ requests }) => requests);
  put('5xxErrorRate', ({ requests, errors }) => (100 * errors) / requests);
  if (world.metrics !== 'basic') put('502ErrorRate', ({ requests, badGateways }) => (100 * badGateways) / requests);
}
