/** Faults that we meet each time and viewers hardly ever: on a path as nobody asks for it, at a balancer that answers all the same, or we alone. */
import { relayedBadGateway } from '../../../world/origin-answers.js';
import type { BenchCase, Expected, Family, WorldSketch } from '../bench-case.js';
import { expectCause } from '../variants.js';

const connect = 'OriginConnectError';
const read = 'OriginReadError';
const abstains: Expected = { outcome: 'inconclusive', top: null, causes: [] };
const search = [
  { path: '/search', weight: 5 },
  { path: '/', weight: 3 },
] as const;

function held(family: Family, what: string, expected: Expected, world: WorldSketch): BenchCase {
  return { id: `${family}/${what}`, family, world, expected };
}

/** Most likely, and no more than that. */
function doubted(cause: string): Expected {
  return { ...expectCause({ cause }), mustNotProve: [cause] };
}

function errorPage(status: string) {
  return [{ ErrorCode: 502, ResponseCode: status, ResponsePagePath: '/sorry.html', ErrorCachingMinTTL: 10 }];
}

const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;

export const ownSuccessesCases: readonly BenchCase[] = [
  held('http', 'search-answers-502-without-its-query', doubted('relayed-502'), {
    origins: [{ label: 'web', scheme: 'http', hosts: [{ paths: { '/search': relayedBadGateway('nginx') } }] }],
    paths: search,
    failures: [{ share: 0.15, pathPattern: '/search', detailedResult: 'OriginError' }],
  }),
  held('http', 'feed-is-garbage-without-its-query', doubted('malformed-response-head'), {
    origins: [
      {
        label: 'web',
        scheme: 'http',
        hosts: [{ paths: { '/feed': { raw: 'garbage\r\n\r\n', afterwards: 'close' } } }],
      },
    ],
    paths: [
      { path: '/feed', weight: 9 },
      { path: '/', weight: 3 },
    ],
    failures: [{ share: 0.02, pathPattern: '/feed', detailedResult: 'OriginInvalidResponseError' }],
  }),
  held('red-herrings', 'search-hangs-up-without-its-query', abstains, {
    origins: [{ label: 'web', scheme: 'http', hosts: [{ paths: { '/search': 'close' } }] }],
    paths: search,
    failures: [{ share: 0.02, pathPattern: '/search', detailedResult: read }],
  }),
  held('http', 'product-that-nobody-asks-for', doubted('relayed-502'), {
    origins: [{ label: 'web', scheme: 'http', hosts: [{ paths: { '/products/1': relayedBadGateway('nginx') } }] }],
    paths: [
      { path: '/products/{id}', weight: 5 },
      { path: '/', weight: 3 },
    ],
    failures: [{ share: 0.15, pathPattern: '/products/*', detailedResult: 'OriginError' }],
  }),
  held(
    'http',
    'get-answers-502-and-nobody-tried-the-posts',
    { ...expectCause({ cause: 'relayed-502' }), explains: [0.25, 0.45] },
    {
      origins: [{ label: 'web', scheme: 'http', hosts: [{ paths: { '/api/x': relayedBadGateway('nginx') } }] }],
      paths: [
        { path: '/api/x', weight: 5, method: 'POST' },
        { path: '/api/x', weight: 1 },
        { path: '/', weight: 3 },
      ],
      failures: [
        { share: 0.9, pathPattern: '/api/x', methods: ['GET'], detailedResult: 'OriginError' },
        { share: 0.3, pathPattern: '/api/x', methods: ['POST'], detailedResult: 'OriginError' },
      ],
    },
  ),
  held('red-herrings', 'internal-balancer-that-answers', abstains, {
    origins: [{ label: 'web', scheme: 'http', balancer: { scheme: 'internal' } }],
    failures: [{ share: 0.05, detailedResult: connect }],
  }),
  held(
    'pairs',
    'both-addresses-fail-now-and-half-was-served',
    {
      outcome: 'cause-found',
      top: 'refused-connection',
      orTop: ['expired-certificate'],
      causes: ['refused-connection', 'expired-certificate'],
      mustNotProve: ['refused-connection', 'expired-certificate'],
    },
    {
      origins: [{ label: 'web', hosts: [{ state: 'refusing' }, { tls: 'expired' }] }],
      failures: [{ share: 0.4, detailedResult: connect }],
    },
  ),
  ...(['503', '504'] as const).map((status) =>
    held('tcp', `refused-behind-an-error-page-of-${status}`, expectCause({ cause: 'refused-connection' }), {
      origins: [{ label: 'web', hosts: [{ state: 'refusing' }] }],
      errorResponses: errorPage(status),
      failures: [{ share: 0.9, status: Number(status), detailedResult: connect }],
    }),
  ),
  held('healthy', 'refuses-us-behind-an-error-page', abstains, {
    origins: [{ label: 'web', hosts: [{ state: 'refusing' }] }],
    errorResponses: errorPage('200'),
  }),
  held('healthy', 'hangs-up-on-us-behind-an-error-page', abstains, {
    origins: [{ label: 'web', scheme: 'http', hosts: [{ answer: 'close' }] }],
    errorResponses: errorPage('200'),
  }),
  held('healthy', 'answers-us-502-behind-an-error-page', abstains, {
    origins: [{ label: 'web', scheme: 'http', hosts: [{ answer: relayedBadGateway('nginx') }] }],
    errorResponses: errorPage('503'),
  }),
  held('healthy', 'refuses-us-and-the-logs-are-late', abstains, {
    origins: [{ label: 'web', hosts: [{ state: 'refusing' }] }],
    metrics: 'denied',
    editRows: (rows) => rows.filter(({ at }) => at.getTime() < minutesAgo(20)),
  }),
  held('healthy', 'logs-are-late-and-nothing-else-counts', abstains, {
    origins: [{ label: 'web' }],
    metrics: 'none',
    editRows: (rows) => rows.filter(({ at }) => at.getTime() < minutesAgo(45)),
  }),
];
