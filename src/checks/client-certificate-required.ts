/** The origin asks for a client certificate, and CloudFront is not configured to present one. */
import { defineCheck } from '../diagnosis/check.js';
import { describeHandshake, endedHandshakes } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';

export const clientCertificateRequired = defineCheck({
  id: 'client-certificate-required',
  title: 'Origin asks for a client certificate',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html',
  needs: ['origin-probe', 'distribution'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, distribution, 'access-logs': logs }) => {
    const origin = distribution.origins.find(({ id }) => id === probe.connection.originId);
    if (origin?.usesMutualTls === true)
      return {
        state: 'inconclusive',
        missing: [
          {
            kind: 'not-seen',
            message: `CloudFront presents a client certificate to ${origin.domainName}, and a probe from here cannot.`,
            remedy: `Look in the TLS log of ${origin.domainName} whether CloudFront's client certificate is accepted and has not expired.`,
          },
        ],
      };
    return judgeProbe(probe, {
      over: 'tls',
      mayDifferByServer: { logs },
      read: endedHandshakes,
      isFault: ({ outcome }) => outcome === 'client-certificate-required',
      claim: (_, connection) =>
        `${nameOf(connection)} asks for a client certificate and CloudFront has none to present (AWS says that the request is dropped, not with which status)`,
      fact: describeHandshake,
      strength: () => 'supported',
      sound: (connection) => `${nameOf(connection)} does not insist on a client certificate.`,
      remedy:
        'Configure origin mutual TLS on the distribution with a client certificate from ACM, or stop the origin from requiring one.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: true,
    });
  },
});
