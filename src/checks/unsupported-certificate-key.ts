/** The origin's certificate has a key of a kind that AWS does not name among those that CloudFront accepts. */
import { defineCheck } from '../diagnosis/check.js';
import type { AccessLogEvidence, TlsProbe } from '../diagnosis/evidence.js';
import { theCertificateOf } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { isSupportedKey, leafOf } from '../diagnosis/tls-mismatch.js';

export const unsupportedCertificateKey = defineCheck({
  id: 'unsupported-certificate-key',
  title: 'Unsupported certificate key',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html',
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) => {
    // AWS names the keys that are accepted, and not what becomes of others: requests that succeed say that this one is.
    const served = logs === null ? false : isServed(logs, probe.connection.behaviours);
    const isOfP384 = probe.addresses.some(({ tls }) => tls !== null && isP384(tls));
    const works = logs !== null && ((logs.requests > 0 && logs.failures === 0) || (isOfP384 && served));
    return judgeProbe(probe, {
      over: 'tls',
      mayDifferByServer: { logs },
      read: ({ tls }) => (tls === null || leafOf(tls) === null ? [] : [tls]),
      isFault: (tls) => {
        const leaf = leafOf(tls);
        return leaf !== null && !isSupportedKey(leaf);
      },
      claim: (tls, connection) =>
        `${theCertificateOf(connection)} has a key of ${describeKey(tls)}; AWS names RSA of 1,024 to 4,096 bits and ECDSA on prime256v1`,
      fact: (tls) => `${leafOf(tls)?.subject ?? 'no certificate'} with a key of ${describeKey(tls)}`,
      // The list names it neither way, and CloudFront offers the curve itself: nothing says that it refuses such a key.
      strength: (tls) => (isP384(tls) ? 'possible' : 'supported'),
      ...(works ? { explainsNothing: true as const } : {}),
      sound: (connection) => `${theCertificateOf(connection)} has a key of a kind that AWS names as accepted.`,
      remedy: 'Have the certificate issued anew for a key of RSA 2048 or ECDSA prime256v1.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: true,
    });
  },
});

/** Whether CloudFront got good answers of the origin while 502s were logged. */
function isServed(logs: AccessLogEvidence, behaviours: readonly string[]): boolean {
  return (logs.byBehaviour ?? []).some(
    ({ behaviour, perMinute }) => behaviours.includes(behaviour) && perMinute.some(({ served }) => (served ?? 0) > 0),
  );
}

function isP384(tls: TlsProbe): boolean {
  const leaf = leafOf(tls);
  return leaf?.keyBits === 384 && /^ECDSA/i.test(leaf.keyType);
}

function describeKey(tls: TlsProbe): string {
  const leaf = leafOf(tls);
  if (leaf === null) return 'an unknown kind';
  return leaf.keyBits === null ? leaf.keyType : `${leaf.keyType} with ${leaf.keyBits.toLocaleString('en-GB')} bits`;
}
