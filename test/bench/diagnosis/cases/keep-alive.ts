/** Races between CloudFront's keep-alive and the origin's, failures that come with the load, and what only looks like either. */
import type { BenchCase, Expected, OriginSketch, WorldSketch } from '../bench-case.js';
import { failed, shapeLoad } from '../shape-traffic.js';
import { expectCause } from '../variants.js';

/** Few requests leave connections idle, so the race is lost when it is quiet; CloudFront repeats a GET and never a POST. */
const race = (detailedResult: string) =>
  shapeLoad({
    failShare: (load, method) => (method === 'POST' ? 0.5 : 0.03) * (1 - load) ** 2,
    detailedResult,
    timeTakenSeconds: [0.002, 0.02],
  });
const posting = [
  { path: '/', weight: 3 },
  { path: '/products/{id}', weight: 3 },
  { path: '/api/checkout', weight: 3, method: 'POST' },
  { path: '/api/orders/{id}', weight: 2, method: 'POST' },
] as const;
const idle = (endAfterMs: number, how: 'close' | 'reset' = 'close') => [{ idle: { endAfterMs, how } }];
const racing = (origin: Partial<OriginSketch>, detailedResult = 'OriginReadError'): WorldSketch => ({
  origins: [{ label: 'web', ...origin }],
  requestsPerMinute: 120,
  paths: posting,
  editRows: race(detailedResult),
});

function lost(what: string, world: WorldSketch, expected: Expected): BenchCase {
  return { id: `keep-alive/${what}`, family: 'keep-alive', world, expected };
}

const early = expectCause({ cause: 'short-origin-keepalive' });

export const keepAliveCases: readonly BenchCase[] = [
  lost('race/https', racing({ hosts: idle(2_000) }), early),
  lost('race/http-reset', racing({ scheme: 'http', hosts: idle(3_000, 'reset') }, 'OriginWriteError'), early),
  lost('race/one-address-of-two', racing({ scheme: 'http', hosts: [...idle(2_000), {}] }), early),
  // The balancer says itself when it closes: 30 s of idling, where CloudFront keeps a connection for 60.
  lost(
    'race/balancer-setting',
    racing({
      scheme: 'http',
      config: { OriginKeepaliveTimeout: 60 },
      balancer: { attributes: { 'idle_timeout.timeout_seconds': '30' } },
    }),
    early,
  ),
  lost(
    'saturation/rises-with-load',
    {
      origins: [{ label: 'web' }],
      requestsPerMinute: 90,
      editRows: shapeLoad({
        failShare: (load) => (load > 0.6 ? 0.5 * (load - 0.6) : 0),
        detailedResult: 'OriginReadError',
        timeTakenSeconds: [2, 9],
        others: { share: 0.4, status: 503, detailedResult: 'OriginError' },
      }),
    },
    expectCause({ cause: 'saturated-origin' }),
  ),
  lost(
    'saturation/balancer',
    {
      origins: [
        {
          label: 'web',
          scheme: 'http',
          balancer: { metrics: { RejectedConnectionCount: { of: 'failures', times: 1 } } },
        },
      ],
      requestsPerMinute: 90,
      editRows: shapeLoad({
        failShare: (load) => (load > 0.6 ? 0.5 * (load - 0.6) : 0),
        detailedResult: 'OriginCommError',
        timeTakenSeconds: [2, 9],
        others: { share: 0.4, status: 504, detailedResult: 'OriginCommError' },
      }),
    },
    expectCause({ cause: 'saturated-origin' }),
  ),
  // The load swings and the certificate has expired: the share of failures is the same at any load.
  lost(
    'no-race/expired-under-swinging-load',
    {
      origins: [{ label: 'web', hosts: [{ tls: 'expired' }] }],
      requestsPerMinute: 60,
      editRows: shapeLoad({
        failShare: () => 0.4,
        detailedResult: 'OriginConnectError',
        timeTakenSeconds: [0.02, 0.09],
      }),
    },
    { ...expectCause({ cause: 'expired-certificate' }), mustNotSay: ['saturated-origin', 'short-origin-keepalive'] },
  ),
  // It closes early, and what fails is the name of another origin.
  lost(
    'no-race/early-close-beside-nxdomain',
    {
      origins: [
        { label: 'web', hosts: idle(2_000) },
        { label: 'api', dns: 'nxdomain' },
      ],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [{ share: 0.95, pathPattern: '/api/*', detailedResult: 'OriginDnsError' }],
    },
    { ...expectCause({ cause: 'unresolvable-origin' }), mustNotSay: ['short-origin-keepalive'] },
  ),
  // A mended origin whose old 502s are kept for an hour.
  lost(
    'cached-error/long-after',
    {
      origins: [{ label: 'web' }],
      errorResponses: [{ ErrorCode: 502, ErrorCachingMinTTL: 3600 }],
      editRows: (rows) =>
        rows.map((row, index) =>
          row.values['cs-uri-stem'] === '/api/cart'
            ? failed(row, { status: 502, detailedResult: 'Error', seconds: 0.001 + (index % 4) / 1000 })
            : row,
        ),
    },
    expectCause({ cause: 'cached-error' }),
  ),
  // The first 502s have a cause, and the cache repeats them.
  lost(
    'cached-error/of-a-malformed-answer',
    {
      origins: [{ label: 'web', hosts: [{ paths: { '/api/cart': { raw: 'oops\r\n\r\n', afterwards: 'close' } } }] }],
      errorResponses: [{ ErrorCode: 502, ErrorCachingMinTTL: 60 }],
      editRows: (rows) =>
        rows.map((row, index) =>
          row.values['cs-uri-stem'] !== '/api/cart'
            ? row
            : index % 3 === 0
              ? failed(row, { status: 502, detailedResult: 'OriginInvalidResponseError', seconds: 0.08 })
              : failed(row, { status: 502, detailedResult: 'Error', seconds: 0.002 }),
        ),
    },
    { ...expectCause({ cause: 'malformed-response-head' }), mayAlsoSay: ['cached-error'] },
  ),
  lost(
    'edge-internal-error',
    { origins: [{ label: 'web' }], failures: [{ share: 0.1, detailedResult: 'InternalError' }] },
    expectCause({ cause: 'edge-internal-error' }),
  ),
];
