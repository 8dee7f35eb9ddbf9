/** Decides, before a byte of logs is read, what reading them takes, which of them are read, and in how many jobs. Pure. */
import { createHash } from 'node:crypto';
import type { Iso } from '../diagnosis/evidence.js';

/** What the planning needs to know of a log object. */
export interface ListedObject {
  readonly key: string;
  /** As stored, hence compressed. */
  readonly bytes: number;
  readonly hour: Iso;
}

/** What one check may spend on reading logs; from the policy file. */
export interface LogBudget {
  readonly maxBytes: number;
  readonly maxSeconds: number;
  readonly maxDollars: number;
}

/** How fast this installation reads, all its scanning threads together. */
export interface ScanRate {
  readonly bytesPerSecond: number;
  readonly objectsPerSecond: number;
}

export interface ScanCost {
  readonly objects: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Of the GET requests alone: transfer costs nothing within a region, and which region the workers are in is not known. */
  readonly dollars: number;
}

/** Which of the listed objects are read. */
export interface ScanChoice<O extends ListedObject> {
  /** The newest hour first. */
  readonly chosen: readonly O[];
  readonly whole: ScanCost;
  readonly cost: ScanCost;
  /** Set where the whole is past the budget: this share of the bytes of every hour is read. */
  readonly sampled: { readonly share: number; readonly over: readonly ('bytes' | 'seconds' | 'dollars')[] } | null;
}

/** GET requests, us-east-1. https://aws.amazon.com/s3/pricing/ */
const dollarsPerThousandGets = 0.0004;

/**
 * Until a scan has been measured here: one thread, S3 in the same region; of the two limits the one that binds counts. Measured on a
 * 2-core machine with a local server the scanner does several times as much (README, bench:scan).
 */
export const assumedRatePerThread: ScanRate = { bytesPerSecond: 30e6, objectsPerSecond: 150 };

/** Small enough for cancel, retry and fairness, large enough that a job's own cost does not matter. */
const bytesPerShard = 32e6;
const objectsPerShard = 200;
/** Each leaves one aggregate in Redis until the check ends. */
const maxShards = 48;

export function estimateCost(objects: readonly ListedObject[], rate: ScanRate): ScanCost {
  const bytes = sum(objects);
  return {
    objects: objects.length,
    bytes,
    seconds: Math.max(bytes / rate.bytesPerSecond, objects.length / rate.objectsPerSecond),
    dollars: (objects.length / 1000) * dollarsPerThousandGets,
  };
}

/**
 * All objects where they fit the budget; else the same share of every hour, and of every hour at least one object, so that no hour goes
 * unseen. Within an hour objects are taken in the order of a hash of their keys: which edge wrote an object does not decide whether it is read.
 */
export function chooseWithinBudget<O extends ListedObject>(
  objects: readonly O[],
  budget: LogBudget,
  rate: ScanRate,
): ScanChoice<O> {
  const newestFirst = [...objects].sort((a, b) => b.hour.localeCompare(a.hour) || a.key.localeCompare(b.key));
  const whole = estimateCost(newestFirst, rate);
  const shares = {
    bytes: budget.maxBytes / whole.bytes,
    seconds: budget.maxSeconds / whole.seconds,
    dollars: budget.maxDollars / whole.dollars,
  } as const;
  const over = (['bytes', 'seconds', 'dollars'] as const).filter((limit) => shares[limit] < 1);
  if (over.length === 0) return { chosen: newestFirst, whole, cost: whole, sampled: null };
  const share = Math.max(0, Math.min(...over.map((limit) => shares[limit])));
  const chosen = [...byHour(newestFirst).values()].flatMap((hour) => sampleHour(hour, share));
  const cost = estimateCost(chosen, rate);
  return { chosen, whole, cost, sampled: { share: whole.bytes === 0 ? 1 : cost.bytes / whole.bytes, over } };
}

function sampleHour<O extends ListedObject>(objects: readonly O[], share: number): readonly O[] {
  const ranked = objects
    .map((object) => ({ object, rank: createHash('sha256').update(object.key).digest('hex') }))
    .sort((a, b) => a.rank.localeCompare(b.rank));
  const limit = { bytes: sum(objects) * share, count: Math.max(1, objects.length * share) };
  const taken: O[] = [];
  let bytes = 0;
  for (const { object } of ranked) {
    if (taken.length > 0 && (bytes + object.bytes > limit.bytes || taken.length + 1 > limit.count)) break;
    taken.push(object);
    bytes += object.bytes;
  }
  return taken;
}

/**
 * Splits a scan into jobs, in the order given (the newest first). Objects of one hour stay together where they fit, because rows that were
 * delivered twice lie in objects of the same hour.
 */
export function planShards<O extends ListedObject>(objects: readonly O[]): readonly (readonly O[])[] {
  const limit = {
    bytes: Math.max(bytesPerShard, sum(objects) / maxShards),
    objects: Math.max(objectsPerShard, Math.ceil(objects.length / maxShards)),
  };
  const shards: O[][] = [];
  let open: { readonly objects: O[]; bytes: number } | null = null;
  const fits = (shard: { readonly objects: O[]; bytes: number }, bytes: number, count: number): boolean =>
    shard.bytes + bytes <= limit.bytes && shard.objects.length + count <= limit.objects;
  for (const hour of byHour(objects).values()) {
    if (open !== null && !fits(open, sum(hour), hour.length) && fits({ objects: [], bytes: 0 }, sum(hour), hour.length))
      open = null;
    for (const object of hour) {
      if (open === null || (open.objects.length > 0 && !fits(open, object.bytes, 1))) {
        open = { objects: [], bytes: 0 };
        shards.push(open.objects);
      }
      open.objects.push(object);
      open.bytes += object.bytes;
    }
  }
  return shards;
}

/** What to say of a sample, for a person; null where everything is read. */
export function describeSample({ sampled, whole, cost }: ScanChoice<ListedObject>, budget: LogBudget): string | null {
  if (sampled === null) return null;
  const limits = {
    bytes: `${megabytes(budget.maxBytes)} MB`,
    seconds: `${budget.maxSeconds} s`,
    dollars: `$${budget.maxDollars}`,
  } as const;
  const limit = sampled.over.map((name) => limits[name]).join(', ');
  return `Only a sample was read: ${cost.objects} of ${whole.objects} log objects, ${megabytes(cost.bytes)} of ${megabytes(whole.bytes)} MB, the same share of every hour. Counts are those of the sample. All of them would take about ${Math.ceil(whole.seconds)} s and $${whole.dollars.toFixed(4)} of S3 requests; the limit of a check is ${limit}.`;
}

function byHour<O extends ListedObject>(objects: readonly O[]): ReadonlyMap<Iso, readonly O[]> {
  const hours = new Map<Iso, O[]>();
  for (const object of objects) {
    const hour = hours.get(object.hour);
    if (hour === undefined) hours.set(object.hour, [object]);
    else hour.push(object);
  }
  return hours;
}

function sum(objects: readonly ListedObject[]): number {
  return objects.reduce((bytes, object) => bytes + object.bytes, 0);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
