/** Objects that do not begin as they should: one bad line costs itself and nothing beside it, and the head of an object is read once. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { defaultFields, type LogHint } from '../../src/access-log/log-layout.js';
import { standardFields } from '../world/access-logs.js';
import { rowAt, scanBytes, tableOf } from './log-builders.js';

const rows = Array.from({ length: 5 }, (_, index) =>
  rowAt('10:15:42', { 'sc-status': '502', 'x-edge-request-id': `id-${index}` }),
);
const raw = (delimiter: string, fields: readonly string[] = standardFields) =>
  tableOf(rows, fields)
    .map((values) => `${values.join(delimiter)}\n`)
    .join('');
const header = `#Version: 1.0\n#Fields: ${standardFields.join(' ')}\n`;
const json = tableOf(rows, standardFields)
  .map(
    (values) => `${JSON.stringify(Object.fromEntries(standardFields.map((name, index) => [name, values[index]])))}\n`,
  )
  .join('');
const cut = (delimiter: string) => `2026-11-20${delimiter}10:00\n`;

describe('a log object whose first line is no row', () => {
  it.each<[string, string, LogHint?]>([
    ['w3c between commas', `${header}${cut(',')}${raw(',')}`],
    ['w3c between commas, which the delivery tells', `${header}${cut(',')}${raw(',')}`, { delimiter: ',' }],
    ['raw between commas', `${cut(',')}${raw(',')}`, { delimiter: ',', fields: standardFields }],
    ['raw in the documented order', `${cut('\t')}${raw('\t')}`],
    [
      'raw whose first row lacks the last columns',
      `${tableOf(rows, standardFields.slice(0, 30))[0]?.join('\t')}\n${raw('\t')}`,
    ],
    ['JSON', `api/x","sc-status":"200"}\n${json}`],
    ['JSON, all of whose first lines are cut', `a"}\nb"}\nc"}\nd"}\ne"}\nf"}\n${json}`, { format: 'json' }],
  ])('loses that line only: %s', async (...[_what, text, hint]) => {
    const ofTheFirst = text.indexOf('\n') + 1;
    const inMembers = Buffer.concat([gzipSync(text.slice(0, ofTheFirst)), gzipSync(text.slice(ofTheFirst))]);
    for (const body of [text, gzipSync(text), inMembers]) {
      const { notes, result } = await scanBytes(body, hint);
      expect(result.failures).toBe(5);
      expect(notes.malformed.count).toBe(text.split('\n').length - 1 - 5 - (text.startsWith('#') ? 2 : 0));
    }
  });

  it.each<[string, string]>([
    ['JSON', json],
    ['w3c', `${header}${raw('\t')}`],
    ['w3c between commas', `${header}${raw(',')}`],
    ['raw', raw('\t')],
  ])('may begin with a byte order mark: %s', async (_what, text) => {
    const { notes, result } = await scanBytes(`\ufeff${text}`);
    expect(result.failures).toBe(5);
    expect(notes.malformed.count).toBe(0);
  });

  it.each<[string, string]>([
    ['on one line', `[${json.trimEnd().replaceAll('\n', ',')}]`],
    ['with an end of line', `[${json.trimEnd().replaceAll('\n', ',')}]\n`],
    ['of one object', `[${json.split('\n')[0]}]\n`],
    ['that is too long for a line', `[${json.repeat(200).trimEnd().replaceAll('\n', ',')}]`],
  ])('is named where it is a JSON array %s', async (_what, text) => {
    for (const hint of [{}, { format: 'json', fields: standardFields }] as const) {
      const { notes, result } = await scanBytes(text, hint);
      expect(result.failures).toBe(0);
      expect(notes.malformed.save()).toEqual({
        count: 1,
        samples: ['one JSON array; CloudFront writes an object per line'],
      });
    }
  });

  it('may be indented JSON', async () => {
    expect((await scanBytes(json.replaceAll(/^(?=\{)/gm, '  '))).result.failures).toBe(5);
  });

  it.each([26, 27, 28, 29, 30, 31, 32, 33, 34, 35])(
    'may hold the first %d columns of the documented order and no word of them',
    async (columns) => {
      const { result } = await scanBytes(raw('\t', defaultFields.slice(0, columns)));
      expect(result.failures).toBe(5);
    },
  );
});

describe('a log object whose first lines are long', () => {
  const bare = '2026-11-20\t10:15:42\t502\n'.repeat(10);
  const fields = '#Fields: date time sc-status\n';

  it.each([1_000_000, 65_536, 8_192])('counts its rows once, in pieces of %d bytes', async (pieceBytes) => {
    const text = `${'?'.repeat(170_000)}\n${fields}${bare}# ${'x'.repeat(100_000)}\n${bare}`;
    for (const body of [text, gzipSync(text)]) {
      const { notes, result } = await scanBytes(body, {}, pieceBytes);
      expect(result.failures).toBe(20);
      expect(notes.malformed.count).toBe(1);
    }
  });

  it('loses a JSON line of 200 KB and not those after it', async () => {
    const { notes, result } = await scanBytes(`{"date":"${'x'.repeat(200_000)}"}\n${json}`);
    expect(result.failures).toBe(5);
    expect(notes.malformed.count).toBe(1);
  });

  it('finds the names and the rows behind comments however many', async () => {
    const comments = `${'# nothing\n'.repeat(2_000)}`;
    const { notes, result } = await scanBytes(`${comments}${header}${comments}${raw(',')}`);
    expect(result.failures).toBe(5);
    expect(notes.malformed.count).toBe(0);
  });

  it('is one malformed line where it has no line end', async () => {
    const { notes } = await scanBytes(gzipSync(Buffer.alloc(3_000_000, 'x')));
    expect(notes.malformed.count).toBe(1);
  });
});
