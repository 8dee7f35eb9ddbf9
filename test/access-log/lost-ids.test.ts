/** Rows that an object lost to another one which proved broken are counted once, when it is read again; nothing else of it is. */
import { describe, expect, it } from '@jest/globals';
import { type AggregateOptions, createAggregate } from '../../src/access-log/aggregate.js';
import { LostIds } from '../../src/access-log/lost-ids.js';
import { RequestIds } from '../../src/access-log/request-ids.js';
import type { RowIds } from '../../src/access-log/row-ids.js';
import { createPlainScanner, createRowScanner } from '../../src/access-log/row-scanner.js';
import { window } from './log-builders.js';

const options: AggregateOptions = { window, pathPattern: null, behaviours: ['*'] };
const textOf = (ids: readonly string[]) =>
  Buffer.from(
    `#Fields: date time sc-status x-edge-request-id\n${ids.map((id) => `2026-11-20\t10:00:00\t502\t${id}\n`).join('')}`,
  );

describe.each([
  ['WebAssembly', createRowScanner],
  ['plain TypeScript', createPlainScanner],
])('an object read again by %s', (_name, createScanner) => {
  it('counts for what it lost, and for nothing else', () => {
    const ids = new RequestIds();
    const broken = createScanner(options);
    const whole = createScanner(options);
    broken.begin({ requestIds: ids, claimant: 1 });
    broken.push(textOf(['a', 'b', 'c']));
    const read = (requestIds: RowIds) => {
      whole.begin({ requestIds, claimant: 2 });
      whole.push(textOf(['b', 'x', '-', 'x', 'c', '-']));
      const notes = whole.end();
      requestIds.keep(2);
      return notes;
    };
    expect(read(ids).duplicates).toBe(3);
    broken.drop();
    ids.release(1);
    const { byClaimant, isComplete } = ids.lostRows();
    expect(isComplete).toBe(true);
    expect([...byClaimant.keys()]).toEqual([2]);
    const lost = new LostIds(ids, byClaimant.get(2) ?? []);
    expect(read(lost).failures).toBe(2);
    expect(lost.found).toBe(2);
    expect(ids.lostRows().byClaimant.size).toBe(0);
    const counted = createAggregate(options);
    whole.takeInto(counted.tally);
    expect(counted.finish().failures).toBe(5);
  });

  it('has lost nothing where the other object was read to its end at last, or another holds the rows too', () => {
    const ids = new RequestIds();
    const read = (claimant: number, rows: readonly string[]) => {
      const scanner = createScanner(options);
      scanner.begin({ requestIds: ids, claimant });
      scanner.push(textOf(rows));
      return scanner.end().duplicates;
    };
    expect(read(1, ['a', 'b'])).toBe(0);
    expect(read(2, ['a', 'b'])).toBe(2);
    ids.release(1);
    expect(read(1, ['a'])).toBe(0);
    expect(read(3, ['b'])).toBe(0);
    for (const claimant of [1, 2, 3]) ids.keep(claimant);
    expect(ids.lostRows().byClaimant.size).toBe(0);
  });
});
