import { ipv6WithoutAaaa } from '../../src/checks/ipv6-without-aaaa.js';
import type { DnsProbe } from '../../src/diagnosis/evidence.js';
import { aCell, aDistribution, anOrigin, aProbe, aResolution, blindVantage, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const resolver = '192.0.2.53';
const ipv4Only: DnsProbe = aResolution({
  outcome: 'no-data',
  answers: [
    { resolver, recordType: 'AAAA', outcome: 'no-data', addresses: [] },
    { resolver, recordType: 'A', outcome: 'resolved', addresses: ['192.0.2.10'] },
  ],
});
const typed = (ipAddressType: 'ipv4' | 'ipv6' | 'dualstack', dns = aResolution()) => ({
  distribution: aDistribution({ origins: [anOrigin({ ipAddressType })] }),
  'origin-probe': aProbe({ dns }),
});

describeCheck(ipv6WithoutAaaa, {
  found: [
    [
      'IPv6 only, and a name with IPv4 only',
      typed('ipv6', ipv4Only),
      /^CloudFront is set to reach origin\.example\.com by IPv6 only, and the name has IPv4 addresses only$/,
      { strength: 'supported' },
    ],
    [
      'the same, with OriginDnsError in the logs',
      { ...typed('ipv6', ipv4Only), 'access-logs': someLogs({ cells: [aCell({ detailedResult: 'OriginDnsError' })] }) },
      /IPv4 addresses only/,
      { strength: 'proven' },
    ],
  ],
  ruledOut: [
    ['IPv4', typed('ipv4'), /by IPv4/],
    ['dual-stack with either', typed('dualstack'), /whichever/],
    ['IPv6 that there is', typed('ipv6'), /has an IPv6 address/],
    ['a name that does not exist', typed('ipv6', aResolution({ outcome: 'nxdomain' })), /of either kind \(nxdomain\)/],
  ],
  inconclusive: [
    [
      'a blind view',
      {
        ...typed('ipv6'),
        'origin-probe': aProbe({ dns: aResolution({ outcome: 'timed-out' }), vantage: blindVantage }),
      },
      /No address answered/,
    ],
  ],
});
