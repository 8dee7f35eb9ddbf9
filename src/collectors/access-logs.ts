/** Scans the standard access logs (legacy, in S3) of a distribution over a window. */
import type { AccessLogEvidence } from '../diagnosis/evidence.js';
import { Failure } from '../failure.js';
import type { Collector } from './collector.js';
import { describeLogs } from './log-notes.js';
import { chooseObjects, findBucketRegion, folderOf, listHours, listLogObjects } from './log-objects.js';
import { readLogObjects } from './read-log-objects.js';

/**
 * 502s are the rows whose `sc-status` is 502. A custom error response that gives viewers another status hides them there; then the notes say
 * how many rows blame the origin all the same.
 * @throws Failure `not-found` where logging is off, `access-denied` where the bucket or all of its objects cannot be read.
 */
export const collectAccessLogs: Collector<'access-logs'> = async (context, task) => {
  const { distributionId, legacyLogging, window, pathPattern, maxBytes } = task;
  if (legacyLogging === null || !legacyLogging.enabled || legacyLogging.bucket === '')
    throw new Failure(
      'not-found',
      `Standard logging to S3 is off for ${distributionId}, so there are no rows to count.`,
      {
        details: {
          remedy:
            'Turn on standard logging in CloudFront > the distribution > Logging; logs are reliable about four hours later.',
          tried: ['Logging in the configuration of the distribution'],
        },
      },
    );
  const { bucket, prefix } = legacyLogging;
  const region = await findBucketRegion(context, bucket);
  const hours = listHours(window);
  context.onProgress(`Listing ${hours.length === 1 ? '1 hour' : `${hours.length} hours`} of logs`);
  const listed = await listLogObjects(context, { region, bucket, prefix, distributionId }, hours);
  const { chosen, leftOut } = chooseObjects(listed, maxBytes);
  const behaviours = task.behaviours.map((behaviour) => behaviour.pathPattern);
  const options = { window, pathPattern, behaviours };
  const objects = await readLogObjects(context, context.aws.s3(region), bucket, chosen, options);
  const { rowsByHour, hiddenOriginErrors, ...counted } = objects.aggregate.finish();

  const listedByHour = new Map<string, number>();
  for (const { hour } of listed) listedByHour.set(hour, (listedByHour.get(hour) ?? 0) + 1);
  const perHour = hours.map((hour) => ({
    hour,
    objects: listedByHour.get(hour) ?? 0,
    rows: rowsByHour.get(hour) ?? 0,
  }));
  const rows = { ...counted.rows, malformed: objects.malformed, duplicates: objects.duplicates };
  return {
    ...counted,
    hiddenOriginErrors,
    source: `standard logging v1, s3://${bucket}/${folderOf(prefix)}`,
    bucket,
    prefix,
    pathPattern,
    objects: {
      listed: listed.length,
      read: objects.read,
      bytes: objects.bytes,
      failed: objects.failed,
      failedCount: objects.failedCount,
    },
    hours: perHour,
    rows,
    missingFields: objects.missingFields,
    notes: describeLogs({
      window,
      now: context.now(),
      hours: perHour,
      newestRow: counted.newestRow,
      leftOut,
      maxBytes,
      failedCount: objects.failedCount,
      rows,
      missingFields: objects.missingFields,
      hiddenOriginErrors,
      duplicatesAreComplete: objects.duplicatesAreComplete,
    }),
  } satisfies AccessLogEvidence;
};
