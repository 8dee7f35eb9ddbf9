import { expect } from '@jest/globals';
import { unreachableOrigin } from '../../src/checks/unreachable-origin.js';
import { aDeadAddress, anAddress, aProbe, aResolution, blindVantage } from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

const resolvedTo = (...addresses: readonly string[]) =>
  aResolution({
    addresses: addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4, ttlSeconds: 60 })),
  });
const published = (...values: readonly string[]) => ({
  zone: 'example.com',
  answers: [{ server: 'ns.example.com', address: '192.0.2.53', recordType: 'A', outcome: 'resolved', values } as const],
});
const notAllowed = { vantage: blindVantage, addresses: [] } as const;

describeCheck(unreachableOrigin, {
  found: [
    [
      'a private address that the zone publishes',
      {
        'origin-probe': aProbe({ ...notAllowed, dns: { ...resolvedTo('10.0.0.5'), authority: published('10.0.0.5') } }),
      },
      /^origin\.example\.com resolves to the private address 10\.0\.0\.5, which CloudFront cannot reach/,
      { strength: 'proven', failsEveryRequest: true, layer: 'configuration' },
    ],
    [
      'a private address by the word of the resolvers alone',
      { 'origin-probe': aProbe({ ...notAllowed, dns: resolvedTo('172.31.0.9') }) },
      /172\.31\.0\.9/,
      { strength: 'supported' },
    ],
    [
      'a private address that answers here, so that this machine may be told otherwise than CloudFront',
      {
        'origin-probe': aProbe({ dns: resolvedTo('10.0.0.5'), addresses: [anAddress({ address: '10.0.0.5' })] }),
      },
      /10\.0\.0\.5/,
      { strength: 'possible' },
    ],
    [
      'one private address of two',
      { 'origin-probe': aProbe({ dns: resolvedTo('192.0.2.10', 'fd00::5') }) },
      /fd00::5, .* \(on 1 of 2 addresses\)$/,
      { explains: expect.objectContaining({ addresses: { among: ['fd00::5'], of: 2 } }) },
    ],
  ],
  ruledOut: [
    [
      'an address just beside a private range',
      { 'origin-probe': aProbe({ dns: resolvedTo('172.32.0.1') }) },
      /answers/,
    ],
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
      'a private address here, and a public one at the name servers of the zone',
      {
        'origin-probe': aProbe({
          ...notAllowed,
          dns: { ...resolvedTo('10.0.0.5'), authority: published('192.0.2.7') },
        }),
      },
      /resolves to 10\.0\.0\.5 here and to 192\.0\.2\.7 at the name servers/,
    ],
    [
      'a blind vantage',
      { 'origin-probe': aProbe({ vantage: blindVantage, addresses: [aDeadAddress('timed-out')] }) },
      /No address answered/,
      /504/,
    ],
  ],
});
