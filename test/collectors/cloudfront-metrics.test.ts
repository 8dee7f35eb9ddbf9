/** The CloudFront metrics collector against the local CloudWatch. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collectCloudFrontMetrics } from '../../src/collectors/cloudfront-metrics.js';
import { choosePeriodSeconds } from '../../src/collectors/metric-data.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const window = { from: '2026-11-20T10:00:30.000Z', to: '2026-11-20T10:03:10.000Z' };
let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T11:00:00.000Z'));
});
afterEach(() => local.stop());

const collect = (distributionId: string) =>
  collectCloudFrontMetrics(local.context, { kind: 'cloudfront-metrics', distributionId, window });

function plant(id: string, name: string, values: readonly number[], region = 'us-east-1'): void {
  local.aws.putMetric({
    region,
    namespace: 'AWS/CloudFront',
    name,
    dimensions: { DistributionId: id, Region: 'Global' },
    points: values.map((value, minute) => ({ at: new Date(Date.UTC(2026, 10, 20, 10, minute)), value })),
  });
}

describe('collectCloudFrontMetrics', () => {
  it('reads requests and rates per minute from us-east-1, oldest first', async () => {
    const { id } = local.aws.putDistribution({ additionalMetrics: 'Enabled' });
    plant(id, 'Requests', [100, 200, 400, 800, 1_600]);
    plant(id, '5xxErrorRate', [10, 0, 50, 25, 99]);
    plant(id, '502ErrorRate', [5, 0, 25, 0, 99]);
    expect(await collect(id)).toEqual({
      distributionId: id,
      periodSeconds: 60,
      requests: [100, 200, 400, 800].map((value, minute) => ({ at: `2026-11-20T10:0${minute}:00.000Z`, value })),
      requestsTotal: 1_500,
      error5xxRate: [10, 0, 50, 25].map((value, minute) => ({ at: `2026-11-20T10:0${minute}:00.000Z`, value })),
      additionalMetrics: 'on',
      error502Rate: [5, 0, 25, 0].map((value, minute) => ({ at: `2026-11-20T10:0${minute}:00.000Z`, value })),
      estimated5xx: 410,
      estimated502: 105,
      additional: { estimated503: 0, estimated504: 0, cacheHitRate: null, originLatencyMs: null },
      gaps: [],
    });
    expect(new Set(local.aws.calls.map(({ region }) => region))).toEqual(new Set(['us-east-1']));
  });

  it('knows the additional metrics for off where there is no subscription', async () => {
    const { id } = local.aws.putDistribution();
    plant(id, 'Requests', [100]);
    expect(await collect(id)).toMatchObject({
      requestsTotal: 100,
      additionalMetrics: 'off',
      error502Rate: null,
      estimated502: null,
      additional: null,
      gaps: [],
    });
  });

  it('reads the rest of the paid set: other rates, the hit rate, percentiles of the latency', async () => {
    const { id } = local.aws.putDistribution({ additionalMetrics: 'Enabled' });
    plant(id, 'Requests', [100, 100, 100]);
    plant(id, '503ErrorRate', [0, 10, 0]);
    plant(id, '504ErrorRate', [1, 2, 3]);
    plant(id, 'CacheHitRate', [40, 50, 90]);
    plant(id, 'OriginLatency', [200, 400, 30_000]);
    expect((await collect(id)).additional).toEqual({
      estimated503: 10,
      estimated504: 6,
      cacheHitRate: 50,
      originLatencyMs: { p50: 400, p90: 400, p99: 400, worstP99: 30_000 },
    });
  });

  it('says "unknown", with the permission to ask for, where it may not look', async () => {
    const { id } = local.aws.putDistribution();
    plant(id, 'Requests', [100]);
    local.aws.fail({ service: 'cloudfront', operation: 'GetMonitoringSubscription', how: 'access-denied' });
    expect(await collect(id)).toMatchObject({
      additionalMetrics: 'unknown',
      error502Rate: null,
      gaps: [{ kind: 'access-denied', remedy: expect.stringContaining('cloudfront:GetMonitoringSubscription') }],
    });
  });

  it('fails where the metrics themselves cannot be read', async () => {
    const { id } = local.aws.putDistribution();
    local.aws.fail({ service: 'cloudwatch', how: 'access-denied' });
    await expect(collect(id)).rejects.toMatchObject({
      kind: 'access-denied',
      details: { remedy: expect.stringContaining('cloudwatch:GetMetricData') },
    });
  });
});

describe('choosePeriodSeconds', () => {
  const from = '2026-11-01T00:00:00.000Z';
  it.each([
    ['2026-11-01T01:00:00Z', 60],
    ['2026-11-15T23:59:00Z', 60],
    ['2026-11-16T00:00:00Z', 300],
    ['2027-01-02T23:59:00Z', 300],
    ['2027-01-03T00:00:00Z', 3600],
  ])('seen from %s it is %d', (now, seconds) => {
    expect(choosePeriodSeconds({ from, to: '2026-11-01T01:00:00.000Z' }, new Date(now))).toBe(seconds);
  });
});
