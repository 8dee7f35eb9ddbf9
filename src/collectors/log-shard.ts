/** One job's share of the log objects of a check, and what became of it. Both cross the queue, so both have a schema. */
import { z } from 'zod';
import type { AggregateOptions } from '../access-log/aggregate.js';
import {
  createPartialScan,
  encodePartialScan,
  type PartialScan,
  partialScanVersion,
} from '../access-log/partial-scan.js';
import { Failure } from '../failure.js';
import type { CollectContext } from './collector.js';
import { logFormats } from './log-sources.js';
import { logTroubleKinds } from './log-troubles.js';
import { type PlacedObject, type ReadProgress, readLogObjects } from './read-log-objects.js';

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

/** Changes with the shape and with that of the part in it: results of both versions lie in Redis while one takes the place of the other. */
export const shardResultVersion = `2.${partialScanVersion}` as const;

/** What became of a shard. */
const shardResultSchema = z.strictObject({
  v: z.literal(shardResultVersion),
  /** As `encodePartialScan` writes it; null where nothing of the shard could be read. */
  part: z.string().nullable(),
  /** Why nothing of it could be read; null where anything was. */
  unread: z.strictObject({ kind: z.string().max(100), message: text, remedy: text.exactOptional() }).nullable(),
  objects: count,
  read: count,
  bytes: count,
  /** How many objects of each hour were read. */
  readByHour: z.record(z.iso.datetime(), count),
  duplicates: count,
  failed: z.array(z.strictObject({ key: text, message: text })).max(50),
  failedCount: count,
  troubles: z.array(
    z.strictObject({ kind: z.enum(logTroubleKinds), objects: count, message: text, remedy: text.nullable() }),
  ),
});
export type ShardResult = z.infer<typeof shardResultSchema>;

/** What an engine counted, as if a shard had: it read no object. */
export function countedResult(part: PartialScan): ShardResult {
  const { duplicates } = part.state;
  const nothing = {
    unread: null,
    objects: 0,
    read: 0,
    bytes: 0,
    readByHour: {},
    failed: [],
    failedCount: 0,
    troubles: [],
  };
  return { v: shardResultVersion, part: encodePartialScan(part), ...nothing, duplicates };
}

/** What a shard came to, of which nothing is seen where another version wrote it: a check ends all the same. */
export function parseShardResult(text: string): ShardResult {
  const value = parseJson(text);
  const parsed = shardResultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  // Every version says how many there were; where not even that can be read there was one at least.
  const { objects } = z.looseObject({ objects: count }).catch({ objects: 1 }).parse(value);
  const because = new Failure('bad-data', 'What they came to was written by another version of cf502.', {
    details: { remedy: 'Run the check again.' },
  });
  return unreadResult(objects, [], because);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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
    malformedSamples: read.malformedSamples,
    duplicates: read.duplicates,
    missingFields: new Set(read.missingFields),
  });
  if (!read.duplicatesAreComplete) part.doubtDuplicates('forgotten');
  if (read.missingFields.includes('x-edge-request-id')) part.doubtDuplicates('no-ids');
  return {
    v: shardResultVersion,
    part: encodePartialScan(part),
    unread: null,
    objects: objects.length,
    read: read.read,
    bytes: read.bytes,
    readByHour: read.readByHour,
    duplicates: read.duplicates,
    failed: read.failed.map(({ key, message }) => ({ key: key.slice(0, 2_048), message: message.slice(0, 2_048) })),
    failedCount: read.failedCount,
    troubles: read.troubles.map((trouble) => ({ ...trouble })),
  };
}

/** What a shard comes to that could not be read at all. */
export function unreadShard({ objects }: LogShard, because: Failure): ShardResult {
  return unreadResult(
    objects.length,
    objects.slice(0, 1).map(({ key }) => key),
    because,
  );
}

function unreadResult(objects: number, keys: readonly string[], because: Failure): ShardResult {
  const message = because.message.slice(0, 2_048);
  const { remedy: help } = because.details;
  const remedy = typeof help === 'string' ? help.slice(0, 2_048) : null;
  return {
    v: shardResultVersion,
    part: null,
    unread: { kind: because.kind, message, ...(remedy === null ? {} : { remedy }) },
    objects,
    read: 0,
    bytes: 0,
    readByHour: {},
    duplicates: 0,
    failed: keys.map((key) => ({ key, message })),
    failedCount: objects,
    troubles: [{ kind: 'other', objects, message, remedy }],
  };
}
