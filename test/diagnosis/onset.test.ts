/** The change-point: where it lies, how sure that is, and that a few rows or an even rate are none. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeOnset, findOnset, foldCurve, type LoadPoint } from '../../src/diagnosis/onset.js';

const start = Date.parse('2026-11-20T22:00:00.000Z');
const minute = (index: number): string => new Date(start + index * 60_000).toISOString();
/** Minutes of 100 requests, unless said otherwise, of which `failing` says how many fail. */
const series = (count: number, failing: (index: number) => number, requests = 100): LoadPoint[] =>
  Array.from({ length: count }, (_, index) => ({ minute: minute(index), requests, failures: failing(index) }));

describe('findOnset', () => {
  it('finds the minute from which on requests fail', () => {
    const onset = findOnset(series(60, (index) => (index >= 13 ? 40 : 0)));
    expect(onset).toEqual({ state: 'began', at: minute(13), from: minute(13), to: minute(14), endedAt: null });
    expect(onset === null ? '' : describeOnset(onset)).toBe('22:13 UTC (between 22:13 and 22:14)');
  });

  it('gives a wider interval where the rise is less clear, and it holds the change', () => {
    const onset = findOnset(series(60, (index) => (index >= 30 ? index % 3 : index % 10 === 0 ? 1 : 0), 200));
    expect(onset?.state).toBe('began');
    expect(Date.parse(onset?.from ?? '')).toBeLessThanOrEqual(start + 30 * 60_000);
    expect(Date.parse(onset?.to ?? '')).toBeGreaterThanOrEqual(start + 30 * 60_000);
    expect(Date.parse(onset?.to ?? '') - Date.parse(onset?.from ?? '')).toBeGreaterThan(60_000);
  });

  it('sees through a low rate that was there before', () => {
    expect(findOnset(series(120, (index) => (index >= 80 ? 20 : index % 4 === 0 ? 1 : 0)))).toMatchObject({
      state: 'began',
      at: minute(80),
    });
  });

  it('looks at the rate, so that more traffic is no onset', () => {
    const points = series(60, () => 0).map((point, index) =>
      index >= 30 ? { ...point, requests: 1_000, failures: 50 } : { ...point, failures: 5 },
    );
    expect(findOnset(points)).toMatchObject({ state: 'before-window' });
  });

  it('finds the end as well, also of what began before the window', () => {
    expect(findOnset(series(60, (index) => (index >= 20 && index < 35 ? 30 : 0)))).toEqual({
      state: 'began',
      at: minute(20),
      from: minute(20),
      to: minute(21),
      endedAt: minute(35),
    });
    const before = findOnset(series(60, (index) => (index < 25 ? 30 : 0)));
    expect(before).toMatchObject({ state: 'before-window', at: null, endedAt: minute(25) });
    expect(before === null ? '' : describeOnset(before)).toBe(
      'before the window, its first rows show them; over by 22:25 UTC',
    );
  });

  it('does not take hours that were not read for the time before the window', () => {
    const unread = ['2026-11-20T20:00:00.000Z', '2026-11-20T21:00:00.000Z'];
    const even = series(60, (index) => (index % 2 === 0 ? 4 : 5));
    const onset = findOnset(even, unread);
    expect(onset).toEqual({ state: 'before-window', at: null, from: null, to: minute(0), endedAt: null });
    expect(onset === null ? '' : describeOnset(onset)).toBe('before 22:00 UTC, the first rows read show them');
    expect(findOnset(even, ['2026-11-20T23:00:00.000Z'])).toMatchObject({ state: 'before-window', to: null });
  });

  it('lets a rise right behind hours that were not read have begun in them', () => {
    const points = [...series(60, () => 0), ...series(180, () => 30).slice(120)];
    expect(findOnset(points)).toMatchObject({ at: minute(120), from: minute(120), to: minute(121) });
    expect(findOnset(points, [minute(60)])).toMatchObject({ at: minute(120), from: minute(60), to: minute(121) });
  });

  it('does not take the few rows of an hour that was read in part for few 502s', () => {
    // As many 502s in every minute, of traffic that becomes a tenth.
    const quiet = series(120, () => 10).slice(60);
    const whole = series(60, () => 10, 1_000);
    const inPart = whole.map((point) => ({ ...point, requests: 100, failures: 1 }));
    expect(findOnset([...inPart, ...quiet])).toMatchObject({ state: 'began' });
    expect(findOnset([...inPart.map((point) => ({ ...point, partRead: 0.1 })), ...quiet])).toEqual(
      findOnset([...whole, ...quiet]),
    );
  });

  it('does not take a quiet last minute for the end', () => {
    expect(findOnset(series(60, (index) => (index >= 20 && index < 59 ? 3 : 0)))).toMatchObject({ endedAt: null });
  });

  it.each([
    ['three rows', series(60, (index) => (index > 56 ? 1 : 0))],
    ['no rows', []],
    ['no 502s', series(60, () => 0)],
    ['a handful of minutes', series(4, (index) => index * 10)],
  ])('says nothing of %s', (_, points) => {
    expect(findOnset(points)).toBeNull();
  });

  it('says of an even rate that it was there before the window', () => {
    expect(findOnset(series(60, (index) => (index % 2 === 0 ? 4 : 5)))).toMatchObject({ state: 'before-window' });
  });

  it('folds long windows, and keeps the curve to a number of points', () => {
    const points = series(5_000, (index) => (index >= 3_000 ? 10 : 0));
    const onset = findOnset(points);
    expect(onset?.state).toBe('began');
    expect(Math.abs(Date.parse(onset?.at ?? '') - (start + 3_000 * 60_000))).toBeLessThanOrEqual(11 * 60_000);
    const curve = foldCurve(points, 60);
    expect(curve.length).toBeLessThanOrEqual(60);
    expect(curve.reduce((sum, { failures }) => sum + failures, 0)).toBe(20_000);
  });

  it('never throws, and an interval holds its onset, whatever the counts', () => {
    const point = fc.record({ requests: fc.nat(500), failures: fc.nat(600) });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 90 }), (points) => {
        const onset = findOnset(points.map((one, index) => ({ ...one, minute: minute(index) })));
        if (onset?.at === null || onset === null) return;
        expect((onset.from ?? '') <= onset.at && onset.at <= (onset.to ?? '')).toBe(true);
        if (onset.endedAt !== null) expect(onset.endedAt > onset.at).toBe(true);
      }),
    );
  });
});
