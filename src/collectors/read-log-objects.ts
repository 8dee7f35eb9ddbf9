/** Streams log objects from S3 into one aggregate, several at a time; an object counts whole or not at all. */
import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AccessLogAggregate, AggregateOptions } from '../access-log/aggregate.js';
import { believableSpan } from '../access-log/believable-span.js';
import { createLogScanner, type LogScanner } from '../access-log/log-scanner.js';
import { LostIds } from '../access-log/lost-ids.js';
import { MalformedLines } from '../access-log/malformed-lines.js';
import { RequestIds } from '../access-log/request-ids.js';
import type { Claimant, RowIds } from '../access-log/row-ids.js';
import type { ObjectNotes } from '../access-log/row-scanner.js';
import { UnreadableLogError } from '../access-log/unreadable-log.js';
import type { AccessLogEvidence, Iso } from '../diagnosis/evidence.js';
import { Failure, failureKinds, toFailure } from '../failure.js';
import { callAws, translateAwsError } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext } from './collector.js';
import { explainRefusal, payerOf } from './log-bucket.js';
import type { LogListing, LogObject } from './log-objects.js';
import { countTroubles, type LogTrouble } from './log-troubles.js';

/** A log object and what it was listed in. */
export interface PlacedObject extends LogObject {
  readonly listing: Pick<LogListing, 'source' | 'region'>;
}

export interface ReadObjects {
  readonly aggregate: AccessLogAggregate;
  readonly read: number;
  readonly bytes: number;
  /** How many of each hour were read. */
  readonly readByHour: Readonly<Record<Iso, number>>;
  readonly malformed: number;
  /** What some of them look like, redacted. */
  readonly malformedSamples: readonly string[];
  readonly duplicates: number;
  readonly failed: AccessLogEvidence['objects']['failed'];
  readonly failedCount: number;
  /** Why objects failed, and how many for each reason. */
  readonly troubles: readonly LogTrouble[];
  readonly missingFields: readonly string[];
  readonly duplicatesAreComplete: boolean;
}

/** How far a reading is; `failures` are 502s. */
export interface ReadProgress {
  readonly objects: number;
  readonly bytes: number;
  readonly failures: number;
}

/** Objects in flight at once: each waits for S3 most of the time, and holds half a megabyte; the scanner bounds those that hold more. */
const objectsAtOnce = 16;
/** A body that breaks off is asked for once more. */
const maxTries = 2;
const maxFailedListed = 20;
/** Our clock and CloudFront's may differ by so much. */
const clockMarginMs = 10 * 60_000;
/** So many refusals and nothing read: the role may not read these logs at all, and there is no point in asking for the rest. */
const refusalsBeforeGivingUp = 3;

