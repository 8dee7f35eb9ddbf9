/** The load balancer made the 502 itself: its own count of them agrees with CloudFront's. */
import {
  behavioursOf,
  commonReasons,
  describeBalancer,
  findReason,
  isCommensurate,
  overlapByMinute,
  unreadMetrics,
} from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { AccessLogEvidence, CloudFrontMetricsEvidence, MetricPoint } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Citation, Explains, Outcome, Strength } from '../diagnosis/finding.js';
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
  uses: ['access-logs', 'cloudfront-metrics'],
  evaluate: ({ 'load-balancer': balancer, distribution, 'access-logs': logs, 'cloudfront-metrics': counted }) => {
    const { name, type, metrics, originId, arn: ref } = balancer;
    const citation: Citation = { kind: 'load-balancer', ref, fact: describeBalancer(balancer) };
    if (type === 'network' || type === 'gateway')
      return ruledOut(`${name} is a ${type} load balancer, which does not speak HTTP.`, citation);
    if (metrics === null) return { state: 'inconclusive', missing: [unreadMetrics(balancer)] };
    const { elb502, target5xx, elb502PerMinute } = metrics;
    if (elb502 === 0) {
      const behind = target5xx === 0 ? ' and its targets answered no 5xx either, so the fault lies before it' : '';
      return ruledOut(`${name} made no 502 in the window${behind}.`, citation);
    }
    const reason = findReason(metrics);
    const behaviours = behavioursOf(distribution, originId);
    const explains = { behaviours, detailedResults: resultsOf.relayed, atMost: elb502 };
    const overlap = logs === null ? 0 : overlapByMinute(elb502PerMinute, logs);
    const fact = `${Math.round(overlap * 100)} % of the balancer's 502s fall in minutes with logged 502s`;
    const finding = {
      claim: `${name} counts ${countOf(elb502, '502')} that it made itself in the window${reason === null ? '' : `: ${reason.phrase}`}`,
      layer: 'load-balancer' as const,
      strength: judgeStrength(elb502PerMinute, elb502, explains, logs, counted),
      originId,
      connectionId: null,
      citations: [
        citation,
        ...(logs === null ? [] : [{ kind: 'access-log' as const, ref: logs.source, fact }]),
      ] as const,
      explains,
      remedy: reason?.remedy ?? commonReasons,
    };
    return { state: 'found', findings: [finding] };
  },
});

function ruledOut(because: string, citation: Citation): Outcome {
  return { state: 'ruled-out', because, citations: [citation] };
}

/** That equal counts are the same requests is our inference; only the same minutes make it firm. */
function judgeStrength(
  perMinute: readonly MetricPoint[],
  elb502: number,
  explains: Explains,
  logs: AccessLogEvidence | null,
  counted: CloudFrontMetricsEvidence | null,
): Strength {
  if (logs === null) return isCommensurate(elb502, counted) ? 'supported' : 'possible';
  return countFitting(logs, explains) > 0 && overlapByMinute(perMinute, logs) >= sameMinutes ? 'proven' : 'supported';
}
