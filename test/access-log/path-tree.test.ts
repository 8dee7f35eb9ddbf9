import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PathTree } from '../../src/access-log/path-tree.js';

function treeOf(templates: readonly string[], maxEntries?: number): PathTree {
  const tree = new PathTree(maxEntries);
  for (const template of templates) tree.of(template).requests += 1;
  return tree;
}
const listed = (tree: PathTree) =>
  [...tree.list()].filter(({ requests }) => requests > 0).sort((a, b) => (a.value < b.value ? -1 : 1));
const range = (length: number, name: (index: number) => string) => Array.from({ length }, (_, index) => name(index));

describe('PathTree', () => {
  it('keeps paths apart', () => {
    expect(listed(treeOf(['/', '/api/', '/api/x', '/api/x'])).map(({ value, requests }) => [value, requests])).toEqual([
      ['/', 1],
      ['/api/', 1],
      ['/api/x', 2],
    ]);
  });

  it('folds the files of a folder that holds too many, and leaves its folders alone', () => {
    const tree = treeOf(['/shop/', '/shop/cart/pay', ...range(300, (index) => `/shop/shoe-${index}-red`)]);
    expect(listed(tree).map(({ value, requests }) => [value, requests])).toEqual([
      ['/shop/', 1],
      ['/shop/cart/pay', 1],
      ['/shop/{any}', 300],
    ]);
  });

  it('folds by names alone: the folder itself is no name, whether it came first or last', () => {
    const names = range(256, (index) => `/shop/shoe-${index}-red`);
    for (const templates of [
      ['/shop/', ...names],
      [...names, '/shop/'],
    ])
      expect(listed(treeOf(templates))).toHaveLength(257);
    expect(listed(treeOf([...names, '/shop/one-more']))).toHaveLength(1);
  });

  it('folds folders and merges what is in them', () => {
    const tree = treeOf(range(300, (index) => `/team-${index}x/report`));
    expect(listed(tree)).toEqual([{ value: '/{any}/report', requests: 300, failures: 0 }]);
  });

  it('says when counts got before are dead', () => {
    const tree = new PathTree();
    const before = tree.version;
    treeOf([]);
    for (const path of range(300, (index) => `/p${index}x`)) tree.of(path);
    expect(tree.version).toBeGreaterThan(before);
    expect(tree.of('/p1x').label).toBe('/{any}');
  });

  it('stays bounded, with exact totals, under paths made to fill it', () => {
    const tree = treeOf(
      range(20_000, (index) => `/${index % 97}a/${index % 89}b/${index % 83}c/${index}d`),
      2_000,
    );
    const counts = listed(tree);
    expect(counts.length).toBeLessThan(3_000);
    expect(counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(20_000);
  });

  it('counts the same in any order and however it is cut into parts', () => {
    const name = fc.integer({ min: 0, max: 400 }).map((index) => `n${index}`);
    const template = fc
      .tuple(fc.array(name, { maxLength: 2 }), fc.oneof(name, fc.constant('')))
      .map(([folders, file]) => `/${[...folders, file].join('/')}`);
    fc.assert(
      fc.property(
        fc.array(template, { minLength: 1, maxLength: 1_500, size: 'max' }),
        fc.integer({ min: 0, max: 1_500 }),
        fc.integer({ min: 0, max: 1_500 }),
        (templates, a, b) => {
          const [first, second] = [Math.min(a, b), Math.max(a, b)];
          const parts = [templates.slice(0, first), templates.slice(first, second), templates.slice(second)];
          const [one, two, three] = parts.map((part) => treeOf(part));
          if (one === undefined || two === undefined || three === undefined) throw new Error('three parts');
          two.merge(three);
          one.merge(two);
          expect(listed(one)).toEqual(listed(treeOf(templates)));
          expect(listed(treeOf([...templates].reverse()))).toEqual(listed(treeOf(templates)));
        },
      ),
      // Shrinking a thousand paths would take longer than reading them.
      { numRuns: 30, endOnFailure: true },
    );
  });
});
