import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ServerErrorDurations,
  tenthsOf,
  timedStatuses,
  timedStatusOf,
} from '../../src/access-log/server-error-durations.js';

const cell = fc.record({
  behaviour: fc.constantFrom('/api/*', '*'),
  status: fc.constantFrom(...timedStatuses),
  detailedResult: fc.constantFrom('OriginConnectError', 'OriginCommError'),
  tenthsOfSecond: fc.integer({ min: 0, max: 5 }),
  count: fc.integer({ min: 1, max: 9 }),
});

describe('ServerErrorDurations', () => {
  it('adds up in any order, across processes too, the largest first', () => {
    fc.assert(
      fc.property(fc.array(cell), fc.nat(), (cells, cut) => {
        const whole = new ServerErrorDurations();
        for (const one of cells) whole.add(one);
        const [left, right] = [new ServerErrorDurations(), new ServerErrorDurations()];
        for (const [index, one] of cells.entries()) (index % 7 < cut % 7 ? left : right).add(one);
        const carried = new ServerErrorDurations();
        carried.restore(right.save());
        carried.merge(left);
        expect(carried.list(1_000)).toEqual(whole.list(1_000));
        const counts = (whole.list(1_000) ?? []).map(({ count }) => count);
        expect(counts).toEqual([...counts].sort((a, b) => b - a));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(cells.reduce((sum, { count }) => sum + count, 0));
      }),
    );
  });

  it('tells nothing where a part was counted without times', () => {
    const [timed, untimed] = [new ServerErrorDurations(), new ServerErrorDurations()];
    untimed.noteUnknown();
    const carried = new ServerErrorDurations();
    carried.restore(untimed.save());
    timed.merge(carried);
    expect(timed.list(10)).toBeNull();
  });

  it.each([
    [0, 0],
    [99, 0],
    [30_049, 300],
    [1e12, 16_383],
  ])('puts %i ms at %i tenths', (ms, tenths) => expect(tenthsOf(ms)).toBe(tenths));

  it.each([
    [502, '502'],
    [504, '504'],
    [500, null],
    [200, null],
  ])('takes status %i as %s', (status, timed) => expect(timedStatusOf(status)).toBe(timed));
});
