import { describe, expect, it } from '@jest/globals';
import { RequestIds } from '../../src/access-log/request-ids.js';

function claim(ids: RequestIds, id: string, claimant = 1, isFailure = false): boolean {
  const bytes = Buffer.from(id);
  return ids.claim(bytes, 0, bytes.length, isFailure, claimant);
}

describe('RequestIds', () => {
  it('knows an id that it has seen, from whichever object', () => {
    const ids = new RequestIds();
    expect(claim(ids, 'a', 1)).toBe(true);
    expect(claim(ids, 'a', 1)).toBe(false);
    expect(claim(ids, 'a', 2)).toBe(false);
    expect(claim(ids, 'b', 2)).toBe(true);
  });

  it('gives back what an unreadable object had claimed, and only that', () => {
    const ids = new RequestIds();
    claim(ids, 'lost', 1);
    claim(ids, 'kept', 2);
    ids.release(1);
    expect(claim(ids, 'lost', 3)).toBe(true);
    expect(claim(ids, 'lost', 4)).toBe(false);
    expect(claim(ids, 'kept', 3)).toBe(false);
  });

  it('forgets what it is told to, and takes it again', () => {
    const ids = new RequestIds(4_096);
    for (let index = 0; index < 4_000; index += 1) claim(ids, `id-${index}`);
    expect(ids.isComplete).toBe(false);
    ids.clear();
    expect(ids.isComplete).toBe(true);
    expect(claim(ids, 'id-7')).toBe(true);
    expect(claim(ids, 'id-7')).toBe(false);
  });

  it('gives back nothing of an object that was kept', () => {
    const ids = new RequestIds();
    claim(ids, 'whole', 1);
    ids.keep(1);
    ids.release(1);
    expect(claim(ids, 'whole', 2)).toBe(false);
  });

  it('keeps apart and remembers a hundred thousand ids while it grows', () => {
    const ids = new RequestIds();
    const names = Array.from({ length: 100_000 }, (_, index) => `request-${index}-${index * 7919}`);
    expect(names.filter((name) => !claim(ids, name))).toEqual([]);
    expect(names.filter((name) => claim(ids, name))).toEqual([]);
    expect(ids.isComplete).toBe(true);
  });

  it('when half full remembers failures only, when full nothing, and says so', () => {
    const ids = new RequestIds(4_096);
    for (let index = 0; index < 3_000; index += 1) claim(ids, `ok-${index}`);
    expect(ids.isComplete).toBe(false);
    expect(claim(ids, 'ok-0')).toBe(false);
    expect(claim(ids, 'ok-2999')).toBe(true);
    expect(claim(ids, 'failed', 1, true)).toBe(true);
    expect(claim(ids, 'failed', 1, true)).toBe(false);
    for (let index = 0; index < 5_000; index += 1) claim(ids, `failed-${index}`, 1, true);
    expect(claim(ids, 'one-more', 1, true)).toBe(true);
    expect(claim(ids, 'one-more', 1, true)).toBe(true);
  });
});
