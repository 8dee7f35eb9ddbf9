import { expect, it } from '@jest/globals';
import { diffJson } from '../../src/remediation/json-diff.js';

it.each<[string, unknown, unknown, readonly unknown[]]>([
  ['an item less', [1, 2], [1], [{ path: [1], kind: 'removed', before: 2, after: null }]],
  [
    'an item that is undefined less',
    [1, undefined],
    [1],
    [{ path: [1], kind: 'removed', before: undefined, after: null }],
  ],
  ['an item more', [1], [1, 2], [{ path: [1], kind: 'added', before: null, after: 2 }]],
  ['a key that is undefined', { a: undefined }, {}, []],
  ['a key less', { a: null }, {}, [{ path: ['a'], kind: 'removed', before: null, after: null }]],
  [
    'a date',
    { a: new Date(0) },
    { a: new Date(1) },
    [{ path: ['a'], kind: 'changed', before: new Date(0), after: new Date(1) }],
  ],
  ['an array for an object', { a: [] }, { a: {} }, [{ path: ['a'], kind: 'changed', before: [], after: {} }]],
])('sees %s', (_what, before, after, diff) => {
  expect(diffJson(before, after)).toEqual(diff);
});
