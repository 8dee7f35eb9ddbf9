/** The origin ends the TLS handshake: no protocol version or cipher suite in common, or no such server name. */
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage, describeHandshake, endedHandshakes } from '../diagnosis/handshake.js';
import { judgeProbe, nameOf } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';

export const rejectedHandshake = defineCheck({
  id: 'rejected-handshake',
  title: 'TLS handshake rejected',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  evaluate: ({ 'origin-probe': probe }) =>
    judgeProbe(probe, {
      over: 'tls',
      read: endedHandshakes,
      isFault: ({ outcome }) => outcome === 'alert' || outcome === 'closed',
      claim: ({ outcome, error }, connection) =>
        `${nameOf(connection)} ${outcome === 'alert' ? 'rejects' : 'breaks off'} the TLS handshake that CloudFront offers${error === null ? '' : ` (${error})`}`,
      fact: describeHandshake,
      // A list that AWS publishes without the TLS 1.3 suites cannot prove that nothing is in common.
      strength: () => 'supported',
      sound: (connection) => `${nameOf(connection)} accepts a TLS version and cipher suite that CloudFront offers.`,
      remedy:
        'Enable TLS 1.2 with an ECDHE suite that CloudFront offers, add TLS 1.2 to the origin’s SSL protocols, and make the server know the name that it is asked for.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: true,
    }),
});
