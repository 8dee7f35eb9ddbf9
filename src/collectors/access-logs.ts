/** Scans the access logs of a distribution over a window: standard logging v1 and v2 in S3, and log groups through a query. */
import type { AccessLogEvidence } from '../diagnosis/evidence.js';
import type { Collector } from './collector.js';
import { listLogs, nameSources } from './list-logs.js';
import { describeLogs } from './log-notes.js';
import { chooseObjects } from './log-objects.js';
import { folderAt } from './log-sources.js';
import { describeTroubles } from './log-troubles.js';
import { readLogObjects } from './read-log-objects.js';

/**
 * 502s are the rows whose `sc-status` is 502. A custom error response that gives viewers another status hides them there; then the notes say
 * how many rows blame the origin all the same.
 * @throws Failure `not-found` where logging is off, `access-denied` where the bucket or all of its objects cannot be read.
 */
export const collectAccessLogs: Collector<'access-logs'> = async (context, task) => {
  const { window, pathPattern, maxBytes } = task;
  const listed = await listLogs(context, task);
  const all = listed.listings.flatMap((listing) => listing.objects.map((object) => ({ ...object, listing })));
  const { chosen, leftOut } = chooseObjects(all, maxBytes);
  const behaviours = task.behaviours.map((behaviour) => behaviour.pathPattern);
  const options = { window, pathPattern, behaviours };
  const objects = await readLogObjects(context, chosen, options);
  const { rowsByHour, hiddenOriginErrors, ...counted } = objects.aggregate.finish();

  const perHour = listed.byHour.map(({ hour, objects: count }) => ({
    hour,
    objects: count,
    rows: rowsByHour.get(hour) ?? 0,
  }));
  const rows = { ...counted.rows, malformed: objects.malformed, duplicates: objects.duplicates };
  const [first] = listed.listings;
  return {
    ...counted,
    hiddenOriginErrors,
    source: nameSources(listed.listings.map(({ source }) => source)),
    bucket: first?.source.bucket ?? '',
    prefix: first === undefined ? '' : folderAt(first.folder, window.from),
    pathPattern,
    objects: {
      listed: listed.objects,
      read: objects.read,
      bytes: objects.bytes,
      failed: objects.failed,
      failedCount: objects.failedCount,
    },
    hours: perHour,
    rows,
    missingFields: objects.missingFields,
    notes: [
      ...listed.notes,
      ...describeTroubles(objects.troubles, chosen.length, objects.duplicates),
      ...describeLogs({
        window,
        now: context.now(),
        hours: perHour,
        newestRow: counted.newestRow,
        leftOut,
        maxBytes,
        rows,
        missingFields: objects.missingFields,
        hiddenOriginErrors,
        duplicatesAreComplete: objects.duplicatesAreComplete,
      }),
    ],
  } satisfies AccessLogEvidence;
};
