import { misorderedCertificateChain } from '../../src/checks/misordered-certificate-chain.js';
import { aCertificate, anAddress, aProbe, aTls } from '../builders/evidence.js';
import { describeCheck, handshakeOf } from './describe-check.js';

const three = [aCertificate(), aCertificate({ subject: 'CN=A' }), aCertificate({ subject: 'CN=B' })];

describeCheck(misorderedCertificateChain, {
  found: [
    [
      'a chain in the wrong order',
      handshakeOf({ chain: three, trustProblems: ['misordered-chain'] }),
      /sends its certificate chain in the wrong order/,
      { strength: 'proven' },
    ],
  ],
  ruledOut: [
    ['a chain in order', handshakeOf({ chain: three }), /comes with its chain in order/],
    ['two certificates, which TLS 1.3 cannot put out of order', handshakeOf({ chainAsServed: false }), /in order/],
  ],
  inconclusive: [
    [
      'an order that one of two addresses hides',
      {
        'origin-probe': aProbe({
          addresses: [
            anAddress(),
            anAddress({ address: '192.0.2.11', tls: aTls({ chain: three, chainAsServed: false }) }),
          ],
        }),
      },
      /cannot be seen/,
    ],
    [
      'an order that TLS 1.3 hides',
      handshakeOf({ chain: three, chainAsServed: false }),
      /order of its certificates cannot be seen/,
    ],
  ],
});
