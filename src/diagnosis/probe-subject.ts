/** What a probe is about, in words and as a selector: the connection, its name, the place of a citation. Pure. */
import type { AddressProbe, OriginConnection, OriginProbe, Unavailability } from './evidence.js';
import type { Citation, Explains } from './finding.js';

/** Which of the logged 502s a fault of this connection can account for. */
export function explainsOf(
  connection: OriginConnection,
  detailedResults: readonly string[],
  dependsOnHost: boolean,
): Explains {
  const hosts =
    dependsOnHost && connection.hostIsForwarded && !isHostUnknown(connection)
      ? { hosts: [connection.host.toLowerCase()] }
      : {};
  return { behaviours: connection.behaviours, detailedResults, ...hosts };
}

/** Whether the Host is a wildcard, which stands for names that are not known: nothing was sent with it. */
export function isHostUnknown({ host }: Pick<OriginConnection, 'host'>): boolean {
  return host.includes('*');
}

/** Whether a name falls under a wildcard such as `*.example.com`. */
export function isUnder(wildcard: string, name: string): boolean {
  return (
    wildcard.startsWith('*.') &&
    !name.includes('*') &&
    name.length >= wildcard.length &&
    name.endsWith(wildcard.slice(1))
  );
}

/** `origin.example.com`, or `origin.example.com for www.example.com` where the viewer's Host is forwarded. */
export function nameOf(connection: OriginConnection): string {
  return connection.hostIsForwarded ? `${connection.domainName} for ${connection.host}` : connection.domainName;
}

export function cite(probe: OriginProbe, { address, port }: AddressProbe, fact: string): Citation {
  const at = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return { kind: 'probe', ref: `${probe.connection.id} at ${at}`, fact };
}

/** Why a failure seen, or not seen, from here says little about CloudFront. */
export function blindness({ vantage, connection }: OriginProbe): Unavailability {
  return {
    kind: 'not-seen',
    message: `A probe of ${nameOf(connection)} from here does not show what CloudFront meets: ${vantage.because}`,
    remedy: `Run cf502 where ${connection.domainName} lets it in as it does CloudFront, or probe it from a machine beside it.`,
  };
}
