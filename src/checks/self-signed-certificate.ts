/** The origin shows a certificate that it signed itself; CloudFront never accepts one, and there is no switch for it. */
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage, certificateRule, hasProblem, theCertificateOf } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';

export const selfSignedCertificate = defineCheck({
  id: 'self-signed-certificate',
  title: 'Self-signed certificate',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      ...certificateRule,
      mayDifferByServer: { logs },
      isFault: hasProblem('self-signed'),
      claim: (_, connection) => `${theCertificateOf(connection)} is self-signed, which CloudFront never accepts`,
      sound: (connection) => `${theCertificateOf(connection)} is not self-signed.`,
      remedy:
        'Install a certificate from a public authority on the origin (on a load balancer, a public ACM certificate); CloudFront cannot be told to trust this one.',
    }),
});
