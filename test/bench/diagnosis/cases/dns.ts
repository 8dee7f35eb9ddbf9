/** Names that do not resolve for CloudFront, and those that only seem not to. */
import type { DnsAnswer } from '../../../world/dns.js';
import type { BenchCase, WorldSketch } from '../bench-case.js';
import { expectCause } from '../variants.js';

const failures = [{ share: 0.9, detailedResult: 'OriginDnsError' }];
const unresolvable = expectCause({ cause: 'unresolvable-origin' });

function alone(what: string, dns: DnsAnswer, world: Partial<WorldSketch> = {}): BenchCase {
  return {
    id: `dns/${what}`,
    family: 'dns',
    world: { origins: [{ label: 'web', dns }], failures, ...world },
    expected: unresolvable,
  };
}

export const dnsCases: readonly BenchCase[] = [
  alone('nxdomain', 'nxdomain'),
  alone('no-record', 'empty'),
  alone('servfail', 'servfail'),
  alone('alias-to-nowhere', { cname: 'gone.nowhere.example' }),
  alone('nxdomain-without-logs', 'nxdomain', { logs: 'off' }),
  {
    id: 'dns/nxdomain/one-behaviour',
    family: 'dns',
    world: {
      origins: [{ label: 'web' }, { label: 'api', dns: 'nxdomain', scheme: 'http' }],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [{ share: 1, pathPattern: '/api/*', detailedResult: 'OriginDnsError' }],
    },
    expected: unresolvable,
  },
  {
    // AWS: an origin set to IPv6 only needs an AAAA record.
    id: 'dns/ipv6-without-aaaa',
    family: 'dns',
    world: { origins: [{ label: 'web', config: { IpAddressType: 'ipv6' } }], failures },
    expected: {
      outcome: 'cause-found',
      top: 'ipv6-without-aaaa',
      causes: ['ipv6-without-aaaa'],
      mayAlsoSay: ['unresolvable-origin'],
    },
  },
];
