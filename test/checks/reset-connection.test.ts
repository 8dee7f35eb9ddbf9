import { resetConnection } from '../../src/checks/reset-connection.js';
import { aDeadAddress, aFailedTls, anAnswer, aProbe } from '../builders/evidence.js';
import { answersOf, describeCheck, probeOf } from './describe-check.js';

describeCheck(resetConnection, {
  found: [
    [
      'a reset in place of a connection',
      { 'origin-probe': aProbe({ addresses: [aDeadAddress('reset')] }) },
      /as soon as it is made$/,
      { strength: 'proven' },
    ],
    [
      'a reset in the handshake',
      probeOf({ tls: aFailedTls('reset'), http: [] }),
      /in the TLS handshake$/,
      { strength: 'proven' },
    ],
    [
      'a reset in place of an answer',
      answersOf([anAnswer({ path: '/api', outcome: 'reset', status: null })]),
      /instead of answering \/api$/,
      { layer: 'cloudfront-to-origin' },
    ],
  ],
  ruledOut: [
    ['an answer', probeOf({}), /does not reset/],
    ['a close, which is another cause', probeOf({ tls: aFailedTls('closed'), http: [] }), /does not reset/],
  ],
  inconclusive: [['silence', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/]],
});
