/** Judges a served chain as CloudFront would, all problems at once. Pure: certificates and roots in, problems out. */
import type { X509Certificate } from 'node:crypto';
import type { TrustProblem } from '../../diagnosis/evidence.js';
import {
  describeName,
  hasSignatureOf,
  isSelfSigned,
  isSignedBy,
  mayHaveIssued,
  parseCertificate,
} from './certificates.js';

/** Roots by subject, parsed once. */
export interface TrustStore {
  /** The root that signed this certificate, or null. */
  findIssuer(certificate: X509Certificate): X509Certificate | null;
  holds(certificate: X509Certificate): boolean;
  /** Whether a root bears this organisation's name (the `O` of an issuer). */
  knowsOrganisation(organisation: string): boolean;
}

export interface TrustJudgement {
  readonly problems: readonly TrustProblem[];
  /** For `incomplete-chain`: the issuer whose certificate was not served. */
  readonly missingIssuer: string | null;
  /** What was seen that is no problem by itself, for the trace. */
  readonly remarks: readonly string[];
}

/** @param pems certificates trusted as roots; unreadable ones are skipped. */
export function createTrustStore(pems: readonly string[]): TrustStore {
  const bySubject = new Map<string, X509Certificate[]>();
  const fingerprints = new Set<string>();
  const organisations = new Set<string>();
  for (const pem of pems) {
    const root = parseCertificate(pem);
    if (root === null) continue;
    bySubject.set(root.subject, [...(bySubject.get(root.subject) ?? []), root]);
    fingerprints.add(root.fingerprint256);
    const organisation = parseOrganisation(root.subject);
    if (organisation !== null) organisations.add(organisation);
  }
  return {
    findIssuer: (certificate) =>
      (bySubject.get(certificate.issuer) ?? []).find((root) => isSignedBy(certificate, root)) ?? null,
    holds: (certificate) => fingerprints.has(certificate.fingerprint256),
    knowsOrganisation: (organisation) => organisations.has(organisation),
  };
}

function parseOrganisation(name: string | undefined): string | null {
  const line = (name ?? '').split('\n').find((part) => part.startsWith('O='));
  return line === undefined ? null : line.slice(2);
}

const serverAuthentication = new Set(['1.3.6.1.5.5.7.3.1', '2.5.29.37.0']);

/**
 * Judges a chain. CloudFront wants it complete (the intermediates sent by the origin: none is fetched) and in order; the root may be sent.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html
 *
 * @param served in the order served, the leaf first.
 * @param orderIsKnown false where `served` is a reconstruction: its order then says nothing.
 */
export function evaluateTrust(
  served: readonly X509Certificate[],
  store: TrustStore,
  now: Date,
  orderIsKnown: boolean,
): TrustJudgement {
  const [leaf] = served;
  if (leaf === undefined) return { problems: [], missingIssuer: null, remarks: [] };
  const problems = new Set<TrustProblem>();
  const remarks: string[] = [];
  const path = walk(leaf, served, store);
  if (path.end === 'untrusted-root') problems.add(path.certificates.length === 1 ? 'self-signed' : 'unknown-root');
  if (path.end === 'bad-signature') problems.add('invalid');
  let missingIssuer: string | null = null;
  if (path.end === 'no-issuer') {
    const last = path.certificates.at(-1) ?? leaf;
    missingIssuer = describeName(last.issuer);
    // Above a served intermediate stands, as a rule, a root that origins rightly leave out. Where a public authority's name is on it, it is
    // more likely a second intermediate.
    const organisation = parseOrganisation(last.issuer);
    const isLikelyRoot =
      path.certificates.length > 1 && !(organisation !== null && store.knowsOrganisation(organisation));
    problems.add(isLikelyRoot ? 'unknown-root' : 'incomplete-chain');
    remarks.push(`the certificate of the issuer ${missingIssuer} was neither served nor is it among the trusted roots`);
    if (isLikelyRoot) missingIssuer = null;
  }
  if (orderIsKnown && isOutOfOrder(path, served)) problems.add('misordered-chain');
  const strays = served.filter((certificate) => !isAmong(certificate, [...path.certificates, ...path.above]));
  if (orderIsKnown && strays.length > 0)
    remarks.push(`${strays.length} of the certificates served have no part in the chain`);
  if (orderIsKnown && served.length > 1 && served.some((certificate) => store.holds(certificate)))
    remarks.push('the root is served too, which clients have already');
  path.certificates.forEach((certificate, index) => {
    const below = path.certificates[index - 1];
    if (below !== undefined && store.holds(certificate)) return;
    addDateProblems(certificate, now, problems);
    if (below !== undefined && !(certificate.ca && mayHaveIssued(certificate, below))) problems.add('invalid');
  });
  if (!mayServe(leaf)) {
    problems.add('invalid');
    remarks.push('the certificate is not meant for servers (extended key usage)');
  }
  return { problems: [...problems], missingIssuer, remarks };
}

