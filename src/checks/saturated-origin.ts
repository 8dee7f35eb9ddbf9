/** The origin fails when it is busy: the share of 502s rises with the load, beside 503s, 504s or slow answers. */
import { behavioursOf } from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { AccessLogEvidence, DistributionEvidence, Origin } from '../diagnosis/evidence.js';
import type { Citation, Finding, Outcome } from '../diagnosis/finding.js';
import { describeTrend, findLoadTrend } from '../diagnosis/load-trend.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { findOnset } from '../diagnosis/onset.js';
import { trafficOf } from '../diagnosis/origin-traffic.js';
import { countOf, formatCount } from '../diagnosis/wording.js';

/** From this part of the 502s on, 503s, 504s and slow answers count as their company. */
const companyShare = 0.1;
const minCompany = 20;
const source = (logs: AccessLogEvidence, fact: string): Citation => ({ kind: 'access-log', ref: logs.source, fact });

export const saturatedOrigin = defineCheck({
  id: 'saturated-origin',
  title: 'Origin over its capacity',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-503-service-unavailable.html',
  // Load makes any other fault show more often: where something was seen that accounts for the same 502s, it is that.
  role: 'amplifier',
  needs: ['distribution', 'access-logs'],
  evaluate: ({ distribution, 'access-logs': logs }): Outcome => {
    const [first, ...rest] = distribution.origins.flatMap((origin) => judgeOrigin(distribution, logs, origin) ?? []);
    if (first !== undefined) return { state: 'found', findings: [first, ...rest] };
    return {
      state: 'ruled-out',
      because:
        logs.failures === 0
          ? 'No 502s were logged that could rise with the load.'
          : 'The share of 502s does not rise with the load beside 503s, 504s or slow answers.',
      citations: [source(logs, `${countOf(logs.failures, '502')} in ${countOf(logs.requests, 'request')}`)],
    };
  },
});

/** Null where its 502s do not rise with the load, or rise alone. */
function judgeOrigin(distribution: DistributionEvidence, logs: AccessLogEvidence, origin: Origin): Finding | null {
  const behaviours = behavioursOf(distribution, origin.id);
  const traffic = trafficOf(logs, behaviours);
  const trend = traffic === null ? null : findLoadTrend(traffic.perMinute, findOnset(traffic.perMinute));
  if (traffic === null || trend?.direction !== 'rises') return null;
  const company = traffic.otherServerErrors + traffic.slow;
  if (company < minCompany || company < companyShare * traffic.failures) return null;
  const beside = `${countOf(traffic.otherServerErrors, '503 or 504', '503s and 504s')} and ${countOf(traffic.slow, 'answer')} of 5 s and more beside ${formatCount(traffic.failures)} 502s`;
  return {
    claim: `${origin.domainName} fails when it is busy: the share of 502s ${describeTrend(trend)}`,
    layer: 'target',
    strength: 'supported',
    originId: origin.id,
    connectionId: null,
    citations: [source(logs, `the share of 502s ${describeTrend(trend)}`), source(logs, beside)],
    explains: {
      behaviours,
      detailedResults: [...new Set([...resultsOf.connect, ...resultsOf.race, ...resultsOf.relayed])],
    },
    remedy:
      'Look at what runs out at the origin under load (workers, connections, threads, CPU, a database behind it) and add capacity or shed load; a longer time-out at CloudFront adds to the load.',
  };
}
