import { expect } from '@jest/globals';
import { incompatibleTlsCipher } from '../../src/checks/incompatible-tls-cipher.js';
import type { TlsAgreement, TlsExploration, TlsWidening } from '../../src/diagnosis/probe-depth.js';
import { aCertificate, aConnection, aFailedTls, anAddress, anExploration, aProbe } from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

const failed = (exploration: TlsExploration | null, outcome: 'alert' | 'reset' = 'alert') =>
  probeOf({ tls: { ...aFailedTls(outcome, 'handshake_failure'), exploration }, http: [] });
const agreement: TlsAgreement = {
  protocol: 'TLSv1.2',
  cipher: 'AES128-GCM-SHA256',
  curve: null,
  applicationProtocol: null,
};
const widened = (by: TlsWidening, differing: Partial<TlsAgreement> = {}) =>
  anExploration({
    accepted: { ...agreement, ...differing, leaf: aCertificate() },
    enough: [{ ...agreement, ...differing, by }],
  });

describeCheck(incompatibleTlsCipher, {
  found: [
    [
      'a suite that CloudFront does not offer',
      failed(widened('cipher')),
      /^origin\.example\.com accepts AES128-GCM-SHA256, and none of the cipher suites that CloudFront offers$/,
      {
        strength: 'proven',
        citations: [expect.objectContaining({ fact: expect.stringMatching(/accepts TLSv1\.2 with AES128/) })],
      },
    ],
    [
      'a server that resets in place of an alert',
      failed(widened('cipher'), 'reset'),
      /accepts AES128-GCM-SHA256/,
      { strength: 'proven' },
    ],
    [
      'a suite of TLS 1.3, about which AWS says nothing',
      failed(widened('cipher', { protocol: 'TLSv1.3', cipher: 'TLS_CHACHA20_POLY1305_SHA256' })),
      /TLS_CHACHA20/,
      { strength: 'supported' },
    ],
    [
      'a curve that CloudFront does not offer',
      failed(widened('curve', { curve: 'P-521' })),
      /accepts the curve P-521, and none of those that CloudFront offers$/,
      {},
    ],
    ['signatures', failed(widened('signature')), /accepts none of the signature schemes/, {}],
    [
      'one address of two',
      {
        'origin-probe': aProbe({
          addresses: [
            anAddress(),
            anAddress({
              address: '192.0.2.11',
              tls: { ...aFailedTls('alert'), exploration: anExploration() },
              http: [],
            }),
          ],
        }),
      },
      /\(on 1 of 2 addresses\)$/,
      {},
    ],
  ],
  ruledOut: [
    ['a completed handshake', probeOf({}), /accepts a cipher suite/],
    ['a version that is not in common', failed(widened('protocol')), /does not get that far/],
    [
      'a key that CloudFront does not take, which is another cause',
      failed({
        ...widened('curve'),
        accepted: { ...agreement, leaf: aCertificate({ keyType: 'ECDSA secp521r1', keyBits: 521 }) },
      }),
      /does not get that far/,
    ],
    [
      'plain HTTP',
      {
        'origin-probe': aProbe({ connection: aConnection({ scheme: 'http' }), addresses: [anAddress({ tls: null })] }),
      },
      /plain HTTP/,
    ],
  ],
  inconclusive: [['silence', probeOf({ tls: aFailedTls('timed-out'), http: [] }), /did not answer/]],
});
