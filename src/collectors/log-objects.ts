/** Finds the objects of standard logging (legacy) that hold a window: bucket region, exact key prefixes per hour, listing, byte budget. */
import { GetBucketLocationCommand, HeadBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Iso, TimeWindow } from '../diagnosis/evidence.js';
import { Failure, toFailure } from '../failure.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext } from './collector.js';
import { readAll } from './pages.js';

export interface LogObject {
  readonly key: string;
  readonly bytes: number;
  /** The UTC hour of the requests in it, from its name. */
  readonly hour: Iso;
  /** When S3 took it; absent where S3 did not say. */
  readonly writtenAt?: Iso;
}

const hourMs = 3_600_000;
const anyRegion = 'us-east-1';
/** Hours listed at once. */
const listingsAtOnce = 8;

/** Every UTC hour that the window touches, oldest first. */
export function listHours(window: TimeWindow): readonly Iso[] {
  const hours: Iso[] = [];
  const to = Date.parse(window.to);
  for (let at = Math.floor(Date.parse(window.from) / hourMs) * hourMs; at < to; at += hourMs)
    hours.push(new Date(at).toISOString());
  return hours;
}

/** The folder that log objects lie in: empty, or ending in a slash. */
export function folderOf(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/**
 * What the keys of an hour begin with: `<prefix>/<distribution id>.YYYY-MM-DD-HH.`; CloudFront adds the slash where the prefix lacks it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
 */
export function keyPrefixOf(prefix: string, distributionId: string, hour: Iso): string {
  return `${folderOf(prefix)}${distributionId}.${hour.slice(0, 10)}-${hour.slice(11, 13)}.`;
}

/** @throws Failure `not-found` where there is no such bucket, `access-denied` where neither way of asking is allowed. */
export async function findBucketRegion({ aws, signal }: CollectContext, bucket: string): Promise<string> {
  const resource = `arn:aws:s3:::${bucket}`;
  const s3 = aws.s3(anyRegion);
  try {
    const { LocationConstraint: place } = await callAws(
      's3:GetBucketLocation',
      resource,
      () => s3.send(new GetBucketLocationCommand({ Bucket: bucket }), { abortSignal: signal }),
      signal,
    );
    // The oldest region is reported as nothing, and the second oldest by its first name.
    if (place === undefined || String(place) === '') return anyRegion;
    return place === 'EU' ? 'eu-west-1' : place;
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'not-found') throw noSuchBucket(bucket, failure);
    if (failure.kind !== 'access-denied') throw failure;
    const region = await askByHead({ aws, signal }, bucket, resource);
    if (region === null) throw failure;
    return region;
  }
}

/** HeadBucket needs `s3:ListBucket` alone, and even its refusals name the region. */
async function askByHead(
  { aws, signal }: Pick<CollectContext, 'aws' | 'signal'>,
  bucket: string,
  resource: string,
): Promise<string | null> {
  try {
    const { BucketRegion: region } = await callAws(
      's3:ListBucket',
      resource,
      () => aws.s3(anyRegion).send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal }),
      signal,
    );
    return region ?? anyRegion;
  } catch (thrown) {
    signal.throwIfAborted();
    return regionInAnswer(toFailure(thrown).cause);
  }
}

function regionInAnswer(error: unknown): string | null {
  const answer = read(error, '$response');
  const region = read(read(answer, 'headers'), 'x-amz-bucket-region');
  return typeof region === 'string' && region !== '' ? region : null;
}

function read(from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null && name in from ? Reflect.get(from, name) : undefined;
}

function noSuchBucket(bucket: string, cause: Failure): Failure {
  return new Failure('not-found', `The log bucket ${bucket} of the distribution does not exist.`, {
    cause,
    details: {
      remedy: 'Set the log bucket anew in CloudFront > the distribution > Logging.',
      tried: [`s3://${bucket}`],
    },
  });
}

/** All log objects of the hours, oldest hour first. */
export async function listLogObjects(
  { aws, signal }: CollectContext,
  place: { readonly region: string; readonly bucket: string; readonly prefix: string; readonly distributionId: string },
  hours: readonly Iso[],
): Promise<readonly LogObject[]> {
  const { region, bucket, prefix, distributionId } = place;
  const s3 = aws.s3(region);
  const perHour = await mapBounded(hours, listingsAtOnce, async (hour) => {
    const keyPrefix = keyPrefixOf(prefix, distributionId, hour);
    const objects = await readAll(async (marker) => {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: keyPrefix,
        ...(marker === undefined ? {} : { ContinuationToken: marker }),
      });
      const answer = await callAws(
        's3:ListBucket',
        `arn:aws:s3:::${bucket}`,
        () => s3.send(command, { abortSignal: signal }),
        signal,
      );
      return { items: answer.Contents, next: answer.IsTruncated === true ? answer.NextContinuationToken : undefined };
    });
    return objects
      .filter(({ Key: key }) => key?.endsWith('.gz') === true)
      .map(({ Key: key = '', Size: bytes = 0, LastModified: at }) => ({
        key,
        bytes,
        hour,
        ...(at === undefined ? {} : { writtenAt: at.toISOString() }),
      }));
  });
  return perHour.flat();
}

/** Newest hour first, until the budget is spent; the object that would overspend it and all older ones are left out. */
export function chooseObjects(
  objects: readonly LogObject[],
  maxBytes: number,
): { readonly chosen: readonly LogObject[]; readonly leftOut: readonly LogObject[] } {
  const newestFirst = [...objects].sort((a, b) => b.hour.localeCompare(a.hour) || a.key.localeCompare(b.key));
  let bytes = 0;
  const end = newestFirst.findIndex((object) => {
    bytes += object.bytes;
    return bytes > maxBytes;
  });
  if (end === -1) return { chosen: newestFirst, leftOut: [] };
  return { chosen: newestFirst.slice(0, end), leftOut: newestFirst.slice(end) };
}