/** @throws Failure where not one object could be read: the reason of the first. */
export async function readLogObjects(
  context: CollectContext,
  objects: readonly PlacedObject[],
  options: AggregateOptions,
  onRead?: (progress: ReadProgress) => void,
): Promise<ReadObjects> {
  const latestMs = Math.min(context.now().getTime() + clockMarginMs, believableSpan(options.window).latest * 1000);
  const notAfter = new Date(latestMs).toISOString();
  // Every body that is read listens to it, and Node would take so many for a leak.
  setMaxListeners(0, context.signal);
  const scanner = createLogScanner({ notAfter, ...options });
  const idsByHour = new Map<Iso, { readonly ids: RequestIds; left: number }>();
  for (const { hour } of objects) {
    const known = idsByHour.get(hour);
    if (known === undefined) idsByHour.set(hour, { ids: new RequestIds(), left: 1 });
    else known.left += 1;
  }
  const missingFields = new Set<string>();
  const failures: { readonly key: string; readonly failure: Failure }[] = [];
  const totals = { read: 0, bytes: 0, duplicates: 0 };
  const readByHour: Record<Iso, number> = {};
  const malformed = new MalformedLines();
  const broken = new Set<Claimant>();
  let found = 0;
  let duplicatesAreComplete = true;
  let seen = 0;

  const refusals = new Map<string, number>();
  const explained = new Map<string, Promise<Failure>>();
  const explain = async (object: PlacedObject, failure: Failure): Promise<Failure> => {
    if (failure.kind !== 'access-denied') return failure;
    const { bucket } = object.listing.source;
    // One refused object tells for all of its bucket.
    const known =
      explained.get(bucket) ?? explainRefusal(context, { bucket, region: object.listing.region }, failure, object.key);
    explained.set(bucket, known);
    return known;
  };

  /** Rows that were taken for those of an object which then broke off stand in others, which are read again for their sake. */
  const readLost = async (ids: RequestIds): Promise<void> => {
    const { byClaimant, isComplete } = ids.lostRows();
    duplicatesAreComplete &&= isComplete;
    for (const [claimant, lost] of byClaimant) {
      const object = objects[claimant - 1];
      if (object === undefined || broken.has(claimant)) continue;
      const lostIds = new LostIds(ids, lost);
      try {
        const scanned = await scanWithRetry(context, scanner, object, lostIds, claimant);
        found += scanned.failures;
        totals.duplicates -= lostIds.found;
      } catch (thrown) {
        context.signal.throwIfAborted();
        if (toFailure(thrown).kind === 'bug') throw thrown;
        duplicatesAreComplete = false;
      }
    }
  };

  const readOne = async (object: PlacedObject, index: number): Promise<void> => {
    const hour = idsByHour.get(object.hour);
    const ids = hour?.ids ?? new RequestIds();
    try {
      const scanned = await scanWithRetry(context, scanner, object, ids, index + 1);
      found += scanned.failures;
      for (const name of scanned.missingFields) missingFields.add(name);
      totals.read += 1;
      readByHour[object.hour] = (readByHour[object.hour] ?? 0) + 1;
      totals.bytes += object.bytes;
      malformed.merge(scanned.malformed);
      totals.duplicates += scanned.duplicates;
    } catch (thrown) {
      context.signal.throwIfAborted();
      const failure = await explain(object, toFailure(thrown));
      if (failure.kind === 'bug' || failure.kind === 'misconfigured') throw thrown;
      failures.push({ key: object.key, failure });
      broken.add(index + 1);
      const { bucket } = object.listing.source;
      const refused = (refusals.get(bucket) ?? 0) + (failure.kind === 'access-denied' ? 1 : 0);
      refusals.set(bucket, refused);
      if (totals.read === 0 && refused >= refusalsBeforeGivingUp && isOnlyBucket(objects, bucket)) throw failure;
    }
    if (hour !== undefined) {
      hour.left -= 1;
      if (hour.left === 0) {
        idsByHour.delete(object.hour);
        await readLost(hour.ids);
      }
      duplicatesAreComplete &&= hour.ids.isComplete;
    }
    seen += object.bytes;
    const done = totals.read + failures.length;
    onRead?.({ objects: done, bytes: seen, failures: found });
    if (onRead === undefined)
      context.onProgress(`${done} of ${objects.length} log objects${found > 0 ? `, ${found} 502s so far` : ''}`);
  };

  await mapBounded(objects, objectsAtOnce, readOne);
  const first = failures[0]?.failure;
  if (totals.read === 0 && first !== undefined) throw first;
  return {
    aggregate: scanner.take(),
    ...totals,
    readByHour,
    malformed: malformed.count,
    malformedSamples: malformed.samples,
    failed: failures.slice(0, maxFailedListed).map(({ key, failure }) => ({ key, message: failure.message })),
    failedCount: failures.length,
    troubles: countTroubles(failures.map(({ failure }) => failure)),
    missingFields: [...missingFields],
    duplicatesAreComplete,
  };
}

function isOnlyBucket(objects: readonly PlacedObject[], bucket: string): boolean {
  return objects.every(({ listing }) => listing.source.bucket === bucket);
}

async function scanWithRetry(
  context: CollectContext,
  scanner: LogScanner,
  object: PlacedObject,
  requestIds: RowIds,
  claimant: number,
): Promise<ObjectNotes> {
  const { bucket, format, delimiter, fields } = object.listing.source;
  const s3 = context.aws.s3(object.listing.region);
  for (let tried = 1; ; tried += 1) {
    try {
      const body = await openObject(context, s3, bucket, object.key);
      const hint = { format, delimiter, fields };
      const { signal } = context;
      return await scanner.scan(body, { signal, requestIds, claimant, hint, bytes: object.bytes });
    } catch (thrown) {
      context.signal.throwIfAborted();
      const failure = translateStreamError(context, bucket, object, thrown);
      if (tried >= maxTries || !failureKinds[failure.kind].retry) throw failure;
    }
  }
}

/** @throws Failure. */
export async function openObject(
  context: Pick<CollectContext, 'signal' | 'logs'>,
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<Readable> {
  const { Body: body } = await callAws(
    's3:GetObject',
    arnOf(bucket, key),
    () =>
      s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...payerOf(context) }), { abortSignal: context.signal }),
    context.signal,
  );
  if (body instanceof Readable) return body;
  throw new Failure('bad-data', 'S3 answered without the content of the log object.');
}

/** What broke a log object off, as a Failure; what came neither from a socket nor from zlib is thrown on. */
export function translateStreamError(
  { signal }: CollectContext,
  bucket: string,
  object: LogObject,
  thrown: unknown,
): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof UnreadableLogError) {
    const remedy = thrown.remedy === null ? {} : { remedy: thrown.remedy };
    return new Failure('bad-data', thrown.message, { cause: thrown, details: { key: object.key, ...remedy } });
  }
  // What has no code comes neither from a socket nor from zlib: it is ours.
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) throw thrown;
  const code = String(thrown.code);
  if (code.startsWith('Z_'))
    return new Failure('bad-data', 'The log object is cut short or is not gzip.', {
      cause: thrown,
      details: { key: object.key },
    });
  return translateAwsError(thrown, { action: 's3:GetObject', resource: arnOf(bucket, object.key), signal });
}

function arnOf(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}
