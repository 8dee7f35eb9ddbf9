/** Splits the objects of a log scan into jobs. Pure. */
import type { Iso } from '../diagnosis/evidence.js';

interface Sized {
  readonly bytes: number;
  readonly hour: Iso;
}

/** Small enough for cancel, retry and fairness, large enough that a job's own cost does not matter. */
const bytesPerShard = 32e6;
const objectsPerShard = 200;
/** An hour is split past this only: rows that were delivered twice are told only within a job. About four seconds of one thread. */
const objectsPerHour = 600;
/** Shards grow with the scan up to this many, and past it in number; never past `mostBytesPerShard`, unless one object is. */
const usualShards = 48;
const mostBytesPerShard = 256e6;

/**
 * In the order given (the newest first). Objects of one hour stay together where they fit, because rows that were delivered twice lie in
 * objects of the same hour.
 */
export function planShards<O extends Sized>(objects: readonly O[]): readonly (readonly O[])[] {
  const bytes = Math.min(mostBytesPerShard, Math.max(bytesPerShard, sumBytes(objects) / usualShards));
  const count = Math.max(objectsPerShard, Math.ceil(objects.length / usualShards));
  const shards: O[][] = [];
  let open: { readonly objects: O[]; bytes: number } | null = null;
  const hasRoom = (shard: { readonly objects: O[]; bytes: number }, more: readonly O[]): boolean =>
    shard.bytes + sumBytes(more) <= bytes && shard.objects.length + more.length <= count;
  const begin = (): { readonly objects: O[]; bytes: number } => {
    const shard = { objects: [], bytes: 0 };
    shards.push(shard.objects);
    return shard;
  };
  for (const hour of byHour(objects).values()) {
    const isWhole = sumBytes(hour) <= bytes && hour.length <= Math.max(count, objectsPerHour);
    for (const piece of isWhole ? [hour] : hour.map((object) => [object])) {
      if (open === null || (open.objects.length > 0 && !hasRoom(open, piece))) open = begin();
      open.objects.push(...piece);
      open.bytes += sumBytes(piece);
    }
    // What is over of a split hour does not drag the next one apart.
    if (!isWhole) open = null;
  }
  return shards;
}

/** Whether the objects of an hour can be read in one job of the usual size, however large the scan is. */
export function fitsOneShard(hour: readonly Sized[]): boolean {
  return sumBytes(hour) <= bytesPerShard && hour.length <= objectsPerHour;
}

/** Hours whose objects lie in several shards, the newest first. */
export function splitHours(shards: readonly (readonly Sized[])[]): readonly Iso[] {
  const last = new Map<Iso, number>();
  const split = new Set<Iso>();
  for (const [index, shard] of shards.entries())
    for (const { hour } of shard) {
      if ((last.get(hour) ?? index) !== index) split.add(hour);
      last.set(hour, index);
    }
  return [...split];
}

export function byHour<O extends Sized>(objects: readonly O[]): ReadonlyMap<Iso, readonly O[]> {
  const hours = new Map<Iso, O[]>();
  for (const object of objects) {
    const hour = hours.get(object.hour);
    if (hour === undefined) hours.set(object.hour, [object]);
    else hour.push(object);
  }
  return hours;
}

export function sumBytes(objects: readonly Pick<Sized, 'bytes'>[]): number {
  return objects.reduce((bytes, object) => bytes + object.bytes, 0);
}
