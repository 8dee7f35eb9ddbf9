import { expect } from '@jest/globals';
import { saturatedOrigin } from '../../src/checks/saturated-origin.js';
import { aCell, aDistribution, someLogs, someTraffic } from '../builders/evidence.js';
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
