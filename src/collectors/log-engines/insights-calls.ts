/** One query in CloudWatch Logs Insights from its start to its last row, under a deadline; what is aborted here is stopped there. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeQueriesCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { Failure, toFailure } from '../../failure.js';
import { callAws } from '../../platform/aws.js';
import type { CollectContext } from '../collector.js';
import type { LogGroupSource } from '../log-sources.js';
import { readPages } from '../pages.js';

/** A row of an answer: text by the name that the query gave. */
export type InsightsRow = Readonly<Record<string, string>>;

export interface InsightsAnswer {
  readonly rows: readonly InsightsRow[];
  readonly scannedBytes: number;
  /** Whether it had been asked before, by a job that died or by another check: then it is not paid again. */
  readonly wasAsked: boolean;
}

/** Ids of queries that were asked a short while ago, by their marks. */
type AskedQueries = ReadonlyMap<string, string>;

export interface InsightsQuestion {
  /** Begins with `fields`. */
  readonly text: string;
  readonly limit: number;
  /** Seconds since 1970, both inclusive. */
  readonly from: number;
  readonly to: number;
}

const firstPauseMs = 250;
const longestPauseMs = 3_000;
/** For telling Logs Insights to stop, when there is no time left. */
const stopWithinMs = 3_000;

/** Rows go on coming in: an answer that is older misses some. */
const asksAgainAfterMs = 10 * 60_000;
const mostListed = 3_000;

/**
 * What was asked of late and is under way or answered, so that a job that is run twice does not pay twice. Empty where that may not be listed.
 * AWS tells neither times nor the log group of a query that names it by its ARN, so the text holds a mark of both.
 */
export async function listAskedQueries(context: CollectContext, region: string): Promise<AskedQueries> {
  const { aws, signal, log } = context;
  const since = context.now().getTime() - asksAgainAfterMs;
  const asked = new Map<string, string>();
  try {
    let listed = 0;
    const pages = readPages(async (marker) => {
      const command = new DescribeQueriesCommand({
        maxResults: 1_000,
        ...(marker === undefined ? {} : { nextToken: marker }),
      });
      const answer = await callAws(
        'logs:DescribeQueries',
        '*',
        () => aws.cloudWatchLogs(region).send(command, { abortSignal: signal }),
        signal,
      );
      listed += answer.queries?.length ?? 0;
      return { items: answer.queries, next: listed < mostListed ? answer.nextToken : undefined };
    });
    for await (const page of pages)
      for (const { queryId, queryString = '', status = '', createTime = 0 } of page) {
        const mark = /^fields "cf502 ([0-9a-f]{32})" as asked, /.exec(queryString)?.[1];
        const isOfUse = status === 'Complete' || status === 'Running' || status === 'Scheduled';
        if (mark !== undefined && queryId !== undefined && isOfUse && createTime >= since) asked.set(mark, queryId);
      }
  } catch (thrown) {
    signal.throwIfAborted();
    log.debug({ reason: toFailure(thrown).message }, 'queries in Logs Insights not listed');
  }
  return asked;
}

/** The same for the same question over the same log group and window. */
function markOf(logGroupArn: string, { text, limit, from, to }: InsightsQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([logGroupArn, from, to, limit, text]))
    .digest('hex')
    .slice(0, 32);
}

/** @throws Failure `bad-data` where the query was ended with an error, `timed-out` where it took too long there. */
export async function runInsightsQuery(
  context: CollectContext,
  source: LogGroupSource,
  question: InsightsQuestion,
  asked: AskedQueries = new Map(),
): Promise<InsightsAnswer> {
  const { signal } = context;
  const mark = markOf(source.logGroupArn, question);
  const known = asked.get(mark);
  if (known !== undefined)
    try {
      return { ...(await awaitAnswer(context, source, known)), wasAsked: true };
    } catch (thrown) {
      signal.throwIfAborted();
      context.log.debug({ queryId: known, reason: toFailure(thrown).message }, 'query in Logs Insights is asked anew');
    }
  const queryId = await startQuery(context, source, question, mark);
  try {
    return { ...(await awaitAnswer(context, source, queryId)), wasAsked: false };
  } catch (thrown) {
    // Those that another began are not stopped: it may be waiting for them.
    await stopQuery(context, source.region, queryId);
    signal.throwIfAborted();
    throw thrown;
  }
}

async function startQuery(
  { aws, signal }: CollectContext,
  { logGroupArn, region }: LogGroupSource,
  question: InsightsQuestion,
  mark: string,
): Promise<string> {
  const logs = aws.cloudWatchLogs(region);
  const { queryId } = await callAws(
    'logs:StartQuery',
    logGroupArn,
    () =>
      logs.send(
        new StartQueryCommand({
          logGroupIdentifiers: [logGroupArn],
          startTime: question.from,
          endTime: question.to,
          queryString: question.text.replace(/^fields /, `fields "cf502 ${mark}" as asked, `),
          limit: question.limit,
        }),
        { abortSignal: signal },
      ),
    signal,
  );
  if (queryId === undefined) throw new Failure('bad-data', 'Logs Insights answered without the id of the query.');
  return queryId;
}

async function awaitAnswer(
  context: CollectContext,
  { logGroupArn, region }: LogGroupSource,
  queryId: string,
): Promise<Omit<InsightsAnswer, 'wasAsked'>> {
  const { aws, signal } = context;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const answer = await callAws(
      'logs:GetQueryResults',
      logGroupArn,
      () => aws.cloudWatchLogs(region).send(new GetQueryResultsCommand({ queryId }), { abortSignal: signal }),
      signal,
    );
    const scannedBytes = answer.statistics?.bytesScanned ?? 0;
    if (answer.status === 'Complete') {
      const rows = (answer.results ?? []).map((row) =>
        Object.fromEntries(row.map(({ field = '', value = '' }) => [field, value])),
      );
      return { rows, scannedBytes };
    }
    if (answer.status !== 'Scheduled' && answer.status !== 'Running') throw describeEnd(answer.status, logGroupArn);
    context.onProgress(
      `Logs Insights counts${scannedBytes > 0 ? `, ${Math.round(scannedBytes / 1e6)} MB scanned` : ''}`,
    );
    await sleep(pauseMs, undefined, { signal });
  }
}

/** What nobody waits for must not go on being paid for. */
async function stopQuery({ aws, log }: CollectContext, region: string, queryId: string): Promise<void> {
  try {
    await aws
      .cloudWatchLogs(region)
      .send(new StopQueryCommand({ queryId }), { abortSignal: AbortSignal.timeout(stopWithinMs) });
  } catch (error) {
    // A query that has ended by itself cannot be stopped either.
    log.debug({ queryId, error: String(error) }, 'query in Logs Insights not stopped');
  }
}

function describeEnd(status: string | undefined, logGroupArn: string): Failure {
  const details = { remedy: 'Ask about a shorter window.', tried: [`logs:StartQuery on ${logGroupArn}`] };
  if (status === 'Timeout')
    return new Failure('timed-out', 'Logs Insights gave the query up after an hour.', { details });
  return new Failure('bad-data', `Logs Insights ended the query without an answer (${status ?? 'no state'}).`, {
    details,
  });
}
