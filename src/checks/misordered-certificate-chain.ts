/** The origin sends its chain in the wrong order; each certificate must be followed by the one that signed it. */
import { defineCheck } from '../diagnosis/check.js';
import {
  badGatewayPage,
  certificateRule,
  hasProblem,
  shownCertificates,
  theCertificateOf,
} from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';

export const misorderedCertificateChain = defineCheck({
  id: 'misordered-certificate-chain',
  title: 'Certificate chain in the wrong order',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) => {
    const shown = probe.addresses.flatMap(shownCertificates);
    const isFault = hasProblem('misordered-chain');
    if (shown.length > 0 && !shown.some(isFault) && shown.some((tls) => !tls.chainAsServed && tls.chain.length > 2))
      return {
        state: 'inconclusive',
        missing: [
          {
            kind: 'not-seen',
            message: `${probe.connection.domainName} speaks TLS 1.3 only, where the order of its certificates cannot be seen from here.`,
            remedy: `Look at the order with openssl s_client -showcerts -connect ${probe.connection.domainName}:${probe.connection.port}.`,
          },
        ],
      };
    return judgeProbe(probe, {
      ...certificateRule,
      mayDifferByServer: { logs },
      isFault,
      claim: (_, connection) =>
        `${connection.domainName} sends its certificate chain in the wrong order${connection.hostIsForwarded ? ` for ${connection.host}` : ''}`,
      sound: (connection) => `${theCertificateOf(connection)} comes with its chain in order.`,
      remedy:
        'Put the certificates in order: the origin’s own first, then the one that signed it, and so on, without the root.',
    });
  },
});
