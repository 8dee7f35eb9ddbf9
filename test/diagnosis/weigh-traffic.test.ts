/** A fault that is seen now, held against what the logs say of the time: no cause is proven that the traffic speaks against. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { BehaviourTraffic, EvidenceBag, FailureCell, TlsProbe } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBehaviour,
  aCell,
  aCertificate,
  aConnection,
  aDeadAddress,
  aDistribution,
  anAddress,
  anOrigin,
  aProbe,
  aTls,
  blindVantage,
  now,
  someLogs,
  someMetrics,
  unavailable,
} from '../builders/evidence.js';

const conclude = (bag: EvidenceBag) => concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
const expired = (validTo: string): TlsProbe => aTls({ chain: [aCertificate({ validTo })], trustProblems: ['expired'] });
const minute = (index: number) => new Date(Date.parse('2026-11-20T09:15:00Z') + index * 60_000).toISOString();

/** An hour of traffic on one behaviour, minute by minute. */
function traffic(of: (index: number) => { requests: number; failures: number; served?: number }): BehaviourTraffic {
  const perMinute = Array.from({ length: 60 }, (_, index) => ({ minute: minute(index), ...of(index) }));
  const requests = perMinute.reduce((sum, one) => sum + one.requests, 0);
  const failures = perMinute.reduce((sum, one) => sum + one.failures, 0);
  const none = { requests: 0, failures: 0 };
  const base = {
    behaviour: '*',
    repeatable: { requests, failures },
    unrepeatable: none,
    otherServerErrors: 0,
    slow: 0,
  };
  return { ...base, perMinute };
}

function logsOf(own: BehaviourTraffic, cell: Partial<FailureCell> = {}) {
  const failing = own.perMinute.filter(({ failures }) => failures > 0);
  const { requests, failures } = own.repeatable;
  const times = { firstAt: failing[0]?.minute ?? minute(0), lastAt: failing.at(-1)?.minute ?? minute(0) };
  return someLogs({
    requests,
    cells: [aCell({ count: failures, ...times, ...cell })],
    perMinute: own.perMinute,
    byBehaviour: [own],
  });
}

const probeWith = (tls: TlsProbe) => aProbe({ addresses: [anAddress({ tls })] });
const yesterday = probeWith(expired('2026-11-19T00:00:00.000Z'));

describe('a fault with a known beginning', () => {
  it('explains nothing of what came before it', () => {
    const logs = logsOf(traffic((index) => ({ requests: 10, failures: index === 5 ? 10 : 0, served: 0 })));
    const verdict = conclude(aBag({ logs, probes: [probeWith(expired('2026-11-20T10:10:00.000Z'))] }));
    expect(verdict.causes).toEqual([]);
    expect(verdict.alsoSeen).toMatchObject([{ checkId: 'expired-certificate', explained: { count: 0, of: 10 } }]);
    expect(verdict.outcome).toBe('inconclusive');
  });

  it('explains the 502s of the minutes since, where a kind of them lies across it', () => {
    const logs = logsOf(traffic((index) => ({ requests: 10, failures: index < 30 ? 1 : 9, served: 0 })));
    const verdict = conclude(aBag({ logs, probes: [probeWith(expired('2026-11-20T09:45:00.000Z'))] }));
    expect(verdict.causes).toMatchObject([{ strength: 'proven', explained: { count: 270, of: 300 } }]);
  });

  it('or end explains nothing of what comes after it', () => {
    const tls = aTls({
      chain: [aCertificate({ validFrom: '2026-11-20T10:30:00.000Z' })],
      trustProblems: ['not-yet-valid'],
    });
    const own = traffic(() => ({ requests: 10, failures: 10, served: 0 }));
    const before = conclude(aBag({ logs: logsOf(own), probes: [probeWith(tls)] }));
    expect(before.causes).toMatchObject([
      { strength: 'proven', claim: expect.stringContaining('is not valid before 2026-11-20 10:30 UTC') },
    ]);
    const later = logsOf(own, { firstAt: '2026-11-20T10:30:00.000Z', lastAt: '2026-11-20T10:40:00.000Z' });
    expect(conclude(aBag({ logs: later, probes: [probeWith(tls)] })).causes).toEqual([]);
  });
});

