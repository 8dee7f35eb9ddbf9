/** Reads what a load balancer counted over a window: whose errors they were. */
import type { LoadBalancerEvidence, MetricPoint, TimeWindow } from '../diagnosis/evidence.js';
import type { CollectContext } from './collector.js';
import { choosePeriodSeconds, type MetricQuery, median, readMetrics } from './metric-data.js';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
const metricNames = {
  requests: 'RequestCount',
  elb502: 'HTTPCode_ELB_502_Count',
  elb503: 'HTTPCode_ELB_503_Count',
  elb504: 'HTTPCode_ELB_504_Count',
  target5xx: 'HTTPCode_Target_5XX_Count',
  targetConnectionErrors: 'TargetConnectionErrorCount',
  targetTlsNegotiationErrors: 'TargetTLSNegotiationErrorCount',
  clientTlsNegotiationErrors: 'ClientTLSNegotiationErrorCount',
  rejectedConnections: 'RejectedConnectionCount',
  unhealthyRoutingRequests: 'UnhealthyRoutingRequestCount',
  desyncNonCompliantRequests: 'DesyncMitigationMode_NonCompliant_Request_Count',
  lambdaUserErrors: 'LambdaUserError',
  lambdaInternalErrors: 'LambdaInternalError',
} as const;
type MetricId = keyof typeof metricNames;
type LatencyId = 'latencyP50' | 'latencyP99';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html */
const networkMetricNames = {
  balancerResets: 'TCP_ELB_Reset_Count',
  targetResets: 'TCP_Target_Reset_Count',
  clientResets: 'TCP_Client_Reset_Count',
  clientTlsNegotiationErrors: 'ClientTLSNegotiationErrorCount',
  targetTlsNegotiationErrors: 'TargetTLSNegotiationErrorCount',
} as const;
type NetworkMetricId = keyof typeof networkMetricNames;

/** Sums over the window; CloudWatch keeps no datapoint for zero, so what is missing counts as 0. */
export async function collectLoadBalancerMetrics(
  context: CollectContext,
  region: string,
  loadBalancerArn: string,
  window: TimeWindow,
): Promise<NonNullable<LoadBalancerEvidence['metrics']>> {
  const dimensions = dimensionsOf(loadBalancerArn);
  const query = (id: MetricId): MetricQuery<MetricId> => ({
    id,
    namespace: 'AWS/ApplicationELB',
    metricName: metricNames[id],
    dimensions,
    statistic: 'Sum',
  });
  const ids = Object.keys(metricNames).filter((id): id is MetricId => id in metricNames);
  const latency = (id: LatencyId, statistic: 'p50' | 'p99'): MetricQuery<LatencyId> => ({
    id,
    namespace: 'AWS/ApplicationELB',
    // In seconds, until the target's response head.
    metricName: 'TargetResponseTime',
    dimensions,
    statistic,
  });
  const points = await readMetrics<MetricId | LatencyId>(
    context,
    region,
    [...ids.map(query), latency('latencyP50', 'p50'), latency('latencyP99', 'p99')],
    window,
    choosePeriodSeconds(window, context.now()),
  );
  return {
    requests: sum(points.requests),
    elb502: sum(points.elb502),
    elb503: sum(points.elb503),
    elb504: sum(points.elb504),
    target5xx: sum(points.target5xx),
    targetConnectionErrors: sum(points.targetConnectionErrors),
    targetTlsNegotiationErrors: sum(points.targetTlsNegotiationErrors),
    clientTlsNegotiationErrors: sum(points.clientTlsNegotiationErrors),
    rejectedConnections: sum(points.rejectedConnections),
    elb502PerMinute: points.elb502,
    target5xxPerMinute: points.target5xx,
    unhealthyRoutingRequests: sum(points.unhealthyRoutingRequests),
    desyncNonCompliantRequests: sum(points.desyncNonCompliantRequests),
    lambdaUserErrors: sum(points.lambdaUserErrors),
    lambdaInternalErrors: sum(points.lambdaInternalErrors),
    targetResponseSeconds:
      points.latencyP50.length === 0
        ? null
        : { p50: median(points.latencyP50), worstP99: Math.max(...points.latencyP99.map(({ value }) => value)) },
  };
}

/** What a Network Load Balancer counts: it does not look into HTTP, so it has no errors of that kind. */
export async function collectNetworkMetrics(
  context: CollectContext,
  region: string,
  loadBalancerArn: string,
  window: TimeWindow,
): Promise<NonNullable<LoadBalancerEvidence['networkMetrics']>> {
  const ids = Object.keys(networkMetricNames) as NetworkMetricId[];
  const points = await readMetrics(
    context,
    region,
    ids.map((id) => ({
      id,
      namespace: 'AWS/NetworkELB',
      metricName: networkMetricNames[id],
      dimensions: dimensionsOf(loadBalancerArn),
      statistic: 'Sum' as const,
    })),
    window,
    choosePeriodSeconds(window, context.now()),
  );
  return {
    balancerResets: sum(points.balancerResets),
    targetResets: sum(points.targetResets),
    clientResets: sum(points.clientResets),
    clientTlsNegotiationErrors: sum(points.clientTlsNegotiationErrors),
    targetTlsNegotiationErrors: sum(points.targetTlsNegotiationErrors),
  };
}

function dimensionsOf(loadBalancerArn: string): { Name: string; Value: string }[] {
  return [{ Name: 'LoadBalancer', Value: loadBalancerArn.split(':loadbalancer/')[1] ?? '' }];
}

function sum(points: readonly MetricPoint[]): number {
  return points.reduce((total, { value }) => total + value, 0);
}
