/** Streams log objects from S3 into one aggregate, several at a time; an object counts whole or not at all. */
import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type AccessLogAggregate, type AggregateOptions, createAggregate } from '../access-log/aggregate.js';
import { RequestIds } from '../access-log/request-ids.js';
import { type ScannedObject, scanObject } from '../access-log/scan-object.js';
import type { AccessLogEvidence, Iso } from '../diagnosis/evidence.js';
import { Failure, failureKinds, toFailure } from '../failure.js';
import { callAws, translateAwsError } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext } from './collector.js';
import type { LogObject } from './log-objects.js';

export interface ReadObjects {
  readonly aggregate: AccessLogAggregate;
  readonly read: number;
  readonly bytes: number;
  readonly malformed: number;
  readonly duplicates: number;
  readonly failed: AccessLogEvidence['objects']['failed'];
  readonly failedCount: number;
  readonly missingFields: readonly string[];
  readonly duplicatesAreComplete: boolean;
}

/** Objects in flight at once: each waits for S3 most of the time, and holds half a megabyte. */
const objectsAtOnce = 16;
/** A body that breaks off is asked for once more. */
const maxTries = 2;
const maxFailedListed = 20;
/** So many refusals and nothing read: the role may not read these logs at all, and there is no point in asking for the rest. */
const refusalsBeforeGivingUp = 3;

/** @throws Failure where not one object could be read: the reason of the first. */
export async function readLogObjects(
  context: CollectContext,
  s3: S3Client,
  bucket: string,
  objects: readonly LogObject[],
  options: AggregateOptions,
): Promise<ReadObjects> {
  const aggregate = createAggregate(options);
  const idsByHour = new Map<Iso, { readonly ids: RequestIds; left: number }>();
  for (const { hour } of objects) {
    const known = idsByHour.get(hour);
    if (known === undefined) idsByHour.set(hour, { ids: new RequestIds(), left: 1 });
    else known.left += 1;
  }
  const missingFields = new Set<string>();
  const failures: { readonly key: string; readonly failure: Failure }[] = [];
  const totals = { read: 0, bytes: 0, malformed: 0, duplicates: 0 };
  let duplicatesAreComplete = true;

  const readOne = async (object: LogObject, index: number): Promise<void> => {
    const hour = idsByHour.get(object.hour);
    const ids = hour?.ids ?? new RequestIds();
    try {
      const scanned = await scanWithRetry(context, s3, bucket, object, { ...options, ids, claimant: index + 1 });
      aggregate.merge(scanned.aggregate);
      for (const name of scanned.missingFields) missingFields.add(name);
      totals.read += 1;
      totals.bytes += object.bytes;
      totals.malformed += scanned.malformed;
      totals.duplicates += scanned.duplicates;
    } catch (thrown) {
      context.signal.throwIfAborted();
      const failure = toFailure(thrown);
      if (failure.kind === 'bug' || failure.kind === 'misconfigured') throw thrown;
      failures.push({ key: object.key, failure });
      const refusals = failures.filter((one) => one.failure.kind === 'access-denied').length;
      if (totals.read === 0 && refusals >= refusalsBeforeGivingUp) throw refused(failure, bucket);
    }
    if (hour !== undefined) {
      hour.left -= 1;
      duplicatesAreComplete &&= hour.ids.isComplete;
      if (hour.left === 0) idsByHour.delete(object.hour);
    }
    const found = aggregate.tally.failures;
    context.onProgress(
      `${totals.read + failures.length} of ${objects.length} log objects${found > 0 ? `, ${found} 502s so far` : ''}`,
    );
  };

  await mapBounded(objects, objectsAtOnce, readOne);
  const first = failures[0]?.failure;
  if (totals.read === 0 && first !== undefined) throw first.kind === 'access-denied' ? refused(first, bucket) : first;
  return {
    aggregate,
    ...totals,
    failed: failures.slice(0, maxFailedListed).map(({ key, failure }) => ({ key, message: failure.message })),
    failedCount: failures.length,
    missingFields: [...missingFields],
    duplicatesAreComplete,
  };
}

interface ScanPlan extends AggregateOptions {
  readonly ids: RequestIds;
  readonly claimant: number;
}

async function scanWithRetry(
  context: CollectContext,
  s3: S3Client,
  bucket: string,
  object: LogObject,
  { ids, claimant, ...options }: ScanPlan,
): Promise<ScannedObject> {
  for (let tried = 1; ; tried += 1) {
    try {
      const body = await openObject(context, s3, bucket, object.key);
      return await scanObject(body, { ...options, signal: context.signal, requestIds: ids, claimant });
    } catch (thrown) {
      ids.release(claimant);
      context.signal.throwIfAborted();
      const failure = translateStreamError(context, bucket, object, thrown);
      if (tried >= maxTries || !failureKinds[failure.kind].retry) throw failure;
    }
  }
}

/** @throws Failure. */
export async function openObject(
  { signal }: CollectContext,
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<Readable> {
  const { Body: body } = await callAws(
    's3:GetObject',
    arnOf(bucket, key),
    () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal }),
    signal,
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

function refused(failure: Failure, bucket: string): Failure {
  return new Failure('access-denied', `AWS refused to let the log objects in ${bucket} be read.`, {
    cause: failure,
    details: {
      ...failure.details,
      remedy: `Allow s3:GetObject on arn:aws:s3:::${bucket}/* for the role that cf502 reads with, and kms:Decrypt on the key of the bucket where it has one.`,
      tried: [`s3:GetObject on objects in s3://${bucket}`],
    },
  });
}

function arnOf(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}
