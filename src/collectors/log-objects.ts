/** Lists the log objects of a source that can hold rows of a window, hour by hour, and chooses what fits a byte budget. */
import { type _Object as ListedObject, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Iso, TimeWindow } from '../diagnosis/evidence.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext } from './collector.js';
import { explainRefusal, findBucketRegion, payerOf } from './log-bucket.js';
import { fileNamePrefix, folderAt, hourInName, type S3LogSource } from './log-sources.js';
import { readPages } from './pages.js';

export interface LogObject {
  readonly key: string;
  /** As it lies in S3: compressed. */
  readonly bytes: number;
  /** The UTC hour of the requests in it, from its name, or from its folder where the name tells none. */
  readonly hour: Iso;
  /** When S3 took it; absent where S3 did not say. */
  readonly writtenAt?: Iso;
}

/**
 * What a source holds for a window, before anything of it is read: what a budget is reckoned with, and what shards are cut from. Plain JSON.
 */
export interface LogListing {
  readonly source: S3LogSource;
  readonly region: string;
  /** Of `source.folders` the one in use. */
  readonly folder: string;
  /** Those that can be read, oldest hour first. */
  readonly objects: readonly LogObject[];
  /** Sum over `objects`. */
  readonly bytes: number;
  /** Every UTC hour that the window touches, oldest first; the sum is that of `objects`, except where names tell no hour. */
  readonly byHour: readonly ListedHour[];
  /** In a storage class that must be restored first; not among `objects`. */
  readonly archived: { readonly objects: number; readonly bytes: number; readonly newest: Iso | null };
  /** Whether there are more objects than are listed: then the oldest hours are missing. */
  readonly truncated: boolean;
}

export interface ListedHour {
  readonly hour: Iso;
  /** Those that can be read. */
  readonly objects: number;
  readonly bytes: number;
  /** Objects beside them that are archived. */
  readonly archived: number;
  /** By bytes, the part of what there is of the hour that can be read; 0 also where its listing was cut short, and nobody knows. */
  readonly readable: number;
}

const hourMs = 3_600_000;
/** Hours listed at once. */
const listingsAtOnce = 8;
/** A listing costs a call for every thousand objects; a check needs no more than this to know that it is too much. */
const mostObjects = 200_000;
/** Classes whose objects cannot be read before they are restored. https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html */
const archiveClasses: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Every UTC hour that the window touches, oldest first. */
export function listHours(window: TimeWindow): readonly Iso[] {
  const hours: Iso[] = [];
  const to = Date.parse(window.to);
  for (let at = Math.floor(Date.parse(window.from) / hourMs) * hourMs; at < to; at += hourMs)
    hours.push(new Date(at).toISOString());
  return hours;
}

/**
 * All log objects of a source for a window, late deliveries among them: those are named for the hour of their requests. Asks for exact key
 * prefixes, an hour each, and never walks through a bucket.
 * @throws Failure `not-found` where there is no such bucket, `access-denied` with its remedy where it may not be listed.
 */
export async function listLogObjects(
  context: CollectContext,
  source: S3LogSource,
  window: TimeWindow,
): Promise<LogListing> {
  const region = await findBucketRegion(context, source.bucket);
  const hours = listHours(window);
  let found: Found | null = null;
  let folder = source.folders[0] ?? '';
  for (const candidate of source.folders) {
    const listed = await listFolder(context, source, region, candidate, hours);
    found ??= listed;
    if (listed.objects.length === 0) continue;
    found = listed;
    folder = candidate;
    break;
  }
  return summarise(source, region, folder, hours, found ?? { objects: [], cutHours: [] });
}

interface Found {
  readonly objects: readonly (LogObject & { readonly isArchived: boolean })[];
  /** Hours that have more objects, or may have, than were listed. */
  readonly cutHours: readonly Iso[];
}

