/** CloudFront is told to reach the origin by IPv6 only, and its name has no IPv6 address. */
import { defineCheck } from '../diagnosis/check.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Outcome } from '../diagnosis/finding.js';
import { decisiveResults, resultsOf } from '../diagnosis/log-results.js';
import { citeResolution, lacksIpv6Only } from '../diagnosis/name-resolution.js';
import { blindness, explainsOf } from '../diagnosis/probe-subject.js';

export const ipv6WithoutAaaa = defineCheck({
  id: 'ipv6-without-aaaa',
  title: 'IPv6 without an IPv6 address',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-enable-ipv6.html',
  needs: ['origin-probe', 'distribution'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, distribution, 'access-logs': logs }): Outcome => {
    const { connection, dns } = probe;
    const origin = distribution.origins.find(({ id }) => id === connection.originId);
    const ruledOut = (because: string): Outcome => ({
      state: 'ruled-out',
      because,
      citations: [citeResolution(probe)],
    });
    const type = origin?.ipAddressType ?? 'ipv4';
    if (type === 'ipv4') return ruledOut(`CloudFront reaches ${connection.domainName} by IPv4.`);
    if (type === 'dualstack' && dns.outcome === 'resolved')
      return ruledOut(`CloudFront reaches ${connection.domainName} by whichever of IPv4 and IPv6 it has.`);
    if (lacksIpv6Only(dns)) {
      if (probe.vantage.class === 'blind') return { state: 'inconclusive', missing: [blindness(probe)] };
      const logged = countFitting(logs, explainsOf(connection, decisiveResults.dns, false)) > 0;
      return {
        state: 'found',
        findings: [
          {
            claim: `CloudFront is set to reach ${connection.domainName} by IPv6 only, and the name has IPv4 addresses only`,
            layer: 'cloudfront-to-origin',
            // AWS documents the need for an AAAA record, and the status for names that do not resolve: the log joins the two.
            strength: logged ? 'proven' : 'supported',
            originId: connection.originId,
            connectionId: connection.id,
            citations: [citeResolution(probe)],
            explains: explainsOf(connection, resultsOf.dns, false),
            failsEveryRequest: true,
            metAt: 'dns',
            remedy: 'Set the origin’s IP address type to IPv4 or dual-stack, or give the name an AAAA record.',
          },
        ],
      };
    }
    if (dns.outcome === 'resolved') return ruledOut(`${connection.domainName} has an IPv6 address.`);
    if (probe.vantage.class !== 'valid') return { state: 'inconclusive', missing: [blindness(probe)] };
    return ruledOut(`${connection.domainName} has no address of either kind (${dns.outcome}), which is another cause.`);
  },
});
