/** The port that CloudFront speaks TLS to answers in plain text. */
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage, describeHandshake, endedHandshakes } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';

export const plaintextOnTlsPort = defineCheck({
  id: 'plaintext-on-tls-port',
  title: 'Plain HTTP on the HTTPS port',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      over: 'tls',
      mayDifferByServer: { logs },
      read: endedHandshakes,
      isFault: ({ outcome }) => outcome === 'plaintext-answer',
      claim: (_, { domainName, port }) =>
        `${domainName} answers without TLS on port ${port}, where CloudFront speaks HTTPS`,
      fact: describeHandshake,
      sound: ({ domainName, port }) => `${domainName} speaks TLS on port ${port}.`,
      remedy:
        'Set the origin’s HTTPS port to one that speaks TLS, or its protocol policy to HTTP only if the path to it may be unencrypted.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: false,
    }),
});
