/** Athena of the local AWS: SQL is run for real, by DuckDB over the objects of the local S3. AWS JSON 1.1. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openDuck } from '../sql/duck.js';
import { loadTable, parseTable, type TableDefinition } from './athena-tables.js';
import type { S3 } from './s3.js';
import { AwsFault, type AwsRequest, type AwsResponse, respondJson } from './wire.js';

export interface WorkGroupSeed {
  readonly name: string;
  readonly bytesScannedCutoff?: number;
  readonly outputLocation?: string;
  readonly state?: 'ENABLED' | 'DISABLED';
}

export interface AthenaControl {
  putWorkGroup(seed: WorkGroupSeed): void;
  /** Queries that are running from now on do not end. @returns lets them go on. */
  stallQueries(): () => void;
  /** SQL of every query that was run, in order; what a token answered for is not run again. */
  readonly queriesRun: readonly string[];
}

export interface Athena {
  readonly control: AthenaControl;
  getWorkGroup(request: AwsRequest): AwsResponse;
  getTableMetadata(request: AwsRequest): AwsResponse;
  startQueryExecution(request: AwsRequest): AwsResponse;
  getQueryExecution(request: AwsRequest): AwsResponse;
  getQueryResults(request: AwsRequest): AwsResponse;
  stopQueryExecution(request: AwsRequest): AwsResponse;
}

interface Execution {
  readonly id: string;
  readonly sql: string;
  readonly workGroup: string;
  readonly submittedAt: number;
  state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  reason: string | null;
  category: number | null;
  scanned: number;
  reused: boolean;
  columns: readonly string[];
  rows: readonly (readonly (string | null)[])[];
}

const startSchema = z.object({
  QueryString: z.string().min(1).max(262_144),
  ClientRequestToken: z.string().min(32).max(128),
  WorkGroup: z.string(),
  QueryExecutionContext: z.object({ Catalog: z.string(), Database: z.string() }),
  ResultConfiguration: z.object({ OutputLocation: z.string().startsWith('s3://') }).optional(),
  ResultReuseConfiguration: z
    .object({ ResultReuseByAgeConfiguration: z.object({ Enabled: z.boolean(), MaxAgeInMinutes: z.number().int() }) })
    .optional(),
});
const idSchema = z.object({ QueryExecutionId: z.string() });
const resultsSchema = idSchema.extend({
  NextToken: z.string().optional(),
  MaxResults: z.number().int().min(1).max(1_000).default(1_000),
});

