/** How CloudFront opens TLS to an origin: what it offers, and the handshakes that the prober makes to see as much of the answer as can be seen. */
import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { SslProtocol } from '../../diagnosis/evidence.js';
import type { TlsWidening } from '../../diagnosis/probe-depth.js';

/**
 * Cipher suites that CloudFront offers up to TLS 1.2, in its order. This build of OpenSSL knows neither of the last two and skips them.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-ciphers-cloudfront-to-origin.html
 */
const ciphers = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES256-SHA384',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES128-SHA256',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-SHA384',
  'ECDHE-RSA-AES256-SHA',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-RSA-AES128-SHA',
  'AES256-SHA',
  'AES128-SHA',
  'DES-CBC3-SHA',
  'RC4-MD5',
] as const;

/** Our choice: the page above lists none for TLS 1.3. */
const tls13Ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'] as const;

/** Same page; P-521 is not among them. */
const curves = 'prime256v1:secp384r1:X25519';

/** Same page. */
const signatureAlgorithms = ['SHA256', 'SHA384', 'SHA512', 'SHA224', 'SHA1'].flatMap((hash) => [
  `ECDSA+${hash}`,
  `RSA+${hash}`,
]);

/** Absent from the page, and without them no server with an RSA key can speak TLS 1.3. */
const tls13SignatureAlgorithms = ['RSA-PSS+SHA256', 'RSA-PSS+SHA384', 'RSA-PSS+SHA512'] as const;

/** Every group that this build can offer and an origin is likely to insist on. */
const everyCurve = 'X25519:prime256v1:secp384r1:secp521r1:X448';

export interface HandshakePlan {
  /** For people: `TLSv1.2`, `TLSv1 to TLSv1.2`. */
  readonly protocols: string;
  readonly options: SecureContextOptions;
}

/** What the settings of an origin let CloudFront offer, as far as this build can offer it. */
export interface TlsPlan {
  /** To be tried in order until one completes. Empty where only SSLv3 is allowed. */
  readonly handshakes: readonly HandshakePlan[];
  /** With SSLv3 among the protocols CloudFront sends SSLv3 hellos only, which cannot be imitated. */
  readonly usesSslV3: boolean;
}

const inOrder = ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const;

/**
 * Up to TLS 1.2 first, since there the certificates travel in clear and their order can be seen; then TLS 1.3, which CloudFront negotiates
 * although it cannot be configured.
 */
export function planHandshakes(sslProtocols: readonly SslProtocol[]): TlsPlan {
  const allowed = inOrder.filter((protocol) => sslProtocols.includes(protocol));
  const usesSslV3 = sslProtocols.includes('SSLv3');
  const [min] = allowed;
  const max = allowed.at(-1);
  if (min === undefined || max === undefined) return { handshakes: [], usesSslV3 };
  const shared = {
    ecdhCurve: curves,
    // Old protocols and short keys are CloudFront's to accept, so they must be acceptable here. It renegotiates with no origin.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_LEGACY_SERVER_CONNECT,
  };
  const first: HandshakePlan = {
    protocols: min === max ? max : `${min} to ${max}`,
    options: {
      ...shared,
      minVersion: min,
      maxVersion: max,
      ciphers: [...ciphers, '@SECLEVEL=0'].join(':'),
      sigalgs: signatureAlgorithms.join(':'),
    },
  };
  if (max !== 'TLSv1.2') return { handshakes: [first], usesSslV3 };
  const second: HandshakePlan = {
    protocols: 'TLSv1.3',
    options: {
      ...shared,
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ciphers: [...tls13Ciphers, ...ciphers, '@SECLEVEL=0'].join(':'),
      sigalgs: [...signatureAlgorithms, ...tls13SignatureAlgorithms].join(':'),
    },
  };
  return { handshakes: [first, second], usesSslV3 };
}

/** A handshake whose offer is CloudFront's but for one thing, or wider in all. */
export interface WidenedHandshake {
  readonly by: TlsWidening | 'everything';
  readonly options: SecureContextOptions;
  readonly applicationProtocols: readonly string[];
}

/**
 * The handshakes that tell, after an origin has turned CloudFront's offer down, what about that offer it minds. What is not widened is offered
 * as CloudFront does, up to TLS 1.3 where the first handshakes went so far. Empty where no handshake can be made at all.
 */
export function planWidenings(sslProtocols: readonly SslProtocol[]): readonly WidenedHandshake[] {
  const { handshakes } = planHandshakes(sslProtocols);
  const [base] = handshakes;
  const last = handshakes.at(-1)?.options;
  if (base === undefined || last === undefined) return [];
  const own = { ...base.options, ...last, minVersion: base.options.minVersion ?? 'TLSv1.2' } as const;
  const { sigalgs: _narrow, ...withoutSignatures } = own;
  const http1 = ['http/1.1'];
  const every = { ...withoutSignatures, minVersion: 'TLSv1', maxVersion: 'TLSv1.3', ciphers: everyCipher } as const;
  return [
    { by: 'everything', options: { ...every, ecdhCurve: everyCurve }, applicationProtocols: ['http/1.1', 'h2'] },
    {
      by: 'protocol',
      options: { ...own, ...everyProtocol },
      applicationProtocols: http1,
    },
    { by: 'cipher', options: { ...own, ciphers: everyCipher }, applicationProtocols: http1 },
    { by: 'curve', options: { ...own, ecdhCurve: everyCurve }, applicationProtocols: http1 },
    { by: 'signature', options: withoutSignatures, applicationProtocols: http1 },
    { by: 'application-protocol', options: own, applicationProtocols: ['h2'] },
  ];
}

const everyCipher =
  'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:ALL:@SECLEVEL=0';

/** CloudFront's suites and signatures for each version. */
const everyProtocol = {
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.3',
  ciphers: [...tls13Ciphers, ...ciphers, '@SECLEVEL=0'].join(':'),
  sigalgs: [...signatureAlgorithms, ...tls13SignatureAlgorithms].join(':'),
} as const;
