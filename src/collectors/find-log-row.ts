/** Looks for the log row of one request in the standard access logs (legacy, in S3), among the objects written since. */
import type { S3Client } from '@aws-sdk/client-s3';
import { findRow } from '../access-log/find-row.js';
import type { Iso, LegacyLogging } from '../diagnosis/evidence.js';
import type { LoggedRequest } from '../diagnosis/logged-request.js';
import { Failure } from '../failure.js';
import type { CollectContext } from './collector.js';
import { type LogObject, listLogObjects } from './log-objects.js';
import { legacySource } from './log-sources.js';
import { openObject, translateStreamError } from './read-log-objects.js';

export interface WantedRow {
  readonly distributionId: string;
  readonly logging: Pick<LegacyLogging, 'bucket' | 'prefix'>;
  /** `x-amz-cf-id` of the answer. */
  readonly requestId: string;
  readonly sentAt: Iso;
  readonly elapsedMs: number;
  /** Objects written before this were read by an earlier look; null: this is the first. */
  readonly readUpTo: Iso | null;
  /** What one look may read. */
  readonly maxBytes: number;
}

export interface RowLook {
  readonly row: LoggedRequest | null;
  /** Where the next look begins. */
  readonly readUpTo: Iso;
}

/** Our clock, that of the edge location and that of S3 may differ by this much; an object may turn up in the list a little late, too. */
const clockMarginMs = 2 * 60_000;

/**
 * An object that is cut short is passed over: CloudFront writes no object again.
 * @throws Failure `not-found` or `access-denied` for the bucket, and whatever keeps an object from being read.
 */
export async function findLogRow(context: CollectContext, wanted: WantedRow): Promise<RowLook> {
  const { distributionId, sentAt } = wanted;
  const source = legacySource(distributionId, { enabled: true, ...wanted.logging });
  if (source === null) throw new Failure('not-found', 'Standard logging to S3 is off.');
  const { bucket } = source;
  const listedAt = context.now().getTime();
  const window = { from: shift(sentAt, -clockMarginMs), to: shift(sentAt, wanted.elapsedMs + clockMarginMs) };
  const { objects: listed, region } = await listLogObjects(context, source, window);
  const from = wanted.readUpTo ?? window.from;
  const { chosen, next } = chooseUnread(listed, from, wanted.maxBytes);
  const s3 = context.aws.s3(region);
  for (const object of chosen) {
    const row = await findInObject(context, s3, bucket, object, wanted.requestId);
    if (row !== null) return { row, readUpTo: from };
  }
  return { row: null, readUpTo: next ?? new Date(listedAt - clockMarginMs).toISOString() };
}

/** Pure. Oldest first, until the budget is spent; `next` is when the first one that is left out was written. At least one is chosen. */
export function chooseUnread(
  objects: readonly LogObject[],
  readUpTo: Iso,
  maxBytes: number,
): { readonly chosen: readonly LogObject[]; readonly next: Iso | null } {
  // What S3 gives no time for may be new.
  const timeOf = ({ writtenAt }: LogObject): string => writtenAt ?? readUpTo;
  const unread = objects
    .filter((object) => Date.parse(timeOf(object)) >= Date.parse(readUpTo))
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)) || a.key.localeCompare(b.key));
  let bytes = 0;
  const end = unread.findIndex((object, index) => {
    bytes += object.bytes;
    return bytes > maxBytes && index > 0;
  });
  const leftOut = end === -1 ? undefined : unread[end];
  return {
    chosen: leftOut === undefined ? unread : unread.slice(0, end),
    next: leftOut === undefined ? null : timeOf(leftOut),
  };
}

async function findInObject(
  context: CollectContext,
  s3: S3Client,
  bucket: string,
  object: LogObject,
  requestId: string,
): Promise<LoggedRequest | null> {
  try {
    return await findRow(await openObject(context, s3, bucket, object.key), requestId, context.signal);
  } catch (thrown) {
    context.signal.throwIfAborted();
    const failure = translateStreamError(context, bucket, object, thrown);
    if (failure.kind !== 'bad-data') throw failure;
    context.log.debug({ key: object.key, error: failure.message }, 'log object passed over');
    return null;
  }
}

function shift(at: Iso, byMs: number): Iso {
  return new Date(Date.parse(at) + byMs).toISOString();
}
