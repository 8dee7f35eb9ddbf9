/** What is seen from outside fits the traffic in part or not at all: secret headers, rules by address, one server of several, one address of two. */
import { headOfBytes, relayedBadGateway } from '../../../world/origin-answers.js';
import type { BenchCase, Expected, Family, WorldSketch } from '../bench-case.js';
import { shapeLoad } from '../shape-traffic.js';
import { expectCause } from '../variants.js';

const connect = 'OriginConnectError';
const read = 'OriginReadError';
const abstains: Expected = { outcome: 'inconclusive', top: null, causes: [] };
/** CloudFront's header by which the origin knows it; the probe is not told. */
const customHeaders = { 'X-Origin-Verify': 'not-told' };
const originRequestFunction = {
  LambdaFunctionAssociations: {
    Quantity: 1,
    Items: [
      {
        LambdaFunctionARN: 'arn:aws:lambda:us-east-1:123456789012:function:route:3',
        EventType: 'origin-request' as const,
        IncludeBody: false,
      },
    ],
  },
};

function partFit(family: Family, what: string, expected: Expected, world: WorldSketch): BenchCase {
  return { id: `${family}/${what}`, family, world, expected };
}

/** Most likely, and no more than that. */
function doubted(cause: string, more: Partial<Expected> = {}): Expected {
  return { ...expectCause({ cause }), mustNotProve: [cause], ...more };
}

const pages = 'abcdefghijkl'.split('').map((letter) => ({ path: `/${letter}/page`, weight: 1 }));

