/** The counting query, run for real on DuckDB, against reading the same rows. */

import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AggregateOptions, aggregateOf } from '../../../src/access-log/aggregate.js';
import { RequestIds } from '../../../src/access-log/request-ids.js';
import { scanObject } from '../../../src/access-log/scan-object.js';
import { countColumns } from '../../../src/collectors/log-engines/count-kinds.js';
import { countQuery } from '../../../src/collectors/log-engines/count-query.js';
import { type CountRow, foldCounts } from '../../../src/collectors/log-engines/fold-counts.js';
import { columnOf } from '../../../src/collectors/log-engines/log-table.js';
import {
  type AccessLogRow,
  accessLogRow,
  renderAccessLog,
  renderAccessLogText,
  standardFields,
} from '../../world/access-logs.js';
import { plantStory } from '../../world/log-story.js';
import { type Duck, openDuck } from '../../world/sql/duck.js';

const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T12:00:00.000Z' };
const options: AggregateOptions = { window, pathPattern: null, behaviours: ['/api/*', '/assets/*.js', '*'] };
const story = plantStory({
  seed: 7,
  window: { from: new Date('2026-11-20T09:50:00.000Z'), to: new Date('2026-11-20T12:10:00.000Z') },
  requestsPerMinute: 20,
  failures: [
    { share: 0.4, pathPattern: '/api/*', detailedResult: 'OriginConnectError', timeTakenSeconds: [0.001, 40] },
    {
      share: 0.1,
      pathPattern: '/products/*',
      status: 504,
      detailedResult: 'OriginCommError',
      timeTakenSeconds: [29, 31],
    },
    { share: 0.1, status: 503, detailedResult: 'LambdaExecutionError' },
    { share: 0.05, status: 200, detailedResult: 'OriginDnsError' },
  ],
});

let duck: Duck;
beforeAll(async () => {
  duck = await openDuck();
  await duck.run('CREATE SCHEMA cf502');
});
afterAll(() => duck.close());

/** A table as Athena's text reader makes it of the rows: missing columns are NULL, columns too many are dropped. */
async function tableOf(text: string): Promise<void> {
  const columns = standardFields.map((field, index) => `nullif(columns[${index + 1}], NULL) AS ${columnOf(field)}`);
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => `('${line.replaceAll("'", "''")}')`);
  await duck.run(
    `CREATE OR REPLACE TABLE cf502.lines AS SELECT string_split(line, chr(9)) AS columns FROM (VALUES ${lines.join(', ')}) AS v(line)`,
  );
  await duck.run(`CREATE OR REPLACE VIEW cf502.logs AS SELECT ${columns.join(', ')} FROM cf502.lines`);
}

async function bySql(text: string, of: AggregateOptions) {
  await tableOf(text);
  const { sql } = countQuery(
    {
      database: 'cf502',
      name: 'logs',
      columns: new Set(standardFields.map(columnOf)),
      lastColumn: 'sc_range_end',
      prune: 'TRUE',
    },
    of,
    true,
  );
  const { columns, rows } = await duck.query(sql);
  expect(columns).toEqual(countColumns);
  const folded = foldCounts(
    rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])) as CountRow),
    of,
  );
  const { samples, ...result } = aggregateOf(folded.tally, of).finish();
  return { result, samples, malformed: folded.malformed, duplicates: folded.duplicates };
}

async function byReading(rows: Buffer, of: AggregateOptions) {
  const scanned = await scanObject(Readable.from([rows]), {
    ...of,
    signal: new AbortController().signal,
    requestIds: new RequestIds(),
    claimant: 1,
  });
  const { samples, ...result } = scanned.aggregate.finish();
  return { result, samples, malformed: scanned.malformed, duplicates: scanned.duplicates };
}

