/** Plans a log scan, which may run in several jobs: what there is, what of it is read or counted by an engine, and in which shards. */
import type { AggregateOptions } from '../access-log/aggregate.js';
import type { Iso } from '../diagnosis/evidence.js';
import type { CollectContext, CollectTask } from './collector.js';
import { type ListedLogs, listLogs, nameSources } from './list-logs.js';
import { countByEngine } from './log-engines/count-by-engine.js';
import { countedResult, type LogShard, logShardSchema, type ShardResult } from './log-shard.js';
import { chooseWithinBudget, type LogBudget, type ScanCost, type ScanRate } from './plan-log-scan.js';
import { byHour, planShards, splitHours } from './plan-shards.js';
import { describeOnePlace, describeSample, describeSplit, describeUnseen } from './scan-notes.js';

export type AccessLogsTask = Extract<CollectTask, { kind: 'access-logs' }>;

/** What every shard and the putting together need to know. Plain JSON. */
export interface LogScanPlan {
  readonly options: AggregateOptions;
  readonly source: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly hours: readonly {
    readonly hour: Iso;
    /** Archived ones among them. */
    readonly objects: number;
    /** By bytes, the part of what there is of it that is going to be read or counted. Absent where all is, and in a plan of an earlier version. */
    readonly share?: number;
  }[];
  /** Archived ones among them. */
  readonly listed: number;
  /** What is going to be read. */
  readonly cost: ScanCost;
  /** What all there is would take; null where all of it is going to be read. */
  readonly whole: ScanCost | null;
  /** Of each shard its newest and its oldest hour: shards follow one another in time. */
  readonly shardHours: readonly (readonly [newest: Iso, oldest: Iso])[];
  /** How many objects of each hour are going to be read. Absent where an engine counts, and in a plan of an earlier version. */
  readonly toRead?: Readonly<Record<Iso, number>>;
  /** Hours that several shards read, among which rows that were delivered twice are not told. Absent in a plan of an earlier version. */
  readonly splitHours?: readonly Iso[];
  readonly notes: readonly string[];
}

/**
 * Where an engine counted the logs in place of reading them, `counted` holds what it came to and there is nothing left to read.
 * @throws Failure where nothing can be listed, and why.
 */
export async function planLogScan(
  context: CollectContext,
  task: AccessLogsTask,
  rate: ScanRate,
): Promise<{
  readonly plan: LogScanPlan;
  readonly shards: readonly LogShard[];
  readonly counted: readonly ShardResult[];
}> {
  const { window, pathPattern } = task;
  const options = { window, pathPattern, behaviours: task.behaviours.map((behaviour) => behaviour.pathPattern) };
  const budget = budgetOf(task);
  const listed = await listLogs(context, task);
  const places = listed.listings.map(({ source, region }) => ({ source, region }));
  const objects = listed.listings.flatMap((listing, place) =>
    listing.objects.map(({ key, bytes, hour }) => ({ key, bytes, hour, place })),
  );
  const generations = places.map(({ source }) => source.generation);
  const choice = chooseWithinBudget(objects, budget, rate, generations);
  const [first] = listed.listings;
  const all = listed.objects + listed.byHour.reduce((sum, { archived }) => sum + archived, 0);
  const engine = await countByEngine(context, listed, options, {
    isOverBudget: choice.sampled !== null || choice.past.length > 0,
    maxDollars: budget.maxDollars,
  });
  if (engine.part !== null)
    return {
      plan: {
        options,
        source: engine.source ?? '',
        bucket: first?.source.bucket ?? '',
        prefix: first?.folder ?? '',
        hours: engine.hours.map((hour) => ({ ...hour, ...partCounted(hour.hour, engine.source, listed) })),
        listed: all,
        cost: { objects: 0, bytes: 0, seconds: 0, dollars: 0 },
        whole: null,
        shardHours: [],
        notes: [...engine.notes, ...listed.notes],
      },
      shards: [],
      counted: [countedResult(engine.part)],
    };
  const shards = planShards(choice.chosen);
  const split = splitHours(shards);
  const said = [
    describeSample(choice, budget),
    describeUnseen(unseenHours(listed, choice.sampled?.unseen ?? [])),
    ...describeOnePlace(
      choice.onePlace,
      places.map(({ source }) => source.name),
    ),
    describeSplit(split),
  ].filter((note) => note !== null);
  return {
    counted: [],
    plan: {
      options,
      source: nameSources(listed.listings.map(({ source }) => source)),
      bucket: first?.source.bucket ?? '',
      prefix: first?.folder ?? '',
      hours: listed.byHour.map((hour) => planHour(hour, choice.partOfHour.get(hour.hour))),
      listed: all,
      cost: choice.cost,
      whole: choice.sampled === null ? null : choice.whole,
      shardHours: shards.map((shard) => [shard[0]?.hour ?? '', shard.at(-1)?.hour ?? ''] as const),
      toRead: Object.fromEntries([...byHour(choice.chosen)].map(([hour, inHour]) => [hour, inHour.length])),
      splitHours: split,
      notes: [...said, ...engine.notes, ...listed.notes],
    },
    shards: shards.map((shard) => ({ places: copyOf(places), objects: [...shard] })),
  };
}

/** @param chosen the part of what can be read that is going to be. */
function planHour(
  { hour, objects, archived, readable }: ListedLogs['byHour'][number],
  chosen = 1,
): LogScanPlan['hours'][number] {
  const share = readable * chosen;
  return { hour, objects: objects + archived, ...(share < 1 ? { share } : {}) };
}

/** An engine that counts objects leaves archived ones aside as well. */
function partCounted(
  hour: Iso,
  source: string | null,
  { listings }: ListedLogs,
): Partial<LogScanPlan['hours'][number]> {
  const listing = listings.find((one) => one.source.name === source);
  const found = listing?.byHour.find((one) => one.hour === hour);
  return found === undefined ? {} : planHour(found);
}

/** Those that a sample leaves out, and those of which nothing can be read. */
function unseenHours({ byHour: hours }: ListedLogs, leftOut: readonly Iso[]): readonly Iso[] {
  return [
    ...leftOut,
    ...hours.filter(({ objects, readable }) => objects === 0 && readable === 0).map(({ hour }) => hour),
  ];
}

function budgetOf({ maxBytes, maxSeconds, maxDollars }: AccessLogsTask): LogBudget {
  const none = Number.POSITIVE_INFINITY;
  return { maxBytes, maxSeconds: maxSeconds ?? none, maxDollars: maxDollars ?? none };
}

function copyOf(places: readonly { readonly source: object; readonly region: string }[]): LogShard['places'] {
  return logShardSchema.shape.places.parse(JSON.parse(JSON.stringify(places)));
}
