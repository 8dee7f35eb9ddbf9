/** The origin refuses the TCP connection: nothing listens on the configured port, or a firewall rejects. One reset later is another cause. */
import { defineCheck } from '../diagnosis/check.js';
import type { AddressProbe } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { explainsOf } from '../diagnosis/probe-subject.js';

type Tcp = AddressProbe['tcp'];

export const refusedConnection = defineCheck({
  id: 'refused-connection',
  title: 'Connection refused',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) => {
    const isLogged = countFitting(logs, explainsOf(probe.connection, resultsOf.connect, false)) > 0;
    // AWS names a refusal among the causes of 502 and, elsewhere, blocked ports among those of 504: only logged 502s settle it.
    const caveat = isLogged ? '' : ' (that CloudFront answers this with 502 is inferred)';
    return judgeProbe(probe, {
      over: 'tcp',
      read: ({ tcp }) => (['connected', 'refused', 'reset'].includes(tcp.outcome) ? [tcp] : []),
      isFault: (tcp) => countRefused(tcp) > 0,
      claim: (tcp, { domainName, port }) =>
        tcp.outcome === 'connected'
          ? `${domainName} refuses ${countRefused(tcp)} of ${countAll(tcp)} connections on port ${port}${caveat}`
          : `${domainName} refuses connections on port ${port}${caveat}`,
      fact: (tcp) => {
        const refused = countRefused(tcp);
        const share = refused > 0 ? `, refused ${refused} of ${countAll(tcp)}` : '';
        return `TCP ${tcp.outcome} after ${tcp.elapsedMs} ms${share}`;
      },
      // A few refusals among many connections may be due to the probe itself.
      strength: ({ outcome }) => (outcome === 'connected' ? 'supported' : 'proven'),
      sound: ({ domainName, port }) => `${domainName} accepts connections on port ${port}.`,
      remedy:
        'Start the server, or make it listen on this port; check the port in the origin’s settings and any firewall that rejects.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: false,
      mayComeAndGo: { logs },
    });
  },
});

function countRefused({ attempts }: Tcp): number {
  return attempts.reduce((sum, { outcome, count }) => sum + (outcome === 'refused' ? count : 0), 0);
}

function countAll({ attempts }: Tcp): number {
  return attempts.reduce((sum, { count }) => sum + count, 0);
}
