import { expect } from '@jest/globals';
import { unsupportedCertificateKey } from '../../src/checks/unsupported-certificate-key.js';
import {
  aCell,
  aCertificate,
  aFailedTls,
  anExploration,
  blindVantage,
  someLogs,
  someTraffic,
} from '../builders/evidence.js';
import { describeCheck, handshakeOf, probeOf } from './describe-check.js';

const keyed = (keyType: string, keyBits: number | null) => handshakeOf({ chain: [aCertificate({ keyType, keyBits })] });
const p384 = keyed('ECDSA secp384r1', 384);
const accepted = { protocol: 'TLSv1.2', cipher: 'x', curve: 'P-521', applicationProtocol: null };

describeCheck(unsupportedCertificateKey, {
  found: [
    [
      'P-384, where there are 502s',
      { ...p384, 'access-logs': someLogs({ cells: [aCell()] }) },
      /^The certificate that origin\.example\.com presents has a key of ECDSA secp384r1 with 384 bits; AWS names/,
      { strength: 'possible', explains: expect.anything() },
    ],
    [
      'P-384, where CloudFront got good answers beside the 502s: no cause',
      {
        ...p384,
        'access-logs': someLogs({
          cells: [aCell({ count: 40 })],
          byBehaviour: [someTraffic({ minutes: () => ({ requests: 100, failures: 30, served: 60 }) })],
        }),
      },
      /secp384r1/,
      { strength: 'possible', explains: null },
    ],
    [
      'P-384, where requests succeed all the same: no more than a remark',
      { ...p384, 'access-logs': someLogs() },
      /secp384r1/,
      { explains: null },
    ],
    ['RSA of 8192 bits', keyed('RSA', 8_192), /RSA with 8,192 bits/, { strength: 'supported' }],
    ['RSA of 512 bits', keyed('RSA', 512), /RSA with 512 bits/, {}],
    ['another kind', keyed('ed25519', null), /key of ed25519;/, {}],
    [
      'a key that only a wider offer shows',
      probeOf({
        tls: {
          ...aFailedTls('alert'),
          exploration: anExploration({
            accepted: { ...accepted, leaf: aCertificate({ keyType: 'ECDSA secp521r1', keyBits: 521 }) },
            enough: [{ ...accepted, by: 'curve' }],
          }),
        },
        http: [],
      }),
      /secp521r1/,
      {},
    ],
  ],
  ruledOut: [
    ['RSA 2048', probeOf({}), /of a kind that AWS names/],
    ['RSA 4096', keyed('RSA', 4_096), /of a kind/],
    ['P-256', keyed('ECDSA prime256v1', 256), /of a kind/],
    ['a key that could not be read', keyed('unknown', null), /of a kind/],
  ],
  inconclusive: [['a blind view', handshakeOf({}, { vantage: blindVantage }), /No address answered/]],
});
