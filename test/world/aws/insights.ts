/** Log groups and Logs Insights of the local AWS: queries are run for real, by DuckDB after translation. AWS JSON 1.1. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openDuck } from '../sql/duck.js';
import { answeredNames, translateQuery } from './insights-language.js';
import { AwsFault, type AwsRequest, type AwsResponse, respondJson } from './wire.js';

export interface LogEvent {
  readonly at: Date;
  readonly message: string;
}

export interface InsightsControl {
  /** Makes the group where there is none. */
  putLogEvents(logGroupArn: string, events: readonly LogEvent[]): void;
  /** Insights queries that are running from now on do not end. @returns lets them go on. */
  stallInsights(): () => void;
  /** Text of every query, in order. */
  readonly insightsRun: readonly string[];
}

export interface Insights {
  readonly control: InsightsControl;
  startQuery(request: AwsRequest): AwsResponse;
  getQueryResults(request: AwsRequest): AwsResponse;
  stopQuery(request: AwsRequest): AwsResponse;
  describeQueries(request: AwsRequest): AwsResponse;
}

interface Query {
  readonly text: string;
  readonly createdAt: number;
  status: 'Running' | 'Complete' | 'Failed' | 'Cancelled';
  scanned: number;
  results: readonly (readonly { readonly field: string; readonly value: string }[])[];
}

const startSchema = z.object({
  logGroupIdentifiers: z.array(z.string()).min(1).max(50),
  startTime: z.number().int(),
  endTime: z.number().int(),
  queryString: z.string().max(10_000),
  limit: z.number().int().min(1).max(10_000).default(1_000),
});

export function createInsights(): Insights {
  const groups = new Map<string, KeptEvent[]>();
  const queries = new Map<string, Query>();
  const insightsRun: string[] = [];
  let stalled: Promise<void> | null = null;

  const queryOf = (body: Buffer): Query => {
    const { queryId } = z.object({ queryId: z.string() }).parse(JSON.parse(body.toString('utf8')));
    const found = queries.get(queryId);
    if (found === undefined) throw new AwsFault(400, 'ResourceNotFoundException', 'The query does not exist.');
    return found;
  };

  async function run(query: Query, input: z.infer<typeof startSchema>): Promise<void> {
    if (stalled !== null) await stalled;
    if (query.status !== 'Running') return;
    const events = input.logGroupIdentifiers
      .flatMap((arn) => groups.get(arn) ?? [])
      .filter(({ at }) => at.getTime() >= input.startTime * 1000 && at.getTime() < (input.endTime + 1) * 1000);
    query.scanned = events.reduce((sum, { message }) => sum + message.length, 0);
    const answer = await evaluate(input.queryString, events, input.limit);
    query.results = answer;
    if (query.status === 'Running') query.status = 'Complete';
  }

  return {
    control: {
      putLogEvents: (logGroupArn, events) => {
        groups.set(logGroupArn, [...(groups.get(logGroupArn) ?? []), ...events.map(keep)]);
      },
      stallInsights: () => {
        let release: () => void = () => undefined;
        stalled = new Promise((resolve) => {
          release = resolve;
        });
        return () => {
          stalled = null;
          release();
        };
      },
      insightsRun,
    },
    startQuery: ({ body, region }) => {
      const parsed = startSchema.safeParse(JSON.parse(body.toString('utf8')));
      if (!parsed.success)
        throw new AwsFault(400, 'InvalidParameterException', parsed.error.issues[0]?.message ?? 'invalid');
      const unknown = parsed.data.logGroupIdentifiers.find((arn) => !groups.has(arn) || arn.split(':')[3] !== region);
      if (unknown !== undefined)
        throw new AwsFault(400, 'ResourceNotFoundException', `Log group ${unknown} does not exist in account.`);
      const query: Query = {
        text: parsed.data.queryString,
        createdAt: Date.now(),
        status: 'Running',
        scanned: 0,
        results: [],
      };
      const queryId = randomUUID();
      queries.set(queryId, query);
      insightsRun.push(parsed.data.queryString);
      run(query, parsed.data).catch(() => {
        query.status = 'Failed';
      });
      return respondJson({ queryId });
    },
    getQueryResults: ({ body }) => {
      const { status, results, scanned } = queryOf(body);
      return respondJson({
        status,
        results,
        statistics: { recordsMatched: results.length, recordsScanned: results.length, bytesScanned: scanned },
      });
    },
    describeQueries: ({ body }) => {
      const { maxResults, nextToken } = z
        .object({ maxResults: z.number().int().min(1).max(1_000).default(1_000), nextToken: z.string().optional() })
        .parse(JSON.parse(body.toString('utf8')));
      const from = Number(nextToken ?? 0);
      const listed = [...queries].reverse().slice(from, from + maxResults);
      return respondJson({
        queries: listed.map(([queryId, { text, status, createdAt }]) => ({
          queryId,
          queryString: text,
          status,
          createTime: createdAt,
        })),
        ...(from + maxResults < queries.size ? { nextToken: String(from + maxResults) } : {}),
      });
    },
    stopQuery: ({ body }) => {
      const query = queryOf(body);
      if (query.status !== 'Running') throw new AwsFault(400, 'InvalidParameterException', 'The query has ended.');
      query.status = 'Cancelled';
      return respondJson({ success: true });
    },
  };
}

interface KeptEvent extends LogEvent {
  /** JSON of the fields and the time. */
  readonly row: string;
  readonly fields: readonly string[];
}

function keep({ at, message }: LogEvent): KeptEvent {
  const row = { '@timestamp': at.toISOString(), ...(JSON.parse(message) as object) };
  return { at, message, row: JSON.stringify(row), fields: Object.keys(row) };
}

/** Fields of JSON lines are discovered; a value that is absent is not answered. */
async function evaluate(text: string, events: readonly KeptEvent[], limit: number): Promise<Query['results']> {
  const fields = new Set(['@timestamp', ...events.flatMap(({ fields: names }) => names)]);
  const wanted = Array.from(text.matchAll(/`([^`]+)`/g), ([, name = '']) => name);
  const columns = [...new Set([...fields, ...wanted, 'date', 'time'])].map((name) => `"${name}": 'VARCHAR'`);
  const folder = mkdtempSync(join(tmpdir(), 'local-insights-'));
  const duck = await openDuck();
  try {
    const file = join(folder, 'rows.json');
    writeFileSync(file, `${events.map(({ row }) => row).join('\n')}\n`);
    await duck.run(
      `CREATE TABLE events AS SELECT * FROM read_json('${file}', format = 'newline_delimited', columns = {${columns.join(', ')}})`,
    );
    const answer = await duck.query(`${translateQuery(text, 'events')}`);
    const names = answeredNames(text).map((field) => ({ field, at: answer.columns.lastIndexOf(field) }));
    return answer.rows.slice(0, limit).map((row) =>
      names.flatMap(({ field, at }) => {
        const value = row[at] ?? null;
        return value === null ? [] : [{ field, value }];
      }),
    );
  } finally {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
