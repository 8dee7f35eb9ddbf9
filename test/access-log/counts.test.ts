import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CountTable, otherValue, rankCounts } from '../../src/access-log/counts.js';
import { FailureCells } from '../../src/access-log/failure-cells.js';

describe('CountTable', () => {
  it('puts what is past the cap into (other), so that totals stay exact', () => {
    const table = new CountTable(2);
    for (const value of ['a', 'b', 'c', 'd', 'a']) table.of(value).requests += 1;
    expect(table.list()).toEqual([
      { value: 'a', requests: 2, failures: 0 },
      { value: 'b', requests: 1, failures: 0 },
      { value: otherValue, requests: 2, failures: 0 },
    ]);
  });
});

describe('rankCounts', () => {
  const count = (value: string, requests: number, failures: number) => ({ value, requests, failures });

  it('puts the most failures first, then the most requests, then the name', () => {
    const ranked = rankCounts([count('c', 5, 0), count('b', 9, 0), count('a', 9, 0), count('z', 1, 1)], 50);
    expect(ranked.map(({ value }) => value)).toEqual(['z', 'a', 'b', 'c']);
  });

  it('leaves out what was never asked for', () => {
    expect(rankCounts([count('a', 0, 0)], 50)).toEqual([]);
  });

  it('keeps limit and totals, with (other) last', () => {
    const someCount = fc.record({
      value: fc.oneof(fc.string({ minLength: 1, maxLength: 4 }), fc.constant(otherValue)),
      requests: fc.integer({ min: 1, max: 9 }),
      failures: fc.integer({ min: 0, max: 1 }),
    });
    const counts = fc.uniqueArray(someCount, { selector: ({ value }) => value, maxLength: 40 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 12 }), (some, limit) => {
        const ranked = rankCounts(some, limit);
        expect(ranked.length).toBeLessThanOrEqual(limit);
        const sum = (of: readonly { requests: number }[]) => of.reduce((total, { requests }) => total + requests, 0);
        expect(sum(ranked)).toBe(sum(some));
        expect([-1, ranked.length - 1]).toContain(ranked.findIndex(({ value }) => value === otherValue));
      }),
    );
  });
});

describe('FailureCells', () => {
  const cell = (path: string, method = 'GET', behaviour = '*') => ({
    behaviour,
    path,
    method,
    detailedResult: 'Error',
  });
  const counted = (count: number, at = 0) => ({ count, underTenMs: 0, underOneSecond: count, first: at, last: at });

  it('lists the largest first', () => {
    const cells = new FailureCells();
    cells.add(cell('/a'), counted(1));
    cells.add(cell('/b'), counted(3));
    expect(cells.list(10, (path) => path).map(({ path, count }) => [path, count])).toEqual([
      ['/b', 3],
      ['/a', 1],
    ]);
  });

  it.each([1, 2, 3, 10, 40, 200])('keeps a limit of %d and the total', (limit) => {
    const cells = new FailureCells();
    for (let index = 0; index < 300; index += 1)
      cells.add(cell(`/p${index % 50}`, `M${index % 7}`, `/b${index % 3}/*`), counted(1));
    const listed = cells.list(limit, (path) => path);
    expect(listed.length).toBeLessThanOrEqual(limit);
    expect(listed.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  });

  it('tells cells apart past its cap where their paths were folded in time', () => {
    const cells = new FailureCells((path) => (path.startsWith('/shoes/') ? '/shoes/{any}' : path));
    for (let index = 0; index < 12_000; index += 1) cells.add(cell(`/shoes/${index}`), counted(1));
    for (let index = 0; index < 100; index += 1) cells.add(cell(`/cart/${index}`), counted(1));
    const listed = cells.list(500, (path) => path);
    expect(listed.find(({ path }) => path === '/shoes/{any}')?.count).toBeGreaterThan(5_000);
    expect(listed.filter(({ path }) => path.startsWith('/cart/'))).toHaveLength(100);
    expect(listed.reduce((sum, { count }) => sum + count, 0)).toBe(12_100);
  });

  it('brings cells together whose paths have become one', () => {
    const cells = new FailureCells();
    cells.add(cell('/a'), counted(1, 60));
    cells.add(cell('/b'), { ...counted(1, 5), underTenMs: 1 });
    expect(cells.list(10, () => '/{any}')).toEqual([
      {
        ...cell('/{any}'),
        count: 2,
        underTenMs: 1,
        underOneSecond: 2,
        firstAt: '1970-01-01T00:00:05.000Z',
        lastAt: '1970-01-01T00:01:00.000Z',
      },
    ]);
  });
});
