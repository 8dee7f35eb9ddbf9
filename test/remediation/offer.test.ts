import { describe, expect, it } from '@jest/globals';
import type { EvidenceBag, ServerErrorDuration } from '../../src/diagnosis/evidence.js';
import type { Cause, Verdict } from '../../src/diagnosis/verdict.js';
import { offerChanges } from '../../src/remediation/offer.js';
import {
  aBag,
  aBalancer,
  aCell,
  aConnection,
  aDistribution,
  aHeldConnection,
  aLab,
  anOrigin,
  collected,
  someLogs,
  someTraffic,
} from '../builders/evidence.js';
import { verdict as aVerdict, cause } from '../builders/verdict.js';
import { aChangePolicy } from './a-change-policy.js';

const verdictOf = (causes: readonly Cause[], alsoSeen: readonly Cause[] = []): Verdict =>
  aVerdict({ causes, alsoSeen });
const race = cause({
  checkId: 'short-origin-keepalive',
  title: 'Origin closes idle connections first',
  strength: 'proven',
  originId: 'api',
});
const slow = cause({
  checkId: 'slow-origin',
  title: 'Slow origin',
  layer: 'target',
  strength: 'supported',
  originId: 'api',
});

const load = (index: number): number => Math.round(250 + 200 * Math.sin(index / 6));
const raceBase = someLogs({
  requests: 15_000,
  cells: [
    aCell({ method: 'POST', count: 240, detailedResult: 'OriginReadError', underTenMs: 240, underOneSecond: 240 }),
  ],
  byBehaviour: [
    someTraffic({
      minutes: (index) => ({
        requests: load(index),
        failures: 4,
        unrepeatable: Math.round(load(index) / 4),
        unrepeatableFailures: 4,
      }),
      repeatable: { requests: 11_250, failures: 0 },
      unrepeatable: { requests: 3_750, failures: 240 },
    }),
  ],
});
const raceLogs = {
  ...raceBase,
  dimensions: { ...raceBase.dimensions, path: [{ value: '/', requests: 15_000, failures: 240 }] },
};
function raceBag(idleMs: number, keepAlive: number, balancerIdle?: number): EvidenceBag {
  const held = [aHeldConnection(idleMs > 0 ? { outcome: 'closed', idleMs } : { idleMs: (keepAlive + 2) * 1_000 })];
  const distribution = aDistribution({ origins: [anOrigin({ keepAliveTimeoutSeconds: keepAlive })] });
  const balancers = balancerIdle === undefined ? [] : [aBalancer({ idleTimeoutSeconds: balancerIdle })];
  const lab = aLab({ keepAliveTimeoutSeconds: keepAlive, holdMs: (keepAlive + 2) * 1_000, held });
  return {
    ...aBag({ distribution, logs: raceLogs, balancers }),
    keepAliveLabs: { [aConnection().id]: collected(lab) },
  };
}
function waits(count: number, readTimeoutSeconds = 30, balancerIdle?: number): EvidenceBag {
  const duration: ServerErrorDuration = {
    behaviour: '*',
    status: '504',
    detailedResult: 'OriginCommError',
    tenthsOfSecond: readTimeoutSeconds * 10,
    count,
  };
  const distribution = aDistribution({ origins: [anOrigin({ readTimeoutSeconds, connectionTimeoutSeconds: 4 })] });
  const balancers = balancerIdle === undefined ? [] : [aBalancer({ idleTimeoutSeconds: balancerIdle })];
  return aBag({ distribution, logs: { ...someLogs(), serverErrorDurations: [duration] }, balancers });
}