export function createAthena(s3: Pick<S3, 'objectsIn'>, now: () => Date): Athena {
  const workGroups = new Map<string, WorkGroupSeed>();
  const tables = new Map<string, TableDefinition>();
  const executions = new Map<string, Execution>();
  const tokens = new Map<string, string>();
  const queriesRun: string[] = [];
  let stalled: Promise<void> | null = null;

  const workGroupOf = (name: string): WorkGroupSeed => {
    const found = workGroups.get(name);
    if (found === undefined) throw invalid(`WorkGroup ${name} is not found.`);
    return found;
  };
  const executionOf = (body: Buffer): Execution => {
    const found = executions.get(parse(idSchema, body).QueryExecutionId);
    if (found === undefined) throw invalid('QueryExecution was not found');
    return found;
  };

  async function run(execution: Execution): Promise<void> {
    queriesRun.push(execution.sql);
    if (stalled !== null) await stalled;
    if (execution.state !== 'RUNNING') return;
    const definition = parseTable(execution.sql);
    if (definition !== null) {
      tables.set(`${definition.database}.${definition.name}`, definition);
      execution.state = 'SUCCEEDED';
      return;
    }
    const [, database = '', name = '', prune = 'TRUE'] =
      /FROM "([^"]+)"\."([^"]+)"\s+WHERE ([^\n]*)\n\)/.exec(execution.sql) ?? [];
    const table = tables.get(`${database}.${name}`);
    if (table === undefined) throw new Error(`TABLE_NOT_FOUND: line 1:1: Table '${database}.${name}' does not exist`);
    const duck = await openDuck();
    try {
      const files = await loadTable(duck, table, s3.objectsIn(table.bucket));
      const read = await duck.query(`SELECT DISTINCT "$path" FROM "${database}"."${name}" WHERE ${prune}`);
      const paths = new Set(read.rows.map(([path]) => path));
      execution.scanned = files.reduce((sum, { path, bytes }) => sum + (paths.has(path) ? bytes : 0), 0);
      const cutOff = workGroupOf(execution.workGroup).bytesScannedCutoff ?? Number.POSITIVE_INFINITY;
      if (execution.scanned > cutOff) {
        execution.state = 'CANCELLED';
        execution.reason = 'Bytes scanned limit was exceeded';
        return;
      }
      const answer = await duck.query(execution.sql);
      Object.assign(execution, answer);
      if (execution.state === 'RUNNING') execution.state = 'SUCCEEDED';
    } finally {
      duck.close();
    }
  }

  return {
    control: {
      putWorkGroup: (seed) => {
        workGroups.set(seed.name, seed);
      },
      stallQueries: () => {
        let release: () => void = () => undefined;
        stalled = new Promise((resolve) => {
          release = resolve;
        });
        return () => {
          stalled = null;
          release();
        };
      },
      queriesRun,
    },
    getWorkGroup: ({ body }) => {
      const { WorkGroup: name } = parse(z.object({ WorkGroup: z.string() }), body);
      const { bytesScannedCutoff, outputLocation, state = 'ENABLED' } = workGroupOf(name);
      return respondJson({
        WorkGroup: {
          Name: name,
          State: state,
          Configuration: {
            ...(bytesScannedCutoff === undefined ? {} : { BytesScannedCutoffPerQuery: bytesScannedCutoff }),
            ResultConfiguration: outputLocation === undefined ? {} : { OutputLocation: outputLocation },
          },
        },
      });
    },
    getTableMetadata: ({ body }) => {
      const { DatabaseName: database, TableName: name } = parse(
        z.object({ CatalogName: z.string(), DatabaseName: z.string(), TableName: z.string() }),
        body,
      );
      const table = tables.get(`${database}.${name}`);
      if (table === undefined)
        throw new AwsFault(400, 'MetadataException', `EntityNotFoundException: Table ${name} not found.`);
      return respondJson({ TableMetadata: { Name: name, TableType: 'EXTERNAL_TABLE' } });
    },
    startQueryExecution: ({ body }) => {
      const input = parse(startSchema, body);
      const group = workGroupOf(input.WorkGroup);
      if (group.state === 'DISABLED') throw invalid('WorkGroup is disabled.');
      if ((input.ResultConfiguration?.OutputLocation ?? group.outputLocation) === undefined)
        throw invalid('No output location provided.');
      const known = executions.get(tokens.get(input.ClientRequestToken) ?? '');
      if (known !== undefined) {
        if (known.sql !== input.QueryString) throw invalid('Idempotent parameters do not match');
        return respondJson({ QueryExecutionId: known.id });
      }
      const reuse = input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration;
      const oldest = now().getTime() - (reuse?.Enabled === true ? reuse.MaxAgeInMinutes : -1) * 60_000;
      const earlier = [...executions.values()].find(
        ({ sql, state, submittedAt }) => sql === input.QueryString && state === 'SUCCEEDED' && submittedAt >= oldest,
      );
      const execution: Execution = {
        id: randomUUID(),
        sql: input.QueryString,
        workGroup: input.WorkGroup,
        submittedAt: now().getTime(),
        state: earlier === undefined ? 'RUNNING' : 'SUCCEEDED',
        reason: null,
        category: null,
        scanned: 0,
        reused: earlier !== undefined,
        columns: earlier?.columns ?? [],
        rows: earlier?.rows ?? [],
      };
      executions.set(execution.id, execution);
      tokens.set(input.ClientRequestToken, execution.id);
      if (earlier === undefined)
        run(execution).catch((error: unknown) => {
          execution.state = 'FAILED';
          execution.category = 2;
          execution.reason = error instanceof Error ? error.message : String(error);
        });
      return respondJson({ QueryExecutionId: execution.id });
    },
    getQueryExecution: ({ body }) => {
      const { id, sql, workGroup, state, submittedAt, reason, category, scanned, reused } = executionOf(body);
      return respondJson({
        QueryExecution: {
          QueryExecutionId: id,
          Query: sql,
          WorkGroup: workGroup,
          Status: {
            State: state,
            SubmissionDateTime: submittedAt / 1_000,
            ...(reason === null ? {} : { StateChangeReason: reason }),
            ...(category === null ? {} : { AthenaError: { ErrorCategory: category, ErrorType: 1_000 } }),
          },
          Statistics: {
            DataScannedInBytes: scanned,
            ResultReuseInformation: { ReusedPreviousResult: reused },
          },
        },
      });
    },
    getQueryResults: ({ body }) => {
      const { NextToken: token, MaxResults: size } = parse(resultsSchema, body);
      const { state, columns, rows } = executionOf(body);
      if (state !== 'SUCCEEDED') throw invalid(`Query has not yet finished. Current state: ${state}`);
      const all = [columns, ...rows];
      const from = Number(token ?? 0);
      const to = from + size;
      return respondJson({
        ResultSet: {
          Rows: all
            .slice(from, to)
            .map((row) => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) })),
          ResultSetMetadata: { ColumnInfo: columns.map((name) => ({ Name: name, Type: 'varchar' })) },
        },
        ...(to < all.length ? { NextToken: String(to) } : {}),
      });
    },
    stopQueryExecution: ({ body }) => {
      const execution = executionOf(body);
      if (execution.state === 'RUNNING') execution.state = 'CANCELLED';
      return respondJson({});
    },
  };
}

function parse<T>(schema: z.ZodType<T>, body: Buffer): T {
  const parsed = schema.safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? 'invalid');
  return parsed.data;
}

function invalid(message: string): AwsFault {
  return new AwsFault(400, 'InvalidRequestException', message);
}
