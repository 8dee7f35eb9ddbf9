/** How fast a thread reads here, learnt from the shards it read. Pure. */
import { assumedRatePerThread, type ScanRate } from './plan-log-scan.js';

export interface MeasuredShard {
  readonly objects: number;
  readonly bytes: number;
  readonly elapsedMs: number;
}

/** Less than this is over before it has got into its stride. */
const worthMeasuringMs = 100;
/** What is learnt stays within this factor of the assumption: further off is a stall, a cache, or a clock. */
const mostOff = 8;
/** One shard counts at most as this many times faster or slower than was reckoned. */
const mostSurprise = 4;
/** How much one shard moves what is known. */
const weight = 0.3;

/**
 * A shard tells of the cost of objects and of the cost of bytes as far as each was reckoned to be of its time: small objects say nothing of
 * how fast bytes are read, nor large ones of how many objects could be.
 * @param known null where nothing is. @returns null where the shard tells nothing new.
 */
export function learnRate(known: ScanRate | null, { objects, bytes, elapsedMs }: MeasuredShard): ScanRate | null {
  if (elapsedMs < worthMeasuringMs || objects === 0) return null;
  const rate = withinReason(known ?? assumedRatePerThread);
  const ofObjects = objects / rate.objectsPerSecond;
  const reckoned = ofObjects + bytes / rate.bytesPerSecond;
  const faster = clamp((reckoned * 1000) / elapsedMs, mostSurprise);
  const share = ofObjects / reckoned;
  return withinReason({
    objectsPerSecond: rate.objectsPerSecond * faster ** (weight * share),
    bytesPerSecond: rate.bytesPerSecond * faster ** (weight * (1 - share)),
  });
}

/** What was stored may be of a version that learnt otherwise. */
export function withinReason({ bytesPerSecond, objectsPerSecond }: ScanRate): ScanRate {
  const { bytesPerSecond: bytes, objectsPerSecond: objects } = assumedRatePerThread;
  return {
    bytesPerSecond: bytes * clamp(bytesPerSecond / bytes, mostOff),
    objectsPerSecond: objects * clamp(objectsPerSecond / objects, mostOff),
  };
}

function clamp(ratio: number, most: number): number {
  return Number.isFinite(ratio) ? Math.min(most, Math.max(1 / most, ratio)) : 1;
}
