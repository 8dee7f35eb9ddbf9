/** The sign of the relation between load and failures, and that noise has none. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addLoads, describeTrend, findLoadTrend } from '../../src/diagnosis/load-trend.js';
import type { LoadPoint, Onset } from '../../src/diagnosis/onset.js';

const start = Date.parse('2026-11-20T20:00:00.000Z');
const minute = (index: number): string => new Date(start + index * 60_000).toISOString();
/** An hour in which the load swings between 50 and 450 requests a minute. */
const loads = Array.from({ length: 60 }, (_, index) => Math.round(250 + 200 * Math.sin(index / 6)));
const swinging = (failing: (requests: number, index: number) => number): LoadPoint[] =>
  loads.map((requests, index) => ({ minute: minute(index), requests, failures: Math.round(failing(requests, index)) }));

describe('findLoadTrend', () => {
  it('falls where the same few requests fail whatever the load: a race', () => {
    const trend = findLoadTrend(
      swinging((_, index) => 3 + (index % 3)),
      null,
    );
    expect(trend).toMatchObject({ direction: 'falls', minutes: 60 });
    expect(trend === null ? '' : describeTrend(trend)).toMatch(
      /^falls as load rises: \d.* % of requests in the quietest third of minutes, \d.* % in the busiest$/,
    );
  });

  it('rises where what is over a capacity fails: saturation', () => {
    const trend = findLoadTrend(
      swinging((requests) => Math.max(0, requests - 300) * 0.5),
      null,
    );
    expect(trend).toMatchObject({ direction: 'rises', shareAtLowLoad: 0 });
    expect(trend?.shareAtHighLoad).toBeGreaterThan(0.05);
  });

  it('does not take an hour that was read in part for a quiet one', () => {
    const few = (part: { readonly partRead?: number }): LoadPoint[] =>
      swinging((requests) => requests * 0.2).map(({ minute: at, requests, failures }) => ({
        minute: at.replace('T20', 'T21'),
        requests: Math.ceil(requests / 10),
        failures: Math.round(failures / 10),
        ...part,
      }));
    const read = swinging((requests) => requests * 0.05);
    expect(findLoadTrend([...read, ...few({})], null)).toMatchObject({ direction: 'falls' });
    expect(findLoadTrend([...read, ...few({ partRead: 0.1 })], null)).toBeNull();
  });

  const quiet: Onset = { state: 'began', at: minute(30), from: minute(30), to: minute(31), endedAt: null };
  it.each([
    ['the same share fails at any load', swinging((requests) => requests * 0.1), null],
    ['few fail', swinging((_, index) => (index === 30 ? 5 : 0)), null],
    ['the load is even', swinging((_, index) => index).map((point) => ({ ...point, requests: 300 })), null],
    ['there are few minutes', swinging(() => 4).slice(0, 8), null],
    ['all fail', swinging((requests) => requests), null],
    ['what differs lies before the onset', swinging((requests, index) => (index < 30 ? 0 : requests * 0.2)), quiet],
  ])('says nothing where %s', (_, points, onset) => {
    expect(findLoadTrend(points, onset)).toBeNull();
  });

  it('takes an even rate for a trend in no more than a few of a thousand windows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        let state = seed;
        const random = (): number => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return (state >>> 8) / 2 ** 24;
        };
        const points = swinging(
          (requests) => Array.from({ length: requests }, random).filter((one) => one < 0.02).length,
        );
        expect(findLoadTrend(points, null)).toBeNull();
      }),
      { numRuns: 150, seed: 502 },
    );
  });

  it('never throws, whatever the counts', () => {
    const point = fc.record({ minute: fc.string(), requests: fc.nat(500), failures: fc.nat(600) });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), (points) => {
        const trend = findLoadTrend(points, null);
        if (trend !== null) expect(Number.isFinite(trend.shareAtLowLoad + trend.shareAtHighLoad)).toBe(true);
      }),
    );
  });
});

describe('addLoads', () => {
  it('adds minutes up, in order', () => {
    const at = (index: number, requests: number, failures: number) => ({ minute: minute(index), requests, failures });
    expect(addLoads([[at(1, 5, 1)], [at(0, 2, 0), at(1, 7, 2)], []])).toEqual([at(0, 2, 0), at(1, 12, 3)]);
  });
});
