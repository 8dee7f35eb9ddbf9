import { resetConnection } from '../../src/checks/reset-connection.js';
import { aDeadAddress, aFailedTls, anAnswer, aProbe, misleadingVantage } from '../builders/evidence.js';
import { answersOf, describeCheck, probeOf } from './describe-check.js';

const mixed = [
  { outcome: 'reset', count: 1 },
  { outcome: 'connected', count: 3 },
] as const;

describeCheck(resetConnection, {
  found: [
    [
      'a reset in place of a connection',
      { 'origin-probe': aProbe({ addresses: [aDeadAddress('reset')] }) },
      /as soon as it is made$/,
      { strength: 'proven' },
    ],
    [
      'some resets among several attempts, which may be due to the probe',
      probeOf({ tcp: { outcome: 'reset', errorCode: null, elapsedMs: 8, attempts: mixed }, tls: null, http: [] }),
      /as soon as it is made$/,
      { strength: 'supported', metAt: 'tcp' },
    ],
    [
      'a reset in the handshake',
      probeOf({ tls: aFailedTls('reset'), http: [] }),
      /in the TLS handshake$/,
      { strength: 'proven', metAt: 'tls', failsEveryRequest: true },
    ],
    [
      'a reset in place of an answer',
      answersOf([anAnswer({ path: '/api', outcome: 'reset', status: null })]),
      /instead of answering \/api$/,
      { layer: 'cloudfront-to-origin', metAt: 'http' },
    ],
  ],
  ruledOut: [
    ['an answer', probeOf({}), /does not reset/],
    ['a close, which is another cause', probeOf({ tls: aFailedTls('closed'), http: [] }), /does not reset/],
  ],
  inconclusive: [
    ['silence', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/],
    [
      'a reset of our handshake, which is not the one of CloudFront',
      probeOf({ tls: aFailedTls('reset'), http: [] }, { vantage: misleadingVantage }),
      /does not show what CloudFront meets/,
      /resets the connection in the TLS handshake/,
    ],
  ],
});
