/** Why an origin turned down the handshake that CloudFront offers, as far as asking again with other offers tells. Pure. */
import type { AddressProbe, Certificate, TlsProbe } from './evidence.js';
import type { TlsAgreement } from './probe-depth.js';

/**
 * What is not in common. `certificate-key`: the origin has a key that CloudFront's lists do not name. `legacy-cipher`: nothing is amiss; the origin
 * picks a suite that CloudFront offers and the probe cannot.
 */
export type TlsMismatch =
  | 'protocol'
  | 'cipher'
  | 'curve'
  | 'signature'
  | 'application-protocol'
  | 'certificate-key'
  | 'legacy-cipher';

export interface Mismatch {
  readonly of: TlsMismatch;
  /** What the origin would have agreed to; null where that was not found. */
  readonly instead: TlsAgreement | null;
}

/** Errors by which either side says that no version is in common. */
const versionErrors: readonly (string | null)[] = [
  'protocol_version',
  'unsupported_protocol',
  'wrong_version_number',
  'no_protocols_available',
];

const oldVersions: readonly string[] = ['TLSv1', 'TLSv1.1'];

/** Null where the handshake completed, or was turned down for a reason that the offers do not tell (a name, a rule, a fault of the server). */
export function findMismatch(tls: TlsProbe): Mismatch | null {
  const { exploration } = tls;
  if (exploration?.sslV3 === 'rejected') return { of: 'protocol', instead: exploration.accepted ?? agreementOf(tls) };
  if (!hasBeenTurnedDown(tls)) return null;
  if (exploration?.sslV3 === 'accepted') return { of: 'legacy-cipher', instead: null };
  const { accepted = null, enough = [], legacyCipher = null } = exploration ?? {};
  if (legacyCipher !== null) return { of: 'legacy-cipher', instead: null };
  const leaf = accepted?.leaf ?? null;
  for (const by of ['protocol', 'application-protocol', 'cipher', 'curve', 'signature'] as const) {
    const agreement = enough.find((one) => one.by === by);
    // A key on another curve, or of another kind, needs a wider offer of curves or signatures; the key is then what is amiss.
    const isKey = (by === 'curve' || by === 'signature') && leaf !== null && !isSupportedKey(leaf);
    if (agreement !== undefined) return { of: isKey ? 'certificate-key' : by, instead: agreement };
  }
  if (accepted !== null && leaf !== null && !isSupportedKey(leaf)) return { of: 'certificate-key', instead: accepted };
  // Two things at once: the version is the one to begin with.
  if (accepted !== null) {
    const isVersion = versionErrors.includes(tls.error) || oldVersions.includes(accepted.protocol);
    return { of: isVersion ? 'protocol' : 'cipher', instead: accepted };
  }
  return versionErrors.includes(tls.error) ? { of: 'protocol', instead: null } : null;
}

function hasBeenTurnedDown({ outcome }: TlsProbe): boolean {
  return outcome === 'alert' || outcome === 'closed' || outcome === 'reset' || outcome === 'failed';
}

function agreementOf({ protocol, cipher, curve }: TlsProbe): TlsAgreement | null {
  return protocol === null || cipher === null ? null : { protocol, cipher, curve, applicationProtocol: null };
}

const rsaBits = { least: 1_024, most: 4_096 } as const;

/**
 * Whether AWS names the kind of key for certificates that CloudFront accepts: RSA of 1,024 to 4,096 bits, or ECDSA on prime256v1.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
 */
export function isSupportedKey({ keyType, keyBits }: Pick<Certificate, 'keyType' | 'keyBits'>): boolean {
  const type = keyType.toUpperCase();
  if (type === 'RSA') return keyBits === null || (keyBits >= rsaBits.least && keyBits <= rsaBits.most);
  // What could not be read is not called unsupported.
  if (type === 'UNKNOWN') return true;
  return /^ECDSA(?: PRIME256V1)?$/.test(type) && (keyBits === null || keyBits === 256);
}

/** The origin's own certificate, from the handshake or from one that it would have accepted. */
export function leafOf({ chain, exploration }: TlsProbe): Certificate | null {
  return chain[0] ?? exploration?.accepted?.leaf ?? null;
}

/** What a check of one mismatch reads: handshakes that completed, and those that failed for this reason. Others end before it can be told. */
export function readMismatches(...kinds: readonly TlsMismatch[]): (address: AddressProbe) => readonly TlsProbe[] {
  return ({ tls }) => {
    if (tls === null) return [];
    const mismatch = findMismatch(tls);
    return mismatch === null ? (tls.outcome === 'completed' ? [tls] : []) : kinds.includes(mismatch.of) ? [tls] : [];
  };
}

export function hasMismatch(...kinds: readonly TlsMismatch[]): (tls: TlsProbe) => boolean {
  return (tls) => kinds.some((kind) => kind === findMismatch(tls)?.of);
}

/** `TLSv1.1 with ECDHE-RSA-AES128-SHA`. */
export function describeAgreement({ protocol, cipher }: TlsAgreement): string {
  return `${protocol} with ${cipher}`;
}
