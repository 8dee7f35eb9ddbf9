import { describe, expect, it } from '@jest/globals';
import { chooseObjects, folderOf, keyPrefixOf, listHours } from '../../src/collectors/log-objects.js';

describe('listHours', () => {
  it.each([
    ['10:00:00.000', '11:00:00.000', ['10']],
    ['10:59:59.999', '11:00:00.001', ['10', '11']],
    ['10:30:00.000', '13:00:00.000', ['10', '11', '12']],
  ])('%s to %s', (from, to, hours) => {
    expect(listHours({ from: `2026-11-20T${from}Z`, to: `2026-11-20T${to}Z` })).toEqual(
      hours.map((hour) => `2026-11-20T${hour}:00:00.000Z`),
    );
  });

  it('crosses midnight', () => {
    expect(listHours({ from: '2026-11-20T23:30:00.000Z', to: '2026-11-21T00:30:00.000Z' })).toEqual([
      '2026-11-20T23:00:00.000Z',
      '2026-11-21T00:00:00.000Z',
    ]);
  });
});

describe('keyPrefixOf', () => {
  it.each([
    ['', 'E1.2026-11-20-09.'],
    ['cdn', 'cdn/E1.2026-11-20-09.'],
    ['cdn/', 'cdn/E1.2026-11-20-09.'],
    ['a/b', 'a/b/E1.2026-11-20-09.'],
  ])('under %j', (prefix, expected) => {
    expect(keyPrefixOf(prefix, 'E1', '2026-11-20T09:00:00.000Z')).toBe(expected);
    expect(expected.startsWith(folderOf(prefix))).toBe(true);
  });
});

describe('chooseObjects', () => {
  const object = (hour: string, key: string, bytes: number) => ({ key, bytes, hour: `2026-11-20T${hour}:00:00.000Z` });
  const objects = [object('09', 'a', 10), object('10', 'b', 10), object('10', 'c', 10), object('11', 'd', 10)];

  it.each([
    [40, ['d', 'b', 'c', 'a']],
    [39, ['d', 'b', 'c']],
    [20, ['d', 'b']],
    [9, []],
  ])('with a budget of %d bytes takes the newest hours first', (maxBytes, keys) => {
    const { chosen, leftOut } = chooseObjects(objects, maxBytes);
    expect(chosen.map(({ key }) => key)).toEqual(keys);
    expect(chosen.length + leftOut.length).toBe(objects.length);
  });
});
