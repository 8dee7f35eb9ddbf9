/** Certificates from bytes, and as evidence. Pure. */
import { X509Certificate } from 'node:crypto';
import type { Certificate } from '../../diagnosis/evidence.js';
import { plain } from '../../diagnosis/wording.js';
import { parseCertificateNames } from './certificate-names.js';

const maxNames = 100;
const maxNameLength = 253;
const maxSubjectLength = 200;

/** @returns null where the bytes are no certificate. */
export function parseCertificate(der: Buffer | string): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}

/** Whether `issuer` signed `certificate`: names and key identifiers agree and the signature holds. */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return mayHaveIssued(issuer, certificate) && hasSignatureOf(certificate, issuer);
}

/** Whether names, key identifiers and key usage allow `issuer` to have signed `certificate`. */
export function mayHaveIssued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer);
  } catch {
    return false;
  }
}

export function hasSignatureOf(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    // The issuer's key is of a kind that OpenSSL does not know.
    return false;
  }
}

/** Whatever its key usage says: a self-signed leaf is no authority, and is self-signed all the same. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && hasSignatureOf(certificate, certificate);
}

/** Every name of a certificate, uncapped: what matching is done on. */
export function namesOf(certificate: X509Certificate): readonly string[] {
  return parseCertificateNames(certificate.subjectAltName, certificate.subject);
}

/** The shape that goes into evidence: capped, cleaned, times as ISO 8601. Null where the dates cannot be read. */
export function describeCertificate(certificate: X509Certificate): Certificate | null {
  const validFrom = Date.parse(certificate.validFrom);
  const validTo = Date.parse(certificate.validTo);
  if (Number.isNaN(validFrom) || Number.isNaN(validTo)) return null;
  return {
    subject: describeName(certificate.subject),
    issuer: describeName(certificate.issuer),
    names: namesOf(certificate)
      .slice(0, maxNames)
      .map((name) => plain(name, maxNameLength)),
    validFrom: new Date(validFrom).toISOString(),
    validTo: new Date(validTo).toISOString(),
    ...describeKey(certificate),
    selfSigned: isSelfSigned(certificate),
    fingerprint256: certificate.fingerprint256,
  };
}

/** `CN=a, O=b` on one line; `(no name)` for an empty one. */
export function describeName(name: string | undefined): string {
  const line = plain((name ?? '').split('\n').reverse().join(', '), maxSubjectLength);
  return line === '' ? '(no name)' : line;
}

const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

function describeKey(certificate: X509Certificate): Pick<Certificate, 'keyType' | 'keyBits'> {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
    if (type === 'rsa' || type === 'rsa-pss' || type === 'dsa')
      return { keyType: type.toUpperCase(), keyBits: details?.modulusLength ?? null };
    if (type === 'ec') {
      const curve = details?.namedCurve ?? 'unnamed curve';
      return { keyType: `ECDSA ${curve}`, keyBits: curveBits[curve] ?? null };
    }
    return { keyType: type ?? 'unknown', keyBits: null };
  } catch {
    return { keyType: 'unknown', keyBits: null };
  }
}
