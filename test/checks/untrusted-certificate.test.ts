import { untrustedCertificate } from '../../src/checks/untrusted-certificate.js';
import { blindVantage } from '../builders/evidence.js';
import { describeCheck, handshakeOf } from './describe-check.js';

describeCheck(untrustedCertificate, {
  found: [
    [
      'a private authority',
      handshakeOf({ trustProblems: ['unknown-root'] }),
      /an authority that CloudFront does not trust \(CN=Example Root\)$/,
      { strength: 'proven' },
    ],
    [
      'a signature that does not hold',
      handshakeOf({ trustProblems: ['invalid'] }),
      /is not valid$/,
      { strength: 'proven' },
    ],
  ],
  ruledOut: [
    ['a public authority', handshakeOf({}), /on Mozilla's list/],
    ['a missing intermediate', handshakeOf({ trustProblems: ['incomplete-chain'] }), /on Mozilla's list/],
  ],
  inconclusive: [
    [
      'a blind vantage',
      handshakeOf({ trustProblems: ['unknown-root'] }, { vantage: blindVantage }),
      /No address/,
      /authority/,
    ],
  ],
});
