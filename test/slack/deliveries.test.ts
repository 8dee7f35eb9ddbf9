import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createDeliveryMemory } from '../../src/slack/deliveries.js';

function clock(startMs = 0): { now: () => Date; pass: (ms: number) => void } {
  let ms = startMs;
  return {
    now: () => new Date(ms),
    pass: (more) => {
      ms += more;
    },
  };
}

describe('the memory of deliveries', () => {
  it('knows a key until its time is over', () => {
    const time = clock();
    const memory = createDeliveryMemory(10, 1_000, time.now);
    expect(memory.isFirst('a')).toBe(true);
    time.pass(999);
    expect(memory.isFirst('a')).toBe(false);
    time.pass(1);
    expect(memory.has('a')).toBe(false);
    expect(memory.isFirst('a')).toBe(true);
  });

  it('forgets the oldest when it is full, and a key seen again after its time counts as new', () => {
    const time = clock();
    const memory = createDeliveryMemory(2, 1_000, time.now);
    for (const key of ['a', 'b', 'c']) expect(memory.isFirst(key)).toBe(true);
    expect(['a', 'b', 'c'].map((key) => memory.has(key))).toEqual([false, true, true]);
    time.pass(1_000);
    memory.isFirst('b');
    memory.isFirst('d');
    expect(['b', 'c', 'd'].map((key) => memory.has(key))).toEqual([true, false, true]);
  });

  it('takes any key once, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (keys) => {
        const memory = createDeliveryMemory(1_000, 1_000, () => new Date(0));
        expect(keys.filter((key) => memory.isFirst(key))).toEqual([...new Set(keys)]);
      }),
    );
  });
});
