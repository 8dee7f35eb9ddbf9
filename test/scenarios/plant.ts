/** Plants a distribution with its traffic into a world: configuration, an hour of access logs, and the metrics that CloudWatch would hold. */
import type { AccessLogRow } from '../world/access-logs.js';
import { uploadAccessLogs } from '../world/access-logs.js';
import { type DistributionSketch, distributionConfig } from '../world/aws/distribution-config.js';
import { type FailureRule, plantStory, type WeightedPath } from '../world/log-story.js';
import type { World } from '../world/world.js';

export interface Planting {
  readonly id: string;
  readonly config: DistributionSketch;
  readonly failures?: readonly FailureRule[];
  readonly paths?: readonly [WeightedPath, ...WeightedPath[]];
  readonly requestsPerMinute?: number;
  /** False: logging is off and there are no objects. */
  readonly logged?: boolean;
  /** False: CloudWatch knows nothing. */
  readonly measured?: boolean;
}

export const logBucket = 'shop-cloudfront-logs';

/** @returns the id. */
export function plant(world: World, planting: Planting): string {
  const { id, config, logged = true, measured = true } = planting;
  const distribution = world.aws.putDistribution({
    id,
    domainName: `d${id.toLowerCase().slice(1, 14)}.cloudfront.net`,
    additionalMetrics: 'Enabled',
    config: distributionConfig({
      aliases: ['www.shop.example'],
      ...(logged ? { logging: { bucket: logBucket, prefix: 'cdn/' } } : {}),
      ...config,
    }),
  });
  const now = Date.now();
  const rows = plantStory({
    seed: 502,
    window: { from: new Date(now - 70 * 60_000), to: new Date(now - 4 * 60_000) },
    requestsPerMinute: planting.requestsPerMinute ?? 60,
    distributionDomain: distribution.domainName,
    viewerHost: 'www.shop.example',
    ...(planting.paths === undefined ? {} : { paths: planting.paths }),
    failures: planting.failures ?? [],
  });
  if (logged) uploadAccessLogs(world.aws, logBucket, 'cdn/', id, rows);
  if (measured) putMetrics(world, id, rows);
  return id;
}

/** CloudWatch counts what happened, minute by minute, whether it was logged or not. */
export function putMetrics(world: World, distributionId: string, rows: readonly AccessLogRow[]): void {
  const minutes = new Map<number, { requests: number; errors: number; badGateways: number }>();
  for (const { at, values } of rows) {
    const minute = Math.floor(at.getTime() / 60_000) * 60_000;
    const counted = minutes.get(minute) ?? { requests: 0, errors: 0, badGateways: 0 };
    minutes.set(minute, counted);
    counted.requests += 1;
    if (values['sc-status']?.startsWith('5') === true) counted.errors += 1;
    if (values['sc-status'] === '502') counted.badGateways += 1;
  }
  const put = (
    name: string,
    value: (counted: { requests: number; errors: number; badGateways: number }) => number,
  ): void =>
    world.aws.putMetric({
      region: 'us-east-1',
      namespace: 'AWS/CloudFront',
      name,
      dimensions: { DistributionId: distributionId, Region: 'Global' },
      points: [...minutes].map(([minute, counted]) => ({ at: new Date(minute), value: value(counted) })),
    });
  put('Requests', ({ requests }) => requests);
  put('5xxErrorRate', ({ requests, errors }) => (100 * errors) / requests);
  put('502ErrorRate', ({ requests, badGateways }) => (100 * badGateways) / requests);
}
