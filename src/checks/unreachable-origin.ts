/** The origin does not answer the TCP connection at all, which proves nothing from here, or has addresses that CloudFront cannot reach. */
import { defineCheck } from '../diagnosis/check.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { findPrivate } from '../diagnosis/private-addresses.js';
import { blindness, nameOf } from '../diagnosis/probe-subject.js';

export const unreachableOrigin = defineCheck({
  id: 'unreachable-origin',
  title: 'Origin unreachable',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html',
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) => {
    const { connection } = probe;
    const hidden = findPrivate(probe, logs);
    if (hidden !== null) return hidden;
    const silent = probe.addresses.filter(({ tcp }) => tcp.outcome === 'timed-out' || tcp.outcome === 'unreachable');
    const { length: all } = probe.addresses;
    // An address that this machine has no way to is no sign of anything.
    const [own] = silent;
    if (own?.blindBecause != null && silent.every(({ blindBecause }) => blindBecause !== null))
      return {
        state: 'inconclusive',
        missing: [
          {
            kind: 'not-seen',
            message: own.blindBecause,
            remedy: 'Run cf502 where there is IPv6 to look at this address too.',
          },
        ],
      };
    const some = silent.length === all ? '' : `${silent.length} of ${all} addresses of `;
    if (silent.length > 0)
      return {
        state: 'inconclusive',
        missing: [
          probe.vantage.class === 'valid'
            ? {
                kind: 'not-seen',
                message: `A firewall that lets only CloudFront in looks the same from here as an origin that is down.`,
                remedy: `Look in the security group of ${connection.domainName} for CloudFront's prefix list (com.amazonaws.global.cloudfront.origin-facing), or probe from inside.`,
              }
            : blindness(probe),
        ],
        lead: `${some}${nameOf(connection)} did not answer on port ${connection.port} from here; by our reading of AWS's pages that would be a 504 rather than a 502.`,
      };
    return judgeProbe(probe, {
      over: 'tcp',
      read: ({ tcp }) => (tcp.outcome === 'failed' ? [] : [tcp]),
      isFault: () => false,
      claim: () => '',
      fact: ({ outcome, elapsedMs }) => `TCP ${outcome} after ${elapsedMs} ms`,
      sound: ({ domainName, port }) => `${domainName} answers on port ${port}.`,
      remedy: '',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: false,
    });
  },
});
