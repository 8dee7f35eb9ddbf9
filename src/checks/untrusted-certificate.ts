/** The origin's chain ends in an authority that is not on Mozilla's list, which CloudFront follows (a private CA, say). */
import { defineCheck } from '../diagnosis/check.js';
import { certificatePage, certificateRule, hasProblem, theCertificateOf } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';

export const untrustedCertificate = defineCheck({
  id: 'untrusted-certificate',
  title: 'Certificate of an untrusted authority',
  layer: 'cloudfront-to-origin',
  why: certificatePage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      ...certificateRule,
      mayDifferByServer: { logs },
      isFault: hasProblem('unknown-root', 'invalid'),
      claim: (tls, connection) =>
        tls.trustProblems.includes('unknown-root')
          ? `${theCertificateOf(connection)} goes back to an authority that CloudFront does not trust (${tls.chain.at(-1)?.issuer ?? 'unknown'})`
          : `${theCertificateOf(connection)} is not valid`,
      sound: (connection) => `${theCertificateOf(connection)} goes back to an authority on Mozilla's list.`,
      remedy:
        'Install a certificate from an authority on Mozilla’s list on the origin; CloudFront cannot be given a private one to trust.',
    }),
});
