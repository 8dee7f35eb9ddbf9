/** A log scan in parts that can run apart: what is read is planned once, read in shards by whoever is free, and put together at the end. */
import { z } from 'zod';
import type { AggregateOptions } from '../access-log/aggregate.js';
import {
  createPartialScan,
  decodePartialScan,
  encodePartialScan,
  type PartialScan,
} from '../access-log/partial-scan.js';
import type { AccessLogEvidence } from '../diagnosis/evidence.js';
import { Failure } from '../failure.js';
import type { CollectContext, CollectTask } from './collector.js';
import { listLogs, nameSources } from './list-logs.js';
import { countByEngine } from './log-engines/count-by-engine.js';
import { describeLogs } from './log-notes.js';
import { logFormats } from './log-sources.js';
import { describeTroubles, logTroubleKinds } from './log-troubles.js';
import {
  chooseWithinBudget,
  describeSample,
  type LogBudget,
  planShards,
  type ScanCost,
  type ScanRate,
} from './plan-log-scan.js';
import { type PlacedObject, type ReadProgress, readLogObjects } from './read-log-objects.js';

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

const text = z.string().max(2_048);

/** One job's share of the objects. */
export const logShardSchema = z.strictObject({
  places: z
    .array(
      z.strictObject({
        region: text,
        source: z.strictObject({
          kind: z.literal('s3'),
          generation: z.enum(['v1', 'v2']),
          name: text,
          distributionId: text,
          bucket: text,
          folders: z.array(text).max(10),
          isOwnFolder: z.boolean(),
          format: z.enum(logFormats),
          delimiter: z.string().max(5),
          fields: z.array(z.string().max(100)).max(100),
        }),
      }),
    )
    .max(20),
  /** `place`: index into the places. */
  objects: z
    .array(
      z.strictObject({
        key: text,
        bytes: z.number().min(0),
        hour: z.iso.datetime(),
        place: z.int().min(0),
      }),
    )
    .max(20_000),
});
export type LogShard = z.infer<typeof logShardSchema>;

const count = z.int().nonnegative();

/** What became of a shard. */
export const shardResultSchema = z.strictObject({
  v: z.literal(1),
  /** As `encodePartialScan` writes it; null where nothing of the shard could be read. */
  part: z.string().nullable(),
  /** Why nothing of it could be read; null where anything was. */
  unread: z.strictObject({ kind: z.string().max(100), message: text, remedy: text.exactOptional() }).nullable(),
  objects: count,
  read: count,
  bytes: count,
  duplicates: count,
  failed: z.array(z.strictObject({ key: text, message: text })).max(50),
  failedCount: count,
  troubles: z.array(
    z.strictObject({ kind: z.enum(logTroubleKinds), objects: count, message: text, remedy: text.nullable() }),
  ),
});
export type ShardResult = z.infer<typeof shardResultSchema>;

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

/** What an engine counted, as if a shard had: it read no object. */
function countedResult(part: PartialScan): ShardResult {
  const { duplicates } = part.state;
  const nothing = { unread: null, objects: 0, read: 0, bytes: 0, failed: [], failedCount: 0, troubles: [] };
  return { v: 1, part: encodePartialScan(part), ...nothing, duplicates };
}

function budgetOf({ maxBytes, maxSeconds, maxDollars }: AccessLogsTask): LogBudget {
  const none = Number.POSITIVE_INFINITY;
  return { maxBytes, maxSeconds: maxSeconds ?? none, maxDollars: maxDollars ?? none };
}

function copyOf(places: readonly { readonly source: object; readonly region: string }[]): LogShard['places'] {
  return logShardSchema.shape.places.parse(JSON.parse(JSON.stringify(places)));
}

/**
 * Reads one shard.
 * @throws Failure where not one of its objects could be read.
 */
