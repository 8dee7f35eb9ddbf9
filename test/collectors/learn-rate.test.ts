import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { learnRate, type MeasuredShard, withinReason } from '../../src/collectors/learn-rate.js';
import { assumedRatePerThread, estimateCost, type ScanRate } from '../../src/collectors/plan-log-scan.js';

const assumed = assumedRatePerThread;
const learnAll = (shards: readonly MeasuredShard[], from: ScanRate = assumed): ScanRate =>
  shards.reduce((known, shard) => learnRate(known, shard) ?? known, from);
const repeat = (count: number, shard: MeasuredShard) => Array.from({ length: count }, () => shard);

describe('learnRate', () => {
  it('does not hold the time of small objects against their bytes', () => {
    // Three shards of 200 objects of 2 KB, at the assumed 150 objects a second.
    const known = learnAll(repeat(3, { objects: 200, bytes: 400_000, elapsedMs: 1_340 }));
    const large = Array.from({ length: 12 }, (_, index) => ({ key: `k${index}`, bytes: 30e6, hour: '' }));
    const reckoned = estimateCost(large, known).seconds / estimateCost(large, assumed).seconds;
    expect(reckoned).toBeCloseTo(1, 1);
  });

  it('comes near what is measured, of objects and of bytes', () => {
    const actual: ScanRate = { bytesPerSecond: 90e6, objectsPerSecond: 400 };
    const timed = (objects: number, bytes: number): MeasuredShard => ({
      objects,
      bytes,
      elapsedMs: (objects / actual.objectsPerSecond + bytes / actual.bytesPerSecond) * 1000,
    });
    const mixed = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? timed(200, 200_000) : timed(2, 32e6)));
    const { bytesPerSecond, objectsPerSecond } = learnAll(mixed);
    expect(bytesPerSecond / actual.bytesPerSecond).toBeCloseTo(1, 1);
    expect(objectsPerSecond / actual.objectsPerSecond).toBeCloseTo(1, 1);
  });

  it('is moved little by one shard that stalled', () => {
    const { bytesPerSecond } = learnAll([{ objects: 2, bytes: 32e6, elapsedMs: 600_000 }]);
    expect(bytesPerSecond).toBeGreaterThan(assumed.bytesPerSecond / 2);
  });

  it('stays within reason, whatever is measured and whatever was stored', () => {
    const shard = fc.record({
      objects: fc.integer({ min: 0, max: 5_000 }),
      bytes: fc.integer({ min: 0, max: 300_000_000 }),
      elapsedMs: fc.oneof(fc.integer({ min: 0, max: 900_000 }), fc.constant(Number.NaN)),
    });
    const stored = fc.record({ bytesPerSecond: fc.double(), objectsPerSecond: fc.double() });
    fc.assert(
      fc.property(fc.array(shard, { maxLength: 40 }), stored, (shards, from) => {
        const { bytesPerSecond, objectsPerSecond } = learnAll(shards, withinReason(from));
        for (const off of [bytesPerSecond / assumed.bytesPerSecond, objectsPerSecond / assumed.objectsPerSecond]) {
          expect(off).toBeGreaterThan(0.12);
          expect(off).toBeLessThan(8.01);
        }
      }),
    );
  });

  it('learns nothing of what was over at once, or of nothing', () => {
    expect(learnRate(null, { objects: 2, bytes: 100, elapsedMs: 20 })).toBeNull();
    expect(learnRate(null, { objects: 0, bytes: 0, elapsedMs: 2_000 })).toBeNull();
  });
});
