/** The origin accepts none of the cipher suites, curves and signatures that CloudFront offers. */
import { defineCheck } from '../diagnosis/check.js';
import type { TlsProbe } from '../diagnosis/evidence.js';
import { describeHandshake } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';
import { describeAgreement, findMismatch, hasMismatch, readMismatches } from '../diagnosis/tls-mismatch.js';

const kinds = ['cipher', 'curve', 'signature'] as const;

export const incompatibleTlsCipher = defineCheck({
  id: 'incompatible-tls-cipher',
  title: 'No cipher suite in common',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-ciphers-cloudfront-to-origin.html',
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      over: 'tls',
      mayDifferByServer: { logs },
      read: readMismatches(...kinds),
      isFault: hasMismatch(...kinds),
      claim: (tls, connection) => `${nameOf(connection)} accepts ${describeLack(tls)}`,
      fact: (tls) => {
        const instead = findMismatch(tls)?.instead ?? null;
        const curve = instead?.curve == null ? '' : ` over ${instead.curve}`;
        return `${describeHandshake(tls)}${instead === null ? '' : `; accepts ${describeAgreement(instead)}${curve}`}`;
      },
      // AWS publishes its list without the suites of TLS 1.3, so that nothing about those is certain.
      strength: (tls) => (findMismatch(tls)?.instead?.protocol === 'TLSv1.3' ? 'supported' : 'proven'),
      sound: (connection) => `${nameOf(connection)} accepts a cipher suite that CloudFront offers.`,
      remedy:
        'Add a suite that CloudFront offers to the origin, ECDHE-RSA-AES128-GCM-SHA256 or ECDHE-ECDSA-AES128-GCM-SHA256 for its kind of key, with the curve prime256v1 or X25519.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: true,
    }),
});

function describeLack(tls: TlsProbe): string {
  const mismatch = findMismatch(tls);
  const { cipher, curve } = mismatch?.instead ?? { cipher: 'another cipher suite', curve: null };
  if (mismatch?.of === 'curve')
    return `the curve ${curve ?? 'that it wants'}, and none of those that CloudFront offers`;
  if (mismatch?.of === 'signature') return 'none of the signature schemes that CloudFront offers';
  return `${cipher}, and none of the cipher suites that CloudFront offers`;
}
