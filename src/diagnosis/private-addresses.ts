/** Origins whose name leads to addresses of private networks: CloudFront reaches those through a VPC origin and no other way. Pure. */
import type { AccessLogEvidence, AddressProbe, OriginProbe } from './evidence.js';
import type { Finding, Outcome } from './finding.js';
import { resultsOf } from './log-results.js';
import { explainsOf, nameOf } from './probe-subject.js';
import { weighTraffic } from './weigh-traffic.js';
import { listOf } from './wording.js';

/** RFC 1918 and RFC 4193. No others: what is reserved for other purposes is no address that somebody would give to an origin. */
export function isPrivateAddress(address: string): boolean {
  const [first = 0, second = 0] = address.split('.').map(Number);
  if (address.includes(':')) return /^f[cd][0-9a-f]{2}:/i.test(address);
  return first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168);
}

/**
 * A finding where addresses of the name are private, null where none is. It is certain where a name server of the zone says so; what the resolvers
 * of this machine say may be a view from within a network, and CloudFront may be told otherwise.
 */
export function findPrivate(
  { connection, dns, addresses }: OriginProbe,
  logs: AccessLogEvidence | null,
): Outcome | null {
  const all = [...new Set(dns.addresses.map(({ address }) => address))];
  const hidden = all.filter(isPrivateAddress);
  if (hidden.length === 0) return null;
  const published = (dns.authority?.answers ?? []).flatMap(({ values }) => values).filter(isAddress);
  const name = nameOf(connection);
  if (published.length > 0 && !published.some(isPrivateAddress))
    return {
      state: 'inconclusive',
      missing: [
        {
          kind: 'not-seen',
          message: `${connection.domainName} resolves to ${listOf(hidden)} here and to ${listOf(published)} at the name servers of its zone, as CloudFront is told: those were not probed.`,
          remedy: 'Run cf502 where the public names are resolved, or set its DNS servers to public ones.',
        },
      ],
    };
  const some = hidden.length === all.length ? '' : ` (on ${hidden.length} of ${all.length} addresses)`;
  const finding: Finding = {
    claim: `${name} resolves to the private address ${listOf(hidden)}, which CloudFront cannot reach without a VPC origin${some}`,
    layer: 'configuration',
    // Where it can be reached from here, this machine may well be told another address than CloudFront.
    strength: published.length > 0 ? 'proven' : addresses.some(isReached) ? 'possible' : 'supported',
    originId: connection.originId,
    connectionId: connection.id,
    citations: [
      published.length > 0
        ? { kind: 'configuration', ref: `DNS zone of ${connection.domainName}`, fact: `addresses ${listOf(published)}` }
        : { kind: 'probe', ref: connection.id, fact: `DNS: ${listOf(all)}` },
    ],
    explains: {
      ...explainsOf(connection, resultsOf.connect, false),
      ...(some === '' ? {} : { addresses: { among: hidden, of: all.length } }),
    },
    metAt: 'dns',
    ...(some === '' ? { failsEveryRequest: true as const } : {}),
    remedy:
      'Make the origin a VPC origin of the distribution, or give its name addresses that are reachable from the internet.',
  };
  // Requests that are answered all the same say that CloudFront is told another address.
  const isContradicted =
    published.length === 0 && weighTraffic(finding, logs, { mayBeServedElsewhere: false }) !== null;
  return { state: 'found', findings: [isContradicted ? { ...finding, strength: 'possible' } : finding] };
}

function isReached({ address, tcp }: AddressProbe): boolean {
  return isPrivateAddress(address) && tcp.outcome === 'connected';
}

function isAddress(value: string): boolean {
  return /^[\d.]+$/.test(value) || value.includes(':');
}
