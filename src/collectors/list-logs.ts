/** What logs of a distribution there are for a window, before anything of them is read: all sources, listed, with what stands in the way. */
import type { Iso, LegacyLogging, TimeWindow } from '../diagnosis/evidence.js';
import { Failure, toFailure } from '../failure.js';
import type { CollectContext } from './collector.js';
import { findLogSources, type LogSources } from './find-log-sources.js';
import { type ListedHour, type LogListing, listHours, listLogObjects } from './log-objects.js';
import type { LogGroupSource, S3LogSource } from './log-sources.js';
import { describeArchived } from './log-troubles.js';

/** Plain JSON. */
export interface ListedLogs {
  /** One for each place in S3 that could be listed. Rows that lie in two of them are told by their request ids. */
  readonly listings: readonly LogListing[];
  /** Only a query can read these. */
  readonly logGroups: readonly LogGroupSource[];
  /** Sums over the listings: what can be read, hence without archived objects. */
  readonly objects: number;
  readonly bytes: number;
  readonly byHour: readonly ListedHour[];
  /** A sentence each: logs that cannot be read, permissions that are missing. */
  readonly notes: readonly string[];
}

/**
 * @throws Failure `not-found` where no logging is on, or the reason why nothing of what there is can be listed. A place that cannot be
 * listed beside one that can is a note.
 */
export async function listLogs(
  context: CollectContext,
  of: {
    readonly distributionId: string;
    readonly distributionArn?: string;
    readonly domainName?: string;
    readonly legacyLogging: LegacyLogging | null;
    readonly window: TimeWindow;
  },
): Promise<ListedLogs> {
  const found = await findLogSources(context, of);
  const { sources, notes } = withoutTwins(found);
  const inS3 = sources.filter((source) => source.kind === 's3');
  const logGroups = sources.filter((source) => source.kind === 'log-group');
  if (sources.length === 0) throw nothingLogged(of.distributionId, found);
  const hours = listHours(of.window);
  if (inS3.length > 0) context.onProgress(`Listing ${hours.length === 1 ? '1 hour' : `${hours.length} hours`} of logs`);
  const failures: Failure[] = [];
  const listings: LogListing[] = [];
  for (const source of inS3) {
    try {
      listings.push(await listLogObjects(context, source, of.window));
    } catch (thrown) {
      context.signal.throwIfAborted();
      const failure = toFailure(thrown);
      if (failure.kind === 'bug') throw thrown;
      failures.push(failure);
    }
  }
  const [first] = failures;
  if (listings.length === 0 && logGroups.length === 0 && first !== undefined) throw first;
  return {
    listings,
    logGroups,
    objects: listings.reduce((sum, { objects }) => sum + objects.length, 0),
    bytes: listings.reduce((sum, { bytes }) => sum + bytes, 0),
    byHour: sumHours(hours, listings, failures.length > 0),
    notes: [
      ...notes,
      ...found.unreadable,
      ...found.gaps.map(describeProblem),
      ...failures.map(({ message, details }) =>
        describeProblem({ message, ...(typeof details['remedy'] === 'string' ? { remedy: details['remedy'] } : {}) }),
      ),
      ...listings.flatMap(describeListing),
    ],
  };
}

/** Without request ids rows that two places hold cannot be told to be one: then only the first place is read. */
function withoutTwins({ sources }: LogSources): Pick<LogSources, 'sources'> & { readonly notes: readonly string[] } {
  const lacksIds = sources.filter(
    ({ generation, fields }) => generation === 'v2' && fields.length > 0 && !fields.includes('x-edge-request-id'),
  );
  const [kept] = sources.filter((source) => !lacksIds.includes(source));
  if (lacksIds.length === 0 || sources.length === 1) return { sources, notes: [] };
  const first = kept ?? sources[0];
  const left = lacksIds.filter((source) => source !== first);
  return {
    sources: sources.filter((source) => !left.includes(source)),
    notes: left.map(
      ({ name }) => `${name} holds no request ids, by which rows that lie in two places are told, so it was not read.`,
    ),
  };
}

function nothingLogged(distributionId: string, { unreadable, gaps }: LogSources): Failure {
  const gap = gaps[0];
  const because = [...unreadable, ...gaps.map(({ message }) => message)].map((message) => ` ${message}`).join('');
  const what =
    unreadable.length > 0
      ? `Access logs of ${distributionId} are delivered where cf502 cannot read them, and standard logging (legacy) is off.`
      : gap === undefined
        ? `Standard logging is off for ${distributionId}, legacy and v2, so there are no rows to count.`
        : `Standard logging (legacy) is off for ${distributionId}, and whether standard logging v2 is on could not be seen.`;
  return new Failure('not-found', what + because, {
    details: {
      remedy:
        unreadable.length > 0
          ? 'Add a delivery of standard logs to S3 or to CloudWatch Logs in CloudFront > the distribution > Logging, or name the place of the logs in the policy file.'
          : (gap?.remedy ??
            'Turn on standard logging in CloudFront > the distribution > Logging; logs are reliable about four hours later.'),
      tried: [
        'Logging in the configuration of the distribution',
        'deliveries of standard logging v2 in us-east-1',
        ...gaps.map(({ message }) => message),
      ],
    },
  });
}

function describeListing({ objects, archived, truncated, source }: LogListing): readonly string[] {
  const inArchive = describeArchived(archived.objects, archived.objects + objects.length);
  return [
    ...(inArchive === null ? [] : [inArchive]),
    ...(truncated
      ? [
          `There are more log objects in s3://${source.bucket} than cf502 lists (${objects.length}); those of the oldest hours are missing.`,
        ]
      : []),
  ];
}

function describeProblem({ message, remedy }: { readonly message: string; readonly remedy?: string }): string {
  return remedy === undefined ? message : `${message} ${remedy}`;
}

/** Places hold the same rows, so the one that can be read best counts. Without any of an hour, one that could not be listed may hold it. */
function sumHours(
  hours: readonly Iso[],
  listings: readonly LogListing[],
  isAnyUnlisted: boolean,
): ListedLogs['byHour'] {
  return hours.map((hour) => {
    const same = listings.flatMap(({ byHour }) => byHour.filter((count) => count.hour === hour));
    const sum = (of: 'objects' | 'bytes' | 'archived'): number => same.reduce((total, one) => total + one[of], 0);
    const holding = same.filter(({ objects, archived, readable }) => objects + archived > 0 || readable < 1);
    const readable = holding.length === 0 ? Number(!isAnyUnlisted) : Math.max(...holding.map((one) => one.readable));
    return { hour, objects: sum('objects'), bytes: sum('bytes'), archived: sum('archived'), readable };
  });
}

/** How people know the places: for the `source` of the evidence. */
export function nameSources(sources: readonly (S3LogSource | LogGroupSource)[]): string {
  return sources.map(({ name }) => name).join(' and ');
}
