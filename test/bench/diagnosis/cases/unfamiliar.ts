/** Set-ups that are sound or broken in ways that are seldom thought of; each in the family that its answer belongs to. */
import { relayedBadGateway } from '../../../world/origin-answers.js';
import { soundTls } from '../../../world/origin-faults.js';
import type { BenchCase, Expected, Family, WorldSketch } from '../bench-case.js';
import { expectCause } from '../variants.js';

const connect = 'OriginConnectError';
const nothing: Expected = { outcome: 'no-502s', top: null, causes: [] };
const abstains: Expected = { outcome: 'inconclusive', top: null, causes: [] };

function unfamiliar(family: Family, what: string, expected: Expected, world: WorldSketch): BenchCase {
  return { id: `${family}/${what}`, family, world, expected };
}

export const unfamiliarCases: readonly BenchCase[] = [
  unfamiliar('tls', 'certificate-lacks-one-of-two-aliases', expectCause({ cause: 'mismatched-certificate-name' }), {
    origins: [{ label: 'web', certificateNames: (names) => [names.viewerHost] }],
    forwardsHost: true,
    aliases: (names) => [names.viewerHost, names.host('shop')],
    editRows: (rows, names) =>
      rows.map((row, index) =>
        index % 3 === 0
          ? {
              ...row,
              values: {
                ...row.values,
                'x-host-header': names.host('shop'),
                'sc-status': '502',
                'x-edge-result-type': 'Error',
                'x-edge-response-result-type': 'Error',
                'x-edge-detailed-result-type': connect,
              },
            }
          : row,
      ),
  }),
  unfamiliar('tls', 'expired-for-https-viewers-only', expectCause({ cause: 'expired-certificate' }), {
    origins: [{ label: 'web', scheme: 'match-viewer', hosts: [{ tls: 'expired' }] }],
    defaultBehaviour: { ViewerProtocolPolicy: 'allow-all' },
    failures: [{ share: 0.5, detailedResult: connect }],
  }),
  unfamiliar(
    'tls',
    'expired-and-mostly-logged-as-error',
    expectCause({ cause: 'expired-certificate', mayAlsoSay: ['cached-error'] }),
    {
      origins: [{ label: 'web', hosts: [{ tls: 'expired' }] }],
      failures: [
        { share: 0.2, detailedResult: connect },
        { share: 0.8, detailedResult: 'Error', timeTakenSeconds: [0.001, 0.005] },
      ],
    },
  ),
  unfamiliar('tcp', 'ipv6-address-refuses', expectCause({ cause: 'refused-connection' }), {
    origins: [
      {
        label: 'web',
        scheme: 'http',
        config: { IpAddressType: 'dualstack' },
        hosts: [{}, { state: 'refusing', address: '::1' }],
      },
    ],
    failures: [{ share: 0.4, detailedResult: connect }],
  }),
  unfamiliar('tcp', 'both-members-of-a-group-refuse', expectCause({ cause: 'refused-connection' }), {
    origins: [
      { label: 'web', hosts: [{ state: 'refusing' }] },
      { label: 'standby', hosts: [{ state: 'refusing' }] },
    ],
    groups: [{ label: 'pair', members: ['web', 'standby'], statusCodes: [500, 502, 503, 504] }],
    defaultOrigin: 'pair',
    failures: [{ share: 0.9, detailedResult: connect }],
  }),
  unfamiliar('http', 'malformed-below-an-origin-path', expectCause({ cause: 'malformed-response-head' }), {
    origins: [
      {
        label: 'web',
        originPath: '/app',
        hosts: [{ paths: { '/app/api/cart': { raw: 'nonsense\r\n\r\n', afterwards: 'close' } } }],
      },
    ],
    failures: [{ share: 0.9, pathPattern: '/api/cart', detailedResult: 'OriginInvalidResponseError' }],
  }),
  unfamiliar('http', 'older-logs-without-detail', expectCause({ cause: 'relayed-502' }), {
    origins: [
      { label: 'web', scheme: 'http', hosts: [{ answer: { status: 502, headers: [['Server', 'gunicorn']] } }] },
    ],
    failures: [{ share: 0.6, detailedResult: 'OriginError' }],
    editRows: (rows) =>
      rows.map(({ at, values: { 'x-edge-detailed-result-type': _left, ...values } }) => ({
        at,
        values: { ...values, 'x-edge-detailed-result-type': '' },
      })),
  }),
  unfamiliar('blind', 'one-address-of-two-drops-syns', abstains, {
    origins: [{ label: 'web', hosts: [{ state: 'dropping' }, {}] }],
    failures: [{ share: 0.3, detailedResult: connect }],
  }),
  unfamiliar('blind', 'post-only-fails-and-is-not-tried', abstains, {
    origins: [{ label: 'web' }],
    failures: [{ share: 0.9, methods: ['POST'], detailedResult: 'OriginError' }],
  }),
  unfamiliar('blind', 'hosts-behind-a-wildcard-alias', abstains, {
    origins: [{ label: 'web', certificateNames: (names) => [names.host('web')] }],
    forwardsHost: true,
    aliases: (names) => [names.host('*')],
    failures: [{ share: 0.3, detailedResult: connect }],
  }),
  unfamiliar('healthy', 'one-second-of-ttl', nothing, {
    origins: [{ label: 'web', dns: (addresses) => ({ a: addresses, ttlSeconds: 1 }) }],
  }),
  unfamiliar('healthy', 'root-sent-along', nothing, {
    origins: [
      {
        label: 'web',
        hosts: [
          {
            tls: async (authority, names) => {
              const { identity } = await soundTls(authority, names);
              return { identity: { ...identity, chain: [...identity.chain, authority.root] } };
            },
          },
        ],
      },
    ],
  }),
  unfamiliar('healthy', 'continue-before-the-answer', nothing, {
    origins: [
      {
        label: 'web',
        scheme: 'http',
        hosts: [
          {
            answer: {
              raw: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
              afterwards: 'hold',
            },
          },
        ],
      },
    ],
  }),
  unfamiliar('healthy', 'status-line-without-reason', nothing, {
    origins: [
      {
        label: 'web',
        scheme: 'http',
        hosts: [{ answer: { raw: 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', afterwards: 'hold' } }],
      },
    ],
  }),
  unfamiliar('healthy', 'same-length-said-twice', nothing, {
    origins: [
      {
        label: 'web',
        hosts: [
          {
            answer: {
              raw: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
              afterwards: 'hold',
            },
          },
        ],
      },
    ],
  }),
  unfamiliar('healthy', 'no-content', nothing, {
    origins: [{ label: 'web', hosts: [{ answer: { raw: 'HTTP/1.1 204 No Content\r\n\r\n', afterwards: 'hold' } }] }],
  }),
  unfamiliar('healthy', 'legacy-forwarded-host-to-balancer', nothing, {
    origins: [{ label: 'web', balancer: {}, certificateNames: (names) => [names.viewerHost] }],
    defaultBehaviour: {
      CachePolicyId: '',
      ForwardedValues: {
        QueryString: false,
        Cookies: { Forward: 'none' },
        Headers: { Quantity: 1, Items: ['Host'] },
      },
    },
  }),
  unfamiliar(
    'tcp',
    'website-endpoint-over-https',
    { ...expectCause({ cause: 'port-or-protocol-mismatch' }), mustNotSay: ['refused-connection'] },
    {
      origins: [
        {
          label: 'web',
          domainName: (names) => `site-${names.number}.s3-website-eu-west-1.amazonaws.com`,
          hosts: [{ state: 'refusing' }],
        },
      ],
      failures: [{ share: 0.9, detailedResult: connect }],
    },
  ),
  unfamiliar(
    'tcp',
    'website-endpoint-for-https-viewers',
    { ...expectCause({ cause: 'port-or-protocol-mismatch' }), mustNotSay: ['refused-connection'] },
    {
      origins: [
        {
          label: 'web',
          domainName: (names) => `site-${names.number}.s3-website.eu-central-1.amazonaws.com`,
          scheme: 'match-viewer',
          hosts: [{ state: 'refusing' }],
          plainHosts: [{}],
        },
      ],
      defaultBehaviour: { ViewerProtocolPolicy: 'allow-all' },
      failures: [{ share: 0.4, detailedResult: connect }],
    },
  ),
  unfamiliar('healthy', 'website-endpoint-over-http', nothing, {
    origins: [
      {
        label: 'web',
        domainName: (names) => `site-${names.number}.s3-website-us-east-1.amazonaws.com`,
        scheme: 'http',
      },
    ],
  }),
  unfamiliar('http', 'default-root-object-answers-502', expectCause({ cause: 'relayed-502' }), {
    origins: [
      {
        label: 'web',
        originPath: '/site',
        hosts: [{ paths: { '/site/home/index.html': relayedBadGateway('nginx') } }],
      },
    ],
    distribution: { DefaultRootObject: 'home/index.html' },
    failures: [{ share: 0.9, pathPattern: '/', detailedResult: 'OriginError' }],
  }),
  unfamiliar('healthy', 'root-without-its-root-object-answers-502', nothing, {
    origins: [{ label: 'web', hosts: [{ paths: { '/': relayedBadGateway('nginx') } }] }],
    distribution: { DefaultRootObject: 'index.html' },
  }),
  unfamiliar('blind', 'root-that-nobody-asks-for-answers-502', abstains, {
    origins: [{ label: 'web', hosts: [{ paths: { '/': relayedBadGateway('nginx') } }] }],
    paths: [
      { path: '/shop/{id}', weight: 3 },
      { path: '/api/checkout', weight: 2, method: 'POST' },
    ],
    failures: [{ share: 0.9, methods: ['POST'], detailedResult: 'OriginError' }],
  }),
  unfamiliar('blind', 'root-that-nobody-asks-for-is-cut', abstains, {
    origins: [{ label: 'web', hosts: [{ paths: { '/': { raw: 'HTTP/1.1 200 OK\r\nServ', afterwards: 'close' } } }] }],
    paths: [{ path: '/api/checkout', weight: 2, method: 'POST' }],
    failures: [{ share: 0.5, detailedResult: 'Error' }],
  }),
  ...Object.entries({
    'empty-line-first': '\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    'line-feeds-alone': 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
    'folded-header': 'HTTP/1.1 200 OK\r\nX-Note: a\r\n b\r\nContent-Length: 2\r\n\r\nok',
    'seldom-used-header-name': "HTTP/1.1 200 OK\r\nX.Trace!'s: a\r\nContent-Length: 2\r\n\r\nok",
    'length-and-chunks':
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    'status-999': 'HTTP/1.1 999 Request denied\r\nContent-Length: 2\r\n\r\nok',
  }).flatMap(([what, bytes]) => [
    unfamiliar('healthy', `${what}`, nothing, {
      origins: [{ label: 'web', scheme: 'http', hosts: [{ answer: { raw: bytes, afterwards: 'hold' } }] }],
    }),
    unfamiliar('blind', `${what}-beside-errors`, abstains, {
      origins: [{ label: 'web', hosts: [{ answer: { raw: bytes, afterwards: 'hold' } }] }],
      failures: [{ share: 0.3, detailedResult: 'Error' }],
    }),
  ]),
  unfamiliar('http', 'header-without-colon', expectCause({ cause: 'malformed-response-head' }), {
    origins: [
      {
        label: 'web',
        hosts: [
          { answer: { raw: 'HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 0\r\n\r\n', afterwards: 'close' } },
        ],
      },
    ],
    failures: [{ share: 0.9, detailedResult: 'OriginInvalidResponseError' }],
  }),
];
