/** Handshakes and certificates that CloudFront refuses, and some that only plain curl likes or dislikes. */
import type { KeyType } from '../../../world/certificates.js';
import { faultyTls, soundIdentity, soundTls } from '../../../world/origin-faults.js';
import type { BenchCase, TlsRecipe, WorldSketch } from '../bench-case.js';
import { type Fault, tlsFaults } from '../faults.js';
import { alone, expectCause, hostForwarded, oneAddressOfTwo, oneBehaviour, throughBalancer } from '../variants.js';

const failures = [{ share: 0.9, detailedResult: 'OriginConnectError' }];

function withTls(what: string, cause: string, tls: TlsRecipe, world: Partial<WorldSketch> = {}): BenchCase {
  return {
    id: `tls/${cause}/${what}`,
    family: 'tls',
    world: { origins: [{ label: 'web', hosts: [{ tls }] }], failures, ...world },
    expected: expectCause({ cause, mayAlsoSay: ['rejected-handshake'] }),
  };
}

const keyOf =
  (keyType: KeyType): TlsRecipe =>
  async (authority, names) => ({ identity: soundIdentity(authority, await authority.mintLeaf(names, { keyType })) });

const expired = tlsFaults.find(({ cause }) => cause === 'expired-certificate') as Fault;
const incomplete = tlsFaults.find(({ cause }) => cause === 'incomplete-certificate-chain') as Fault;
const wrongName = tlsFaults.find(({ cause }) => cause === 'mismatched-certificate-name') as Fault;

export const tlsCases: readonly BenchCase[] = [
  ...tlsFaults.flatMap((fault) => [alone('tls', fault, 'https'), oneBehaviour('tls', fault, 'https')]),
  ...[expired, incomplete].flatMap((fault) => [
    oneAddressOfTwo('tls', fault, 'https'),
    throughBalancer('tls', fault, 'https'),
  ]),
  ...[expired, wrongName].map((fault) => hostForwarded('tls', fault, 'https')),
  withTls('old-server', 'incompatible-tls-protocol', async (authority, names) =>
    faultyTls('old-protocols-only', authority, names),
  ),
  withTls('old-setting', 'incompatible-tls-protocol', soundTls, {
    origins: [{ label: 'web', config: { OriginSslProtocols: { Quantity: 1, Items: ['TLSv1'] } } }],
  }),
  // With SSLv3 chosen CloudFront sends SSLv3 hellos only, which no server of today answers.
  withTls('ssl-3-chosen', 'incompatible-tls-protocol', soundTls, {
    origins: [{ label: 'web', config: { OriginSslProtocols: { Quantity: 1, Items: ['SSLv3'] } } }],
  }),
  withTls('http-2-only', 'port-or-protocol-mismatch', async (authority, names) =>
    faultyTls('http2-only', authority, names),
  ),
  withTls('modern-ciphers', 'incompatible-tls-cipher', async (authority, names) =>
    faultyTls('unsupported-ciphers-only', authority, names),
  ),
  withTls('rsa-key-exchange-gcm', 'incompatible-tls-cipher', async (authority, names) => ({
    ...(await soundTls(authority, names)),
    identity: soundIdentity(authority, await authority.mintLeaf(names, { keyType: 'rsa-2048' })),
    maxVersion: 'TLSv1.2',
    ciphers: 'AES128-GCM-SHA256:AES256-GCM-SHA384',
  })),
  withTls('curve', 'incompatible-tls-cipher', async (authority, names) =>
    faultyTls('unsupported-curve-only', authority, names),
  ),
  // AWS names no more than 256-bit keys and never says that others are refused; a tenth of the requests succeed over this one.
  {
    ...withTls('p384', 'unsupported-certificate-key', keyOf('ec-p384')),
    expected: { outcome: 'inconclusive', top: null, causes: [], mustNotSay: ['unsupported-certificate-key'] },
  },
  withTls('p521', 'unsupported-certificate-key', keyOf('ec-p521')),
  withTls('wildcard-one-label-short', 'mismatched-certificate-name', soundTls, {
    origins: [{ label: 'web', certificateNames: () => ['*.shop.example'] }],
  }),
  // The certificate by the origin's own name is sound; the one for the Host that CloudFront sends has expired.
  withTls(
    'only-for-the-forwarded-host',
    'expired-certificate',
    async (authority, names) => {
      const stale = await faultyTls('expired', authority, names);
      return {
        ...(await soundTls(authority, names)),
        byServerName: Object.fromEntries(names.slice(1).map((name) => [name, stale.identity])),
      };
    },
    { forwardsHost: true },
  ),
];
