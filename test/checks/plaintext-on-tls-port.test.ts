import { plaintextOnTlsPort } from '../../src/checks/plaintext-on-tls-port.js';
import { aFailedTls, blindVantage } from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

const plaintext = { tls: aFailedTls('plaintext-answer'), http: [] };

describeCheck(plaintextOnTlsPort, {
  found: [['plain text', probeOf(plaintext), /answers without TLS on port 443/, { strength: 'proven' }]],
  ruledOut: [
    ['TLS', probeOf({}), /speaks TLS on port 443/],
    ['TLS that is refused', probeOf({ tls: aFailedTls('alert', 'handshake_failure'), http: [] }), /speaks TLS/],
  ],
  inconclusive: [
    ['silence', probeOf({ tls: aFailedTls('timed-out'), http: [] }), /did not answer/],
    ['a blind vantage', probeOf(plaintext, { vantage: blindVantage }), /No address/, /without TLS/],
  ],
});
