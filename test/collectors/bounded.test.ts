import { describe, expect, it } from '@jest/globals';
import { mapBounded } from '../../src/collectors/bounded.js';

describe('mapBounded', () => {
  it('keeps the order of the items whatever ends first', async () => {
    const releases: (() => void)[] = [];
    const running = mapBounded(['a', 'b', 'c'], 3, async (item, index) => {
      await new Promise<void>((resolve) => releases.push(resolve));
      return `${item}${index}`;
    });
    for (const release of releases.reverse()) release();
    expect(await running).toEqual(['a0', 'b1', 'c2']);
  });

  it('never has more under way than the limit', async () => {
    let underWay = 0;
    let most = 0;
    await mapBounded(
      Array.from({ length: 20 }, (_, index) => index),
      4,
      async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await Promise.resolve();
        underWay -= 1;
      },
    );
    expect(most).toBe(4);
  });

  it('begins nothing further after a rejection', async () => {
    const begun: number[] = [];
    const running = mapBounded([1, 2, 3, 4], 1, async (item) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 2) throw new Error('no');
    });
    await expect(running).rejects.toThrow('no');
    expect(begun).toEqual([1, 2]);
  });

  it('is done at once with nothing to do', async () => {
    expect(await mapBounded([], 4, async () => Promise.resolve(1))).toEqual([]);
  });
});