export const partFitCases: readonly BenchCase[] = [
  partFit('blind', 'origin-hangs-up-without-the-secret-header', abstains, {
    origins: [{ label: 'web', customHeaders, hosts: [{ answer: 'close' }] }],
    failures: [{ share: 0.3, detailedResult: read }],
  }),
  partFit('blind', 'origin-answers-502-without-the-secret-header', abstains, {
    origins: [{ label: 'web', customHeaders, hosts: [{ answer: relayedBadGateway('nginx') }] }],
    failures: [{ share: 0.2, methods: ['POST'], detailedResult: 'OriginError' }],
  }),
  partFit('blind', 'origin-answers-403-without-the-secret-header', abstains, {
    origins: [{ label: 'web', customHeaders, hosts: [{ answer: { status: 403 } }] }],
    failures: [{ share: 0.6, detailedResult: read }],
  }),
  partFit(
    'http',
    'secret-header-and-a-head-that-cloudfront-calls-too-big',
    expectCause({ cause: 'oversized-response-head' }),
    {
      origins: [{ label: 'web', customHeaders, hosts: [{ answer: headOfBytes(40_000, 'Set-Cookie', true) }] }],
      failures: [{ share: 0.9, detailedResult: 'OriginHeaderTooBigError' }],
    },
  ),
  partFit('tls', 'secret-header-and-expired', expectCause({ cause: 'expired-certificate' }), {
    origins: [{ label: 'web', customHeaders, hosts: [{ tls: 'expired' }] }],
    failures: [{ share: 0.9, detailedResult: connect }],
  }),
  // Our address may be refused by a rule; CloudFront was served all along.
  partFit('tcp', 'refuses-us-while-others-are-served', doubted('refused-connection'), {
    origins: [{ label: 'web', hosts: [{ state: 'refusing' }] }],
    failures: [{ share: 0.6, detailedResult: connect }],
  }),
  partFit(
    'tcp',
    'resets-us-while-others-are-served',
    doubted('reset-connection', { mayAlsoSay: ['refused-connection'] }),
    {
      origins: [{ label: 'web', hosts: [{ connection: 'reset-on-accept' }] }],
      failures: [{ share: 0.3, detailedResult: connect }],
    },
  ),
  partFit('http', 'firewall-answers-502-to-us', doubted('relayed-502'), {
    origins: [{ label: 'web', hosts: [{ answer: relayedBadGateway('cloudflare') }] }],
    failures: [{ share: 0.5, detailedResult: 'OriginError' }],
  }),
  // Half of the requests meet the sound address; something else fails them.
  partFit('tls', 'expired-on-one-of-two-and-all-fail', doubted('expired-certificate', { explains: [0.4, 0.6] }), {
    origins: [{ label: 'web', hosts: [{ tls: 'expired' }, {}] }],
    failures: [{ share: 1, detailedResult: connect }],
  }),
  partFit(
    'tls',
    'expired-on-two-of-three',
    { ...expectCause({ cause: 'expired-certificate' }), explains: [1, 1] },
    {
      origins: [{ label: 'web', hosts: [{ tls: 'expired' }, { tls: 'expired' }, {}] }],
      failures: [{ share: 0.6, detailedResult: connect }],
    },
  ),
  partFit(
    'pairs',
    'expired-on-one-address-and-refused-on-the-other',
    {
      outcome: 'cause-found',
      top: 'expired-certificate',
      orTop: ['refused-connection'],
      causes: ['expired-certificate', 'refused-connection'],
      explains: [0.97, 1],
    },
    {
      origins: [{ label: 'web', hosts: [{ tls: 'expired' }, { state: 'refusing' }] }],
      failures: [{ share: 0.95, detailedResult: connect }],
    },
  ),
  partFit(
    'http',
    'oversized-on-many-paths',
    { ...expectCause({ cause: 'oversized-response-head' }), explains: [1, 1] },
    {
      origins: [
        {
          label: 'web',
          scheme: 'http',
          hosts: [{ answer: headOfBytes(40_000, 'Set-Cookie', true), paths: { '/': {} } }],
        },
      ],
      paths: [{ path: '/', weight: 1 }, ...pages],
      failures: [{ share: 0.9, pathPattern: '/?/*', detailedResult: 'OriginHeaderTooBigError' }],
    },
  ),
  partFit(
    'http',
    'relayed-502-on-many-paths',
    { ...expectCause({ cause: 'relayed-502' }), explains: [1, 1] },
    {
      origins: [{ label: 'web', scheme: 'http', hosts: [{ answer: relayedBadGateway('nginx'), paths: { '/': {} } }] }],
      paths: [{ path: '/', weight: 1 }, ...pages],
      failures: [{ share: 0.9, pathPattern: '/?/*', detailedResult: 'OriginError' }],
    },
  ),
  // A name that does not resolve brings nobody to the balancer: what it counts is of others.
  partFit('dns', 'nxdomain-beside-equal-totals-without-logs', expectCause({ cause: 'unresolvable-origin' }), {
    origins: [
      {
        label: 'web',
        scheme: 'http',
        dns: 'nxdomain',
        balancer: { metrics: { HTTPCode_ELB_502_Count: { of: 'failures', times: 1 } } },
      },
    ],
    failures: [{ share: 0.9, detailedResult: 'OriginDnsError' }],
    logs: 'off',
  }),
  // The configured name is resolved before such a function runs.
  partFit('dns', 'nxdomain-behind-an-origin-request-function', expectCause({ cause: 'unresolvable-origin' }), {
    origins: [{ label: 'web', dns: 'nxdomain' }],
    defaultBehaviour: originRequestFunction,
    failures: [{ share: 0.95, detailedResult: 'OriginDnsError' }],
  }),
  // Load makes the fault show more often, and is not the fault.
  partFit('tcp', 'one-address-refuses-and-shows-with-load', expectCause({ cause: 'refused-connection' }), {
    origins: [{ label: 'web', hosts: [{ state: 'refusing' }, {}] }],
    requestsPerMinute: 90,
    editRows: shapeLoad({
      failShare: (load) => (load > 0.6 ? 0.5 * (load - 0.6) : 0),
      detailedResult: connect,
      timeTakenSeconds: [0.002, 0.02],
      others: { share: 0.4, status: 504, detailedResult: 'OriginCommError' },
    }),
  }),
];
