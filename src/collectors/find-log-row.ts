/** Looks for the log row of one request in the standard access logs in S3, wherever they lie, among the objects written since. */
import { findRow } from '../access-log/find-row.js';
import type { Iso, LegacyLogging } from '../diagnosis/evidence.js';
import type { LoggedRequest } from '../diagnosis/logged-request.js';
import { Failure } from '../failure.js';
import type { CollectContext } from './collector.js';
import { listLogs } from './list-logs.js';
import type { LogObject } from './log-objects.js';
import { openObject, type PlacedObject, translateStreamError } from './read-log-objects.js';

export interface WantedRow {
  readonly distributionId: string;
  /** Absent: deliveries of standard logging v2 are not looked for. */
  readonly distributionArn?: string;
  readonly legacyLogging: LegacyLogging | null;
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
 * @throws Failure `not-found` where no logs lie in S3, `access-denied` for the bucket, and whatever keeps an object from being read.
 */
export async function findLogRow(context: CollectContext, wanted: WantedRow): Promise<RowLook> {
  const { sentAt } = wanted;
  const listedAt = context.now().getTime();
  const window = { from: shift(sentAt, -clockMarginMs), to: shift(sentAt, wanted.elapsedMs + clockMarginMs) };
  const { listings } = await listLogs(context, { ...wanted, window });
  if (listings.length === 0) throw new Failure('not-found', 'No access logs lie in S3.');
  const listed = listings.flatMap((listing) => listing.objects.map((object) => ({ ...object, listing })));
  const from = wanted.readUpTo ?? window.from;
  const { chosen, next } = chooseUnread(listed, from, wanted.maxBytes);
  for (const object of chosen) {
    const row = await findInObject(context, object, wanted.requestId);
    if (row !== null) return { row, readUpTo: from };
  }
  return { row: null, readUpTo: next ?? new Date(listedAt - clockMarginMs).toISOString() };
}

/** Pure. Oldest first, until the budget is spent; `next` is when the first one that is left out was written. At least one is chosen. */
export function chooseUnread<Listed extends LogObject>(
  objects: readonly Listed[],
  readUpTo: Iso,
  maxBytes: number,
): { readonly chosen: readonly Listed[]; readonly next: Iso | null } {
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
  object: PlacedObject,
  requestId: string,
): Promise<LoggedRequest | null> {
  const { region, source } = object.listing;
  const { bucket, format, delimiter, fields } = source;
  try {
    const body = await openObject(context, context.aws.s3(region), bucket, object.key);
    return await findRow(body, requestId, context.signal, { format, delimiter, fields });
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
