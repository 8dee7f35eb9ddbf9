/** How far what was seen from here says something about CloudFront's own connection. Pure. */
import type {
  AddressProbe,
  DnsProbe,
  Origin,
  OriginConnection,
  OriginProbe,
  Vantage,
} from '../../diagnosis/evidence.js';
import { isHostUnknown } from '../../diagnosis/probe-subject.js';
import { listOf, plain } from '../../diagnosis/wording.js';

/** What was seen of the origin, before a vantage is put to it. */
export type Seen = Pick<OriginProbe, 'refusedAddresses' | 'addresses'> & { readonly dns: DnsProbe };

/** A vantage that is known before anything is sent, or null: a VPC origin is not to be reached from outside. */
export function rankVantageBefore(origin: Origin): Vantage | null {
  if (origin.kind !== 'vpc' && origin.vpcOriginId === null) return null;
  return {
    class: 'blind',
    because:
      'This is a VPC origin: CloudFront reaches it inside the VPC, and nothing outside can, so nothing was sent.',
  };
}

/** The vantage of a finished probe. Blindness outranks a misleading view, which outranks a valid one. */
export function rankVantage(origin: Origin, connection: OriginConnection, seen: Seen): Vantage {
  const blind = findBlindness(seen);
  if (blind !== null) return { class: 'blind', because: blind };
  const misleading = findDifference(origin, connection);
  const difference = describeMissingHeaders(origin);
  const afterHandshake = difference === null ? {} : { afterHandshake: difference };
  if (misleading !== null) return { class: 'misleading', because: misleading, ...afterHandshake };
  return { class: 'valid', because: describeValid(origin, connection), ...afterHandshake };
}

/**
 * Headers that CloudFront adds are often a secret by which the origin knows it; without them it may answer anything, or hang up.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html#add-origin-custom-headers-restrict-access
 */
function describeMissingHeaders({ customHeaderNames }: Origin): string | null {
  if (customHeaderNames.length === 0) return null;
  const [one] = customHeaderNames;
  return customHeaderNames.length === 1
    ? `CloudFront adds the header ${plain(one ?? '', 60)}, which the probe does not send, and an origin that asks for it treats us otherwise.`
    : `CloudFront adds ${customHeaderNames.length} headers (${listOf(
        customHeaderNames.map((name) => plain(name, 60)),
        3,
      )}), which the probe does not send, and an origin that asks for one treats us otherwise.`;
}

function findBlindness({ dns, refusedAddresses, addresses }: Seen): string | null {
  if (dns.outcome === 'timed-out' || dns.outcome === 'failed' || dns.outcome === 'refused')
    return 'None of the configured resolvers gave an answer, and CloudFront asks resolvers of its own.';
  if (dns.outcome !== 'resolved') return null;
  if (addresses.length === 0)
    return `Every address of the name is one that cf502 may not connect to (${listOf(refusedAddresses.map(({ address }) => address))}).`;
  if (everyOutcome(addresses, 'timed-out'))
    return "No address answered from here. A security group that admits only CloudFront's prefix list looks the same.";
  if (everyOutcome(addresses, 'unreachable')) return 'There is no route to the origin from here.';
  return null;
}

function everyOutcome(addresses: readonly AddressProbe[], outcome: AddressProbe['tcp']['outcome']): boolean {
  return addresses.every((address) => address.tcp.outcome === outcome);
}

function findDifference(origin: Origin, connection: OriginConnection): string | null {
  if (connection.scheme !== 'https') return null;
  if (origin.usesMutualTls)
    return 'CloudFront presents a client certificate to this origin, which the probe does not have.';
  if (origin.sslProtocols.includes('SSLv3'))
    return 'SSLv3 is among the allowed protocols: CloudFront then sends SSLv3 hellos only, which the probe cannot.';
  return null;
}

function describeValid(origin: Origin, connection: OriginConnection): string {
  if (isHostUnknown(connection))
    return `Only the name and the port were looked at, since no name under ${connection.host} is known.`;
  const manner =
    connection.scheme === 'https'
      ? "The probe used CloudFront's protocols, ciphers, server name and Host"
      : "The probe used CloudFront's Host and headers";
  const note = noteOf(origin, connection);
  if (note !== null) return `${manner}; ${note}.`;
  if (origin.customHeaderNames.length > 0)
    return `${manner}; the custom headers that CloudFront adds are not known to it, so a 403 may be due to their absence.`;
  return `${manner}.`;
}

/** What a probe can and cannot say of a service of AWS's own; null for any other origin. */
function noteOf({ kind, usesOriginAccessControl }: Origin, { hostIsForwarded }: OriginConnection): string | null {
  switch (kind) {
    case 's3':
    case 'mediastore':
    case 'lambda-url': {
      const host = kind === 'lambda-url' && hostIsForwarded ? ', and a function URL answers to its own name only' : '';
      return usesOriginAccessControl === false
        ? `no origin access control signs CloudFront's requests either, so a 403 means what it says${host}`
        : `its requests are not signed as CloudFront's are where origin access control is on, so a 403 is expected${host}`;
    }
    case 's3-website':
      return 'a website endpoint of S3 speaks plain HTTP only, and answers with its own pages for errors';
    case 'api-gateway':
      return hostIsForwarded
        ? 'API Gateway answers to its own name, or to a custom domain name of its own, and refuses others with 403'
        : 'API Gateway answers 403 where the path has no stage, which says nothing about the connection';
    case 'custom':
    case 'load-balancer':
    case 'vpc':
      return null;
  }
}
