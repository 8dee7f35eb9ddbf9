/** Counts logs in S3 with Athena: one query, one scan, behind a workgroup that limits what a query may scan. */
import { createHash } from 'node:crypto';
import { GetTableMetadataCommand, GetWorkGroupCommand } from '@aws-sdk/client-athena';
import { type AggregateOptions, aggregateOf } from '../../access-log/aggregate.js';
import { createPartialScan, type DuplicateDoubt } from '../../access-log/partial-scan.js';
import { Failure, toFailure } from '../../failure.js';
import { callAws } from '../../platform/aws.js';
import type { AthenaSettings } from '../../platform/log-settings.js';
import type { CollectContext } from '../collector.js';
import type { LogListing } from '../log-objects.js';
import { type AthenaAnswer, runAthenaQuery } from './athena-calls.js';
import { countColumns } from './count-kinds.js';
import { countQuery } from './count-query.js';
import { type CountRow, type FoldedCounts, foldCounts } from './fold-counts.js';
import type { EngineCount, LogEngine } from './log-engine.js';
import { type DefinedTable, defineTable, missingFieldsOf, refuseTable } from './log-table.js';
import { sqlString } from './sql-text.js';

const terabyte = 1e12;
const megabyte = 1e6;
/** A query is billed for 10 MB at least, and by whole megabytes. https://aws.amazon.com/athena/pricing/ */
const leastBytes = 10 * megabyte;
/** Telling rows that were delivered twice sorts them all by id, which a larger scan has no room for. */
const mostBytesForTwins = 50e9;

/** @returns null where the policy file does not set Athena up. */
export function athenaEngine(settings: AthenaSettings | null): LogEngine | null {
  if (settings === null) return null;
  return {
    name: 'athena',
    refuse: (place) =>
      place.kind === 's3'
        ? refuseTable(place.listing.source)
        : 'Athena reads logs in S3 only, and this is a log group.',
    estimate: async (_context, place) => {
      const bytes = place.kind === 's3' ? place.listing.bytes : 0;
      return {
        engine: 'athena',
        bytes,
        dollars: dollarsOf(bytes, settings),
        price: `Athena bills $${settings.dollarsPerTerabyte} per terabyte scanned and 10 MB at least, as the policy file says (https://aws.amazon.com/athena/pricing/).`,
      };
    },
    count: async (context, place, options) => {
      if (place.kind !== 's3') throw new Failure('bug', 'Athena was asked about a log group.');
      return countListing(context, settings, place.listing, options);
    },
  };
}

async function countListing(
  context: CollectContext,
  settings: AthenaSettings,
  listing: LogListing,
  options: AggregateOptions,
): Promise<EngineCount> {
  const region = settings.region ?? listing.region;
  const table = defineTable(settings.database, listing);
  const cutOffBytes = await requireCutOff(context, region, settings, listing.bytes);
  await makeTable(context, region, settings, table, cutOffBytes);
  const doubt = doubtTwins(listing, table);
  // What was listed stands in the text: late rows make it another query, and the same objects the same one.
  const listed = `${sqlString(digestListing(listing))} <> ''`;
  const { sql, isShort } = countQuery({ ...table, prune: `${table.prune} AND ${listed}` }, options, doubt === null);
  const answer = await runAthenaQuery(context, region, settings, sql, cutOffBytes);
  const folded = foldCounts(toRows(answer), options);
  const part = createPartialScan(options);
  part.add({
    aggregate: aggregateOf(folded.tally, options),
    malformed: folded.malformed,
    duplicates: folded.duplicates,
    missingFields: missingFieldsOf(listing.source),
  });
  if (doubt !== null) part.doubtDuplicates(doubt);
  const dollars = answer.reused ? 0 : dollarsOf(answer.scannedBytes, settings);
  return {
    part,
    scannedBytes: answer.scannedBytes,
    dollars,
    reused: answer.reused,
    notes: [
      describeCost(answer, dollars),
      ...(doubt === 'not-sought'
        ? [
            `Rows that were delivered twice count twice: above ${gigabytes(mostBytesForTwins)} GB they are not looked for in Athena.`,
          ]
        : []),
      ...describeLimits(folded, isShort),
    ],
  };
}

/** null where each row is counted once. */
function doubtTwins({ bytes }: LogListing, { columns }: DefinedTable): DuplicateDoubt | null {
  if (!columns.has('x_edge_request_id')) return 'no-ids';
  return bytes > mostBytesForTwins ? 'not-sought' : null;
}

/** Stands for every object by its key, its bytes and when it was written. */
function digestListing({ objects }: LogListing): string {
  const hash = createHash('sha256');
  for (const { key, bytes, writtenAt } of objects) hash.update(`${key}\t${bytes}\t${writtenAt ?? ''}\n`);
  return hash.digest('hex').slice(0, 32);
}

