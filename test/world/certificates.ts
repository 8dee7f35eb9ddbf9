/** Mints certificates at run time (a committed one expires): authorities, intermediates, leaves, with chosen names, dates and keys. */
import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

export type KeyType = 'ec-p256' | 'ec-p384' | 'ec-p521' | 'rsa-1024' | 'rsa-2048' | 'rsa-3072';

export interface MintOptions {
  /** Common name of the subject; null for an empty subject. */
  readonly commonName: string | null;
  /** Subject alternative names: host names, wildcards, IP addresses. Default: none. */
  readonly names?: readonly string[];
  /** Default: 30 days ago. */
  readonly validFrom?: Date;
  /** Default: in 90 days. */
  readonly validTo?: Date;
  readonly keyType?: KeyType;
  /** Default: SHA-256. */
  readonly signatureHash?: 'SHA-1' | 'SHA-256' | 'SHA-384';
  /** Whether it may sign others. Default: false. */
  readonly isAuthority?: boolean;
  /** Absent: signed with its own key. */
  readonly issuer?: Minted;
}

/** A certificate with its key. */
export interface Minted {
  readonly pem: string;
  readonly der: Buffer;
  readonly keyPem: string;
  readonly certificate: X509Certificate;
  readonly signing: { readonly certificate: x509.X509Certificate; readonly key: webcrypto.CryptoKey };
}

/** A root, an intermediate signed by it, and a way to get leaves signed by the intermediate. */
export interface TestAuthority {
  readonly root: Minted;
  readonly intermediate: Minted;
  /** A leaf for these names (the first is the common name), valid by default, signed by the intermediate by default. */
  mintLeaf(names: readonly [string, ...string[]], options?: Partial<Omit<MintOptions, 'names'>>): Promise<Minted>;
}

const dayMs = 86_400_000;

/** A moment so many days from now; negative for the past. */
export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * dayMs);
}

const keyAlgorithms = {
  'ec-p256': { name: 'ECDSA', namedCurve: 'P-256' },
  'ec-p384': { name: 'ECDSA', namedCurve: 'P-384' },
  'ec-p521': { name: 'ECDSA', namedCurve: 'P-521' },
  'rsa-1024': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024 },
  'rsa-2048': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048 },
  'rsa-3072': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 3072 },
} as const satisfies Record<KeyType, { name: string; namedCurve?: string; modulusLength?: number }>;

async function generateKeys(keyType: KeyType): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = keyAlgorithms[keyType];
  return webcrypto.subtle.generateKey(
    'namedCurve' in algorithm
      ? algorithm
      : { ...algorithm, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  );
}

/** Imports the key again for another hash: WebCrypto binds the hash to an RSA key when it is made. */
async function keyForHash(key: webcrypto.CryptoKey, hash: string): Promise<webcrypto.CryptoKey> {
  if (key.algorithm.name === 'ECDSA' || hash === 'SHA-256') return key;
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key);
  return webcrypto.subtle.importKey('pkcs8', pkcs8, { name: key.algorithm.name, hash }, true, ['sign']);
}

function extensionsOf(options: MintOptions): x509.Extension[] {
  const extensions: x509.Extension[] = [
    new x509.BasicConstraintsExtension(options.isAuthority ?? false, undefined, true),
    new x509.KeyUsagesExtension(
      options.isAuthority
        ? x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign
        : x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
      true,
    ),
  ];
  if (!options.isAuthority)
    extensions.push(
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    );
  const names = options.names ?? [];
  if (names.length > 0)
    extensions.push(
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
      ),
    );
  return extensions;
}

/** Mints one certificate with a fresh key. */
export async function mintCertificate(options: MintOptions): Promise<Minted> {
  const keys = await generateKeys(options.keyType ?? 'ec-p256');
  const subject = options.commonName === null ? [] : [{ CN: [options.commonName] }];
  const signer = options.issuer?.signing.key ?? keys.privateKey;
  const hash = options.signatureHash ?? 'SHA-256';
  const generated = await x509.X509CertificateGenerator.create(
    {
      subject,
      issuer: options.issuer?.signing.certificate.subjectName.toJSON() ?? subject,
      publicKey: keys.publicKey,
      signingKey: await keyForHash(signer, hash),
      signingAlgorithm: { name: signer.algorithm.name, hash },
      notBefore: options.validFrom ?? daysFromNow(-30),
      notAfter: options.validTo ?? daysFromNow(90),
      extensions: extensionsOf(options),
    },
    webcrypto,
  );
  const der = Buffer.from(generated.rawData);
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    pem: `${generated.toString('pem')}\n`,
    der,
    keyPem: `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`,
    certificate: new X509Certificate(der),
    signing: { certificate: generated, key: keys.privateKey },
  };
}

/** Mints a root and an intermediate; `label` tells two authorities apart in their names. */
export async function mintAuthority(
  label = 'cf502 test',
  options: Partial<Pick<MintOptions, 'keyType' | 'validFrom' | 'validTo'>> = {},
): Promise<TestAuthority> {
  const root = await mintCertificate({
    commonName: `${label} root`,
    isAuthority: true,
    validFrom: daysFromNow(-3650),
    validTo: daysFromNow(3650),
    ...(options.keyType === undefined ? {} : { keyType: options.keyType }),
  });
  const intermediate = await mintCertificate({
    commonName: `${label} intermediate`,
    isAuthority: true,
    issuer: root,
    validFrom: daysFromNow(-1000),
    validTo: daysFromNow(1000),
    ...options,
  });
  return {
    root,
    intermediate,
    mintLeaf: (names, leafOptions = {}) =>
      mintCertificate({ commonName: names[0], names, issuer: intermediate, ...leafOptions }),
  };
}
