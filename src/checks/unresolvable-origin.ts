/** The origin's name does not resolve in public DNS: the one cause whose log value AWS documents together with 502. */
import { defineCheck } from '../diagnosis/check.js';
import type { DnsProbe, OriginProbe } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Citation, Finding, Outcome } from '../diagnosis/finding.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { blindness, explainsOf } from '../diagnosis/judge-probe.js';
import { decisiveResults, resultsOf } from '../diagnosis/log-results.js';
import { countOf, listOf } from '../diagnosis/wording.js';

const words: Readonly<Partial<Record<DnsProbe['outcome'], string>>> = {
  nxdomain: 'does not exist in public DNS',
  'no-data': 'has no address in public DNS',
  servfail: 'cannot be resolved: its name servers fail',
};
const remedy =
  'Correct the origin’s domain name or its DNS record, and check the delegation and every authoritative name server.';

export const unresolvableOrigin = defineCheck({
  id: 'unresolvable-origin',
  title: 'Origin name does not resolve',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }): Outcome => {
    const { connection, dns } = probe;
    const failure = words[dns.outcome];
    if (failure !== undefined) {
      const claim = `${dns.name} ${failure}`;
      if (probe.vantage.class === 'blind')
        return { state: 'inconclusive', missing: [blindness(probe)], lead: `From here: ${claim}.` };
      return found(probe, claim, dns.outcome === 'servfail' ? 'supported' : 'proven', [citeDns(probe)]);
    }
    const logged = logs === null ? 0 : countFitting(logs, explainsOf(connection, decisiveResults.dns, false));
    if (logs !== null && logged > 0)
      return found(
        probe,
        `CloudFront could not resolve ${dns.name} for a part of the requests, although it resolves from here now`,
        'supported',
        [
          {
            kind: 'access-log',
            ref: logs.source,
            fact: `${countOf(logged, '502')} with OriginDnsError on ${listOf(connection.behaviours)}`,
          },
        ],
      );
    const contrary = dns.answers.find(({ outcome }) => words[outcome] !== undefined && outcome !== 'no-data');
    if (dns.outcome !== 'resolved' || contrary !== undefined || probe.vantage.class !== 'valid')
      return {
        state: 'inconclusive',
        missing: [
          probe.vantage.class === 'valid'
            ? {
                kind: 'not-seen',
                message:
                  contrary === undefined
                    ? `${dns.name} could not be looked up from here (${dns.outcome}).`
                    : `The resolvers disagree on ${dns.name}: ${contrary.resolver} says ${contrary.outcome}.`,
                remedy: `Ask each authoritative name server: dig +trace ${dns.name}.`,
              }
            : blindness(probe),
        ],
        ...(contrary === undefined ? {} : { lead: `${dns.name} resolves by some resolvers only.` }),
      };
    return { state: 'ruled-out', because: `${dns.name} resolves in public DNS.`, citations: [citeDns(probe)] };
  },
});

function citeDns({ connection, dns }: OriginProbe): Citation {
  const addresses = listOf(dns.addresses.map(({ address }) => address));
  return {
    kind: 'probe',
    ref: `${connection.id} by ${listOf(dns.resolvers)}`,
    fact: `${dns.outcome} ${addresses}`.trim(),
  };
}

function found(
  probe: OriginProbe,
  claim: string,
  strength: Finding['strength'],
  citations: Finding['citations'],
): Outcome {
  const { connection } = probe;
  const isLogged = citations[0].kind === 'access-log';
  const finding: Finding = {
    claim,
    layer: 'cloudfront-to-origin',
    strength,
    originId: connection.originId,
    connectionId: connection.id,
    citations,
    explains: explainsOf(connection, isLogged ? decisiveResults.dns : resultsOf.dns, false),
    remedy,
  };
  return { state: 'found', findings: [finding] };
}
