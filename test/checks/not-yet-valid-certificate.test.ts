import { notYetValidCertificate } from '../../src/checks/not-yet-valid-certificate.js';
import { aCertificate, aDeadAddress, aProbe } from '../builders/evidence.js';
import { describeCheck, handshakeOf } from './describe-check.js';

const future = aCertificate({ validFrom: '2026-12-01T00:00:00.000Z' });

describeCheck(notYetValidCertificate, {
  found: [
    [
      'a certificate that begins later',
      handshakeOf({ chain: [future], trustProblems: ['not-yet-valid'] }),
      /is not valid before 2026-12-01 00:00 UTC/,
      { strength: 'proven' },
    ],
  ],
  ruledOut: [
    ['a sound certificate', handshakeOf({}), /is valid already/],
    ['an expired one', handshakeOf({ trustProblems: ['expired'] }), /is valid already/],
  ],
  inconclusive: [
    ['no answer', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/],
  ],
});
