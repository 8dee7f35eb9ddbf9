import { describe, expect, it } from '@jest/globals';
import { sizeBand, sizeBandNames, timeBand, timeBandNames } from '../../src/access-log/bands.js';
import { Durations } from '../../src/access-log/durations.js';

describe('Durations', () => {
  it('is null without any', () => {
    expect(new Durations().summarise()).toBeNull();
  });

  it('gives percentiles by nearest rank, in seconds', () => {
    const durations = new Durations();
    for (let ms = 1; ms <= 100; ms += 1) durations.add(ms);
    expect(durations.summarise()).toEqual({ p50: 0.05, p90: 0.09, p99: 0.099, max: 0.1 });
  });

  it('is exact to three digits above a second, and never above the maximum', () => {
    const durations = new Durations();
    durations.add(30_018);
    durations.add(30_049);
    durations.add(59_999);
    expect(durations.summarise()).toEqual({ p50: 30, p90: 59.999, p99: 59.999, max: 59.999 });
  });
});

describe('bands', () => {
  it.each([
    [-1, '-'],
    [0, 'under 0.1 s'],
    [100, '0.1 to 0.5 s'],
    [29_499, '10 to 29.5 s'],
    [30_000, '29.5 to 31 s'],
    [60_010, '59.5 to 61 s'],
    [999_999, '61 s and more'],
  ])('%d ms', (ms, name) => {
    expect(timeBandNames[timeBand(ms)]).toBe(name);
  });

  it.each([
    [-1, '-'],
    [0, 'under 1 kB'],
    [1_000, '1 to 10 kB'],
    [99_999_999, '10 MB and more'],
  ])('%d bytes', (bytes, name) => {
    expect(sizeBandNames[sizeBand(bytes)]).toBe(name);
  });
});