async function listFolder(
  context: CollectContext,
  source: S3LogSource,
  region: string,
  folder: string,
  hours: readonly Iso[],
): Promise<Found> {
  const { bucket, distributionId } = source;
  const prefixes = keyPrefixes(source, folder, hours, context.now().toISOString());
  const s3 = context.aws.s3(region);
  const wanted = new Set(hours);
  let listed = 0;
  const cutHours: Iso[] = [];
  const perPrefix = await mapBounded(prefixes, listingsAtOnce, async ({ prefix, hour }) => {
    const objects: (LogObject & { readonly isArchived: boolean })[] = [];
    const pages = readPages(async (marker) => {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        OptionalObjectAttributes: ['RestoreStatus'],
        ...payerOf(context),
        ...(marker === undefined ? {} : { ContinuationToken: marker }),
      });
      const answer = await callAws(
        's3:ListBucket',
        `arn:aws:s3:::${bucket}`,
        () => s3.send(command, { abortSignal: context.signal }),
        context.signal,
      );
      return { items: answer.Contents, next: answer.IsTruncated === true ? answer.NextContinuationToken : undefined };
    });
    if (listed >= mostObjects) cutHours.push(hour);
    else
      for await (const page of pages) {
        listed += page.length;
        for (const item of page) {
          const object = readObject(item, source, hour);
          if (object !== null && (wanted.has(object.hour) || !object.isNamed)) objects.push(object);
        }
        if (listed < mostObjects) continue;
        cutHours.push(hour);
        break;
      }
    return objects;
  }).catch(async (thrown: unknown) => {
    throw await explainRefusal(context, { bucket, region }, thrown, null);
  });
  context.log.debug({ bucket, folder, distributionId, listed }, 'log objects listed');
  return { objects: perPrefix.flat(), cutHours };
}

/**
 * Newest hour first, so that a listing that is cut short lacks the oldest. A folder of an hour may be that of the delivery: the one after the
 * window is looked through too, for objects whose names are of the window or tell no hour.
 */
export function keyPrefixes(
  { distributionId, isOwnFolder }: Pick<S3LogSource, 'distributionId' | 'isOwnFolder'>,
  folder: string,
  hours: readonly Iso[],
  now: Iso,
): readonly { readonly prefix: string; readonly hour: Iso }[] {
  const newestFirst = [...hours].reverse();
  if (!folder.includes('{HH}'))
    return newestFirst.map((hour) => ({ prefix: folderAt(folder, hour) + fileNamePrefix(distributionId, hour), hour }));
  const next = newestFirst[0] === undefined ? '' : new Date(Date.parse(newestFirst[0]) + hourMs).toISOString();
  const looked = next === '' || next > now ? newestFirst : [next, ...newestFirst];
  return looked.map((hour) => ({
    prefix: folderAt(folder, hour) + (isOwnFolder ? '' : `${distributionId}.`),
    hour,
  }));
}

function readObject(
  { Key: key = '', Size: bytes = 0, LastModified: at, StorageClass: storage, RestoreStatus: restore }: ListedObject,
  { distributionId, generation }: S3LogSource,
  hour: Iso,
): (LogObject & { readonly isArchived: boolean; readonly isNamed: boolean }) | null {
  if (bytes === 0 || key.endsWith('/') || (generation === 'v1' && !key.endsWith('.gz'))) return null;
  const named = hourInName(key, distributionId);
  const isRestored = restore?.RestoreExpiryDate !== undefined && restore.IsRestoreInProgress !== true;
  return {
    key,
    bytes,
    hour: named ?? hour,
    isNamed: named !== null,
    isArchived: archiveClasses.has(storage ?? '') && !isRestored,
    ...(at === undefined ? {} : { writtenAt: at.toISOString() }),
  };
}

function summarise(
  source: S3LogSource,
  region: string,
  folder: string,
  hours: readonly Iso[],
  { objects: found, cutHours }: Found,
): LogListing {
  const sorted = [...found].sort((a, b) => compare(a.hour, b.hour) || compare(a.key, b.key));
  const objects = sorted
    .filter(({ isArchived }) => !isArchived)
    .map(({ key, bytes, hour, writtenAt }) => ({
      key,
      bytes,
      hour,
      ...(writtenAt === undefined ? {} : { writtenAt }),
    }));
  const archived = sorted.filter(({ isArchived }) => isArchived);
  const byHour = new Map(hours.map((hour) => [hour, { objects: 0, bytes: 0, archived: 0, archivedBytes: 0 }]));
  for (const { hour, bytes, isArchived } of sorted) {
    const count = byHour.get(hour);
    if (count === undefined) continue;
    count[isArchived ? 'archived' : 'objects'] += 1;
    count[isArchived ? 'archivedBytes' : 'bytes'] += bytes;
  }
  const isCut = new Set(cutHours);
  return {
    source,
    region,
    folder,
    objects,
    bytes: sumBytes(objects),
    byHour: [...byHour].map(([hour, { archivedBytes, ...count }]) => ({
      hour,
      ...count,
      readable: isCut.has(hour) ? 0 : archivedBytes === 0 ? 1 : count.bytes / (count.bytes + archivedBytes),
    })),
    archived: { objects: archived.length, bytes: sumBytes(archived), newest: archived.at(-1)?.hour ?? null },
    truncated: cutHours.length > 0,
  };
}

export function sumBytes(objects: readonly Pick<LogObject, 'bytes'>[]): number {
  return objects.reduce((sum, { bytes }) => sum + bytes, 0);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