interface Path {
  /** From the leaf up to the last certificate that was served and needed. */
  readonly certificates: readonly X509Certificate[];
  /** Served certificates above the trusted anchor: the root itself, as a rule. */
  readonly above: readonly X509Certificate[];
  readonly end: 'anchored' | 'untrusted-root' | 'no-issuer' | 'bad-signature';
}

function walk(leaf: X509Certificate, served: readonly X509Certificate[], store: TrustStore): Path {
  const certificates = [leaf];
  for (let current = leaf; ; ) {
    if (store.holds(current) || store.findIssuer(current) !== null)
      return { certificates, above: climb(current, served), end: 'anchored' };
    if (isSelfSigned(current)) return { certificates, above: [], end: 'untrusted-root' };
    const candidates = served.filter((other) => other.subject === current.issuer && !isAmong(other, certificates));
    const signers = candidates.filter((candidate) => hasSignatureOf(current, candidate));
    // Of several certificates for one issuer (cross-signed, renewed) the one that leads to a trusted root is the one to judge.
    const issuer = signers.find((signer) => store.holds(signer) || store.findIssuer(signer) !== null) ?? signers[0];
    if (issuer === undefined)
      return { certificates, above: [], end: candidates.length > 0 ? 'bad-signature' : 'no-issuer' };
    certificates.push(issuer);
    current = issuer;
  }
}

/** The served certificates above one that is anchored already. */
function climb(from: X509Certificate, served: readonly X509Certificate[]): readonly X509Certificate[] {
  const above: X509Certificate[] = [];
  for (let current = from; ; ) {
    const issuer = served.find((other) => !isAmong(other, [from, ...above]) && isSignedBy(current, other));
    if (issuer === undefined) return above;
    above.push(issuer);
    current = issuer;
  }
}

/** Whether the certificates that make up the chain, first appearances only, stand in another order than from leaf to root. */
function isOutOfOrder(path: Path, served: readonly X509Certificate[]): boolean {
  const places = [...path.certificates, ...path.above].map((certificate) =>
    served.findIndex((other) => other.fingerprint256 === certificate.fingerprint256),
  );
  return places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0));
}

function isAmong(certificate: X509Certificate, others: readonly X509Certificate[]): boolean {
  return others.some((other) => other.fingerprint256 === certificate.fingerprint256);
}

function addDateProblems(certificate: X509Certificate, now: Date, problems: Set<TrustProblem>): void {
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  if (Number.isNaN(from) || Number.isNaN(to)) problems.add('invalid');
  if (to <= now.getTime()) problems.add('expired');
  if (from > now.getTime()) problems.add('not-yet-valid');
}

/** A certificate without extended key usage may serve; one with it must name server authentication. */
function mayServe(leaf: X509Certificate): boolean {
  const usages: readonly string[] | undefined = leaf.keyUsage;
  return usages === undefined || usages.length === 0 || usages.some((usage) => serverAuthentication.has(usage));
}
