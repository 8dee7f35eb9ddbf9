import { expect } from '@jest/globals';
import { mismatchedCertificateName } from '../../src/checks/mismatched-certificate-name.js';
import { aCertificate, aConnection, blindVantage } from '../builders/evidence.js';
import { describeCheck, handshakeOf } from './describe-check.js';

const other = {
  chain: [aCertificate({ names: ['other.example.com', '*.other.example.com'] })],
  matchesHost: false,
  matchesOriginDomain: false,
};
const forwarded = { connection: aConnection({ host: 'www.example.com' }) };

describeCheck(mismatchedCertificateName, {
  found: [
    [
      'a certificate for another name',
      handshakeOf(other),
      /^The certificate that origin\.example\.com presents is for other\.example\.com and \*\.other\.example\.com, and covers not origin\.example\.com$/,
      { strength: 'proven' },
    ],
    [
      'one that covers neither the origin nor the forwarded Host',
      handshakeOf(other, forwarded),
      /neither origin\.example\.com nor www\.example\.com$/,
      { explains: expect.objectContaining({ hosts: ['www.example.com'] }) },
    ],
  ],
  ruledOut: [
    ['a certificate that covers both', handshakeOf({}), /covers the name/],
    [
      'one that covers the forwarded Host alone',
      handshakeOf({ matchesOriginDomain: false }, forwarded),
      /covers the name/,
    ],
    [
      "a balancer's own name, which another check reports",
      handshakeOf(other, { connection: aConnection({ domainName: 'a-1.us-east-1.elb.amazonaws.com' }) }),
      /reported as an unforwarded Host/,
    ],
  ],
  inconclusive: [
    [
      'one that covers the origin but not the forwarded Host',
      handshakeOf({ matchesHost: false }, forwarded),
      /pages disagree/,
    ],
    ['a blind vantage', handshakeOf(other, { vantage: blindVantage }), /No address/, /other\.example\.com/],
  ],
});
