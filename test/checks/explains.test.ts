/** Which logged 502s each cause may claim: its own kind on its own behaviours, and never those that belong to another. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import type { EvidenceMap } from '../../src/diagnosis/evidence.js';
import { matchesCell } from '../../src/diagnosis/explain.js';
import type { Explains } from '../../src/diagnosis/finding.js';
import type { TlsExploration } from '../../src/diagnosis/probe-depth.js';
import {
  aBalancer,
  aBehaviour,
  aCell,
  aCertificate,
  aConnection,
  aDeadAddress,
  aDistribution,
  aFailedTls,
  anAddress,
  anAnswer,
  anExploration,
  anOrigin,
  aProbe,
  aResolution,
  aTls,
  now,
  someFunctions,
} from '../builders/evidence.js';

/** The documented values beside `Error`, which fits any cause, and one that AWS may add tomorrow. */
const documented = [
  'OriginDnsError',
  'OriginConnectError',
  'OriginCommError',
  'OriginReadError',
  'OriginWriteError',
  'OriginInvalidResponseError',
  'OriginHeaderTooBigError',
  'OriginContentRangeLengthError',
  'OriginZeroSizeObjectError',
  'OriginError',
  'AbortedOrigin',
  'InternalError',
  'LambdaValidationError',
  'ClientCommError',
  'SomethingNewError',
];
const connect = ['OriginConnectError', 'OriginCommError'];
const cut = ['OriginCommError', 'OriginReadError', 'OriginWriteError', 'AbortedOrigin'];
const any = 'any host';
const own = 'its host';

const connection = aConnection({ behaviours: ['/api/*'], host: 'www.example.com' });
const balancerName = 'a-1.us-east-1.elb.amazonaws.com';
const { metrics } = aBalancer();
const tls = (differing: Parameters<typeof aTls>[0]) => ({
  'origin-probe': aProbe({ connection, addresses: [anAddress({ tls: aTls(differing) })] }),
});
const failedTls = (outcome: Parameters<typeof aFailedTls>[0]) => ({
  'origin-probe': aProbe({ connection, addresses: [anAddress({ tls: aFailedTls(outcome), http: [] })] }),
});
const answer = (differing: Parameters<typeof anAnswer>[0]) => ({
  'origin-probe': aProbe({ connection, addresses: [anAddress({ http: [anAnswer(differing)] })] }),
});
const exploredTls = (exploration: Partial<TlsExploration>) => ({
  'origin-probe': aProbe({
    connection,
    addresses: [anAddress({ tls: { ...aFailedTls('alert'), exploration: anExploration(exploration) }, http: [] })],
  }),
});
const old = { protocol: 'TLSv1.1', cipher: 'x', curve: null, applicationProtocol: null };
const balanced = (counts: object) => ({
  'load-balancer': aBalancer({
    metrics: metrics && { ...metrics, ...counts },
    targetGroups: aBalancer().targetGroups.map((group) => ({
      ...group,
      targets: group.targets.map((target) => ({ ...target, state: 'unhealthy' })),
    })),
  }),
});
const distribution = aDistribution({
  behaviours: [aBehaviour({ pathPattern: '/api/*' }), aBehaviour({ targetId: 'web' })],
  connections: [aConnection({ behaviours: ['/api/*'], domainName: balancerName })],
});

const lambdaArn = 'arn:aws:lambda:us-east-1:111122223333:function:sign:7';
const rejected = { validationErrors: 5, executionErrors: 0, throttles: 0, validationErrorsPerMinute: [] };

const claims: Readonly<
  Record<string, readonly [Partial<EvidenceMap>, readonly string[], typeof any | typeof own] | null>
