import { expect } from '@jest/globals';
import { expiredCertificate } from '../../src/checks/expired-certificate.js';
import {
  aCertificate,
  aConnection,
  aDeadAddress,
  anAddress,
  aProbe,
  aTls,
  blindVantage,
  misleadingVantage,
} from '../builders/evidence.js';
import { describeCheck, handshakeOf } from './describe-check.js';

const past = aCertificate({ validTo: '2026-11-19T23:59:59.000Z' });
const expired = { chain: [past], trustProblems: ['expired'] } as const;

describeCheck(expiredCertificate, {
  found: [
    [
      'an expired certificate',
      handshakeOf(expired),
      /^The certificate that origin\.example\.com presents expired on 2026-11-19$/,
      {
        strength: 'proven',
        layer: 'cloudfront-to-origin',
        originId: 'api',
        explains: {
          behaviours: ['*'],
          detailedResults: ['OriginConnectError', 'OriginCommError', 'Error', '-', ''],
        },
      },
    ],
    [
      'one for a forwarded Host, which can explain the 502s of that host only',
      handshakeOf(expired, { connection: aConnection({ host: 'WWW.example.com' }) }),
      /presents for WWW\.example\.com expired/,
      { explains: expect.objectContaining({ hosts: ['www.example.com'] }) },
    ],
    [
      'an expired intermediate',
      handshakeOf({
        chain: [aCertificate(), aCertificate({ subject: 'CN=Old', validTo: '2026-01-01T00:00:00.000Z' })],
        trustProblems: ['expired'],
      }),
      /^The issuer's certificate CN=Old .* expired on 2026-01-01$/,
      {},
    ],
    [
      'one of two addresses',
      {
        'origin-probe': aProbe({
          addresses: [anAddress(), anAddress({ address: '192.0.2.11', tls: aTls(expired) })],
        }),
      },
      /\(on 1 of 2 addresses\)$/,
      {
        citations: [expect.objectContaining({ kind: 'probe', ref: 'api/https/origin.example.com at 192.0.2.11:443' })],
      },
    ],
    [
      'it from a misleading vantage, for the engine to cap',
      handshakeOf(expired, { vantage: misleadingVantage }),
      /expired/,
      {},
    ],
  ],
  ruledOut: [
    ['a sound certificate', handshakeOf({}), /has not expired/],
    ['another problem', handshakeOf({ trustProblems: ['self-signed'] }), /has not expired/],
    ['plain HTTP', handshakeOf({}, { connection: aConnection({ scheme: 'http' }) }), /plain HTTP/],
    [
      'a refused connection',
      { 'origin-probe': aProbe({ addresses: [aDeadAddress('refused')] }) },
      /refuses the connection/,
    ],
  ],
  inconclusive: [
    [
      'a blind vantage',
      handshakeOf(expired, { vantage: blindVantage }),
      /No address answered/,
      /expired on 2026-11-19/,
    ],
    [
      'a misleading vantage with a sound certificate',
      handshakeOf({}, { vantage: misleadingVantage }),
      /client certificate/,
    ],
    ['no answer', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/],
  ],
});
