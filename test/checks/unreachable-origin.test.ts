import { unreachableOrigin } from '../../src/checks/unreachable-origin.js';
import { aDeadAddress, anAddress, aProbe, blindVantage } from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

describeCheck(unreachableOrigin, {
  found: [],
  ruledOut: [
    ['an open port', probeOf({}), /answers on port 443/],
    [
      'a refusal, which is an answer',
      { 'origin-probe': aProbe({ addresses: [aDeadAddress('refused')] }) },
      /answers on port/,
    ],
  ],
  inconclusive: [
    [
      'silence, with what it would be at CloudFront',
      { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) },
      /looks the same from here/,
      /^origin\.example\.com did not answer .* a 504 rather than a 502/,
    ],
    [
      'one silent address',
      { 'origin-probe': aProbe({ addresses: [anAddress(), aDeadAddress('unreachable', '192.0.2.11')] }) },
      /looks the same/,
      /1 of 2 addresses/,
    ],
    [
      'an IPv6 address, and no IPv6 here',
      {
        'origin-probe': aProbe({
          addresses: [
            anAddress(),
            { ...aDeadAddress('unreachable', '2001:db8::1'), blindBecause: '2001:db8::1 cannot be reached from here.' },
          ],
        }),
      },
      /^2001:db8::1 cannot be reached/,
    ],
    [
      'a blind vantage',
      { 'origin-probe': aProbe({ vantage: blindVantage, addresses: [aDeadAddress('timed-out')] }) },
      /No address answered/,
      /504/,
    ],
  ],
});
