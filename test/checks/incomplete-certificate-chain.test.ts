import { incompleteCertificateChain } from '../../src/checks/incomplete-certificate-chain.js';
import { aCertificate, aConnection, blindVantage } from '../builders/evidence.js';
import { describeCheck, handshakeOf } from './describe-check.js';

const incomplete = {
  chain: [aCertificate()],
  trustProblems: ['incomplete-chain'],
  missingIssuer: 'CN=Example Intermediate',
} as const;

describeCheck(incompleteCertificateChain, {
  found: [
    [
      'a chain without its intermediate',
      handshakeOf(incomplete),
      /^origin\.example\.com does not send the intermediate certificate CN=Example Intermediate, so CloudFront drops/,
      { strength: 'proven' },
    ],
    [
      'one that is a reconstruction, less surely',
      handshakeOf({ ...incomplete, chainAsServed: false }),
      /does not send/,
      { strength: 'supported' },
    ],
    [
      'one for a forwarded Host',
      handshakeOf(incomplete, { connection: aConnection({ host: 'www.example.com' }) }),
      /for www\.example\.com, so/,
      {},
    ],
    ['one whose issuer has no name', handshakeOf({ ...incomplete, missingIssuer: null }), /of its issuer/, {}],
  ],
  ruledOut: [
    ['a complete chain', handshakeOf({}), /comes with its whole chain/],
    ['a private authority', handshakeOf({ trustProblems: ['unknown-root'] }), /comes with its whole chain/],
  ],
  inconclusive: [['a blind vantage', handshakeOf(incomplete, { vantage: blindVantage }), /No address/, /intermediate/]],
});
