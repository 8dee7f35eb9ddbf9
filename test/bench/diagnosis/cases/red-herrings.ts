/** Something else catches the eye: what is odd and innocent must not be taken for the cause. */
import { headOfBytes } from '../../../world/origin-answers.js';
import type { BenchCase, Expected, WorldSketch } from '../bench-case.js';
import { expectCause } from '../variants.js';

const none: Expected = { outcome: 'no-502s', top: null, causes: [] };
const connect = 'OriginConnectError';

function herring(what: string, expected: Expected, world: WorldSketch): BenchCase {
  return { id: `red-herrings/${what}`, family: 'red-herrings', world, expected };
}

export const redHerringCases: readonly BenchCase[] = [
  // A time-out is a 504: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html
  herring(
    '504s-of-a-slow-origin',
    { ...none, mustNotSay: ['slow-origin', 'unreachable-origin'] },
    {
      origins: [{ label: 'web', hosts: [{ answer: { firstByteDelayMs: 2_500 } }], config: { OriginReadTimeout: 1 } }],
      failures: [{ share: 0.3, status: 504, detailedResult: 'OriginCommError', timeTakenSeconds: [1, 1.2] }],
    },
  ),
  herring(
    'slow-but-fine-beside-expired',
    { ...expectCause({ cause: 'expired-certificate' }), mustNotSay: ['slow-origin'] },
    {
      origins: [
        { label: 'web', hosts: [{ answer: { firstByteDelayMs: 900 } }] },
        { label: 'api', hosts: [{ tls: 'expired' }] },
      ],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [{ share: 0.95, pathPattern: '/api/*', detailedResult: connect }],
    },
  ),
  herring('404s-beside-refused', expectCause({ cause: 'refused-connection' }), {
    origins: [
      { label: 'web', hosts: [{ answer: { status: 404 } }] },
      { label: 'api', hosts: [{ state: 'refusing' }] },
    ],
    behaviours: [{ path: '/api/*', origin: 'api' }],
    failures: [
      { share: 0.95, pathPattern: '/api/*', detailedResult: connect },
      { share: 0.5, status: 404, detailedResult: 'Error' },
    ],
  }),
  herring(
    'viewer-aborts-beside-nxdomain',
    { ...expectCause({ cause: 'unresolvable-origin' }), mustNotSay: ['viewer-aborts'] },
    {
      origins: [{ label: 'web' }, { label: 'api', dns: 'nxdomain' }],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [
        { share: 0.95, pathPattern: '/api/*', detailedResult: 'OriginDnsError' },
        { share: 0.4, status: 0, detailedResult: 'ClientHungUpRequest' },
      ],
    },
  ),
  // A body cut short has its status long sent: it is no 502.
  herring(
    'truncated-body',
    { ...none, mustNotSay: ['truncated-body'] },
    {
      origins: [
        {
          label: 'web',
          hosts: [{ answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort', afterwards: 'close' } }],
        },
      ],
    },
  ),
  herring(
    'truncated-body-beside-wrong-name',
    { ...expectCause({ cause: 'mismatched-certificate-name' }), mustNotSay: ['truncated-body'] },
    {
      origins: [
        {
          label: 'web',
          hosts: [{ answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort', afterwards: 'close' } }],
        },
        { label: 'api', hosts: [{ tls: 'wrong-name' }] },
      ],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [{ share: 0.95, pathPattern: '/api/*', detailedResult: connect }],
    },
  ),
  herring(
    'expired-on-unused-origin',
    { ...expectCause({ cause: 'refused-connection' }), mustNotSay: ['expired-certificate'] },
    {
      origins: [
        { label: 'web', hosts: [{ state: 'refusing' }] },
        { label: 'old', hosts: [{ tls: 'expired' }] },
      ],
      failures: [{ share: 0.9, detailedResult: connect }],
    },
  ),
  // 12 KB of headers is above the article's limit and far below CloudFront's.
  herring(
    '12-kb-head-beside-incomplete-chain',
    { ...expectCause({ cause: 'incomplete-certificate-chain' }), mustNotSay: ['oversized-response-head'] },
    {
      origins: [
        { label: 'web', hosts: [{ answer: headOfBytes(12_000, 'Set-Cookie', true) }] },
        { label: 'api', hosts: [{ tls: 'missing-intermediate', answer: headOfBytes(12_000, 'Set-Cookie', true) }] },
      ],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [{ share: 0.95, pathPattern: '/api/*', detailedResult: connect }],
    },
  ),
  // Unhealthy targets are a 503 or nothing; here the handshake with the balancer fails before any target is asked.
  herring(
    'unhealthy-target-behind-expired-balancer',
    { ...expectCause({ cause: 'expired-certificate' }), mustNotSay: ['unhealthy-targets', 'balancer-made-502'] },
    {
      origins: [
        {
          label: 'web',
          hosts: [{ tls: 'expired' }],
          balancer: {
            targetGroups: [
              {
                name: 'half',
                targets: [
                  { id: 'i-0aa11bb22cc33dd44' },
                  { id: 'i-0ee55ff66aa77bb88', state: 'unhealthy', reason: 'Target.Timeout' },
                ],
              },
            ],
            metrics: { ClientTLSNegotiationErrorCount: { of: 'failures', times: 1 } },
          },
        },
      ],
      forwardsHost: true,
      failures: [{ share: 0.9, detailedResult: connect }],
    },
  ),
  herring(
    'balancer-counts-other-traffic',
    { ...expectCause({ cause: 'unresolvable-origin' }), mustNotSay: ['balancer-made-502'] },
    {
      origins: [
        {
          label: 'web',
          scheme: 'http',
          balancer: { metrics: { HTTPCode_ELB_503_Count: 2, HTTPCode_ELB_504_Count: 1 } },
        },
        { label: 'api', dns: 'nxdomain' },
      ],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [{ share: 0.95, pathPattern: '/api/*', detailedResult: 'OriginDnsError' }],
    },
  ),
  // The second member of a group whose first is sound is not asked.
  herring('idle-standby-refuses', none, {
    origins: [{ label: 'web' }, { label: 'standby', hosts: [{ state: 'refusing' }] }],
    groups: [{ label: 'pair', members: ['web', 'standby'], statusCodes: [500, 502, 503, 504] }],
    defaultOrigin: 'pair',
  }),
  herring('503s-of-edge-capacity', none, {
    origins: [{ label: 'web' }],
    failures: [{ share: 0.2, status: 503, detailedResult: 'CapacityExceeded' }],
  }),
  // One broken origin serves a behaviour that nobody asked for; the 502s are elsewhere.
  herring(
    'broken-behaviour-without-traffic',
    { ...expectCause({ cause: 'self-signed-certificate' }), mustNotSay: [] },
    {
      origins: [
        { label: 'web', hosts: [{ tls: 'self-signed' }] },
        { label: 'quiet', hosts: [{ state: 'refusing' }] },
      ],
      behaviours: [{ path: '/never-asked/*', origin: 'quiet' }],
      failures: [{ share: 0.9, detailedResult: connect }],
    },
  ),
];