function dollarsOf(bytes: number, { dollarsPerTerabyte }: AthenaSettings): number {
  const billed = Math.max(leastBytes, Math.ceil(bytes / megabyte) * megabyte);
  return (billed / terabyte) * dollarsPerTerabyte;
}

/** A query without a limit can cost what nobody meant to pay: it is not started. @returns the limit. */
async function requireCutOff(
  { aws, signal }: CollectContext,
  region: string,
  { workgroup }: AthenaSettings,
  bytes: number,
): Promise<number> {
  const resource = `arn:aws:athena:${region}:*:workgroup/${workgroup}`;
  const { WorkGroup: found } = await callAws(
    'athena:GetWorkGroup',
    resource,
    () => aws.athena(region).send(new GetWorkGroupCommand({ WorkGroup: workgroup }), { abortSignal: signal }),
    signal,
  );
  const cutOff = found?.Configuration?.BytesScannedCutoffPerQuery;
  const tried = [`athena:GetWorkGroup ${workgroup} in ${region}`];
  if (found?.State === 'DISABLED')
    throw new Failure('misconfigured', `The Athena workgroup ${workgroup} is disabled.`, {
      details: { remedy: `Enable the workgroup ${workgroup}, or name another one in the policy file.`, tried },
    });
  if (cutOff === undefined)
    throw new Failure(
      'misconfigured',
      `The Athena workgroup ${workgroup} sets no limit to what a query scans, so cf502 starts none.`,
      {
        details: {
          remedy: `Set "Per query data usage control" of the workgroup ${workgroup} (BytesScannedCutoffPerQuery).`,
          tried,
        },
      },
    );
  if (bytes > cutOff)
    throw new Failure(
      'misconfigured',
      `The logs of this window are ${gigabytes(bytes)} GB, and the Athena workgroup ${workgroup} cuts queries off at ${gigabytes(cutOff)} GB.`,
      { details: { remedy: `Ask about a shorter window, or raise the cut-off of the workgroup ${workgroup}.`, tried } },
    );
  return cutOff;
}

async function makeTable(
  context: CollectContext,
  region: string,
  settings: AthenaSettings,
  { name, definition }: DefinedTable,
  cutOffBytes: number,
): Promise<void> {
  const { catalog, database } = settings;
  try {
    await callAws(
      'athena:GetTableMetadata',
      `arn:aws:athena:${region}:*:datacatalog/${catalog}`,
      () =>
        context.aws
          .athena(region)
          .send(new GetTableMetadataCommand({ CatalogName: catalog, DatabaseName: database, TableName: name }), {
            abortSignal: context.signal,
          }),
      context.signal,
    );
  } catch (thrown) {
    const failure = toFailure(thrown);
    // A table that is not there is a MetadataException, as is every other fault of the catalogue.
    if (failure.kind !== 'not-found' && failure.details['errorName'] !== 'MetadataException') throw failure;
    context.onProgress('Making the table in Athena');
    await runAthenaQuery(context, region, settings, definition, cutOffBytes, true);
  }
}

function toRows({ columns, rows }: AthenaAnswer): readonly CountRow[] {
  if (countColumns.some((name) => !columns.includes(name)))
    throw new Failure('bad-data', 'The answer of Athena lacks columns.');
  const positions = countColumns.map((name) => [name, columns.indexOf(name)] as const);
  return rows.map((row) => {
    const values = positions.map(([name, position]) => [name, row[position] ?? null] as const);
    return Object.fromEntries(values) as CountRow;
  });
}

function describeCost({ scannedBytes, reused }: AthenaAnswer, dollars: number): string {
  return reused
    ? 'Counted by Athena, which answered with the result of an earlier query over the same objects, at no cost.'
    : `Counted by Athena, which scanned ${gigabytes(scannedBytes)} GB for about $${dollars.toFixed(4)}.`;
}

function describeLimits({ unnamedPaths, unnamedFailures }: FoldedCounts, isShort: boolean): readonly string[] {
  return [
    'Athena counts lines with too many columns as rows, and the samples are those with the first request ids.',
    ...(unnamedPaths.requests > 0
      ? [
          `There are more paths than Athena was asked to name: ${unnamedPaths.requests} requests, ${unnamedPaths.failures} of them 502s, are counted without theirs.`,
        ]
      : []),
    ...(unnamedFailures > 0
      ? [`${unnamedFailures} 502s are not told apart by path, method and result, for the same reason.`]
      : []),
    ...(isShort ? ['Paths in which letters or digits are URL-encoded may be counted under another behaviour.'] : []),
  ];
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e8 ? 4 : 1);
}
