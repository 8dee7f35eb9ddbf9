/** The formats of standard logging v2 beside v1: the same rows come to the same counts, told apart by what the objects say. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { LogHint } from '../../src/access-log/log-layout.js';
import { createLogScanner } from '../../src/access-log/log-scanner.js';
import { RequestIds } from '../../src/access-log/request-ids.js';
import { renderAccessLogText, standardFields } from '../world/access-logs.js';
import { plantStory } from '../world/log-story.js';
import { scanBytes, tableOf, window } from './log-builders.js';

const story = plantStory({
  seed: 21,
  window: { from: new Date(window.from), to: new Date(window.to) },
  requestsPerMinute: 5,
  paths: [
    { path: '/api/grün/{id}', weight: 1 },
    { path: '/a b', weight: 1, method: 'POST' },
  ],
  failures: [{ share: 0.3, detailedResult: 'OriginReadError' }],
});
const v2Fields = [...standardFields, 'c-country', 'cache-behavior-path-pattern'];
const table = (fields: readonly string[]) => tableOf(story, fields);
const joined = (fields: readonly string[], delimiter: string) =>
  `${table(fields)
    .map((values) => values.join(delimiter))
    .join('\n')}\n`;

const v1 = renderAccessLogText(story);
const asObjects = (fields: readonly string[]) =>
  table(fields).map((values) => Object.fromEntries(fields.map((name, index) => [name, values[index]])));
/** As `timestamp(ms)` and without a date and a time. */
const withTimestamp = (perSecond: number, name: string) =>
  asObjects(standardFields).map(({ date, time, ...rest }) => ({
    [name]: String((Date.parse(`${date}T${time}Z`) / 1000) * perSecond),
    ...rest,
  }));

