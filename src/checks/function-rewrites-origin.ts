/** A function may send requests elsewhere than the configuration says, so that what was probed need not be what CloudFront meets. */
import { defineCheck } from '../diagnosis/check.js';
import { behavioursWith, mayRewriteOrigin, nameOfFunction } from '../diagnosis/edge-function-reading.js';
import type { AccessLogEvidence, Behaviour, OriginProbe } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Citation, Outcome } from '../diagnosis/finding.js';
import { decisiveResults } from '../diagnosis/log-results.js';
import { listOf } from '../diagnosis/wording.js';

const ref = 'cloudfront:GetDistributionConfig';
const detailedResults = decisiveResults.dns;

export const functionRewritesOrigin = defineCheck({
  id: 'function-rewrites-origin',
  title: 'Function that may change the origin',
  layer: 'edge-function',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html',
  refines: ['unresolvable-origin'],
  needs: ['distribution'],
  uses: ['origin-probe', 'access-logs', 'cloudfront-metrics'],
  evaluate: ({ distribution, 'origin-probe': probe, 'access-logs': logs, 'cloudfront-metrics': counted }): Outcome => {
    const own = distribution.behaviours.filter(
      ({ pathPattern }) => probe === null || probe.connection.behaviours.includes(pathPattern),
    );
    const patterns = behavioursWith(own, mayRewriteOrigin);
    const names = [...new Set(own.flatMap((one) => one.edgeFunctions.filter(mayRewriteOrigin)))].map(({ arn }) =>
      nameOfFunction(arn),
    );
    const fact =
      names.length === 0 ? `etag ${distribution.etag}` : `${listOf(patterns)}: ${listOf([...new Set(names)])}`;
    const citation: Citation = { kind: 'configuration', ref, fact };
    if (patterns.length === 0)
      return {
        state: 'ruled-out',
        because: 'No behaviour has a function that could change the origin, the Host or the server name of a request.',
        citations: [citation],
      };
    const none = logs === null ? counted?.estimated502 === 0 : countFitting(logs, { behaviours: patterns }) === 0;
    if (none)
      return {
        state: 'ruled-out',
        because: 'No 502 was counted on a behaviour whose requests a function may send elsewhere.',
        citations: [citation],
      };
    const isElsewhere = resolvesHereOnly(probe, own, patterns, logs);
    const finding = {
      claim: isElsewhere
        ? `CloudFront cannot resolve a name on ${listOf(patterns)} alone, where ${listOf([...new Set(names)])} may choose another origin; the configured one resolves`
        : `${listOf([...new Set(names)])} on ${listOf(patterns)} may send each request to another origin, Host or server name than the configured ones, which are what was probed`,
      layer: 'edge-function' as const,
      strength: isElsewhere ? ('supported' as const) : ('possible' as const),
      originId: probe?.connection.originId ?? null,
      connectionId: null,
      citations: [citation] as const,
      explains: isElsewhere ? { behaviours: patterns, detailedResults } : null,
      remedy: 'Read in the function’s code where it sends requests, and run the check on that origin too.',
    };
    return { state: 'found', findings: [finding] };
  },
});

/** DNS errors are logged only where the function runs, while the same origin is resolved for other behaviours, and from here. */
function resolvesHereOnly(
  probe: OriginProbe | null,
  own: readonly Behaviour[],
  patterns: readonly string[],
  logs: AccessLogEvidence | null,
): boolean {
  if (probe === null || logs === null || probe.vantage.class !== 'valid' || probe.dns.outcome !== 'resolved')
    return false;
  const others = own.map(({ pathPattern }) => pathPattern).filter((pattern) => !patterns.includes(pattern));
  const served = logs.dimensions.behaviour.filter(({ value }) => others.includes(value));
  return (
    countFitting(logs, { behaviours: patterns, detailedResults }) > 0 &&
    served.reduce((sum, { requests, failures }) => sum + requests - failures, 0) > 0 &&
    countFitting(logs, { behaviours: others, detailedResults }) === 0
  );
}
