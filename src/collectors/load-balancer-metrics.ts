/** Reads what an Application Load Balancer counted over a window: whose errors they were. */
import type { LoadBalancerEvidence, MetricPoint, TimeWindow } from '../diagnosis/evidence.js';
import type { CollectContext } from './collector.js';
import { choosePeriodSeconds, type MetricQuery, readMetrics } from './metric-data.js';

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
} as const;
type MetricId = keyof typeof metricNames;

/** Sums over the window; CloudWatch keeps no datapoint for zero, so what is missing counts as 0. */
export async function collectLoadBalancerMetrics(
  context: CollectContext,
  region: string,
  loadBalancerArn: string,
  window: TimeWindow,
): Promise<NonNullable<LoadBalancerEvidence['metrics']>> {
  const dimensions = [{ Name: 'LoadBalancer', Value: loadBalancerArn.split(':loadbalancer/')[1] ?? '' }];
  const query = (id: MetricId): MetricQuery<MetricId> => ({
    id,
    namespace: 'AWS/ApplicationELB',
    metricName: metricNames[id],
    dimensions,
    statistic: 'Sum',
  });
  const ids = Object.keys(metricNames).filter((id): id is MetricId => id in metricNames);
  const points = await readMetrics(context, region, ids.map(query), window, choosePeriodSeconds(window, context.now()));
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
  };
}

function sum(points: readonly MetricPoint[]): number {
  return points.reduce((total, { value }) => total + value, 0);
}
