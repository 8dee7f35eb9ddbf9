/** The evidence of a log scan, put together from what its shards came to. */
import { createPartialScan, decodePartialScan } from '../access-log/partial-scan.js';
import type { AccessLogEvidence } from '../diagnosis/evidence.js';
import { describeLogs } from './log-notes.js';
import type { LogScanPlan } from './log-scan.js';
import type { ShardResult } from './log-shard.js';
import { describeTroubles } from './log-troubles.js';
import { addByHour, mergeTroubles } from './merge-shards.js';

/**
 * The evidence from the shards that there are, in any order.
 * @param unread why the others are missing; null where none is. @param notReached which hours those are of.
 */
export async function assembleLogScan(
  plan: LogScanPlan,
  results: AsyncIterable<ShardResult> | Iterable<ShardResult>,
  now: Date,
  unread: string | null,
  notReached: string | null = null,
): Promise<AccessLogEvidence> {
  const total = createPartialScan(plan.options);
  const objects = { read: 0, bytes: 0, failedCount: 0, seen: 0 };
  const failed: AccessLogEvidence['objects']['failed'][number][] = [];
  let readByHour: ShardResult['readByHour'] = {};
  let troubles: ShardResult['troubles'] = [];
  if ((plan.splitHours ?? []).length > 0) total.doubtDuplicates('split-hours');
  for await (const result of results) {
    if (result.part !== null) total.merge(decodePartialScan(result.part, plan.options));
    objects.read += result.read;
    objects.bytes += result.bytes;
    objects.failedCount += result.failedCount;
    objects.seen += result.objects;
    failed.push(...result.failed.slice(0, Math.max(0, 20 - failed.length)));
    readByHour = addByHour([readByHour, result.readByHour]);
    troubles = mergeTroubles([...troubles, ...result.troubles]);
  }
  const {
    objects: _shards,
    rowsByHour,
    malformed,
    malformedSamples,
    duplicates,
    duplicateDoubts,
    missingFields,
    ...counted
  } = total.finish();
  const { window, pathPattern } = plan.options;
  const hours = plan.hours.map((hour) => ({
    hour: hour.hour,
    objects: hour.objects,
    rows: rowsByHour.get(hour.hour) ?? 0,
    ...describePart(hour, plan, readByHour),
  }));
  const shown = malformedSamples.length === 0 ? {} : { malformedSamples };
  const rows = {
    ...counted.rows,
    malformed,
    ...shown,
    duplicates,
    duplicatesAreComplete: duplicateDoubts.length === 0,
  };
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
            ...(notReached === null ? [] : [notReached]),
          ]),
      ...plan.notes,
      ...describeTroubles(troubles, plan.cost.objects),
      ...describeLogs({
        window,
        now,
        hours,
        newestRow: counted.newestRow,
        rows,
        missingFields,
        hiddenOriginErrors: counted.hiddenOriginErrors,
        duplicateDoubts,
      }),
    ],
  };
}

function describePart(
  { hour, objects, share = 1 }: LogScanPlan['hours'][number],
  { toRead }: LogScanPlan,
  readByHour: ShardResult['readByHour'],
): Pick<AccessLogEvidence['hours'][number], 'partRead'> {
  const [read = 0, wanted = 0] = [readByHour[hour], toRead?.[hour]];
  const done = toRead === undefined || objects === 0 ? 1 : wanted === 0 ? 0 : Math.min(1, read / wanted);
  return done * share < 1 ? { partRead: done * share } : {};
}