export async function readLogShard(
  context: CollectContext,
  options: AggregateOptions,
  { places, objects }: LogShard,
  onRead?: (progress: ReadProgress) => void,
): Promise<ShardResult> {
  const placed = objects.map(({ place, ...object }): PlacedObject => {
    const listing = places[place];
    if (listing === undefined) throw new Failure('bug', 'A shard names a place of logs that it does not hold.');
    return { ...object, listing };
  });
  const read = await readLogObjects(context, placed, options, onRead);
  const part = createPartialScan(options);
  part.add({
    aggregate: read.aggregate,
    malformed: read.malformed,
    duplicates: read.duplicates,
    missingFields: new Set(read.missingFields),
  });
  if (!read.duplicatesAreComplete) part.noteIncompleteDuplicates();
  return {
    v: 1,
    part: encodePartialScan(part),
    unread: null,
    objects: objects.length,
    read: read.read,
    bytes: read.bytes,
    duplicates: read.duplicates,
    failed: read.failed.map(({ key, message }) => ({ key: key.slice(0, 2_048), message: message.slice(0, 2_048) })),
    failedCount: read.failedCount,
    troubles: read.troubles.map((trouble) => ({ ...trouble })),
  };
}

/** What a shard comes to that could not be read at all. */
export function unreadShard({ objects }: LogShard, because: Failure): ShardResult {
  const message = because.message.slice(0, 2_048);
  const { remedy: help } = because.details;
  const remedy = typeof help === 'string' ? help.slice(0, 2_048) : null;
  return {
    v: 1,
    part: null,
    unread: { kind: because.kind, message, ...(remedy === null ? {} : { remedy }) },
    objects: objects.length,
    read: 0,
    bytes: 0,
    duplicates: 0,
    failed: objects.slice(0, 1).map(({ key }) => ({ key, message })),
    failedCount: objects.length,
    troubles: [{ kind: 'other', objects: objects.length, message, remedy }],
  };
}

/**
 * The evidence from the shards that there are, in any order.
 * @param unread why the others are missing; null where none is.
 */
export async function assembleLogScan(
  plan: LogScanPlan,
  results: AsyncIterable<ShardResult> | Iterable<ShardResult>,
  now: Date,
  unread: string | null,
): Promise<AccessLogEvidence> {
  const total = createPartialScan(plan.options);
  const objects = { read: 0, bytes: 0, failedCount: 0, seen: 0, duplicates: 0 };
  const failed: AccessLogEvidence['objects']['failed'][number][] = [];
  const troubles = new Map<string, ShardResult['troubles'][number]>();
  for await (const result of results) {
    if (result.part !== null) total.merge(decodePartialScan(result.part, plan.options));
    objects.read += result.read;
    objects.bytes += result.bytes;
    objects.failedCount += result.failedCount;
    objects.seen += result.objects;
    objects.duplicates += result.duplicates;
    failed.push(...result.failed.slice(0, Math.max(0, 20 - failed.length)));
    for (const trouble of result.troubles) {
      const key = `${trouble.kind} ${trouble.message}`;
      troubles.set(key, { ...trouble, objects: trouble.objects + (troubles.get(key)?.objects ?? 0) });
    }
  }
  const {
    objects: _shards,
    rowsByHour,
    malformed,
    duplicates,
    duplicatesAreComplete,
    missingFields,
    ...counted
  } = total.finish();
  const { window, pathPattern } = plan.options;
  const hours = plan.hours.map((hour) => ({ ...hour, rows: rowsByHour.get(hour.hour) ?? 0 }));
  const rows = { ...counted.rows, malformed, duplicates };
  const left = plan.cost.objects - objects.seen;
  return {
    ...counted,
    source: plan.source,
    bucket: plan.bucket,
    prefix: plan.prefix,
    pathPattern,
    objects: {
      listed: plan.listed,
      read: objects.read,
      bytes: objects.bytes,
      failed,
      failedCount: objects.failedCount,
    },
    hours,
    rows,
    missingFields,
    ...(plan.whole === null ? {} : { whole: plan.whole }),
    notes: [
      ...(unread === null || left <= 0
        ? []
        : [
            `${objects.seen} of ${plan.cost.objects} log objects had been read when this was written, the newest first. ${unread}`,
          ]),
      ...plan.notes,
      ...describeTroubles([...troubles.values()], plan.cost.objects, objects.duplicates),
      ...describeLogs({
        window,
        now,
        hours,
        newestRow: counted.newestRow,
        rows,
        missingFields,
        hiddenOriginErrors: counted.hiddenOriginErrors,
        duplicatesAreComplete,
      }),
    ],
  };
}
