import { selfSignedCertificate } from '../../src/checks/self-signed-certificate.js';
import { blindVantage } from '../builders/evidence.js';
import { describeCheck, handshakeOf } from './describe-check.js';

describeCheck(selfSignedCertificate, {
  found: [
    [
      'a self-signed certificate',
      handshakeOf({ trustProblems: ['self-signed'] }),
      /is self-signed, which CloudFront never accepts/,
      { strength: 'proven', layer: 'cloudfront-to-origin' },
    ],
  ],
  ruledOut: [
    ['a sound certificate', handshakeOf({}), /is not self-signed/],
    ['one of a private authority', handshakeOf({ trustProblems: ['unknown-root'] }), /is not self-signed/],
  ],
  inconclusive: [
    [
      'a blind vantage',
      handshakeOf({ trustProblems: ['self-signed'] }, { vantage: blindVantage }),
      /No address/,
      /self-signed/,
    ],
  ],
});
