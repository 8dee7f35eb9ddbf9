/** Several causes at once: all are to be named, the one with most of the 502s first. */
import { headOfBytes, relayedBadGateway } from '../../../world/origin-answers.js';
import type { BenchCase, Expected, WorldSketch } from '../bench-case.js';

function together(
  what: string,
  causes: readonly [string, ...string[]],
  world: WorldSketch,
  more: Partial<Expected> = {},
): BenchCase {
  return {
    id: `pairs/${what}`,
    family: 'pairs',
    world,
    expected: { outcome: 'cause-found', top: causes[0], causes, ...more },
  };
}

const all = (pathPattern: string, detailedResult: string) => ({ share: 0.95, pathPattern, detailedResult });
const rest = (detailedResult: string) => ({ share: 0.9, detailedResult });

export const pairCases: readonly BenchCase[] = [
  together(
    'expired-and-wrong-name',
    ['expired-certificate', 'mismatched-certificate-name'],
    {
      origins: [{ label: 'web', hosts: [{ tls: 'expired-and-wrong-name' }] }],
      failures: [rest('OriginConnectError')],
    },
    { orTop: ['mismatched-certificate-name'] },
  ),
  together('refused-and-wrong-name', ['refused-connection', 'mismatched-certificate-name'], {
    origins: [
      { label: 'web', hosts: [{ state: 'refusing' }] },
      { label: 'api', hosts: [{ tls: 'wrong-name' }] },
    ],
    behaviours: [{ path: '/api/*', origin: 'api' }],
    failures: [all('/api/*', 'OriginConnectError'), rest('OriginConnectError')],
  }),
  together('nxdomain-and-expired', ['expired-certificate', 'unresolvable-origin'], {
    origins: [
      { label: 'web', hosts: [{ tls: 'expired' }] },
      { label: 'media', dns: 'nxdomain' },
    ],
    behaviours: [{ path: '/assets/*', origin: 'media' }],
    failures: [all('/assets/*', 'OriginDnsError'), rest('OriginConnectError')],
    paths: [
      { path: '/', weight: 3 },
      { path: '/products/{id}', weight: 8 },
      { path: '/assets/app.{hash}.js', weight: 3 },
    ],
  }),
  together('oversized-and-incomplete-chain', ['incomplete-certificate-chain', 'oversized-response-head'], {
    origins: [
      { label: 'web', hosts: [{ tls: 'missing-intermediate' }] },
      { label: 'api', hosts: [{ answer: headOfBytes(40_000, 'Set-Cookie', true) }] },
    ],
    behaviours: [{ path: '/api/*', origin: 'api' }],
    failures: [all('/api/*', 'OriginHeaderTooBigError'), rest('OriginConnectError')],
  }),
  together('closing-and-malformed', ['premature-close', 'malformed-response-head'], {
    origins: [
      { label: 'web', hosts: [{ answer: 'close' }] },
      {
        label: 'api',
        scheme: 'http',
        hosts: [{ answer: { raw: 'hello\r\n\r\n', afterwards: 'close' } }],
      },
    ],
    behaviours: [{ path: '/api/*', origin: 'api' }],
    failures: [all('/api/*', 'OriginInvalidResponseError'), rest('OriginReadError')],
  }),
  together(
    'balancer-made-and-expired',
    ['expired-certificate', 'balancer-made-502'],
    {
      origins: [
        { label: 'web', hosts: [{ tls: 'expired' }] },
        {
          label: 'api',
          scheme: 'http',
          hosts: [{ answer: relayedBadGateway('awselb/2.0') }],
          balancer: { metrics: { HTTPCode_ELB_502_Count: { of: 'failures', times: 0.3 } } },
        },
      ],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [all('/api/*', 'OriginError'), rest('OriginConnectError')],
    },
    { mayAlsoSay: ['relayed-502'] },
  ),
  together('relayed-and-self-signed', ['relayed-502', 'self-signed-certificate'], {
    origins: [
      { label: 'web', hosts: [{ answer: relayedBadGateway('caddy') }] },
      { label: 'api', hosts: [{ tls: 'self-signed' }] },
    ],
    behaviours: [{ path: '/api/*', origin: 'api' }],
    failures: [all('/api/*', 'OriginConnectError'), rest('OriginError')],
  }),
  together(
    'two-faults-on-two-addresses',
    ['expired-certificate', 'refused-connection'],
    {
      origins: [{ label: 'web', hosts: [{ tls: 'expired' }, { state: 'refusing' }] }],
      failures: [rest('OriginConnectError')],
    },
    { orTop: ['refused-connection'] },
  ),
  together('three-at-once', ['refused-connection', 'unresolvable-origin', 'untrusted-certificate'], {
    origins: [
      { label: 'web', hosts: [{ state: 'refusing' }] },
      { label: 'api', hosts: [{ tls: 'unknown-root' }] },
      { label: 'media', dns: 'nxdomain' },
    ],
    behaviours: [
      { path: '/api/*', origin: 'api' },
      { path: '/assets/*', origin: 'media' },
    ],
    failures: [all('/api/*', 'OriginConnectError'), all('/assets/*', 'OriginDnsError'), rest('OriginConnectError')],
    paths: [
      { path: '/', weight: 9 },
      { path: '/assets/app.{hash}.js', weight: 4 },
      { path: '/api/cart', weight: 2 },
    ],
  }),
];
