/** One query in Athena from its start to its last row, under a deadline; what is aborted here is stopped there. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { Failure } from '../../failure.js';
import { callAws } from '../../platform/aws.js';
import type { AthenaSettings } from '../../platform/log-settings.js';
import type { CollectContext } from '../collector.js';
import { readPages } from '../pages.js';

export interface AthenaAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly scannedBytes: number;
  /** Whether an earlier run of the same text answered, which is not paid again. */
  readonly reused: boolean;
}

/** The text of a count names what was listed, so an older answer misses nothing; Athena takes 10,080 at most. */
const reuseMinutes = 24 * 60;
const firstPauseMs = 150;
const longestPauseMs = 3_000;
/** A query that was stopped is answered for by its token, hence the next one; the last is shared with nobody who could stop it. */
const mostStarts = 3;
/** Clocks of AWS and of this machine differ. */
const clockMarginMs = 1_000;
/** For telling Athena to stop, when there is no time left. */
const stopWithinMs = 3_000;
const mostRows = 200_000;

/**
 * @param cutOffBytes of the workgroup: a query that it ended has scanned as much, another was stopped by somebody.
 * @param isStatement makes a table, hence answers no rows.
 * @throws Failure `bad-data` where Athena ended the query with an error, `misconfigured` where its workgroup cut it off.
 */
export async function runAthenaQuery(
  context: CollectContext,
  region: string,
  settings: AthenaSettings,
  sql: string,
  cutOffBytes: number,
  isStatement = false,
): Promise<AthenaAnswer> {
  for (let started = 1; ; started += 1) {
    // A table may have been dropped since the same statement ran: it is run anew, and does nothing where the table is there.
    const token = isStatement || started === mostStarts ? null : tokenOf(settings, sql, started);
    const askedAtMs = context.now().getTime();
    const id = await startQuery(context, region, settings, sql, token);
    const { execution, hadEnded } = await finishQuery(context, region, settings, id, askedAtMs);
    const isOld = hadEnded && isJoined(execution, askedAtMs);
    const state = execution.Status?.State;
    if (state === 'SUCCEEDED') {
      const answer = isStatement ? { columns: [], rows: [] } : await readRows(context, region, settings, id);
      const { DataScannedInBytes: scanned = 0, ResultReuseInformation: reuse } = execution.Statistics ?? {};
      return { ...answer, scannedBytes: scanned, reused: isOld || reuse?.ReusedPreviousResult === true };
    }
    // By another check that was cancelled, or by an earlier run of this job.
    const isStopped = state === 'CANCELLED' && (execution.Statistics?.DataScannedInBytes ?? 0) < cutOffBytes;
    if ((isOld || isStopped) && started < mostStarts) continue;
    throw describeEnd(execution, settings);
  }
}

/** The same text asked again, by a job that is run twice or by a later check over the same objects, is the same execution, which is paid once. */
function tokenOf(settings: AthenaSettings, sql: string, started: number): string {
  const { workgroup, catalog, database, outputLocation } = settings;
  return createHash('sha256')
    .update(JSON.stringify([workgroup, catalog, database, outputLocation, sql, started]))
    .digest('hex');
}

async function startQuery(
  { aws, signal }: CollectContext,
  region: string,
  settings: AthenaSettings,
  sql: string,
  token: string | null,
): Promise<string> {
  const { workgroup, catalog, database, outputLocation } = settings;
  const { QueryExecutionId: id } = await callAws(
    'athena:StartQueryExecution',
    `arn:aws:athena:${region}:*:workgroup/${workgroup}`,
    () =>
      aws.athena(region).send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          ...(token === null ? {} : { ClientRequestToken: token }),
          WorkGroup: workgroup,
          QueryExecutionContext: { Catalog: catalog, Database: database },
          ...(outputLocation === null ? {} : { ResultConfiguration: { OutputLocation: outputLocation } }),
          ResultReuseConfiguration: {
            ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: reuseMinutes },
          },
        }),
        { abortSignal: signal },
      ),
    signal,
  );
  if (id === undefined) throw new Failure('bad-data', 'Athena answered without the id of the query.');
  return id;
}

/** Whether somebody else began the query: it ran before it was asked for here. */
function isJoined({ Status: status }: QueryExecution, askedAtMs: number): boolean {
  return (status?.SubmissionDateTime?.getTime() ?? askedAtMs) < askedAtMs - clockMarginMs;
}

/**
 * Waits with growing pauses until the query has ended. Where the wait is aborted it stops the query, unless another began it: that one may be
 * waiting still. Who had joined a query that is stopped begins it anew.
 * @returns `hadEnded` where there was nothing to wait for: a query that was begun just now takes longer.
 */