describe('what is offered', () => {
  it('is a keep-alive below the measured end, for a race', () => {
    const { offers, remarks } = offerChanges(verdictOf([race]), raceBag(4_900, 5), aChangePolicy());
    expect(offers).toMatchObject([
      {
        change: {
          target: { kind: 'origin', distributionId: 'E1A2B3C4D5E6F7', originId: 'api' },
          field: 'keep-alive-timeout',
          before: 5,
          after: 3,
        },
        checkId: 'short-origin-keepalive',
        forecast: { stance: 'supports' },
        sentence: expect.stringMatching(
          /^Lower the keep-alive time-out of origin “api” from 5 s to 3 s\. The origin closes/,
        ),
      },
    ]);
    expect(remarks.join(' ')).toMatch(/raising that well above CloudFront’s 5 s at the origin itself/);
  });

  it('is the balancer’s idle time-out too, where that is what ends first', () => {
    const { offers } = offerChanges(verdictOf([race]), raceBag(0, 60, 60), aChangePolicy());
    expect(offers.map(({ change }) => [change.target.kind, change.field, change.before, change.after])).toEqual([
      ['origin', 'keep-alive-timeout', 60, 59],
      ['balancer', 'balancer-idle-timeout', 60, 70],
    ]);
  });

  it.each<[string, EvidenceBag, number]>([
    ['twice as long', waits(400), 60],
    ['as long as the balancer waits', waits(400, 30, 45), 45],
    ['as long as the policy lets it', waits(400, 55), 60],
  ])('is a longer read time-out where 504s sat at it: %s', (_what, bag, after) => {
    const policy = aChangePolicy({ bounds: { 'read-timeout': { min: 1, max: 60 } } });
    expect(offerChanges(verdictOf([], [slow]), bag, policy).offers).toMatchObject([
      {
        change: { field: 'read-timeout', after },
        sentence: expect.stringMatching(/^Raise the read time-out of origin “api”/),
      },
    ]);
  });

  it('is the same each time it is asked', () => {
    const ask = () => offerChanges(verdictOf([race, slow]), raceBag(4_900, 5), aChangePolicy());
    expect(ask()).toEqual(ask());
  });
});

describe('nothing is offered', () => {
  it.each<[string, Verdict, EvidenceBag, ReturnType<typeof aChangePolicy> | null, RegExp]>([
    [
      'for what fails at once',
      verdictOf([cause()]),
      waits(400),
      aChangePolicy(),
      /No time-out helps: with “expired certificate” a request fails at once/,
    ],
    [
      'for an origin over its capacity',
      verdictOf([cause({ checkId: 'saturated-origin', layer: 'target' })]),
      waits(400),
      aChangePolicy(),
      /adds to the load/,
    ],
    [
      'for a function at the edge',
      verdictOf([cause({ layer: 'edge-function', title: 'Failing edge function' })]),
      waits(400),
      aChangePolicy(),
      /“failing edge function” is decided at the edge/,
    ],
    [
      'for what the application answers',
      verdictOf([cause({ layer: 'target' })]),
      waits(400),
      aChangePolicy(),
      /passes it on/,
    ],
    [
      'for a slow origin that nothing waited for',
      verdictOf([], [slow]),
      waits(0),
      aChangePolicy(),
      /nothing that a longer wait would cure.*Mend what makes the origin slow/s,
    ],
    ['past the largest value', verdictOf([], [slow]), waits(400, 120), aChangePolicy(), /120 s cannot go higher here/],
    [
      'where no keep-alive is low enough',
      verdictOf([race]),
      raceBag(1_200, 5),
      aChangePolicy(),
      /cannot go low enough/,
    ],
    [
      'where the step is too large',
      verdictOf([race]),
      raceBag(4_900, 100),
      aChangePolicy(),
      /more than this installation lets it move/,
    ],
  ])('%s', (_what, verdict, bag, policy, remark) => {
    const { offers, remarks } = offerChanges(verdict, bag, policy);
    expect(offers).toEqual([]);
    expect(remarks.join(' ')).toMatch(remark);
  });

  it.each<[string, Verdict, ReturnType<typeof aChangePolicy> | null]>([
    ['without a policy', verdictOf([race]), null],
    ['for a distribution that may not be changed', verdictOf([race]), aChangePolicy({ distributions: ['E9OTHER'] })],
    ['for a lead that is merely possible', verdictOf([{ ...race, strength: 'possible' }]), aChangePolicy()],
    ['where nothing was found', verdictOf([]), aChangePolicy()],
  ])('nor said %s', (_what, verdict, policy) => {
    expect(offerChanges(verdict, raceBag(4_900, 5), policy)).toEqual({ offers: [], remarks: [] });
  });
});
