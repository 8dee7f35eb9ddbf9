/** What was not seen of an origin from here, and why: it keeps a check from ruling anything out. Pure. */
import type { AddressProbe, OriginConnection, OriginProbe, Unavailability } from './evidence.js';
import type { Outcome } from './finding.js';
import { blindness, isHostUnknown, nameOf } from './probe-subject.js';
import { findMismatch } from './tls-mismatch.js';

/** Where what is not seen is not seen for a reason of our own. */
export function blindAddress(unseen: readonly AddressProbe[]): Unavailability | null {
  const [first] = unseen;
  if (first === undefined || first.blindBecause === null || unseen.some(({ blindBecause }) => blindBecause === null))
    return null;
  return {
    kind: 'not-seen',
    message: first.blindBecause,
    remedy: 'Run cf502 where there is IPv6 to look at this address too.',
  };
}

/** Where the connection came about and the answer did not: it is not a door that is shut to us. */
export function slowAnswer({ domainName }: OriginConnection, unseen: readonly AddressProbe[]): Unavailability | null {
  const silent = unseen.flatMap(({ http }) => http.find(({ outcome }) => outcome === 'timed-out') ?? []);
  const [first] = silent;
  if (first === undefined || silent.length < unseen.length) return null;
  return {
    kind: 'not-seen',
    message: `${domainName} took the request for ${first.path} and did not answer within ${Math.round(first.elapsedMs / 1000)} s.`,
    remedy:
      'Look at what makes the origin slow. Past the read timeout of the origin CloudFront answers 504 and not 502; a longer one cures 504s only.',
  };
}

/** Statuses by which an origin turns a request away for what it lacks, or for being one too many: what others get for it was not seen. */
const refusals: readonly (number | null)[] = [401, 403, 407, 429];

/** The answers that were refusals, most frequent status first; null where none was. */
export function refusalsOf({
  addresses,
}: OriginProbe): { readonly status: number; readonly count: number; readonly of: number } | null {
  const answers = addresses.flatMap(({ http }) => http);
  const refused = answers.flatMap(({ status }) => (status !== null && refusals.includes(status) ? [status] : []));
  const [status] = [...refused].sort((a, b) => countIn(refused, b) - countIn(refused, a));
  return status === undefined ? null : { status, count: refused.length, of: answers.length };
}

function countIn(statuses: readonly number[], wanted: number): number {
  return statuses.filter((status) => status === wanted).length;
}

/**
 * Where the origin turned our requests away: what it answers to those that it lets in was not seen. A 403 is so only where CloudFront adds headers
 * of its own that an origin may ask for; buckets and gateways answer it to any path that they do not have.
 */
export function turnedAway(probe: OriginProbe): Unavailability | null {
  const { vantage, connection } = probe;
  const refused = refusalsOf(probe);
  if (refused === null || refused.count < refused.of) return null;
  if (vantage.afterHandshake === undefined && refused.status === 403) return null;
  const why =
    vantage.afterHandshake ??
    (refused.status === 429
      ? 'it limits how often we may ask.'
      : 'it asks for credentials that the probe does not have.');
  return {
    kind: 'not-seen',
    message: `${nameOf(connection)} turned every request from here away with ${refused.status}: ${why}`,
    remedy: `Let ${connection.domainName} answer cf502, or ask it from a machine that it lets in.`,
  };
}

/** Whether what an address shows at some layer is lost to us: it may have any fault of that layer or of a later one. */
export function isUnseen({ tcp, tls, http }: AddressProbe): boolean {
  const vague = ['timed-out', 'failed', 'unreachable'];
  const mismatch = tls === null ? null : findMismatch(tls);
  return (
    vague.includes(tcp.outcome) ||
    (tls !== null && vague.includes(tls.outcome) && mismatch === null) ||
    mismatch?.of === 'legacy-cipher' ||
    http.some(({ outcome }) => vague.includes(outcome))
  );
}

/** Where no name is known that CloudFront would ask for: to ask for another would show another server, or another certificate. */
function unknownHost({ domainName, host }: OriginConnection): Unavailability {
  return {
    kind: 'not-seen',
    message: `CloudFront asks ${domainName} for names under ${host}, and none of them is known, so nothing was asked.`,
    remedy:
      'Turn on access logs, which hold the names that viewers ask for: cf502 then asks for those with the most 502s.',
  };
}

/** Nothing to read at this layer: either CloudFront gets no further itself, or we cannot see. */
export function notReached(probe: OriginProbe, over: 'tcp' | 'tls' | 'http'): Outcome {
  const { connection, dns, addresses, refusedAddresses, vantage } = probe;
  const name = nameOf(connection);
  if (vantage.class === 'valid') {
    if (dns.outcome === 'nxdomain' || dns.outcome === 'no-data')
      return ruledOut(probe, `CloudFront does not get that far: ${connection.domainName} does not resolve.`);
    if (addresses.length > 0 && addresses.every(({ tcp }) => tcp.outcome === 'refused' || tcp.outcome === 'reset'))
      return ruledOut(probe, `CloudFront does not get that far: ${name} refuses the connection.`);
    const ended = addresses.filter(({ tls }) => tls !== null && tls.outcome !== 'completed');
    if (over !== 'tcp' && ended.length > 0 && addresses.every((address) => !isUnseen(address)))
      return ruledOut(probe, `CloudFront does not get that far: the TLS handshake with ${name} ends before.`);
    const other = addresses.find(({ otherProtocol }) => otherProtocol !== null);
    if (over === 'http' && other !== undefined && addresses.every((address) => !isUnseen(address)))
      return ruledOut(
        probe,
        `CloudFront does not get that far: port ${connection.port} of ${name} speaks no HTTP/1.1.`,
      );
  }
  const [refused] = refusedAddresses;
  if (addresses.length === 0 && refused !== undefined)
    return {
      state: 'inconclusive',
      missing: [
        {
          kind: 'not-allowed',
          message: `No address of ${connection.domainName} may be probed: ${refused.because}`,
          remedy: 'If it is yours to probe, add its range to probes.allowedRanges in the policy file.',
        },
      ],
    };
  if (vantage.class !== 'valid') return { state: 'inconclusive', missing: [blindness(probe)] };
  if (isHostUnknown(connection) && addresses.some(({ tcp }) => tcp.outcome === 'connected'))
    return { state: 'inconclusive', missing: [unknownHost(connection)] };
  const slow = slowAnswer(connection, addresses);
  if (slow !== null) return { state: 'inconclusive', missing: [slow] };
  const what = dns.outcome !== 'resolved' ? `its name could not be looked up (${dns.outcome})` : 'it did not answer';
  return {
    state: 'inconclusive',
    missing: [
      {
        kind: 'not-seen',
        message: `${name} could not be looked at: ${what} from here.`,
        remedy: `Open ${connection.domainName}:${connection.port} to the machine that cf502 runs on, or run cf502 where it is open.`,
      },
    ],
  };
}

export function ruledOut(probe: OriginProbe, because: string): Outcome {
  const { connection } = probe;
  const fact =
    probe.addresses[0] === undefined ? `DNS: ${probe.dns.outcome}` : `TCP: ${probe.addresses[0].tcp.outcome}`;
  return { state: 'ruled-out', because, citations: [{ kind: 'probe', ref: connection.id, fact }] };
}
