/** The origin and CloudFront have no TLS version in common, as the origin's settings have it. */
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage, describeHandshake } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';
import { describeAgreement, findMismatch, hasMismatch, readMismatches } from '../diagnosis/tls-mismatch.js';
import { listOf } from '../diagnosis/wording.js';

const older: readonly string[] = ['SSLv3', 'TLSv1', 'TLSv1.1'];

export const incompatibleTlsProtocol = defineCheck({
  id: 'incompatible-tls-protocol',
  title: 'No TLS version in common',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs', 'distribution'],
  evaluate: ({ 'origin-probe': probe, distribution, 'access-logs': logs }) => {
    const origin = distribution?.origins.find(({ id }) => id === probe.connection.originId);
    const set = origin === undefined || origin.sslProtocols.length === 0 ? 'what is set' : listOf(origin.sslProtocols);
    return judgeProbe(probe, {
      over: 'tls',
      mayDifferByServer: { logs },
      read: readMismatches('protocol'),
      isFault: hasMismatch('protocol'),
      claim: (tls, connection) => {
        const instead = findMismatch(tls)?.instead ?? null;
        const accepts = instead === null ? 'none of it' : `${instead.protocol} and none of it`;
        return `CloudFront may use ${set} towards ${nameOf(connection)}, which accepts ${accepts}`;
      },
      fact: (tls) => {
        const instead = findMismatch(tls)?.instead ?? null;
        return `${describeHandshake(tls)}${instead === null ? '' : `; accepts ${describeAgreement(instead)}`}`;
      },
      // Whether the list of protocols is a list or a minimum is told both ways by AWS, and TLS 1.3 cannot be set at all.
      strength: (tls) => (older.includes(findMismatch(tls)?.instead?.protocol ?? '') ? 'proven' : 'supported'),
      sound: (connection) => `${nameOf(connection)} accepts a TLS version that CloudFront may use.`,
      remedy:
        'Enable TLS 1.2 on the origin and allow TLSv1.2, and not SSLv3, in the origin’s minimum or list of SSL protocols.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.connect,
      dependsOnHost: true,
    });
  },
});
