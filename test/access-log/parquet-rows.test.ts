/** Log objects in Parquet, written by another engine in every codec it has, come to what the same rows in text come to. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnreadableLogError } from '../../src/access-log/unreadable-log.js';
import { renderAccessLogText, standardFields } from '../world/access-logs.js';
import { plantStory } from '../world/log-story.js';
import { scanBytes, tableOf, window } from './log-builders.js';

const story = plantStory({
  seed: 22,
  window: { from: new Date(window.from), to: new Date(window.to) },
  requestsPerMinute: 80,
  failures: [{ share: 0.3, detailedResult: 'OriginReadError' }],
});
const v2Fields = [...standardFields, 'c-country', 'cache-behavior-path-pattern'];

describe('a Parquet object', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cf502-parquet-'));
  const codecs = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'];
  const underscored = (name: string) =>
    name
      .replaceAll(/[^a-z]+/gi, '_')
      .replace(/_$/, '')
      .toLowerCase();
  let asText: Awaited<ReturnType<typeof scanBytes>>;
  beforeAll(async () => {
    asText = await scanBytes(renderAccessLogText(story));
    const rows = tableOf(story, v2Fields).map((values) => values.join('\t'));
    writeFileSync(join(folder, 'rows.tsv'), `${v2Fields.map(underscored).join('\t')}\n${rows.join('\n')}\n`);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const source = `read_csv('${folder}/rows.tsv', delim='\t', header=true, all_varchar=true, quote='')`;
    for (const codec of codecs)
      await connection.run(
        `COPY (FROM ${source}) TO '${folder}/${codec}.parquet' (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE 2048)`,
      );
    await connection.run(
      `COPY (SELECT * REPLACE (sc_status::INTEGER AS sc_status, sc_bytes::BIGINT AS sc_bytes, date::DATE AS date) FROM ${source}) TO '${folder}/typed.parquet' (FORMAT parquet)`,
    );
    connection.closeSync();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([...codecs, 'typed'])('is read: %s', async (name) => {
    const { notes, result } = await scanBytes(readFileSync(join(folder, `${name}.parquet`)), {}, 1_000);
    expect(notes.malformed.count).toBe(0);
    expect(result).toEqual(asText.result);
  });

  /** What a query comes to as an object. */
  async function written(query: string, options = ''): Promise<Buffer> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`COPY (${query}) TO '${folder}/written.parquet' (FORMAT parquet ${options})`);
    connection.closeSync();
    return readFileSync(join(folder, 'written.parquet'));
  }

  it.each([
    ['a date and a time', `DATE '2026-11-20' AS "date", TIME '10:15:42' AS "time"`],
    [
      'a date and a time as moments',
      `TIMESTAMP '2026-11-20 10:15:42' AS "date", TIMESTAMP '2026-11-20 10:15:42' AS "time"`,
    ],
    ['a moment', `TIMESTAMP '2026-11-20 10:15:42' AS "timestamp"`],
    ['a moment in milliseconds', `TIMESTAMP_MS '2026-11-20 10:15:42' AS "timestamp_ms"`],
    ['a number of seconds', '1795169742 AS "timestamp"'],
  ])('may tell the time as %s, and the status as a number', async (_what, time) => {
    const body = await written(`SELECT ${time}, (CASE WHEN i = 0 THEN 0 ELSE 502 END) AS sc_status FROM range(3) t(i)`);
    const { notes, result } = await scanBytes(body);
    expect(notes.malformed.count).toBe(0);
    expect(result.newestRow).toBe('2026-11-20T10:15:42.000Z');
    expect(result.byStatus).toEqual([
      { status: '000', count: 1 },
      { status: '502', count: 2 },
    ]);
  });

  it('holds malformed rows where there is no time, rather than such of 1970', async () => {
    const body = await written(`SELECT NULL::TIMESTAMP AS "timestamp", 502 AS sc_status FROM range(3) t(i)`);
    const { notes, result } = await scanBytes(body);
    expect(notes.malformed.count).toBe(3);
    expect(result.oldestRow).toBeNull();
  });

  it('is read in pages, however many rows are in a group', async () => {
    const rows = `SELECT '2026-11-20' AS "date", '10:15:42' AS "time", '502' AS sc_status, 'id' || i AS x_edge_request_id FROM range(300000) t(i)`;
    const { notes, result } = await scanBytes(await written(rows, ', ROW_GROUP_SIZE 1000000'), {}, 65_536);
    expect(notes.malformed.count).toBe(0);
    expect(result.failures).toBe(300_000);
  });

  it.each([
    ['far more rows than its size can hold', `SELECT '2026-11-20' AS "date" FROM range(9000000)`],
    [
      'pages that no memory should hold',
      `SELECT '2026-11-20' AS "date", i || repeat('x', 90000) AS cs_uri_stem FROM range(1200) t(i)`,
    ],
  ])('is given up where it holds %s', async (_what, query) => {
    const given = scanBytes(await written(query, ', ROW_GROUP_SIZE 1000000, COMPRESSION zstd'), {}, 65_536);
    await expect(given).rejects.toBeInstanceOf(UnreadableLogError);
    await expect(given).rejects.toMatchObject({ remedy: expect.any(String) });
  });

  it('counts for nothing where it is cut short or damaged', async () => {
    const whole = readFileSync(join(folder, 'snappy.parquet'));
    await expect(scanBytes(whole.subarray(0, whole.length - 100))).rejects.toBeInstanceOf(UnreadableLogError);
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 100, 4_000);
    await expect(scanBytes(damaged)).rejects.toBeInstanceOf(UnreadableLogError);
  });
});
