/** Reads what CloudWatch says about a distribution: requests, error rates, and the paid metrics where they are on. */
import { GetMonitoringSubscriptionCommand } from '@aws-sdk/client-cloudfront';
import type { CloudFrontMetricsEvidence, MetricPoint, Unavailability } from '../diagnosis/evidence.js';
import { toFailure } from '../failure.js';
import { callAws, cloudFrontRegion } from '../platform/aws.js';
import type { CollectContext, Collector } from './collector.js';
import { toGap } from './gap.js';
import { choosePeriodSeconds, type MetricQuery, median, readMetrics } from './metric-data.js';

const namespace = 'AWS/CloudFront';

/** The metrics of CloudFront are in us-east-1 only. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html */
export const collectCloudFrontMetrics: Collector<'cloudfront-metrics'> = async (
  context,
  { distributionId, window },
) => {
  const { state: additionalMetrics, gaps } = await readSubscription(context, distributionId);
  const periodSeconds = choosePeriodSeconds(window, context.now());
  const ofDistribution = <Id extends string>(
    id: Id,
    metricName: string,
    statistic: MetricQuery<Id>['statistic'],
  ): MetricQuery<Id> => ({
    id,
    namespace,
    metricName,
    dimensions: [
      { Name: 'DistributionId', Value: distributionId },
      { Name: 'Region', Value: 'Global' },
    ],
    statistic,
  });
  // Asked for even where the additional metrics are not known to be on: where they are off it has no points.
  const points = await readMetrics(
    context,
    cloudFrontRegion,
    [
      ofDistribution('requests', 'Requests', 'Sum'),
      ofDistribution('rate5xx', '5xxErrorRate', 'Average'),
      ofDistribution('rate502', '502ErrorRate', 'Average'),
      ofDistribution('rate503', '503ErrorRate', 'Average'),
      ofDistribution('rate504', '504ErrorRate', 'Average'),
      ofDistribution('cacheHitRate', 'CacheHitRate', 'Average'),
      // A percentile is the only statistic that this metric has.
      ofDistribution('latencyP50', 'OriginLatency', 'p50'),
      ofDistribution('latencyP90', 'OriginLatency', 'p90'),
      ofDistribution('latencyP99', 'OriginLatency', 'p99'),
    ],
    window,
    periodSeconds,
  );
  const measures502 = additionalMetrics === 'on' || (additionalMetrics === 'unknown' && points.rate502.length > 0);
  return {
    distributionId,
    periodSeconds,
    requests: points.requests,
    requestsTotal: points.requests.reduce((sum, { value }) => sum + value, 0),
    error5xxRate: points.rate5xx,
    additionalMetrics,
    error502Rate: measures502 ? points.rate502 : null,
    estimated5xx: estimateCount(points.requests, points.rate5xx),
    estimated502: measures502 ? estimateCount(points.requests, points.rate502) : null,
    additional: measures502
      ? {
          estimated503: estimateCount(points.requests, points.rate503),
          estimated504: estimateCount(points.requests, points.rate504),
          cacheHitRate: points.cacheHitRate.length === 0 ? null : median(points.cacheHitRate),
          originLatencyMs:
            points.latencyP99.length === 0
              ? null
              : {
                  p50: median(points.latencyP50),
                  p90: median(points.latencyP90),
                  p99: median(points.latencyP99),
                  worstP99: Math.max(...points.latencyP99.map(({ value }) => value)),
                },
        }
      : null,
    gaps,
  };
};

async function readSubscription(
  context: CollectContext,
  distributionId: string,
): Promise<{
  readonly state: CloudFrontMetricsEvidence['additionalMetrics'];
  readonly gaps: readonly Unavailability[];
}> {
  const { aws, signal } = context;
  const command = new GetMonitoringSubscriptionCommand({ DistributionId: distributionId });
  try {
    const answer = await callAws(
      'cloudfront:GetMonitoringSubscription',
      '*',
      () => aws.cloudFront().send(command, { abortSignal: signal }),
      signal,
    );
    const status = answer.MonitoringSubscription?.RealtimeMetricsSubscriptionConfig?.RealtimeMetricsSubscriptionStatus;
    return { state: status === 'Enabled' ? 'on' : 'off', gaps: [] };
  } catch (thrown) {
    // A distribution whose additional metrics were never turned on has no subscription.
    if (toFailure(thrown).details['errorName'] === 'NoSuchMonitoringSubscription') return { state: 'off', gaps: [] };
    return { state: 'unknown', gaps: [toGap(context, thrown)] };
  }
}

/** Responses behind a rate in percent, period by period. */
function estimateCount(requests: readonly MetricPoint[], ratePercent: readonly MetricPoint[]): number {
  const requestsAt = new Map(requests.map(({ at, value }) => [at, value]));
  const sum = ratePercent.reduce((total, { at, value }) => total + (value / 100) * (requestsAt.get(at) ?? 0), 0);
  return Math.round(sum);
}
