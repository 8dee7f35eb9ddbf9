/** Whether methods that are not sent again fail more often than the others, whatever their part of the traffic is. */
import { describe, expect, it } from '@jest/globals';
import { trafficOf } from '../../src/diagnosis/origin-traffic.js';
import { readRaceSigns } from '../../src/diagnosis/race-signature.js';
import { aCell, someLogs, someTraffic } from '../builders/evidence.js';

/** Of 10,000 requests `posts` are POSTs; of both some fail. */
function isUnrepeatable(posts: number, postFailures: number, getFailures: number): boolean | undefined {
  const cell = (method: string, count: number) =>
    aCell({ method, count, detailedResult: 'OriginReadError', underTenMs: count, underOneSecond: count });
  const logs = someLogs({
    cells: [cell('POST', postFailures), cell('GET', getFailures)],
    byBehaviour: [
      someTraffic({
        minutes: () => ({ requests: 167, failures: 2 }),
        repeatable: { requests: 10_000 - posts, failures: getFailures },
        unrepeatable: { requests: posts, failures: postFailures },
      }),
    ],
  });
  const all = { ...logs, dimensions: { ...logs.dimensions, path: [] } };
  return readRaceSigns(all, ['*'], trafficOf(all, ['*']))?.isUnrepeatable;
}

describe('methods that are not sent again', () => {
  it.each([
    ['a quarter of the requests and most of the 502s', 2_500, 110, 10, true],
    ['most of the requests and nearly all of the 502s', 7_000, 115, 5, true],
    ['most of the requests and all of the 502s', 9_000, 120, 0, true],
    ['as large a part of either', 7_000, 84, 36, false],
    ['a somewhat larger part of the 502s', 5_000, 75, 45, false],
    ['a larger part of very few 502s', 2_000, 3, 2, false],
    ['none of the requests', 0, 0, 120, false],
  ])('(%s) are over-represented: %j of 10,000, %j and %j failures', (_, posts, postFailures, getFailures, expected) => {
    expect(isUnrepeatable(posts, postFailures, getFailures)).toBe(expected);
  });
});
