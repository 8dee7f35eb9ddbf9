import { expect } from '@jest/globals';
import { unresolvableOrigin } from '../../src/checks/unresolvable-origin.js';
import type { DnsOutcome } from '../../src/diagnosis/evidence.js';
import { aCell, aDeadAddress, aProbe, aResolution, blindVantage, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const logged = someLogs({
  cells: [aCell({ detailedResult: 'OriginDnsError', count: 40 }), aCell({ detailedResult: 'Error', count: 9 })],
});
const disagreeing = aResolution({
  answers: [
    { resolver: '192.0.2.53', recordType: 'A', outcome: 'resolved', addresses: ['192.0.2.10'] },
    { resolver: '192.0.2.54', recordType: 'A', outcome: 'nxdomain', addresses: [] },
  ],
});
const onlyV4 = aResolution({
  answers: [
    { resolver: '192.0.2.53', recordType: 'A', outcome: 'resolved', addresses: ['192.0.2.10'] },
    { resolver: '192.0.2.53', recordType: 'AAAA', outcome: 'no-data', addresses: [] },
  ],
});
const serverOf = (name: string, outcome: DnsOutcome, values: readonly string[] = []) =>
  ({ server: name, address: '192.0.2.1', recordType: 'A', outcome, values }) as const;
const lame = {
  zone: 'example.com',
  answers: [serverOf('ns1.example.com', 'resolved', ['192.0.2.10']), serverOf('ns2.example.com', 'refused')],
};
const unreachableServer = { zone: 'example.com', answers: [serverOf('ns1.example.com', 'timed-out')] };
const probeOf = (outcome: 'nxdomain' | 'no-data' | 'servfail' | 'timed-out') => ({
  'origin-probe': aProbe({ dns: aResolution({ outcome }) }),
});

describeCheck(unresolvableOrigin, {
  found: [
    [
      'a name that does not exist',
      probeOf('nxdomain'),
      /^origin\.example\.com does not exist in public DNS$/,
      {
        strength: 'proven',
        explains: {
          behaviours: ['*'],
          detailedResults: ['OriginDnsError', 'NonS3OriginDnsError', 'Error', '-', ''],
        },
      },
    ],
    ['a name without an address', probeOf('no-data'), /has no address/, { strength: 'proven' }],
    ['name servers that fail, less surely', probeOf('servfail'), /name servers fail/, { strength: 'supported' }],
    [
      "CloudFront's own word in the log, though it resolves now",
      { 'origin-probe': aProbe(), 'access-logs': logged },
      /although it resolves from here now/,
      {
        strength: 'supported',
        explains: { behaviours: ['*'], detailedResults: ['OriginDnsError', 'NonS3OriginDnsError'] },
        citations: [expect.objectContaining({ fact: '40 502s with OriginDnsError on *' })],
      },
    ],
  ],
  ruledOut: [
    [
      'name servers that cannot be asked from here',
      { 'origin-probe': aProbe({ dns: aResolution({ authority: unreachableServer }) }) },
      /resolves/,
    ],
    [
      'a name that lacks an IPv6 address only, which is another cause',
      {
        'origin-probe': aProbe({
          dns: aResolution({
            outcome: 'no-data',
            answers: [
              { resolver: '192.0.2.53', recordType: 'AAAA', outcome: 'no-data', addresses: [] },
              { resolver: '192.0.2.53', recordType: 'A', outcome: 'resolved', addresses: ['192.0.2.10'] },
            ],
          }),
        }),
      },
      /has no IPv6 address/,
    ],
    ['a name that resolves', { 'origin-probe': aProbe(), 'access-logs': someLogs() }, /resolves in public DNS/],
    ['a name with IPv4 addresses only', { 'origin-probe': aProbe({ dns: onlyV4 }) }, /resolves/],
    [
      'a name that resolves to an address that cannot be reached from here',
      { 'origin-probe': aProbe({ vantage: blindVantage, addresses: [aDeadAddress('timed-out')] }) },
      /resolves/,
    ],
    [
      '502s of another kind',
      { 'origin-probe': aProbe(), 'access-logs': someLogs({ cells: [aCell({ count: 40 })] }) },
      /resolves/,
    ],
  ],
  inconclusive: [
    ['no answer from the resolvers', probeOf('timed-out'), /could not be looked up from here \(timed-out\)/],
    [
      'resolvers that disagree',
      { 'origin-probe': aProbe({ dns: disagreeing }) },
      /192\.0\.2\.54 says nxdomain/,
      /some resolvers only/,
    ],
    [
      'a name server of the zone that does not know the zone',
      { 'origin-probe': aProbe({ dns: aResolution({ authority: lame }) }) },
      /ns2\.example\.com, a name server of its zone, says refused/,
      /some of its name servers only/,
    ],
    [
      'an origin that nothing was asked about',
      { 'origin-probe': aProbe({ vantage: blindVantage, dns: aResolution({ outcome: 'not-asked', answers: [] }) }) },
      /does not show what CloudFront meets/,
    ],
  ],
});
