/** What speaks against a cause that follows from the configuration, or that something else counted: probes, the other scheme, no 502 at all. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceBag, LoadBalancerEvidence, OriginProbe } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBalancer,
  aCell,
  aConnection,
  aDeadAddress,
  aDistribution,
  anAddress,
  anOrigin,
  aProbe,
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
