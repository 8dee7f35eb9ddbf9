import { rejectedHandshake } from '../../src/checks/rejected-handshake.js';
import { aFailedTls, anExploration, misleadingVantage } from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

describeCheck(rejectedHandshake, {
  found: [
    [
      'an alert',
      probeOf({ tls: aFailedTls('alert', 'handshake_failure'), http: [] }),
      /rejects the TLS handshake that CloudFront offers \(handshake_failure\)$/,
      { strength: 'supported' },
    ],
    ['an end without an alert', probeOf({ tls: aFailedTls('closed'), http: [] }), /breaks off the TLS handshake/, {}],
  ],
  ruledOut: [
    [
      'a cipher suite that is not in common, which is another cause',
      probeOf({ tls: { ...aFailedTls('alert'), exploration: anExploration() }, http: [] }),
      /does not get that far/,
    ],
    ['a completed handshake', probeOf({}), /takes part in the TLS handshake/],
    ['plain text, which is another cause', probeOf({ tls: aFailedTls('plaintext-answer'), http: [] }), /takes part/],
  ],
  inconclusive: [
    ['silence', probeOf({ tls: aFailedTls('timed-out'), http: [] }), /did not answer/],
    [
      'an alert to us, who offer something else than CloudFront',
      probeOf({ tls: aFailedTls('alert', 'handshake_failure'), http: [] }, { vantage: misleadingVantage }),
      /does not show what CloudFront meets/,
      /^From here: .* rejects the TLS handshake/,
    ],
  ],
});
