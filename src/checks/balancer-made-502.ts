/** The load balancer made the 502 itself: its own count of them agrees with CloudFront's. */

import { behavioursOf, describeBalancer, overlapByMinute } from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { AccessLogEvidence, LoadBalancerEvidence } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Citation, Explains, Finding, Outcome } from '../diagnosis/finding.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { countOf } from '../diagnosis/wording.js';

/** From this share of minutes in common on, the two counts are taken for the same 502s. */
const sameMinutes = 0.8;

export const balancerMade502 = defineCheck({
  id: 'balancer-made-502',
  title: 'Load balancer made the 502',
  layer: 'load-balancer',
  why: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html',
  refines: ['relayed-502'],
  needs: ['load-balancer', 'distribution'],
  uses: ['access-logs'],
  evaluate: ({ 'load-balancer': balancer, distribution, 'access-logs': logs }): Outcome => {
    const { name, type, metrics, originId } = balancer;
    const citations: [Citation] = [{ kind: 'load-balancer', ref: balancer.arn, fact: describeBalancer(balancer) }];
    if (type === 'network' || type === 'gateway')
      return {
        state: 'ruled-out',
        because: `${name} is a ${type} load balancer, which does not speak HTTP.`,
        citations,
      };
    if (metrics === null)
      return {
        state: 'inconclusive',
        missing: [
          {
            kind: 'access-denied',
            message: `The metrics of ${name} could not be read.`,
            remedy: `Allow cloudwatch:GetMetricData in ${balancer.region}.`,
          },
        ],
      };
    if (metrics.elb502 === 0) {
      const behind =
        metrics.target5xx === 0 ? ' and its targets answered no 5xx either, so the fault lies before it' : '';
      return { state: 'ruled-out', because: `${name} made no 502 in the window${behind}.`, citations };
    }
    const explains = {
      behaviours: behavioursOf(distribution, originId),
      detailedResults: resultsOf.relayed,
      atMost: metrics.elb502,
    };
    return { state: 'found', findings: [judge(balancer, logs, explains, citations, metrics)] };
  },
});

function judge(
  { name, originId }: LoadBalancerEvidence,
  logs: AccessLogEvidence | null,
  explains: Explains,
  citations: [Citation],
  { elb502, elb502PerMinute }: NonNullable<LoadBalancerEvidence['metrics']>,
): Finding {
  const fitting = countFitting(logs, explains);
  const overlap = logs === null ? 0 : overlapByMinute(elb502PerMinute, logs);
  const percent = `${Math.round(overlap * 100)} % of the balancer's 502s fall in minutes with logged 502s`;
  const logged: Citation[] = logs === null ? [] : [{ kind: 'access-log', ref: logs.source, fact: percent }];
  return {
    claim: `${name} counts ${countOf(elb502, '502')} that it made itself in the window`,
    layer: 'load-balancer',
    // That equal counts are the same requests is our inference; only the same minutes make it firm.
    strength: fitting > 0 && overlap >= sameMinutes ? 'proven' : 'supported',
    originId,
    connectionId: null,
    citations: [...citations, ...logged],
    explains,
    remedy:
      'Look at what the balancer met: targets that close connections (their keep-alive must outlast the balancer’s idle timeout), malformed or oversized answers, TLS to the target, deregistration.',
  };
}
