/** The origin leaves out an intermediate certificate, which browsers fetch by themselves and CloudFront does not. */
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage, certificateRule, hasProblem, theCertificateOf } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';

export const incompleteCertificateChain = defineCheck({
  id: 'incomplete-certificate-chain',
  title: 'Incomplete certificate chain',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      ...certificateRule,
      mayDifferByServer: { logs },
      isFault: hasProblem('incomplete-chain'),
      claim: (tls, connection) =>
        `${connection.domainName} does not send the intermediate certificate ${tls.missingIssuer ?? 'of its issuer'}${
          connection.hostIsForwarded ? ` for ${connection.host}` : ''
        }, so CloudFront drops the connection`,
      // Over TLS 1.3 the order and number of certificates served is Node's reconstruction.
      strength: (tls) => (tls.chainAsServed ? 'proven' : 'supported'),
      sound: (connection) => `${theCertificateOf(connection)} comes with its whole chain.`,
      remedy:
        'Configure the origin with the full chain: its own certificate first, then each intermediate, without the root.',
    }),
});
