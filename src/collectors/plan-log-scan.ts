/** Decides, before a byte of logs is read, what reading them takes and which of them are read. Pure. */
import { createHash } from 'node:crypto';
import type { Iso } from '../diagnosis/evidence.js';
import { byHour, fitsOneShard, sumBytes } from './plan-shards.js';

/** What the planning needs to know of a log object. */
export interface ListedObject {
  readonly key: string;
  /** As stored, hence compressed. */
  readonly bytes: number;
  readonly hour: Iso;
  /** Index of the place it lies in; absent where there is one. */
  readonly place?: number;
}

/** What one check may spend on reading logs; from the policy file. */
export interface LogBudget {
  readonly maxBytes: number;
  readonly maxSeconds: number;
  readonly maxDollars: number;
}

/** How fast this installation reads, all its scanning threads together: an object costs its opening, and its bytes. */
export interface ScanRate {
  readonly bytesPerSecond: number;
  /** As if objects were empty. */
  readonly objectsPerSecond: number;
}

export interface ScanCost {
  readonly objects: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Of the GET requests alone: transfer costs nothing within a region, and which region the workers are in is not known. */
  readonly dollars: number;
}

type Limit = 'bytes' | 'seconds' | 'dollars';

/** Which of the listed objects are read. */
export interface ScanChoice<O extends ListedObject> {
  /** The newest hour first. */
  readonly chosen: readonly O[];
  /** What reading all would take, each hour from the places that can be held against each other. */
  readonly whole: ScanCost;
  readonly cost: ScanCost;
  /** By bytes, the part of each hour that is chosen: 1 where nothing of it is left out, 0 where all is. Hours have unequal parts where objects are few. */
  readonly partOfHour: ReadonlyMap<Iso, number>;
  /** Limits that even what is chosen is past: one object, where there is none that is small enough. */
  readonly past: readonly Limit[];
  /** Set where not all is read: the lesser of the shares of objects and bytes, which limits forced it, and hours without any object read. */
  readonly sampled: { readonly share: number; readonly over: readonly Limit[]; readonly unseen: readonly Iso[] } | null;
  /** Hours that several places hold, of which one is read. */
  readonly onePlace: readonly {
    readonly place: number;
    readonly hours: readonly Iso[];
    readonly because: OnePlaceReason;
  }[];
}

/** `size`: the rows of all places cannot be held against each other in one job; `budget`: all places are past the budget. */
export type OnePlaceReason = 'size' | 'budget';

export type Generation = 'v1' | 'v2';

/** GET requests, us-east-1. https://aws.amazon.com/s3/pricing/ */
const dollarsPerThousandGets = 0.0004;

/**
 * Until a scan has been measured here: one thread, S3 in the same region. Measured on a 2-core machine with a local server the scanner does
 * several times as much (README, bench:scan).
 */
export const assumedRatePerThread: ScanRate = { bytesPerSecond: 30e6, objectsPerSecond: 150 };

/** Formats differ in size for the same rows; a place that holds this many times the bytes of another holds more rows. */
const clearlyMore = 2;

export function estimateCost(objects: readonly ListedObject[], rate: ScanRate): ScanCost {
  const bytes = sumBytes(objects);
  return {
    objects: objects.length,
    bytes,
    seconds: bytes / rate.bytesPerSecond + objects.length / rate.objectsPerSecond,
    dollars: (objects.length / 1000) * dollarsPerThousandGets,
  };
}

/**
 * All objects where they fit the budget; else the same share of every hour as far as whole objects allow, never past the budget. Within an hour objects are taken in the order
 * of a hash of their keys: which edge wrote an object does not decide whether it is read. Where none fits at all the smallest is read.
 *
 * Rows that two places hold count once only where one job reads both. So of an hour that is too large for one job one place is read, and past
 * the budget of every hour.
 * @param generations of the places, by their index.
 */
export function chooseWithinBudget<O extends ListedObject>(
  objects: readonly O[],
  budget: LogBudget,
  rate: ScanRate,
  generations: readonly Generation[] = [],
): ScanChoice<O> {
  const newestFirst = [...objects].sort((a, b) => compare(b.hour, a.hour) || compare(a.key, b.key));
  const bySize = keepOnePlace(newestFirst, generations, 'size', (hour) => !fitsOneShard(hour));
  const whole = estimateCost(bySize.kept, rate);
  const over = limitsPast(whole, budget);
  if (over.length === 0)
    return {
      chosen: bySize.kept,
      partOfHour: partOfHour(bySize.kept, bySize.kept),
      whole,
      cost: whole,
      past: [],
      sampled: null,
      onePlace: bySize.onePlace,
    };
  const reduced = keepOnePlace(bySize.kept, generations, 'budget', () => true);
  const chosen = sample(reduced.kept, budget, rate);
  const cost = estimateCost(chosen, rate);
  const seen = new Set(chosen.map(({ hour }) => hour));
  const all = estimateCost(reduced.kept, rate);
  return {
    chosen,
    partOfHour: partOfHour(chosen, reduced.kept),
    whole,
    cost,
    past: limitsPast(cost, budget),
    sampled:
      chosen.length === reduced.kept.length
        ? null
        : {
            share: Math.min(cost.objects / all.objects, all.bytes === 0 ? 1 : cost.bytes / all.bytes),
            over,
            unseen: [...byHour(reduced.kept).keys()].filter((hour) => !seen.has(hour)),
          },
    onePlace: [...bySize.onePlace, ...reduced.onePlace],
  };
}