describe('a fault that would fail every request', () => {
  it.each([
    ['proven where no other answer came from the origin', () => ({ requests: 20, failures: 10, served: 0 }), 'proven'],
    ['proven where hardly any did', () => ({ requests: 20, failures: 10, served: 1 }), 'proven'],
    ['supported where some did in the same minutes', () => ({ requests: 20, failures: 10, served: 2 }), 'supported'],
    ['supported where most did', () => ({ requests: 30, failures: 10, served: 11 }), 'supported'],
    ['proven where the others came from the cache', () => ({ requests: 300, failures: 10, served: 0 }), 'proven'],
    ['possible where nearly all did', () => ({ requests: 300, failures: 10, served: 200 }), 'possible'],
    [
      'supported where very few fail and nobody knows about the cache',
      (index: number) => ({ requests: 20_000, failures: index === 0 ? 0 : 1 }),
      'supported',
    ],
  ])('is %s', (_, of, strength) => {
    const verdict = conclude(aBag({ logs: logsOf(traffic(of)), probes: [yesterday] }));
    expect(verdict.causes[0]).toMatchObject({ checkId: 'expired-certificate', strength });
    if (strength !== 'proven') expect(verdict.causes[0]?.cappedBecause).toMatch(/^It would fail every request .*\.$/);
  });

  it('is not proven by three errors of no kind in a million requests', () => {
    const own = traffic((index) => ({ requests: 16_667, failures: index < 3 ? 1 : 0, served: 9_000 }));
    const verdict = conclude(aBag({ logs: logsOf(own, { detailedResult: 'Error' }), probes: [yesterday] }));
    expect(verdict).toMatchObject({ outcome: 'inconclusive', causes: [{ strength: 'possible' }] });
  });

  it('may have begun in the window: what succeeded before does not speak against it', () => {
    const logs = logsOf(
      traffic((index) => ({ requests: 50, failures: index < 40 ? 0 : 30, served: index < 40 ? 40 : 0 })),
    );
    const probe = aProbe({ addresses: [aDeadAddress('refused')] });
    expect(conclude(aBag({ logs, probes: [probe] })).causes).toMatchObject([
      { checkId: 'refused-connection', strength: 'proven' },
    ]);
  });

  it('and is so of one address of two fails a part of the requests only', () => {
    const logs = logsOf(traffic(() => ({ requests: 50, failures: 10, served: 30 })));
    const sound = anAddress({ address: '192.0.2.11' });
    const probe = aProbe({ addresses: [anAddress({ tls: expired('2026-11-19T00:00:00.000Z') }), sound] });
    expect(conclude(aBag({ logs, probes: [probe] })).causes).toMatchObject([{ strength: 'proven' }]);
  });

  it('and is so at the first origin of a group, does not fail what the second one answers', () => {
    const logs = logsOf(traffic(() => ({ requests: 50, failures: 10, served: 30 })));
    const spare = aConnection({ originId: 'spare', domainName: 'spare.example.com' });
    const distribution = aDistribution({
      origins: [anOrigin(), anOrigin({ id: 'spare', domainName: 'spare.example.com' })],
      originGroups: [{ id: 'pair', memberOriginIds: ['api', 'spare'], failoverStatusCodes: [502] }],
      behaviours: [aBehaviour({ targetId: 'pair' })],
      connections: [aConnection(), spare],
    });
    const bag = aBag({ distribution, logs, probes: [yesterday, aProbe({ connection: spare })] });
    expect(conclude(bag).causes).toMatchObject([{ originId: 'api', strength: 'proven' }]);
  });
});

describe('an internal load balancer, to which CloudFront answers 504 as a rule', () => {
  const distribution = aDistribution({
    origins: [anOrigin({ domainName: 'internal-app-123.eu-west-1.elb.amazonaws.com' })],
  });
  const blind = aProbe({ vantage: blindVantage, addresses: [aDeadAddress('timed-out')] });
  const of = (logs: Parameters<typeof aBag>[0], probe = blind) =>
    conclude(aBag({ distribution, probes: [probe], ...logs })).causes.find(
      ({ checkId }) => checkId === 'internal-balancer-without-vpc-origin',
    );

  it.each([
    ['proven where nothing else came from there', () => ({ requests: 20, failures: 18, served: 0 }), 'proven'],
    ['possible where some did', () => ({ requests: 20, failures: 10, served: 5 }), 'possible'],
  ])('is %s', (_, minutes, strength) => {
    expect(of({ logs: logsOf(traffic(minutes)) })).toMatchObject({ strength });
  });

  it('is possible where it answers from here, and where not all requests end in 502 by CloudWatch', () => {
    const all = logsOf(traffic(() => ({ requests: 20, failures: 18, served: 0 })));
    expect(of({ logs: all }, aProbe())).toMatchObject({ strength: 'possible' });
    const metrics = (estimated502: number) => ({ logs: unavailable(), metrics: someMetrics({ estimated502 }) });
    expect(of(metrics(900))).toMatchObject({ strength: 'possible' });
    expect(of(metrics(9_900))).toMatchObject({ strength: 'supported' });
  });
});

describe('a fault that is merely seen now', () => {
  const ended = traffic((index) => ({ requests: 20, failures: index < 10 ? 18 : 0, served: 0 }));

  it('is no more than supported where the 502s ended long before the newest rows', () => {
    const probe = aProbe({ addresses: [aDeadAddress('refused')] });
    expect(conclude(aBag({ logs: logsOf(ended), probes: [probe] })).causes).toMatchObject([
      {
        strength: 'supported',
        cappedBecause: expect.stringMatching(/seen now, .* ended at 09:24 UTC: 1,000 requests/),
      },
    ]);
  });

  it('is not taken for over in a few quiet minutes, or where 502s are rare', () => {
    const probe = aProbe({ addresses: [aDeadAddress('refused')] });
    const justNow = traffic((index) => ({ requests: 20, failures: index < 52 ? 18 : 0, served: 0 }));
    const rare = traffic((index) => ({ requests: 20, failures: index === 3 || index === 40 ? 1 : 0, served: 0 }));
    for (const own of [justNow, rare])
      expect(conclude(aBag({ logs: logsOf(own), probes: [probe] })).causes[0]?.cappedBecause ?? '').not.toContain(
        'ended',
      );
  });
});

describe('rows that say no more than Error', () => {
  it.each(['Error', '-', ''])('(%s) do not prove a cause', (detailedResult) => {
    const logs = someLogs({ cells: [aCell({ detailedResult, count: 400 })] });
    expect(conclude(aBag({ logs, probes: [yesterday] })).causes).toMatchObject([
      { strength: 'supported', cappedBecause: expect.stringContaining('fits any cause') },
    ]);
  });

  it('beside rows that name the fault are those same errors from the cache', () => {
    const logs = someLogs({ cells: [aCell({ count: 40 }), aCell({ detailedResult: 'Error', count: 360 })] });
    expect(conclude(aBag({ logs, probes: [yesterday] })).causes).toMatchObject([
      { strength: 'proven', explained: { count: 400, of: 400 } },
    ]);
  });
});