describe('a log object', () => {
  const named = [...v2Fields].reverse();
  const stamped = ['timestamp', ...standardFields.slice(2)];
  const stampedRows = withTimestamp(1, 'timestamp').map((row) =>
    stamped.map((name) => (row as Readonly<Record<string, string>>)[name] ?? '-'),
  );
  it.each<[string, string, LogHint?]>([
    ['v1', v1],
    ['v1 with a delimiter of its own', v1.replaceAll('\t', ',')],
    [
      'w3c whose names stand between tabs',
      v1.replace(/^#Fields: (.*)$/m, (_, names: string) => `#Fields: ${names.replaceAll(' ', '\t')}`),
    ],
    [
      'v1 of 26 columns and more',
      renderAccessLogText(story, { fields: [...standardFields.slice(0, 26), 'x-edge-detailed-result-type'] }),
    ],
    ['raw in the order of v2', joined(v2Fields, '\t')],
    ['raw in the order of v1, between bars', joined(standardFields, '|')],
    ['raw in an order of its own, which the delivery tells', joined(named, '\t'), { fields: named }],
    ['raw with a delimiter of two characters', joined(named, '||'), { fields: named, delimiter: '||' }],
    ['plain with a line of names', `${named.join(' ')}\n${joined(named, ' ')}`],
    [
      'JSON',
      asObjects(v2Fields)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    ],
    [
      'JSON with numbers and CRLF',
      asObjects(v2Fields)
        .map((row) => `${JSON.stringify({ ...row, 'sc-status': Number(row['sc-status']) })}\r\n`)
        .join(''),
    ],
    [
      'JSON with a timestamp in milliseconds',
      withTimestamp(1000, 'timestamp(ms)')
        .map((row) => JSON.stringify(row))
        .join('\n'),
    ],
    [
      'w3c with a timestamp in seconds',
      `#Fields: ${stamped.join(' ')}\n${stampedRows.map((row) => row.join('\t')).join('\n')}\n`,
    ],
  ])('is read as %s, plain and packed, however it is cut', async (...[_what, text, hint]) => {
    const expected = (await scanBytes(v1)).result;
    expect(expected.requests).toBe(story.length);
    for (const body of [text, gzipSync(text)])
      for (const pieceBytes of [97, 100_000]) {
        const { notes, result } = await scanBytes(body, hint, pieceBytes);
        expect(notes.malformed.count).toBe(0);
        expect([...notes.missingFields]).toEqual([]);
        expect(result).toEqual(expected);
      }
  });

  it('is not read by position where nothing bears the order out', async () => {
    const { notes, result } = await scanBytes(joined(named, '\t'));
    expect(result.requests).toBe(0);
    expect(notes.malformed.count).toBe(story.length);
  });

  it.each([
    ['the detailed result', ['date', 'time', 'sc-status', 'cs-uri-stem'], 'x-edge-detailed-result-type', 300],
    ['the time', ['date', 'sc-status', 'x-edge-detailed-result-type'], 'time', 0],
  ])('names what is missed where a delivery leaves out %s', async (_what, fields, missing, requests) => {
    const rows = asObjects(fields).map((row) => `${JSON.stringify(row)}\n`);
    const { notes, result } = await scanBytes(rows.join(''));
    expect(notes.missingFields).toContain(missing);
    expect(result.requests).toBe(requests);
    expect(notes.malformed.count).toBe(story.length - requests);
  });

  it('counts lines that are no JSON, and shows nothing that was in them', async () => {
    const { notes, result } = await scanBytes('{"date":"2026-11-20"}\n{"secret@example.com\n[1]\nnull\n');
    expect(result.requests).toBe(0);
    expect(notes.malformed.count).toBe(4);
    expect(notes.malformed.samples.join()).not.toContain('secret');
  });

  it.each([[null], [''], ['soon'], [[]], [false]])('takes no timestamp of %j for one of 1970', async (timestamp) => {
    const { notes, result } = await scanBytes(`${JSON.stringify({ timestamp, 'sc-status': '502' })}\n`);
    expect(notes.malformed.count).toBe(1);
    expect(result.oldestRow).toBeNull();
  });

  it('reads the status 0 of JSON with numbers as that of a viewer who left', async () => {
    const row = { date: '2026-11-20', time: '10:15:42', 'sc-status': 0 };
    expect((await scanBytes(`${JSON.stringify(row)}\n`)).result.byStatus).toEqual([{ status: '000', count: 1 }]);
  });

  it('shows the shape of what is malformed, and not a letter of it', async () => {
    const { notes } = await scanBytes(`${v1}Secret-77\tanna@example.com\n`);
    expect(notes.malformed.samples).toEqual(['2 of 33 columns: Aaaaaa-00 aaaa?aaaaaaa.aaa']);
  });
});

describe('a scanner of many objects', () => {
  it('counts what was whole and nothing of what was not, however large', async () => {
    const scanner = createLogScanner({ window, pathPattern: null, behaviours: ['*'] });
    const signal = new AbortController().signal;
    const ids = new RequestIds();
    const noise = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 251));
    const header = `#Fields: ${standardFields.join(' ')}\n`;
    const rows = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) =>
        standardFields
          .map(
            (name) =>
              ({ date: '2026-11-20', time: '10:00:00', 'sc-status': '502', 'x-edge-request-id': `id-${from + index}` })[
                name as string
              ] ?? '-',
          )
          .join('\t'),
      ).join('\n');
    const large = (from: number) =>
      gzipSync(`${header}${rows(from, 20_000)}\n# ${noise.toString('base64')}\n`, { level: 1 });
    const small = (from: number) => gzipSync(`${header}${rows(from, 10)}\n`);
    const scanOne = (bytes: Buffer, claimant: number) =>
      scanner.scan(Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]), { requestIds: ids, claimant, signal });
    await scanOne(small(1), 1);
    await scanOne(large(1_000), 2);
    await expect(scanOne(large(50_000).subarray(0, -9), 3)).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
    await expect(scanOne(small(90_000).subarray(0, -9), 4)).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
    await scanOne(small(50_000), 5);
    await scanOne(small(90_000), 6);
    await scanOne(small(1), 7);
    expect(scanner.take().finish().failures).toBe(10 + 20_000 + 10 + 10);
    expect(scanner.take().finish().failures).toBe(0);
  });
});
