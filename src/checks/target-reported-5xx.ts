/** The application behind the load balancer answered 5xx, which balancer and CloudFront pass on. */
import {
  behavioursOf,
  countWithinRead,
  describeBalancer,
  isCommensurate,
  limitWithinRead,
  overlapByMinute,
  unreadMetrics,
} from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { AccessLogEvidence, LoadBalancerEvidence } from '../diagnosis/evidence.js';
import type { Citation, Explains } from '../diagnosis/finding.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { countOf } from '../diagnosis/wording.js';

/** From this share of minutes in common on, the targets' errors go with the logged 502s. */
const sameMinutes = 0.5;

export const targetReported5xx = defineCheck({
  id: 'target-reported-5xx',
  title: 'Application answered 5xx',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html',
  refines: ['relayed-502'],
  needs: ['load-balancer', 'distribution'],
  uses: ['access-logs', 'cloudfront-metrics'],
  evaluate: ({ 'load-balancer': balancer, distribution, 'access-logs': logs, 'cloudfront-metrics': counted }) => {
    const { name, type, metrics, originId, arn: ref } = balancer;
    const citation: Citation = { kind: 'load-balancer', ref, fact: describeBalancer(balancer) };
    if (type === 'network' || type === 'gateway') {
      const because = `${name} is a ${type} load balancer, which does not look at what its targets answer.`;
      return { state: 'ruled-out', because, citations: [citation] };
    }
    if (metrics === null) return { state: 'inconclusive', missing: [unreadMetrics(balancer)] };
    const { target5xx } = metrics;
    if (target5xx === 0)
      return { state: 'ruled-out', because: `No target of ${name} answered 5xx in the window.`, citations: [citation] };
    const behaviours = behavioursOf(distribution, originId);
    const explains = {
      behaviours,
      detailedResults: resultsOf.relayed,
      atMost: limitWithinRead(target5xx, metrics.target5xxPerMinute, logs),
    };
    const agrees = logs === null ? isCommensurate(target5xx, counted) : goWith(metrics, logs, explains);
    const finding = {
      claim: `The targets behind ${name} answered ${countOf(target5xx, '5xx response')} in the window (CloudWatch does not say how many of them 502)`,
      layer: 'target' as const,
      strength: agrees ? ('supported' as const) : ('possible' as const),
      originId,
      connectionId: null,
      citations: [citation] as const,
      explains,
      remedy:
        'Look in the application’s log for the errors of this window, or in the balancer’s access log for target_status_code 502.',
    };
    return { state: 'found', findings: [finding] };
  },
});

/** Whether they can be the logged 502s: in the same minutes, and more than the other 5xx that CloudFront passed on. */
function goWith(
  { target5xx, target5xxPerMinute }: NonNullable<LoadBalancerEvidence['metrics']>,
  logs: AccessLogEvidence,
  explains: Explains,
): boolean {
  const others = logs.byStatus
    .filter(({ status }) => status.startsWith('5') && status !== '502')
    .reduce((sum, { count }) => sum + count, 0);
  if (target5xxPerMinute === undefined) return false;
  if (countWithinRead(target5xx, target5xxPerMinute, logs) <= others) return false;
  const { ofErrors, ofRows } = overlapByMinute(target5xxPerMinute, logs, explains);
  return ofErrors >= sameMinutes && ofRows >= sameMinutes;
}