> = {
  'unresolvable-origin': [
    { 'origin-probe': aProbe({ connection, dns: aResolution({ outcome: 'nxdomain' }) }) },
    ['OriginDnsError'],
    any,
  ],
  'ipv6-without-aaaa': [
    {
      'origin-probe': aProbe({
        connection,
        dns: aResolution({
          outcome: 'no-data',
          answers: [{ resolver: '192.0.2.53', recordType: 'A', outcome: 'resolved', addresses: ['192.0.2.10'] }],
        }),
      }),
      distribution: aDistribution({ origins: [anOrigin({ ipAddressType: 'ipv6' })] }),
    },
    ['OriginDnsError'],
    any,
  ],
  'refused-connection': [
    { 'origin-probe': aProbe({ connection, addresses: [aDeadAddress('refused')] }) },
    connect,
    any,
  ],
  'unreachable-origin': null,
  'plaintext-on-tls-port': [failedTls('plaintext-answer'), connect, any],
  'port-or-protocol-mismatch': [
    { 'origin-probe': aProbe({ connection, addresses: [anAddress({ otherProtocol: 'tls' })] }) },
    [...connect, 'OriginInvalidResponseError', ...cut.filter((result) => !connect.includes(result))],
    any,
  ],
  'incompatible-tls-protocol': [exploredTls({ enough: [{ ...old, by: 'protocol' }] }), connect, own],
  'incompatible-tls-cipher': [exploredTls({}), connect, own],
  'unsupported-certificate-key': [
    tls({ chain: [aCertificate({ keyType: 'ECDSA secp384r1', keyBits: 384 })] }),
    connect,
    own,
  ],
  'rejected-handshake': [failedTls('alert'), connect, own],
  'client-certificate-required': [failedTls('client-certificate-required'), connect, own],
  'expired-certificate': [tls({ trustProblems: ['expired'] }), connect, own],
  'not-yet-valid-certificate': [tls({ trustProblems: ['not-yet-valid'] }), connect, own],
  'self-signed-certificate': [tls({ trustProblems: ['self-signed'] }), connect, own],
  'incomplete-certificate-chain': [tls({ trustProblems: ['incomplete-chain'] }), connect, own],
  'misordered-certificate-chain': [tls({ trustProblems: ['misordered-chain'] }), connect, own],
  'untrusted-certificate': [tls({ trustProblems: ['unknown-root'] }), connect, own],
  'mismatched-certificate-name': [tls({ matchesHost: false, matchesOriginDomain: false }), connect, own],
  'unforwarded-host-on-balancer-name': [{}, connect, any],
  'internal-balancer-without-vpc-origin': [
    {
      'load-balancer': aBalancer({ scheme: 'internal' }),
      distribution: aDistribution({
        behaviours: [aBehaviour({ pathPattern: '/api/*' }), aBehaviour({ targetId: 'web' })],
      }),
    },
    connect,
    any,
  ],
  'forwarded-host-on-aws-endpoint': [
    {
      ...failedTls('alert'),
      distribution: aDistribution({ origins: [anOrigin({ kind: 'api-gateway' })] }),
    },
    connect,
    own,
  ],
  'failing-edge-function': [
    {
      'edge-functions': someFunctions({ lambda: { ...rejected, arns: [lambdaArn] } }),
      distribution: aDistribution({
        behaviours: [
          aBehaviour({
            pathPattern: '/api/*',
            edgeFunctions: [{ event: 'origin-request', runtime: 'lambda-at-edge', arn: lambdaArn }],
          }),
          aBehaviour(),
        ],
      }),
    },
    ['LambdaValidationError'],
    any,
  ],
  // Claims DNS errors only beside other behaviours without them; its own test says when.
  'function-rewrites-origin': null,
  'reset-connection': [answer({ outcome: 'reset', status: null }), ['OriginConnectError', ...cut], own],
  'premature-close': [answer({ outcome: 'closed-before-head', status: null }), cut, own],
  'malformed-response-head': [answer({ outcome: 'malformed-head', status: null }), ['OriginInvalidResponseError'], own],
  'conflicting-content-length': [answer({ contentLengths: [5, 7] }), ['OriginInvalidResponseError'], own],
  'truncated-body': null,
  'slow-origin': null,
  'oversized-response-head': [answer({ headBytes: 40_000 }), ['OriginHeaderTooBigError'], own],
  'relayed-502': [answer({ status: 502 }), ['OriginError'], own],
  'balancer-made-502': [balanced({ elb502: 5 }), ['OriginError'], any],
  'target-reported-5xx': [balanced({ target5xx: 5 }), ['OriginError'], any],
  'unhealthy-targets': [balanced({ elb502: 5 }), ['OriginError'], any],
  'missing-access-logs': null,
  'hidden-502': null,
  'viewer-aborts': null,
  'unseen-origin-fault': null,
  // These read their share from the rows themselves; their own tests say which.
  'short-origin-keepalive': null,
  'saturated-origin': null,
  'cached-error': null,
  'edge-internal-error': null,
  'empty-object': null,
  'mismatched-content-range': null,
};

function explainsOf(id: string, evidence: Partial<EvidenceMap>): Explains | null {
  const check = checks.find((one) => one.id === id);
  const unused = Object.fromEntries((check?.uses ?? []).map((kind) => [kind, null]));
  const outcome = check?.evaluate({ ...unused, distribution, ...evidence }, now);
  return outcome?.state === 'found' ? outcome.findings[0].explains : null;
}

describe('what each cause may claim', () => {
  it('is said for every check', () => {
    expect(Object.keys(claims).sort()).toEqual(checks.map(({ id }) => id).sort());
  });

  for (const [id, claim] of Object.entries(claims)) {
    if (claim === null) continue;
    const [evidence, results, host] = claim;
    it(`${id}: ${results.join(', ')} of ${host}`, () => {
      const explains = explainsOf(id, evidence) ?? {};
      const fits = (detailedResult: string, behaviour = '/api/*') =>
        matchesCell(explains, aCell({ behaviour, detailedResult }));
      expect(documented.filter((result) => fits(result)).sort()).toEqual([...results].sort());
      expect(fits('Error')).toBe(true);
      expect(fits('-')).toBe(true);
      expect(fits('Error', '*')).toBe(false);
      expect(explains.hosts).toEqual(host === own ? ['www.example.com'] : undefined);
    });
  }
});
