/** Functions at the edge, and origins that CloudFront cannot reach by their very configuration. */
import type { DefaultCacheBehavior } from '@aws-sdk/client-cloudfront';
import type { BenchCase, Expected, WorldSketch } from '../bench-case.js';
import { expectCause } from '../variants.js';

const lambda = (event: 'viewer-request' | 'origin-request' | 'origin-response'): Partial<DefaultCacheBehavior> => ({
  LambdaFunctionAssociations: {
    Quantity: 1,
    Items: [
      {
        LambdaFunctionARN: 'arn:aws:lambda:us-east-1:123456789012:function:headers:3',
        EventType: event,
        IncludeBody: false,
      },
    ],
  },
});

function edge(what: string, expected: Expected, world: WorldSketch): BenchCase {
  return { id: `edge/${what}`, family: 'edge', world, expected };
}

export const edgeCases: readonly BenchCase[] = [
  // AWS: a function's answer that fails validation is a 502, and named in the result fields.
  edge('lambda-answer-rejected', expectCause({ cause: 'failing-edge-function' }), {
    origins: [{ label: 'web' }],
    defaultBehaviour: lambda('origin-response'),
    failures: [{ share: 0.4, detailedResult: 'LambdaValidationError' }],
  }),
  edge('lambda-answer-rejected/one-behaviour', expectCause({ cause: 'failing-edge-function' }), {
    origins: [{ label: 'web' }],
    behaviours: [{ path: '/api/*', origin: 'web', settings: lambda('viewer-request') }],
    failures: [{ share: 0.9, pathPattern: '/api/*', detailedResult: 'LambdaValidationError' }],
  }),
  // A function that fails to run is a 503.
  edge(
    'lambda-that-crashes',
    { outcome: 'no-502s', top: null, causes: [], mustNotSay: ['failing-edge-function'] },
    {
      origins: [{ label: 'web' }],
      defaultBehaviour: lambda('origin-response'),
      failures: [{ share: 0.4, status: 503, detailedResult: 'LambdaExecutionError' }],
    },
  ),
  edge(
    'innocent-function-beside-refused',
    { ...expectCause({ cause: 'refused-connection' }), mustNotSay: ['failing-edge-function'] },
    {
      origins: [{ label: 'web', hosts: [{ state: 'refusing' }] }],
      defaultBehaviour: lambda('origin-response'),
      failures: [{ share: 0.9, detailedResult: 'OriginConnectError' }],
    },
  ),
  // The name is resolved before an origin-request function runs, so that the function cannot help.
  edge('function-cannot-mend-nxdomain', expectCause({ cause: 'unresolvable-origin' }), {
    origins: [{ label: 'web', dns: 'nxdomain' }],
    defaultBehaviour: lambda('origin-request'),
    failures: [{ share: 0.9, detailedResult: 'OriginDnsError' }],
  }),
  // Names fail to resolve only where a function may choose the origin; the configured one resolves and serves the rest.
  edge(
    'function-sends-to-unknown-name',
    expectCause({ cause: 'function-rewrites-origin', mayAlsoSay: ['unresolvable-origin'] }),
    {
      origins: [{ label: 'web' }],
      behaviours: [{ path: '/api/*', origin: 'web', settings: lambda('origin-request') }],
      failures: [{ share: 0.9, pathPattern: '/api/*', detailedResult: 'OriginDnsError' }],
    },
  ),
  // API Gateway answers the handshake for its own name alone.
  edge('host-forwarded-to-api-gateway', expectCause({ cause: 'forwarded-host-on-aws-endpoint' }), {
    origins: [
      {
        label: 'api',
        domainName: ({ number }) => `a1b2c3${number}.execute-api.eu-central-1.amazonaws.com`,
        hosts: [{ connection: 'close-after-first-bytes' }],
      },
    ],
    forwardsHost: true,
    failures: [{ share: 0.9, detailedResult: 'OriginConnectError' }],
  }),
  edge('internal-balancer', expectCause({ cause: 'internal-balancer-without-vpc-origin' }), {
    origins: [
      {
        label: 'internal-web',
        scheme: 'http',
        dns: { a: ['10.20.30.40'] },
        balancer: { scheme: 'internal' },
      },
    ],
    failures: [{ share: 0.9, detailedResult: 'OriginConnectError' }],
  }),
];
