/** The readings of TLS that several checks share: the certificates that were shown, and how the handshake ended. Pure. */
import type { AddressProbe, Certificate, OriginConnection, TlsProbe, TrustProblem } from './evidence.js';
import { resultsOf } from './log-results.js';
import type { ProbeRule } from './probe-rule.js';
import { findMismatch } from './tls-mismatch.js';

/** AWS's page on what CloudFront asks of an origin's certificate. */
export const certificatePage =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html';
export const badGatewayPage =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html';

/** Handshakes in which a certificate was shown. */
export function shownCertificates({ tls }: AddressProbe): readonly TlsProbe[] {
  return tls === null || tls.chain.length === 0 ? [] : [tls];
}

/** Handshakes that ended one way or the other. */
export function endedHandshakes({ tls }: AddressProbe): readonly TlsProbe[] {
  return tls === null || tls.outcome === 'timed-out' || tls.outcome === 'failed' ? [] : [tls];
}

/** The same, without those that are known to have failed for want of something in common: other checks say what. */
export function unexplainedHandshakes(address: AddressProbe): readonly TlsProbe[] {
  return endedHandshakes(address).filter((tls) => findMismatch(tls) === null);
}

/** What all certificate checks share; a check adds its problem and its words. */
export const certificateRule = {
  over: 'tls',
  read: shownCertificates,
  fact: describeCertificate,
  layer: 'cloudfront-to-origin',
  detailedResults: resultsOf.connect,
  dependsOnHost: true,
} as const satisfies Partial<ProbeRule<TlsProbe>>;

export function hasProblem(...problems: readonly TrustProblem[]): (tls: TlsProbe) => boolean {
  return (tls) => tls.trustProblems.some((problem) => problems.includes(problem));
}

/** `The certificate that origin.example.com presents for www.example.com`. */
export function theCertificateOf({ domainName, host, hostIsForwarded }: OriginConnection): string {
  return `The certificate that ${domainName} presents${hostIsForwarded ? ` for ${host}` : ''}`;
}

/** The certificate of the chain that the problem is about, and how to call it. */
export function pickCertificate(
  tls: TlsProbe,
  isMeant: (certificate: Certificate) => boolean,
): { readonly certificate: Certificate | undefined; readonly isLeaf: boolean } {
  const index = tls.chain.findIndex(isMeant);
  return { certificate: tls.chain[Math.max(0, index)], isLeaf: index <= 0 };
}

export function day(iso: string): string {
  return iso.slice(0, 10);
}

function describeCertificate(tls: TlsProbe): string {
  const leaf = tls.chain[0];
  if (leaf === undefined) return 'no certificate was shown';
  const trust = tls.trustProblems.length === 0 ? 'trusted' : `not trusted (${tls.trustProblems.join(', ')})`;
  const names = leaf.names.slice(0, 5).join(', ');
  return `${leaf.subject} for ${names || 'no name'}, issued by ${leaf.issuer}, valid ${day(leaf.validFrom)} to ${day(leaf.validTo)}, ${trust}`;
}

export function describeHandshake(tls: TlsProbe): string {
  if (tls.outcome === 'completed')
    return `TLS handshake completed with ${tls.protocol ?? '?'} ${tls.cipher ?? ''}`.trim();
  return `TLS handshake: ${tls.outcome}${tls.error === null ? '' : ` (${tls.error})`}`;
}
