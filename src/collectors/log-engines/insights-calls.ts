/** One query in CloudWatch Logs Insights from its start to its last row, under a deadline; what is aborted here is stopped there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueryResultsCommand, StartQueryCommand, StopQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { Failure } from '../../failure.js';
import { callAws } from '../../platform/aws.js';
import type { CollectContext } from '../collector.js';
import type { LogGroupSource } from '../log-sources.js';

/** A row of an answer: text by the name that the query gave. */
export type InsightsRow = Readonly<Record<string, string>>;

export interface InsightsAnswer {
  readonly rows: readonly InsightsRow[];
  readonly scannedBytes: number;
}

export interface InsightsQuestion {
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

/** @throws Failure `bad-data` where the query was ended with an error, `timed-out` where it took too long there. */
export async function runInsightsQuery(
  context: CollectContext,
  { logGroupArn, region }: LogGroupSource,
  question: InsightsQuestion,
): Promise<InsightsAnswer> {
  const { aws, signal } = context;
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
          queryString: question.text,
          limit: question.limit,
        }),
        { abortSignal: signal },
      ),
    signal,
  );
  if (queryId === undefined) throw new Failure('bad-data', 'Logs Insights answered without the id of the query.');
  try {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
      const answer = await callAws(
        'logs:GetQueryResults',
        logGroupArn,
        () => logs.send(new GetQueryResultsCommand({ queryId }), { abortSignal: signal }),
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
  } catch (thrown) {
    await stopQuery(context, region, queryId);
    signal.throwIfAborted();
    throw thrown;
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
