/** The load balancer made the 502 itself: its own count of them agrees with CloudFront's. */
import {
  behavioursOf,
  commonReasons,
  describeBalancer,
  describeOverlap,
  findReason,
  isCommensurate,
  limitWithinRead,
  type Overlap,
  overlapByMinute,
  unreadMetrics,
} from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { CloudFrontMetricsEvidence } from '../diagnosis/evidence.js';
import type { Citation, Outcome, Strength } from '../diagnosis/finding.js';
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
    const explains = {
      behaviours,
      detailedResults: resultsOf.relayed,
      atMost: limitWithinRead(elb502, elb502PerMinute, logs),
    };
    const overlap = logs === null ? null : overlapByMinute(elb502PerMinute, logs, explains);
    const fact = describeOverlap(overlap);
    const finding = {
      claim: `${name} counts ${countOf(elb502, '502')} that it made itself in the window${reason === null ? '' : `: ${reason.phrase}`}`,
      layer: 'load-balancer' as const,
      strength: judgeStrength(elb502, overlap, counted),
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
function judgeStrength(elb502: number, overlap: Overlap | null, counted: CloudFrontMetricsEvidence | null): Strength {
  // A balancer counts its 502s as such: without anything to hold them against they are the likeliest account, unless CloudFront has far more.
  if (overlap === null)
    return (counted?.estimated502 ?? 0) === 0 || isCommensurate(elb502, counted) ? 'supported' : 'possible';
  return overlap.ofErrors >= sameMinutes && overlap.ofRows >= sameMinutes ? 'proven' : 'supported';
}
