/** What speaks against a cause that follows from the configuration, or that something else counted: probes, the other scheme, no 502 at all. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { AddressProbe, EvidenceBag, LoadBalancerEvidence, OriginProbe } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBalancer,
  aBehaviour,
  aCell,
  aConnection,
  aDeadAddress,
  aDistribution,
  aFailedTls,
  anAddress,
  anAnswer,
  anOrigin,
  aProbe,
  aResolution,
  aTls,
  now,
  someLogs,
  someMetrics,
  unavailable,
} from '../builders/evidence.js';

const conclude = (bag: EvidenceBag) => concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
const logs = someLogs({ cells: [aCell({ count: 500 })] });

describe('HTTPS to a balancer by Amazon’s name for it, without the Host', () => {
  const domainName = 'a-1.us-east-1.elb.amazonaws.com';
  const [secure, plain] = [aConnection({ domainName }), aConnection({ domainName, scheme: 'http' })];
  const verdictOf = (connections: (typeof secure)[], probes: readonly OriginProbe[]) =>
    conclude(
      aBag({
        distribution: aDistribution({
          origins: [anOrigin({ domainName, protocolPolicy: 'match-viewer' })],
          connections,
        }),
        logs,
        probes,
      }),
    ).causes.find(({ checkId }) => checkId === 'unforwarded-host-on-balancer-name');
  const answering = aProbe({ connection: plain, addresses: [anAddress({ port: 80, tls: null })] });
  const silent = aProbe({ connection: plain, addresses: [aDeadAddress('refused')] });
  const mismatched = aProbe({
    connection: secure,
    addresses: [anAddress({ tls: aTls({ matchesHost: false, matchesOriginDomain: false }) })],
  });

  it.each([
    ['proven where that is the only way there', [secure], [], 'proven', null],
    ['proven where the other way is seen to work', [secure, plain], [mismatched, answering], 'proven', null],
    ['supported where the 502s may be of the other way', [secure, plain], [silent], 'supported', /over http too/],
    ['supported where the other way was not seen', [secure, plain], [], 'supported', /over http too/],
    [
      'possible where a handshake completed and matched',
      [secure],
      [aProbe({ connection: secure })],
      'possible',
      /met no fault/,
    ],
  ] as const)('is %s', (_, connections, probes, strength, because) => {
    const cause = verdictOf([...connections], probes);
    expect(cause?.strength).toBe(strength);
    if (because !== null) expect(cause?.cappedBecause).toMatch(because);
  });
});

describe('an answer to requests that lack the headers which CloudFront adds', () => {
  const afterHandshake = 'CloudFront adds the header X-Origin-Verify, which the probe does not send.';
  const vantage = { class: 'valid', because: 'The probe used CloudFront’s Host.', afterHandshake } as const;
  const cut = anAnswer({ outcome: 'closed-before-head', status: null });
  const relayed = anAnswer({ status: 502 });
  const oversized = anAnswer({ outcome: 'oversized-head', headBytes: 40_000 });
  const cart = { path: '/api/cart' };
  const topOf = (addresses: readonly AddressProbe[], detailedResult: string, path = '/') =>
    conclude(
      aBag({
        logs: someLogs({ cells: [aCell({ detailedResult, path, count: 500 })] }),
        probes: [aProbe({ vantage, addresses })],
      }),
    ).causes[0];

  it.each([
    ['a close', [cut], 'OriginReadError', 'premature-close'],
    ['a 502', [relayed], 'OriginError', 'relayed-502'],
    ['a reset', [anAnswer({ outcome: 'reset', status: null })], 'OriginReadError', 'reset-connection'],
    ['a close beside refusals', [anAnswer({ status: 403 }), { ...cut, ...cart }], 'OriginReadError', 'premature-close'],
  ] as const)('(%s) is merely possible', (_, http, detailedResult, checkId) => {
    const path = http.length > 1 ? cart.path : '/';
    expect(topOf([anAddress({ http })], detailedResult, path)).toMatchObject({
      checkId,
      strength: 'possible',
      cappedBecause: afterHandshake,
    });
  });

  it('is supported where another was good, so that the headers are not asked for everywhere', () => {
    const address = anAddress({ http: [anAnswer(), { ...relayed, ...cart }] });
    expect(topOf([address], 'OriginError', cart.path)).toMatchObject({ checkId: 'relayed-502', strength: 'supported' });
  });

  it('is proven where CloudFront names the fault itself', () => {
    const address = anAddress({ http: [oversized] });
    expect(topOf([address], 'OriginHeaderTooBigError')).toMatchObject({
      checkId: 'oversized-response-head',
      strength: 'proven',
    });
    expect(topOf([address], 'Error')).toMatchObject({ strength: 'possible' });
  });

  it.each([
    ['a refused connection', aDeadAddress('refused'), 'refused-connection'],
    ['an expired certificate', anAddress({ tls: aTls({ trustProblems: ['expired'] }) }), 'expired-certificate'],
    ['a reset in the handshake', anAddress({ tls: aFailedTls('reset'), http: [] }), 'reset-connection'],
  ])('leaves what comes before it as it is: %s', (_, address, checkId) => {
    expect(topOf([address], 'OriginConnectError')).toMatchObject({ checkId, strength: 'proven' });
  });

  it('rules nothing out where every one is a refusal', () => {
    const verdict = (status: number) =>
      conclude(aBag({ probes: [aProbe({ vantage, addresses: [anAddress({ http: [anAnswer({ status })] })] })] }));
    const ruledOut = (status: number) => verdict(status).ruledOut.map(({ checkId }) => checkId);
    expect(ruledOut(200)).toEqual(expect.arrayContaining(['premature-close', 'relayed-502']));
    for (const checkId of ['premature-close', 'relayed-502', 'malformed-response-head'])
      expect(ruledOut(403)).not.toContain(checkId);
    expect(ruledOut(403)).toEqual(expect.arrayContaining(['expired-certificate', 'refused-connection']));
    const open = verdict(403).inconclusive.find(({ checkId }) => checkId === 'premature-close');
    expect(open?.missing[0]?.message).toMatch(/turned every request from here away with 403: CloudFront adds/);
  });
});

describe('a name that does not resolve, behind a function', () => {
  const ofFunction = (event: 'viewer-request' | 'origin-request', runtime: 'lambda-at-edge' | 'cloudfront-function') =>
    conclude(
      aBag({
        distribution: aDistribution({
          behaviours: [aBehaviour({ edgeFunctions: [{ event, runtime, arn: 'arn:aws:lambda:::function:route:3' }] })],
        }),
        logs: someLogs({ cells: [aCell({ detailedResult: 'OriginDnsError', count: 500 })] }),
        probes: [aProbe({ dns: aResolution({ outcome: 'nxdomain' }) })],
      }),
    ).causes[0];

  it('is proven where the function runs after the name was resolved', () => {
    expect(ofFunction('origin-request', 'lambda-at-edge')).toMatchObject({
      checkId: 'unresolvable-origin',
      strength: 'proven',
    });
  });

  it('is supported where the function may have put another in its place before', () => {
    expect(ofFunction('viewer-request', 'cloudfront-function')).toMatchObject({ strength: 'supported' });
  });
});

describe('502s that a custom error response hides', () => {
  it('are not looked for in later logs', () => {
    const customErrorResponses = [{ errorCode: 502, responseCode: 200, cachingMinTtlSeconds: null }];
    const { nextTest } = conclude(aBag({ distribution: aDistribution({ customErrorResponses }) }));
    expect(nextTest).toContain('Let the custom error response keep the status 502');
    expect(nextTest).not.toContain('in an hour');
  });
});

describe('a sick target', () => {
  it('never stands above the balancer that counts the 502s', () => {
    const { metrics } = aBalancer();
    const elb502PerMinute = [{ at: '2026-11-20T09:30:00Z', value: 90 }];
    const balancer = aBalancer({ metrics: metrics && { ...metrics, elb502: 90, target5xx: 9, elb502PerMinute } });
    const targetGroups = balancer.targetGroups.map((group) => ({
      ...group,
      targets: group.targets.map((target, index) => ({ ...target, state: index === 0 ? 'unhealthy' : 'healthy' })),
    }));
    const relayed = someLogs({ cells: [aCell({ detailedResult: 'OriginError', count: 100 })] });
    const verdict = conclude(aBag({ logs: relayed, balancers: [{ ...balancer, targetGroups }] }));
    expect(verdict.causes.map(({ checkId }) => checkId).slice(0, 1)).toEqual(['balancer-made-502']);
    expect(verdict.alsoSeen.map(({ checkId }) => checkId)).toContain('unhealthy-targets');
  });

  it('explains no more than the balancer counts', () => {
    const { metrics } = aBalancer();
    const balancer = aBalancer({ metrics: metrics && { ...metrics, target5xx: 1 } });
    const targetGroups = balancer.targetGroups.map((group) => ({
      ...group,
      targets: group.targets.map((target) => ({ ...target, state: 'unhealthy' })),
    }));
    const relayed = someLogs({ cells: [aCell({ detailedResult: 'OriginError', count: 100 })] });
    const verdict = conclude(aBag({ logs: relayed, balancers: [{ ...balancer, targetGroups }] }));
    expect(verdict.causes.find(({ checkId }) => checkId === 'unhealthy-targets')?.explained).toEqual({
      count: 1,
      of: 100,
    });
  });
});

describe('errors that a balancer counted', () => {
  const { metrics } = aBalancer();
  const balancerOf = (counts: Partial<NonNullable<LoadBalancerEvidence['metrics']>>) =>
    aBalancer({ metrics: metrics && { ...metrics, ...counts } });

  it.each([
    ['5xx of the application', { target5xx: 9_000 }],
    ['502s', { elb502: 9_000 }],
  ])('(%s) are no cause where nobody counts a 502', (_, counts) => {
    const balancers = [balancerOf(counts)];
    for (const bag of [
      aBag({ balancers }),
      aBag({ balancers, logs: unavailable() }),
      aBag({ balancers, metrics: unavailable() }),
    ]) {
      const verdict = conclude(bag);
      expect(verdict).toMatchObject({ outcome: 'no-502s', causes: [] });
      expect(verdict.alsoSeen).toMatchObject([{ strength: 'possible' }]);
    }
  });

  it('are no more than a lead where nobody can count', () => {
    const bag = aBag({
      balancers: [balancerOf({ target5xx: 9_000 })],
      logs: unavailable(),
      metrics: someMetrics({ estimated502: null, estimated5xx: 9_000 }),
    });
    expect(conclude(bag)).toMatchObject({ outcome: 'inconclusive', causes: [{ strength: 'possible' }] });
  });
});
