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

  it('counts for nothing where it is cut short or damaged', async () => {
    const whole = readFileSync(join(folder, 'snappy.parquet'));
    await expect(scanBytes(whole.subarray(0, whole.length - 100))).rejects.toBeInstanceOf(UnreadableLogError);
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 100, 4_000);
    await expect(scanBytes(damaged)).rejects.toBeInstanceOf(UnreadableLogError);
  });
});
