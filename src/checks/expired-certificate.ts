/** The origin's certificate, or one of its chain, has run out. */
import { defineCheck } from '../diagnosis/check.js';
import {
  badGatewayPage,
  certificateRule,
  day,
  hasProblem,
  pickCertificate,
  theCertificateOf,
} from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';

export const expiredCertificate = defineCheck({
  id: 'expired-certificate',
  title: 'Expired certificate',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }, now) =>
    judgeProbe(probe, {
      ...certificateRule,
      mayDifferByServer: { logs },
      isFault: hasProblem('expired'),
      lasts: (tls) => {
        const ended = tls.chain.map(({ validTo }) => validTo).filter((validTo) => Date.parse(validTo) <= now.getTime());
        return ended.length === 0 ? {} : { since: ended.sort()[0] ?? '' };
      },
      claim: (tls, connection) => {
        const { certificate, isLeaf } = pickCertificate(tls, ({ validTo }) => Date.parse(validTo) <= now.getTime());
        const which = isLeaf
          ? theCertificateOf(connection)
          : `The issuer's certificate ${certificate?.subject ?? ''} that ${connection.domainName} sends along`;
        return `${which} expired on ${day(certificate?.validTo ?? '')}`;
      },
      sound: (connection) => `${theCertificateOf(connection)} has not expired.`,
      remedy:
        'Renew the certificate on the origin and reload its server; a public ACM certificate on a load balancer renews itself.',
    }),
});
