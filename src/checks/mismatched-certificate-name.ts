/** No name in the origin's certificate covers the origin's domain name or the Host that CloudFront sends. */
import { isBalancerName } from '../diagnosis/balancer-name.js';
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage, certificateRule, shownCertificates, theCertificateOf } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { listOf } from '../diagnosis/wording.js';

export const mismatchedCertificateName = defineCheck({
  id: 'mismatched-certificate-name',
  title: 'Certificate for another name',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) => {
    const { connection } = probe;
    // The same defect by another name, which the configuration alone proves.
    if (connection.scheme === 'https' && !connection.hostIsForwarded && isBalancerName(connection.domainName))
      return {
        state: 'ruled-out',
        because: `${connection.domainName} is a name of Amazon's, so a mismatch is reported as an unforwarded Host.`,
        citations: [{ kind: 'configuration', ref: connection.id, fact: `origin domain ${connection.domainName}` }],
      };
    const half = probe.addresses.flatMap(shownCertificates).find((tls) => tls.matchesOriginDomain && !tls.matchesHost);
    const outcome = judgeProbe(probe, {
      ...certificateRule,
      mayDifferByServer: { logs },
      isFault: (tls) => !tls.matchesHost && !tls.matchesOriginDomain,
      claim: (tls, { domainName, host, hostIsForwarded }) => {
        const wanted =
          hostIsForwarded && host !== domainName ? `neither ${domainName} nor ${host}` : `not ${domainName}`;
        return `${theCertificateOf(connection)} is for ${listOf(tls.chain[0]?.names ?? []) || 'no name'}, and covers ${wanted}`;
      },
      sound: () => `${theCertificateOf(connection)} covers the name that CloudFront asks for.`,
      remedy:
        'Put the name that CloudFront asks for on the origin’s certificate, or forward the Host that it does cover.',
    });
    const isSound =
      outcome.state === 'ruled-out' || (outcome.state === 'inconclusive' && outcome.unlessExplained !== undefined);
    if (!isSound || half === undefined || !connection.hostIsForwarded) return outcome;
    return {
      state: 'inconclusive',
      missing: [
        {
          kind: 'undocumented',
          message: `AWS's pages disagree on whether it is enough that the certificate covers ${connection.domainName} but not ${connection.host}.`,
          remedy: `Put ${connection.host} on the certificate of ${connection.domainName} as well.`,
        },
      ],
    };
  },
});
