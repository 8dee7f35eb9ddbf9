/** The origin answers the TCP connection with a reset: nothing listens on the configured port, or a firewall rejects. */
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';

export const refusedConnection = defineCheck({
  id: 'refused-connection',
  title: 'Connection refused',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  evaluate: ({ 'origin-probe': probe }) =>
    judgeProbe(probe, {
      over: 'tcp',
      read: ({ tcp }) => (['connected', 'refused', 'reset'].includes(tcp.outcome) ? [tcp] : []),
      isFault: ({ outcome }) => outcome !== 'connected',
      claim: (_, { domainName, port }) =>
        `${domainName} refuses connections on port ${port} (AWS's pages list a refusal under 502 and a time-out under 504, not without contradiction)`,
      fact: ({ outcome, elapsedMs }) => `TCP ${outcome} after ${elapsedMs} ms`,
      sound: ({ domainName, port }) => `${domainName} accepts connections on port ${port}.`,
      remedy:
        'Start the server, or make it listen on this port; check the port in the origin’s settings and any firewall that rejects.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: false,
    }),
});
