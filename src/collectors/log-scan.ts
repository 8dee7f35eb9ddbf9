/** Plans a log scan, which may run in several jobs: what there is, what of it is read or counted by an engine, and in which shards. */
import type { AggregateOptions } from '../access-log/aggregate.js';
import type { CollectContext, CollectTask } from './collector.js';
import { listLogs, nameSources } from './list-logs.js';
import { countByEngine } from './log-engines/count-by-engine.js';
import { countedResult, type LogShard, logShardSchema, type ShardResult } from './log-shard.js';
import {
  chooseWithinBudget,
  describeSample,
  type LogBudget,
  planShards,
  type ScanCost,
  type ScanRate,
} from './plan-log-scan.js';

export type AccessLogsTask = Extract<CollectTask, { kind: 'access-logs' }>;

/** What every shard and the putting together need to know. Plain JSON. */
export interface LogScanPlan {
  readonly options: AggregateOptions;
  readonly source: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly hours: readonly { readonly hour: string; readonly objects: number }[];
  readonly listed: number;
  /** What is going to be read. */
  readonly cost: ScanCost;
  /** What all there is would take; null where all of it is going to be read. */
  readonly whole: ScanCost | null;
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
  const choice = chooseWithinBudget(objects, budget, rate);
  const [first] = listed.listings;
  const engine = await countByEngine(context, listed, options, {
    isOverBudget: choice.sampled !== null,
    maxDollars: budget.maxDollars,
  });
  if (engine.part !== null)
    return {
      plan: {
        options,
        source: engine.source ?? '',
        bucket: first?.source.bucket ?? '',
        prefix: first?.folder ?? '',
        // A log group has no objects: each of its hours counts as one, since it is looked through whole.
        hours: listed.byHour.map(({ hour, objects: inHour }) => ({ hour, objects: listed.objects === 0 ? 1 : inHour })),
        listed: listed.objects,
        cost: { objects: 0, bytes: 0, seconds: 0, dollars: 0 },
        whole: null,
        notes: [...engine.notes, ...listed.notes],
      },
      shards: [],
      counted: [countedResult(engine.part)],
    };
  const sample = describeSample(choice, budget);
  return {
    counted: [],
    plan: {
      options,
      source: nameSources(listed.listings.map(({ source }) => source)),
      bucket: first?.source.bucket ?? '',
      prefix: first?.folder ?? '',
      hours: listed.byHour.map(({ hour, objects: inHour }) => ({ hour, objects: inHour })),
      listed: listed.objects,
      cost: choice.cost,
      whole: choice.sampled === null ? null : choice.whole,
      notes: [...(sample === null ? [] : [sample]), ...engine.notes, ...listed.notes],
    },
    shards: planShards(choice.chosen).map((shard) => ({ places: copyOf(places), objects: [...shard] })),
  };
}

function budgetOf({ maxBytes, maxSeconds, maxDollars }: AccessLogsTask): LogBudget {
  const none = Number.POSITIVE_INFINITY;
  return { maxBytes, maxSeconds: maxSeconds ?? none, maxDollars: maxDollars ?? none };
}

function copyOf(places: readonly { readonly source: object; readonly region: string }[]): LogShard['places'] {
  return logShardSchema.shape.places.parse(JSON.parse(JSON.stringify(places)));
}
