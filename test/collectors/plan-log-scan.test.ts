import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  chooseWithinBudget,
  estimateCost,
  type ListedObject,
  type LogBudget,
  type ScanRate,
} from '../../src/collectors/plan-log-scan.js';
import { planShards, splitHours } from '../../src/collectors/plan-shards.js';
import { describeOnePlace, describeSample, describeUnseen, nameHours } from '../../src/collectors/scan-notes.js';
import { findLoadTrend } from '../../src/diagnosis/load-trend.js';
import { loadOf } from '../../src/diagnosis/part-read.js';

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
  it('reckons with what an object costs and with what its bytes cost', () => {
    expect(estimateCost([object(1, 50e6), object(2, 50e6)], rate)).toEqual({
      objects: 2,
      bytes: 100e6,
      seconds: 10.02,
      dollars: expect.closeTo(0.0000008, 12),
    });
    const many = Array.from({ length: 1000 }, (_, index) => object(index, 10));
    expect(estimateCost(many, rate)).toMatchObject({ seconds: 10.001, dollars: 0.0004 });
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
    ['seconds', { ...plenty, maxSeconds: 5.6 }],
    ['dollars', { ...plenty, maxDollars: 0.00002 }],
  ] as const)('samples every hour when there are too many %s', (limit, budget) => {
    const listed = Array.from({ length: 100 }, (_, index) => object(index, 1e6, index % 4));
    const choice = chooseWithinBudget(listed, budget, rate);
    expect(choice.sampled?.over).toEqual([limit]);
    expect(choice.cost.bytes).toBeLessThanOrEqual(50e6);
    expect(choice.sampled?.share).toBeCloseTo(0.5, 1);
    const perHour = [0, 1, 2, 3].map((at) => choice.chosen.filter((one) => one.hour === hour(at)).length);
    expect(new Set(perHour).size).toBe(1);
    expect(describeSample(choice, budget)).toContain('of 100 log objects');
  });

  it('never goes past the budget, except for one object where there is none that is small enough', () => {
    const limit = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(anyObjects, limit, limit, limit, (objects, bytes, seconds, dollars) => {
        const budget = { maxBytes: bytes * 1e6, maxSeconds: seconds / 10, maxDollars: dollars / 1e6 };
        const { chosen, cost, whole, past, sampled } = chooseWithinBudget(objects, budget, rate);
        const isWithin =
          cost.bytes <= budget.maxBytes && cost.seconds <= budget.maxSeconds && cost.dollars <= budget.maxDollars;
        expect(isWithin || chosen.length === 1).toBe(true);
        expect(past.length === 0).toBe(isWithin);
        expect(sampled === null).toBe(chosen.length === objects.length);
        expect(sampled?.share ?? 0).toBeLessThan(1);
        expect(whole.objects).toBe(objects.length);
        const seen = new Set(chosen.map((one) => one.hour));
        const unseen = new Set(objects.map((one) => one.hour).filter((at) => !seen.has(at)));
        expect(new Set(sampled?.unseen ?? [])).toEqual(unseen);
      }),
    );
  });

  it('reads the smallest object where even that is past the ceiling, and says so', () => {
    const listed = Array.from({ length: 24 }, (_, index) => object(index, 250e6 + index, index));
    const budget = { ...plenty, maxBytes: 100e6 };
    const choice = chooseWithinBudget(listed, budget, rate);
    expect(choice.chosen.map(({ key }) => key)).toEqual(['log-0.gz']);
    expect(choice.past).toEqual(['bytes']);
    expect(describeSample(choice, budget)).toMatch(
      /^Only a sample was read: 1 of 24 log objects, 250 of 6000 MB, the smallest there is, though it is past the limit\./,
    );
  });

  it('takes an object of as many hours as it can, the newest first, and says which hours went unseen', () => {
    const listed = Array.from({ length: 24 }, (_, index) => object(index, 40e6, index));
    const choice = chooseWithinBudget(listed, { ...plenty, maxBytes: 100e6 }, rate);
    expect(choice.chosen.map(({ key }) => key)).toEqual(['log-23.gz', 'log-22.gz']);
    expect(describeUnseen(choice.sampled?.unseen ?? [])).toBe('Nothing was read of 2026-11-20 00:00 to 22:00 UTC.');
  });

  it('knows how much of each hour it takes, and says so where hours with few objects are read for the most part', () => {
    // Every second hour has next to no traffic.
    const sizeOf = (at: number): number => (at % 2 === 0 ? 3 : 100);
    const listed = Array.from({ length: 12 }, (_, at) =>
      Array.from({ length: sizeOf(at) }, (_object, index) => object(at * 1_000 + index, 1e6, at)),
    ).flat();
    const budget = { ...plenty, maxBytes: 12.1e6 };
    const choice = chooseWithinBudget(listed, budget, rate);
    expect([...choice.partOfHour.values()].reverse()).toEqual(Array.from({ length: 12 }, (_, at) => 1 / sizeOf(at)));
    expect(describeSample(choice, budget)).toContain(', from 1 % of an hour to 33 %. Counts are those of the sample.');
    // A fifth fails of 400 requests a minute and a twentieth of 6,000; by what was read alone it looks the other way around.
    const perMinute = Array.from({ length: 12 * 60 }, (_, minute) => ({
      minute: new Date(Date.parse(hour(0)) + minute * 60_000).toISOString(),
      ...(Math.floor(minute / 60) % 2 === 0 ? { requests: 133, failures: 27 } : { requests: 60, failures: 3 }),
    }));
    const hours = [...choice.partOfHour].map(([start, partRead]) => ({ hour: start, objects: 1, rows: 1, partRead }));
    expect(findLoadTrend(perMinute, null)?.direction).toBe('rises');
    expect(findLoadTrend(loadOf({ hours }, perMinute), null)?.direction).toBe('falls');
  });

  it('is no sample where the only object is past the ceiling: nothing is left to read', () => {
    const budget = { ...plenty, maxBytes: 100e6 };
    const choice = chooseWithinBudget([object(1, 250e6)], budget, rate);
    expect(choice).toMatchObject({ sampled: null, past: ['bytes'] });
    expect(describeSample(choice, budget)).toBe(
      'The only log object, 250 MB, is past the limit of a check, 100 MB, and was read all the same.',
    );
  });
});