async function expectSame(rows: readonly AccessLogRow[], of: AggregateOptions = options): Promise<void> {
  const sql = await bySql(renderAccessLogText(rows), of);
  const read = await byReading(renderAccessLog(rows), of);
  expect(sql.result).toEqual(read.result);
  expect({ malformed: sql.malformed, duplicates: sql.duplicates }).toEqual({
    malformed: read.malformed,
    duplicates: read.duplicates,
  });
  expect(sql.samples).toHaveLength(read.samples.length);
}

describe('countQuery on DuckDB', () => {
  it('counts as reading the rows does', async () => {
    await expectSame(story);
  });

  it.each(['/api/orders/????', '*.js', 'products/*'])('filters by the path %s', async (pathPattern) => {
    await expectSame(story, { ...options, pathPattern });
  });

  it('counts rows that were delivered twice once, and rows without an id each', async () => {
    const at = new Date('2026-11-20T10:30:00.000Z');
    const nameless = accessLogRow(at, { 'x-edge-request-id': '' });
    await expectSame([...story.slice(0, 300), ...story.slice(100, 200), nameless, nameless, nameless]);
  });

  it('takes no row of far outside the window for the oldest or the newest', async () => {
    const absurd = ['1970-01-02T00:00:00.000Z', '2026-11-20T20:00:00.000Z', '2099-01-01T00:00:00.000Z'];
    const rows = absurd.map((at) => accessLogRow(new Date(at), { 'x-edge-request-id': at }));
    const { result } = await bySql(renderAccessLogText([...story, ...rows]), options);
    const plain = await bySql(renderAccessLogText(story), options);
    expect(result).toEqual({
      ...plain.result,
      rows: { ...plain.result.rows, outsideWindow: plain.result.rows.outsideWindow + 3 },
    });
    expect(result.newestRow).toMatch(/^2026-11-20T12:0/);
    expect(result.oldestRow).toMatch(/^2026-11-20T09:5/);
  });

  it('counts lines that are no rows as such', async () => {
    const at = new Date('2026-11-20T10:30:00.000Z');
    const text = renderAccessLogText([
      ...story.slice(0, 50),
      accessLogRow(at, { date: '2026-11-31' }),
      accessLogRow(at, { date: '2026-13-01' }),
      accessLogRow(at, { time: '24:00:00' }),
      accessLogRow(at, { time: '10:30:60' }),
      accessLogRow(at, { 'sc-status': '50' }),
      accessLogRow(at, { 'sc-status': '000', 'x-edge-detailed-result-type': 'ClientCommError' }),
    ]);
    const broken = `${text}2026-11-20\t10:30:00\tFRA56-P1\n\n#Remark: none\n`;
    const sql = await bySql(broken, options);
    const read = await byReading(gzipSync(broken), options);
    expect(sql.result).toEqual(read.result);
    expect(sql.malformed).toBe(read.malformed);
    expect(sql.malformed).toBe(5);
  });

  it('reads values that are absent, odd or hostile as reading the rows does', async () => {
    const at = new Date('2026-11-20T10:30:00.000Z');
    const rows = [
      { 'time-taken': '-', 'sc-bytes': '-', 'cs-protocol-version': '-', 'x-host-header': '-' },
      { 'time-taken': '1e3', 'sc-bytes': '1e3' },
      { 'time-taken': '31', 'sc-bytes': '0' },
      { 'time-taken': '9.996' },
      { 'time-taken': '59.4996', 'x-host-header': 'WWW.Example.COM' },
      { 'cs-uri-stem': "/api/'; DROP TABLE logs; --", 'cs-method': "GET' OR '1'='1" },
      { 'cs-uri-stem': '/api/caf\u00e9/%2e%2e/\u{1d11e}' },
      { 'cs-uri-stem': '/assets/a b.js', 'cs(Host)': 'other.example' },
      { 'cs-uri-stem': '/%61pi/x' },
    ].map((values) =>
      accessLogRow(at, {
        'x-edge-detailed-result-type': 'OriginReadError',
        ...values,
        'x-edge-request-id': JSON.stringify(values),
      }),
    );
    await expectSame(rows);
    await expectSame(rows, { ...options, pathPattern: "/api/'*" });
  });

  it('counts in longer steps where the window is long', async () => {
    const long = { from: '2026-11-08T00:00:30.500Z', to: '2026-11-21T12:00:00.000Z' };
    await expectSame(story, { ...options, window: long });
  });

  it('is as exact for any rows', async () => {
    const word = fc.constantFrom(
      '/',
      '/api/',
      '/api/x',
      '/a%20b',
      '/api/%C3%A9',
      '/%2Fapi',
      '/products/123',
      '/v2/7f3a9c0012ab',
    );
    const row = fc.record({
      seconds: fc.integer({ min: -400, max: 8_000 }),
      status: fc.constantFrom('200', '304', '404', '502', '502', '503', '504', '000'),
      detailed: fc.constantFrom(
        'Hit',
        'Miss',
        'OriginConnectError',
        'FunctionThrottledError',
        'OriginShieldHit',
        'Error',
      ),
      path: word,
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'get'),
      taken: fc.constantFrom(
        '0.000',
        '0.009',
        '0.010',
        '0.999',
        '1.000',
        '1.005',
        '4.999',
        '5.000',
        '9.995',
        '29.500',
        '123.456',
        '-',
      ),
      bytes: fc.constantFrom('0', '999', '1000', '9999', '10000', '10000000', '-'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        await expectSame(
          rows.map(({ seconds, status, detailed, path, method, taken, bytes }, index) =>
            accessLogRow(new Date(Date.parse(window.from) + seconds * 1_000), {
              'sc-status': status,
              'x-edge-detailed-result-type': detailed,
              'cs-uri-stem': path,
              'cs-method': method,
              'time-taken': taken,
              'sc-bytes': bytes,
              'x-edge-request-id': `id-${index}`,
            }),
          ),
        );
      }),
      { numRuns: 6 },
    );
  });

  it('names what is past the groups it answers by the total', async () => {
    const at = new Date('2026-11-20T10:30:00.000Z');
    const letters = (index: number) => String(index).replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
    const rows = Array.from({ length: 2_600 }, (_, index) =>
      accessLogRow(at, {
        'cs-uri-stem': `/${letters(index)}`,
        'x-edge-request-id': `id-${index}`,
        'x-edge-detailed-result-type': 'OriginReadError',
        'x-host-header': `${letters(index)}.example.com`,
      }),
    );
    const { result } = await bySql(renderAccessLogText(rows), options);
    const sum = (counts: readonly { readonly requests: number }[]) =>
      counts.reduce((all, one) => all + one.requests, 0);
    expect(result.failures).toBe(2_600);
    expect(sum(result.dimensions.path)).toBe(2_600);
    expect(sum(result.dimensions.host)).toBe(2_600);
    expect(result.failureCells.reduce((all, { count }) => all + count, 0)).toBe(2_600);
  });
});

describe('hostile names', () => {
  const table = { database: 'cf502', name: 'logs', columns: new Set(['date']), lastColumn: null, prune: 'TRUE' };

  it.each(['logs"; DROP TABLE x', 'Logs', 'a b', '', 'ü'])('a table named %j is refused', (name) => {
    expect(() => countQuery({ ...table, name }, options, false)).toThrow(/name/);
  });

  it('a pattern cannot leave its quotes', () => {
    const { sql } = countQuery(table, { ...options, pathPattern: "/'); DROP TABLE logs; --" }, false);
    expect(sql).not.toContain("'); DROP");
    expect(() => countQuery(table, { ...options, pathPattern: '/a\nb' }, false)).toThrow(/control character/);
  });

  it('a distribution with many long patterns still makes a query that Athena takes', () => {
    const behaviours = Array.from({ length: 250 }, (_, index) => `/${'folder'.repeat(30)}/${index}/*`);
    const { sql, isShort } = countQuery(table, { ...options, behaviours }, false);
    expect(isShort).toBe(true);
    expect(Buffer.byteLength(sql)).toBeLessThan(262_144);
  });
});
