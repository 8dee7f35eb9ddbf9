/** The origin ends the TLS handshake for a reason that other offers do not tell: no such server name, a rule, a fault of its own. */
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage, describeHandshake, unexplainedHandshakes } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';

export const rejectedHandshake = defineCheck({
  id: 'rejected-handshake',
  title: 'TLS handshake rejected',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      over: 'tls',
      read: unexplainedHandshakes,
      isFault: ({ outcome }) => outcome === 'alert' || outcome === 'closed',
      claim: ({ outcome, error }, connection) =>
        `${nameOf(connection)} ${outcome === 'alert' ? 'rejects' : 'breaks off'} the TLS handshake that CloudFront offers${error === null ? '' : ` (${error})`}`,
      fact: describeHandshake,
      mayBeOurOffer: () => true,
      // What the origin minds is not known, and CloudFront may not do it.
      strength: () => 'supported',
      sound: (connection) => `${nameOf(connection)} takes part in the TLS handshake.`,
      remedy:
        'Look in the origin’s TLS log for why it breaks off; make it know the server name that it is asked for, and offer TLS 1.2 with an ECDHE suite that CloudFront offers.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: true,
      mayComeAndGo: { logs },
    }),
});
