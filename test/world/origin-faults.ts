/** The faults of certificates and handshakes by name, as the `tls` part of an origin. */
import { daysFromNow, type Minted, mintAuthority, mintCertificate, type TestAuthority } from './certificates.js';
import type { OriginTls, TlsIdentity } from './origins.js';

export const tlsFaults = [
  'none',
  'expired',
  'expired-intermediate',
  'not-yet-valid',
  'self-signed',
  'unknown-root',
  'missing-intermediate',
  'misordered-chain',
  'wrong-name',
  'expired-and-wrong-name',
  'old-protocols-only',
  'unsupported-ciphers-only',
  'unsupported-curve-only',
  'http2-only',
  'client-certificate-demanded',
  'p384-key',
  'p521-key',
] as const;
export type TlsFault = (typeof tlsFaults)[number];

/** A leaf with the intermediate after it: what a sound origin serves. */
export function soundIdentity(authority: TestAuthority, leaf: Minted): TlsIdentity {
  return { leaf, chain: [leaf, authority.intermediate] };
}

/** A sound `tls` part for these names. */
export async function soundTls(authority: TestAuthority, names: readonly [string, ...string[]]): Promise<OriginTls> {
  return { identity: soundIdentity(authority, await authority.mintLeaf(names)) };
}

/** The `tls` part of an origin for these names that has this fault and no other. */
export async function faultyTls(
  fault: TlsFault,
  authority: TestAuthority,
  names: readonly [string, ...string[]],
): Promise<OriginTls> {
  const { root, intermediate } = authority;
  const identityOf = (leaf: Minted): TlsIdentity => soundIdentity(authority, leaf);
  const sound = identityOf(await authority.mintLeaf(names));
  const past = { validFrom: daysFromNow(-100), validTo: daysFromNow(-1) };
  const otherNames = ['other.example.test', 'www.other.example.test'] as const;
  switch (fault) {
    case 'none':
      return { identity: sound };
    case 'expired':
      return { identity: identityOf(await authority.mintLeaf(names, past)) };
    case 'expired-intermediate': {
      const expired = await mintCertificate({
        commonName: 'cf502 expired intermediate',
        isAuthority: true,
        issuer: root,
        ...past,
      });
      const leaf = await authority.mintLeaf(names, { issuer: expired });
      return { identity: { leaf, chain: [leaf, expired] } };
    }
    case 'not-yet-valid':
      return { identity: identityOf(await authority.mintLeaf(names, { validFrom: daysFromNow(2) })) };
    case 'self-signed': {
      const leaf = await mintCertificate({ commonName: names[0], names });
      return { identity: { leaf, chain: [leaf] } };
    }
    case 'unknown-root': {
      const elsewhere = await mintAuthority('private');
      return { identity: soundIdentity(elsewhere, await elsewhere.mintLeaf(names)) };
    }
    case 'missing-intermediate':
      return { identity: { leaf: sound.leaf, chain: [sound.leaf] } };
    case 'misordered-chain':
      return { identity: { leaf: sound.leaf, chain: [sound.leaf, root, intermediate] } };
    case 'wrong-name':
      return { identity: identityOf(await authority.mintLeaf(otherNames)) };
    case 'expired-and-wrong-name':
      return { identity: identityOf(await authority.mintLeaf(otherNames, past)) };
    case 'old-protocols-only':
      return { identity: sound, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' };
    case 'unsupported-ciphers-only':
      // CloudFront offers neither ChaCha20 nor any DHE suite.
      return { identity: sound, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' };
    case 'unsupported-curve-only':
      return { identity: sound, maxVersion: 'TLSv1.2', curves: 'P-521' };
    case 'http2-only':
      return { identity: sound, alpn: ['h2'] };
    case 'client-certificate-demanded':
      return { identity: sound, clientAuthority: root };
    case 'p384-key':
      return { identity: identityOf(await authority.mintLeaf(names, { keyType: 'ec-p384' })) };
    case 'p521-key':
      return { identity: identityOf(await authority.mintLeaf(names, { keyType: 'ec-p521' })) };
  }
}