async function finishQuery(
  context: CollectContext,
  region: string,
  { workgroup }: AthenaSettings,
  id: string,
  askedAtMs: number,
): Promise<{ readonly execution: QueryExecution; readonly hadEnded: boolean }> {
  const { aws, signal } = context;
  let seen: QueryExecution = {};
  try {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.6, longestPauseMs)) {
      const { QueryExecution: execution } = await callAws(
        'athena:GetQueryExecution',
        `arn:aws:athena:${region}:*:workgroup/${workgroup}`,
        () => aws.athena(region).send(new GetQueryExecutionCommand({ QueryExecutionId: id }), { abortSignal: signal }),
        signal,
      );
      seen = execution ?? seen;
      const state = execution?.Status?.State;
      if (execution !== undefined && (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED'))
        return { execution, hadEnded: pauseMs === firstPauseMs };
      const scanned = execution?.Statistics?.DataScannedInBytes ?? 0;
      context.onProgress(`Athena counts${scanned > 0 ? `, ${Math.round(scanned / 1e6)} MB scanned` : ''}`);
      await sleep(pauseMs, undefined, { signal });
    }
  } catch (thrown) {
    if (!isJoined(seen, askedAtMs)) await stopQuery(context, region, id);
    signal.throwIfAborted();
    throw thrown;
  }
}

/** What nobody waits for must not go on being paid for. */
async function stopQuery({ aws, log }: CollectContext, region: string, id: string): Promise<void> {
  const signal = AbortSignal.timeout(stopWithinMs);
  try {
    await aws.athena(region).send(new StopQueryExecutionCommand({ QueryExecutionId: id }), { abortSignal: signal });
  } catch (error) {
    log.warn({ queryExecutionId: id, error: String(error) }, 'query in Athena could not be stopped');
  }
}

async function readRows(
  { aws, signal }: CollectContext,
  region: string,
  { workgroup }: AthenaSettings,
  id: string,
): Promise<Pick<AthenaAnswer, 'columns' | 'rows'>> {
  let columns: readonly string[] = [];
  const rows: (readonly (string | null)[])[] = [];
  const pages = readPages(async (marker) => {
    const command = new GetQueryResultsCommand({
      QueryExecutionId: id,
      MaxResults: 1_000,
      ...(marker === undefined ? {} : { NextToken: marker }),
    });
    const answer = await callAws(
      'athena:GetQueryResults',
      `arn:aws:athena:${region}:*:workgroup/${workgroup}`,
      () => aws.athena(region).send(command, { abortSignal: signal }),
      signal,
    );
    if (marker === undefined)
      columns = (answer.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name: name = '' }) => name);
    return { items: answer.ResultSet?.Rows, next: answer.NextToken };
  });
  for await (const page of pages) {
    for (const { Data: data = [] } of page) rows.push(data.map(({ VarCharValue: value }) => value ?? null));
    if (rows.length > mostRows) throw new Failure('bad-data', 'Athena answered with more rows than were asked for.');
  }
  // The first row of a SELECT repeats the names of the columns.
  const [first] = rows;
  const hasHead = first !== undefined && columns.every((name, index) => first[index] === name);
  return { columns, rows: hasHead ? rows.slice(1) : rows };
}

function describeEnd({ Status: status, Statistics: statistics }: QueryExecution, settings: AthenaSettings): Failure {
  const scanned = Math.round((statistics?.DataScannedInBytes ?? 0) / 1e6);
  if (status?.State === 'CANCELLED')
    return new Failure(
      'misconfigured',
      `Athena ended the query after ${scanned} MB: somebody stopped it, or the workgroup ${settings.workgroup} cuts off queries that scan more.`,
      {
        details: {
          remedy: `Ask about a shorter window, or raise the cut-off of the workgroup ${settings.workgroup}.`,
          tried: ['athena:StartQueryExecution'],
        },
      },
    );
  const { AthenaError: error, StateChangeReason: reason = 'no reason given' } = status ?? {};
  const isTheirs = error?.ErrorCategory === 1;
  return new Failure(
    isTheirs ? 'service-down' : 'bad-data',
    `Athena could not run the query: ${reason.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
    {
      details: {
        errorType: error?.ErrorType ?? null,
        remedy:
          'Check that the role that cf502 reads with may read the log bucket, its KMS key and the Glue tables, and write to the place of results.',
        tried: ['athena:StartQueryExecution'],
      },
    },
  );
}
