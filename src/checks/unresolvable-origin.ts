/** The origin's name does not resolve in public DNS: the one cause whose log value AWS documents together with 502. */
import { defineCheck } from '../diagnosis/check.js';
import type { OriginProbe } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Explains, Finding, Outcome } from '../diagnosis/finding.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { decisiveResults, resultsOf } from '../diagnosis/log-results.js';
import { citeAuthority, citeResolution, doubtOf, failureOf, lacksIpv6Only } from '../diagnosis/name-resolution.js';
import { blindness, explainsOf } from '../diagnosis/probe-subject.js';
import { countOf, listOf } from '../diagnosis/wording.js';

export const unresolvableOrigin = defineCheck({
  id: 'unresolvable-origin',
  title: 'Origin name does not resolve',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }): Outcome => {
    const { connection, dns } = probe;
    if (lacksIpv6Only(dns))
      return {
        state: 'ruled-out',
        because: `${dns.name} exists; it has no IPv6 address, which is another cause.`,
        citations: [citeResolution(probe)],
      };
    const failure = failureOf(dns);
    if (failure !== null) {
      const claim = `${dns.name} ${failure}`;
      if (probe.vantage.class === 'blind')
        return { state: 'inconclusive', missing: [blindness(probe)], lead: `From here: ${claim}.` };
      const strength = dns.outcome === 'servfail' ? 'supported' : 'proven';
      const citations = [citeResolution(probe), ...citeAuthority(probe)] as const;
      return found(probe, claim, strength, citations, explainsOf(connection, resultsOf.dns, false), true);
    }
    const logged = explainsOf(connection, decisiveResults.dns, false);
    const count = countFitting(logs, logged);
    if (logs !== null && count > 0) {
      const claim = `CloudFront could not resolve ${dns.name} for a part of the requests, although it resolves from here now`;
      const fact = `${countOf(count, '502')} with OriginDnsError on ${listOf(connection.behaviours)}`;
      return found(probe, claim, 'supported', [{ kind: 'access-log', ref: logs.source, fact }], logged);
    }
    const doubt = doubtOf(probe);
    if (doubt !== null)
      return {
        state: 'inconclusive',
        missing: [doubt.missing],
        ...(doubt.lead === null ? {} : { lead: doubt.lead }),
      };
    return { state: 'ruled-out', because: `${dns.name} resolves in public DNS.`, citations: [citeResolution(probe)] };
  },
});

function found(
  { connection }: OriginProbe,
  claim: string,
  strength: Finding['strength'],
  citations: Finding['citations'],
  explains: Explains,
  failsAll = false,
): Outcome {
  const finding: Finding = {
    claim,
    layer: 'cloudfront-to-origin',
    strength,
    originId: connection.originId,
    connectionId: connection.id,
    citations,
    explains,
    ...(failsAll ? { failsEveryRequest: true, metAt: 'dns' } : {}),
    remedy:
      'Correct the origin’s domain name or its DNS record, and check the delegation and every authoritative name server.',
  };
  return { state: 'found', findings: [finding] };
}