describe('chooseWithinBudget where v1 and v2 hold the same hours', () => {
  const both = ['v1', 'v2'] as const;
  /** @param bytes of each object in v1 and in v2. */
  const twice = (count: number, bytes: readonly [number, number], at = 0): readonly ListedObject[] =>
    both.flatMap((generation, place) =>
      Array.from({ length: count }, (_, index) => ({
        key: `${generation}-${at}-${index}`,
        bytes: bytes[place] ?? 0,
        hour: hour(at),
        place,
      })),
    );
  const placesOf = (objects: readonly ListedObject[]) => [...new Set(objects.map(({ place }) => place))];

  it('reads both where one job can hold their rows against each other', () => {
    const choice = chooseWithinBudget(twice(130, [1_000, 1_000]), plenty, rate, both);
    expect(choice.chosen).toHaveLength(260);
    expect(choice.onePlace).toEqual([]);
    expect(planShards(choice.chosen)).toHaveLength(1);
  });

  it.each([
    ['v1', 'of the same', [1_000_000, 1_500_000], 0],
    ['v2', 'that holds clearly more', [1_000_000, 2_000_000], 1],
    ['v1', 'that holds clearly more', [2_000_000, 1_000_000], 0],
  ] as const)('reads %s alone, %s, of an hour that is too large for one job', (_name, _why, bytes, place) => {
    const small = twice(5, [10, 10], 1);
    const choice = chooseWithinBudget([...twice(20, bytes), ...small], plenty, rate, both);
    expect(placesOf(choice.chosen.filter((one) => one.hour === hour(0)))).toEqual([place]);
    expect(choice.chosen).toHaveLength(20 + 10);
    expect(choice.sampled).toBeNull();
    expect(describeOnePlace(choice.onePlace, ['the v1 place', 'the v2 place'])).toEqual([
      `Only the v${place + 1} place was read of 2026-11-20 00:00 to 01:00 UTC: too much to hold the rows of several places against each other.`,
    ]);
  });

  it('samples one place only', () => {
    const choice = chooseWithinBudget(twice(100, [1_000, 1_000]), { ...plenty, maxBytes: 50_000 }, rate, both);
    expect(placesOf(choice.chosen)).toEqual([0]);
    expect(choice.chosen).toHaveLength(50);
    expect(choice.sampled).toMatchObject({ share: 0.5 });
    expect(choice.onePlace).toEqual([{ place: 0, hours: [hour(0)], because: 'budget' }]);
  });

  it('reads all of one place where that is within the budget, which is no sample', () => {
    const choice = chooseWithinBudget(twice(100, [1_000, 1_000]), { ...plenty, maxBytes: 150_000 }, rate, both);
    expect(placesOf(choice.chosen)).toEqual([0]);
    expect(choice.chosen).toHaveLength(100);
    expect(choice).toMatchObject({ sampled: null, past: [] });
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

  it('keeps an hour of many small objects together, and says of one that is split', () => {
    const whole = Array.from({ length: 250 }, (_, index) => object(index, 1_000));
    expect(planShards(whole)).toHaveLength(1);
    const two = planShards(Array.from({ length: 700 }, (_, index) => object(index, 1_000, index < 50 ? 1 : 0)));
    expect(two.map((shard) => shard.length)).toEqual([200, 200, 200, 100]);
    expect(splitHours(two)).toEqual([hour(0)]);
    expect(splitHours(planShards([object(1, 10, 1), ...whole]))).toEqual([]);
  });

  it('bounds the size of a job, whatever the total', () => {
    // 100 GB in objects of 5 MB.
    const many = Array.from({ length: 20_000 }, (_, index) => object(index, 5e6, index % 24));
    const shards = planShards(many);
    const bytes = shards.map((shard) => shard.reduce((sum, one) => sum + one.bytes, 0));
    expect(Math.max(...bytes)).toBeLessThanOrEqual(256e6);
    expect(shards.length).toBeLessThanOrEqual(450);
  });

  it('bounds the number of jobs by their objects too', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => object(index, 1_000, index % 24));
    expect(planShards(many).length).toBeLessThanOrEqual(100);
  });
});

describe('nameHours', () => {
  it.each([
    [[3], '2026-11-20 03:00 to 04:00 UTC'],
    [[1, 3, 2], '2026-11-20 01:00 to 04:00 UTC'],
    [[23, 24], '2026-11-20 23:00 to 2026-11-21 01:00 UTC'],
    [
      [1, 3, 5, 7, 9, 10],
      '2026-11-20 09:00 to 11:00, 2026-11-20 07:00 to 08:00, 2026-11-20 05:00 to 06:00 UTC and 2 more hours',
    ],
  ])('puts runs together: %j', (at, expected) => {
    expect(nameHours(at.map(hour))).toBe(expected);
  });
});
