/** Fisher's exact test against values worked out by hand and against the plain sum. */
import { describe, expect, it } from '@jest/globals';
import { chanceOfAtLeast } from '../../src/diagnosis/significance.js';

/** The tail by big integers: slow and exact. */
function exact(failures: number, requests: number, allFailures: number, allRequests: number): number {
  const choose = (n: number, k: number): bigint => {
    if (k < 0 || k > n) return 0n;
    let ways = 1n;
    for (let i = 1n; i <= BigInt(k); i++) ways = (ways * (BigInt(n) - BigInt(k) + i)) / i;
    return ways;
  };
  let sum = 0n;
  for (let count = failures; count <= Math.min(requests, allFailures); count++)
    sum += choose(allFailures, count) * choose(allRequests - allFailures, requests - count);
  return Number((sum * 10n ** 30n) / choose(allRequests, requests)) / 1e30;
}

describe('chanceOfAtLeast', () => {
  it.each([
    ['the tea tasting', 3, 4, 4, 8, 17 / 70],
    ['all of it', 4, 4, 4, 8, 1 / 70],
    ['none', 0, 4, 4, 8, 1],
    ['what cannot be less', 4, 8, 4, 8, 1],
  ])('%s', (_, failures, requests, allFailures, allRequests, expected) => {
    expect(chanceOfAtLeast(failures, requests, allFailures, allRequests)).toBeCloseTo(expected, 10);
  });

  it.each([
    [12, 40, 30, 400],
    [5, 10, 50, 1000],
    [60, 200, 150, 2000],
    [9, 300, 20, 600],
  ])('%i of %i, where %i of %i failed', (failures, requests, allFailures, allRequests) => {
    const expected = exact(failures, requests, allFailures, allRequests);
    expect(chanceOfAtLeast(failures, requests, allFailures, allRequests) / expected).toBeCloseTo(1, 4);
  });

  it('stays a number for very many rows', () => {
    expect(chanceOfAtLeast(60_000, 1_000_000, 100_000, 50_000_000)).toBeLessThan(1e-300);
    expect(chanceOfAtLeast(2_000, 1_000_000, 100_000, 50_000_000)).toBeGreaterThan(0.4);
  });
});