function partOfHour(
  chosen: readonly ListedObject[],
  all: readonly ListedObject[],
): ScanChoice<ListedObject>['partOfHour'] {
  const taken = byHour(chosen);
  return new Map(
    [...byHour(all)].map(([hour, objects]) => {
      const [bytes, of] = [sumBytes(taken.get(hour) ?? []), sumBytes(objects)];
      return [hour, of === 0 ? Number(taken.has(hour)) : bytes / of];
    }),
  );
}

function limitsPast(cost: ScanCost, budget: LogBudget): readonly Limit[] {
  const most = { bytes: budget.maxBytes, seconds: budget.maxSeconds, dollars: budget.maxDollars };
  return (['bytes', 'seconds', 'dollars'] as const).filter((limit) => cost[limit] > most[limit]);
}

function sample<O extends ListedObject>(objects: readonly O[], budget: LogBudget, rate: ScanRate): readonly O[] {
  const all = estimateCost(objects, rate);
  if (limitsPast(all, budget).length === 0) return objects;
  const share = Math.min(budget.maxBytes / all.bytes, budget.maxSeconds / all.seconds, budget.maxDollars / all.dollars);
  const ranked = [...byHour(objects).values()].map(rankByKey);
  const taken = ranked.map((hour) => takeShare(hour, share));
  const left = { bytes: budget.maxBytes, seconds: budget.maxSeconds, dollars: budget.maxDollars };
  const spend = (spent: readonly O[]): void => {
    const cost = estimateCost(spent, rate);
    for (const limit of ['bytes', 'seconds', 'dollars'] as const) left[limit] -= cost[limit];
  };
  spend(taken.flat());
  // Hours whose share is less than an object: one each, the newest first, as long as the budget lasts.
  for (const [index, hour] of ranked.entries()) {
    if ((taken[index]?.length ?? 0) > 0) continue;
    const fitting = hour.find((object) => {
      const cost = estimateCost([object], rate);
      return cost.bytes <= left.bytes && cost.seconds <= left.seconds && cost.dollars <= left.dollars;
    });
    if (fitting === undefined) continue;
    taken[index] = [fitting];
    spend([fitting]);
  }
  const chosen = taken.flat();
  // Rounding must not carry a sum past its limit.
  while (chosen.length > 1 && limitsPast(estimateCost(chosen, rate), budget).length > 0) chosen.pop();
  if (chosen.length > 0) return chosen;
  return [...objects].sort((a, b) => a.bytes - b.bytes).slice(0, 1);
}

function rankByKey<O extends ListedObject>(objects: readonly O[]): readonly O[] {
  return objects
    .map((object) => ({ object, rank: createHash('sha256').update(object.key).digest('hex') }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ object }) => object);
}

function takeShare<O extends ListedObject>(ranked: readonly O[], share: number): readonly O[] {
  const limit = { bytes: sumBytes(ranked) * share, count: ranked.length * share };
  const taken: O[] = [];
  let bytes = 0;
  for (const object of ranked) {
    if (taken.length + 1 > limit.count) break;
    if (bytes + object.bytes > limit.bytes) continue;
    taken.push(object);
    bytes += object.bytes;
  }
  return taken;
}

/** Of the hours that several places hold and `applies` is true of, the place with clearly more of them, else v1. */
function keepOnePlace<O extends ListedObject>(
  objects: readonly O[],
  generations: readonly Generation[],
  because: OnePlaceReason,
  applies: (hour: readonly O[]) => boolean,
): { readonly kept: readonly O[]; readonly onePlace: ScanChoice<O>['onePlace'] } {
  const hoursOf = new Map<number, Iso[]>();
  const kept = [...byHour(objects)].flatMap(([hour, inHour]) => {
    const places = [...new Set(inHour.map(({ place = 0 }) => place))].sort((a, b) => a - b);
    if (places.length < 2 || !applies(inHour)) return inHour;
    const bytesIn = (place: number): number => sumBytes(inHour.filter((object) => (object.place ?? 0) === place));
    const usual = places.find((place) => generations[place] === 'v1') ?? places[0] ?? 0;
    const fullest = places.reduce((best, place) => (bytesIn(place) > bytesIn(best) ? place : best), usual);
    const one = bytesIn(fullest) >= clearlyMore * bytesIn(usual) ? fullest : usual;
    hoursOf.set(one, [...(hoursOf.get(one) ?? []), hour]);
    return inHour.filter(({ place = 0 }) => place === one);
  });
  return { kept, onePlace: [...hoursOf].map(([place, hours]) => ({ place, hours, because })) };
}

/** Code unit by code unit: a hundred thousand keys are sorted where locks are renewed. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
