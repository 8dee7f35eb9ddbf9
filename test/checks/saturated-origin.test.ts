import { expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { saturatedOrigin } from '../../src/checks/saturated-origin.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { AddressProbe } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aCell,
  aDeadAddress,
  aDistribution,
  anAddress,
  aProbe,
  now,
  someLogs,
  someTraffic,
} from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const distribution = aDistribution();
const load = (index: number): number => Math.round(250 + 200 * Math.sin(index / 6));
const busy = (index: number) => ({ requests: load(index), failures: Math.round(Math.max(0, load(index) - 300) / 2) });
const even = (index: number) => ({ requests: load(index), failures: Math.round(load(index) * 0.05) });
const cells = [aCell({ detailedResult: 'OriginCommError', count: 1_500 })];

describeCheck(saturatedOrigin, {
  found: [
    [
      '502s that rise with the load beside 503s and slow answers',
      {
        distribution,
        'access-logs': someLogs({
          cells,
          byBehaviour: [someTraffic({ minutes: busy, otherServerErrors: 300, slow: 150 })],
        }),
      },
      /^origin\.example\.com fails when it is busy: the share of 502s rises with load: 0 % of requests in the quietest third/,
      {
        strength: 'supported',
        layer: 'target',
        originId: 'api',
        explains: expect.objectContaining({ behaviours: ['*'] }),
      },
    ],
  ],
  ruledOut: [
    [
      '502s that rise alone',
      { distribution, 'access-logs': someLogs({ cells, byBehaviour: [someTraffic({ minutes: busy })] }) },
      /does not rise with the load beside/,
    ],
    [
      'the same share at any load',
      {
        distribution,
        'access-logs': someLogs({
          cells,
          byBehaviour: [someTraffic({ minutes: even, otherServerErrors: 900, slow: 900 })],
        }),
      },
      /does not rise/,
    ],
    ['no 502s', { distribution, 'access-logs': someLogs() }, /No 502s were logged/],
    ['logs that do not tell behaviours apart', { distribution, 'access-logs': someLogs({ cells }) }, /does not rise/],
  ],
  inconclusive: [],
});

it('steps back behind a fault that was seen and accounts for the same 502s', () => {
  const logs = someLogs({
    cells: [aCell({ count: 1_500 })],
    byBehaviour: [someTraffic({ minutes: busy, otherServerErrors: 300, slow: 150 })],
  });
  const conclude = (addresses: readonly AddressProbe[]) => {
    const bag = aBag({ logs, probes: [aProbe({ addresses })] });
    const { causes, alsoSeen } = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
    return [causes, alsoSeen].map((some) => some.map(({ checkId }) => checkId));
  };
  const half = [aDeadAddress('refused'), anAddress({ address: '192.0.2.11' })];
  expect(conclude(half)).toEqual([['refused-connection'], ['saturated-origin']]);
  expect(conclude([anAddress()])).toEqual([['saturated-origin'], []]);
});
