/** Which of several places of logs holds more of a window, as far as can be seen without reading any of them. */
import type { Iso } from '../../diagnosis/evidence.js';
import { toFailure } from '../../failure.js';
import type { CollectContext } from '../collector.js';
import type { ListedLogs } from '../list-logs.js';
import type { LogListing } from '../log-objects.js';
import type { LogGroupSource } from '../log-sources.js';
import { readIncomingBytes } from './incoming-bytes.js';

const hourMs = 3_600_000;
/** Rows that came in late make an hour no fuller: one counts as held where it took in this share of the fullest. */
const leastShare = 0.05;

/** The one with objects for the most hours, and among equals with the most bytes; null where none has objects. Pure. */
export function fullestListing(listings: readonly LogListing[]): LogListing | null {
  const held = listings.filter(({ objects }) => objects.length > 0);
  const [fullest] = [...held].sort((a, b) => hoursOf(b) - hoursOf(a) || b.bytes - a.bytes);
  return fullest ?? null;
}

/** `3 of 24 hours`. Pure. */
export function describeHours({ byHour }: Pick<LogListing, 'byHour'>): string {
  return `${hoursOf({ byHour })} of ${byHour.length === 1 ? '1 hour' : `${byHour.length} hours`}`;
}

/**
 * Whether the log group took in rows in more hours than S3 has objects for, of those that ended an hour ago, within which objects arrive as a
 * rule. Not known, hence false, where others deliver to the group, or where CloudWatch does not say.
 */
export async function isGroupFuller(
  context: CollectContext,
  group: LogGroupSource,
  { byHour }: Pick<ListedLogs, 'byHour'>,
): Promise<boolean> {
  const [first] = byHour;
  const last = byHour.at(-1);
  const settled = byHour.filter(({ hour }) => Date.parse(hour) + 2 * hourMs <= context.now().getTime());
  const held = settled.filter(({ objects }) => objects > 0).length;
  if (!group.isOnlyDelivery || first === undefined || last === undefined || held === settled.length) return false;
  const to: Iso = new Date(Date.parse(last.hour) + hourMs).toISOString();
  try {
    const incoming = await readIncomingBytes(context, group, { from: first.hour, to });
    const most = Math.max(0, ...incoming.byHour.values());
    const inGroup = settled.filter(({ hour }) => {
      const bytes = incoming.byHour.get(hour) ?? 0;
      return bytes > 0 && bytes >= most * leastShare;
    });
    return inGroup.length > held;
  } catch (thrown) {
    context.signal.throwIfAborted();
    context.log.debug({ reason: toFailure(thrown).message }, 'how full the log group is cannot be told');
    return false;
  }
}

function hoursOf({ byHour }: Pick<LogListing, 'byHour'>): number {
  return byHour.filter(({ objects }) => objects > 0).length;
}
