import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  chooseWithinBudget,
  describeSample,
  estimateCost,
  type ListedObject,
  type LogBudget,
  planShards,
  type ScanRate,
} from '../../src/collectors/plan-log-scan.js';

const rate: ScanRate = { bytesPerSecond: 10e6, objectsPerSecond: 100 };
const plenty: LogBudget = { maxBytes: 1e12, maxSeconds: 1e6, maxDollars: 1e6 };
const hour = (index: number) => new Date(Date.UTC(2026, 10, 20, index)).toISOString();
const object = (index: number, bytes: number, at = 0): ListedObject => ({
  key: `log-${index}.gz`,
  bytes,
  hour: hour(at),
});
const keysOf = (objects: readonly ListedObject[]) => objects.map(({ key }) => key).sort();

const anyObjects = fc
  .array(fc.record({ bytes: fc.integer({ min: 0, max: 90_000_000 }), at: fc.integer({ min: 0, max: 30 }) }), {
    maxLength: 200,
  })
  .map((entries) => entries.map(({ bytes, at }, index) => object(index, bytes, at)));

describe('estimateCost', () => {
  it('takes the limit that binds', () => {
    expect(estimateCost([object(1, 50e6), object(2, 50e6)], rate)).toMatchObject({
      objects: 2,
      bytes: 100e6,
      seconds: 10,
    });
    const many = Array.from({ length: 1000 }, (_, index) => object(index, 1));
    expect(estimateCost(many, rate)).toMatchObject({ seconds: 10, dollars: 0.0004 });
  });
});

describe('chooseWithinBudget', () => {
  it('reads everything that fits, the newest hour first', () => {
    const { chosen, sampled } = chooseWithinBudget([object(1, 5, 0), object(2, 5, 2), object(3, 5, 1)], plenty, rate);
    expect(chosen.map(({ key }) => key)).toEqual(['log-2.gz', 'log-3.gz', 'log-1.gz']);
    expect(sampled).toBeNull();
  });

  it.each([
    ['bytes', { ...plenty, maxBytes: 50e6 }],
    ['seconds', { ...plenty, maxSeconds: 5 }],
    ['dollars', { ...plenty, maxDollars: 0.00002 }],
  ] as const)('samples every hour when there are too many %s', (limit, budget) => {
    const listed = Array.from({ length: 100 }, (_, index) => object(index, 1e6, index % 4));
    const choice = chooseWithinBudget(listed, budget, rate);
    expect(choice.sampled?.over).toEqual([limit]);
    expect(choice.cost.bytes).toBeLessThanOrEqual(52e6);
    expect(choice.sampled?.share).toBeCloseTo(0.5, 1);
    const perHour = [0, 1, 2, 3].map((at) => choice.chosen.filter((one) => one.hour === hour(at)).length);
    expect(new Set(perHour).size).toBe(1);
    expect(describeSample(choice, budget)).toContain('of 100 log objects');
  });

  it('leaves no hour unseen and never goes past the budget by more than an object for each hour', () => {
    fc.assert(
      fc.property(anyObjects, fc.integer({ min: 0, max: 200_000_000 }), (objects, maxBytes) => {
        const { chosen } = chooseWithinBudget(objects, { ...plenty, maxBytes }, rate);
        expect(new Set(chosen.map((one) => one.hour))).toEqual(new Set(objects.map((one) => one.hour)));
        const hours = new Set(objects.map((one) => one.hour)).size;
        const largest = Math.max(0, ...objects.map(({ bytes }) => bytes));
        const bytes = chosen.reduce((sum, one) => sum + one.bytes, 0);
        expect(bytes).toBeLessThanOrEqual(maxBytes + hours * largest);
      }),
    );
  });
});

describe('planShards', () => {
  it('holds every object once, whatever there is', () => {
    fc.assert(
      fc.property(anyObjects, (objects) => {
        const shards = planShards(objects);
        expect(keysOf(shards.flat())).toEqual(keysOf(objects));
        expect(shards.every((shard) => shard.length > 0)).toBe(true);
      }),
    );
  });

  it('keeps an hour together where it fits, and splits one that does not', () => {
    const small = [object(1, 20e6, 0), object(2, 5e6, 1), object(3, 10e6, 1)];
    expect(planShards(small).map(keysOf)).toEqual([['log-1.gz'], ['log-2.gz', 'log-3.gz']]);
    const large = Array.from({ length: 10 }, (_, index) => object(index, 10e6));
    expect(planShards(large).map((shard) => shard.length)).toEqual([3, 3, 3, 1]);
  });

  it('bounds the number of jobs', () => {
    const many = Array.from({ length: 40_000 }, (_, index) => object(index, 1e6, index % 24));
    expect(planShards(many).length).toBeLessThanOrEqual(100);
  });
});
