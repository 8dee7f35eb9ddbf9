import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { column } from '../../src/access-log/log-columns.js';
import { renderAccessLogText } from '../world/access-logs.js';
import { parse, rowAt } from './log-builders.js';

const header = '#Version: 1.0\n#Fields: date time sc-status cs-uri-stem\n';
const row = (path = '/', status = '502') => `2026-11-20\t10:15:42\t${status}\t${path}`;
const pathOf = (fields: readonly string[]) => fields[column('cs-uri-stem')];

describe('the log parser', () => {
  it('reads the columns of a standard log by name', () => {
    const text = renderAccessLogText([rowAt('10:15:42', { 'cs-uri-stem': '/api/x', 'sc-status': '502' })]);
    const { rows, parser } = parse(text);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ status: 502, atSeconds: Date.parse('2026-11-20T10:15:42Z') / 1000 });
    const fields = rows[0]?.fields ?? [];
    expect(fields[column('x-edge-location')]).toBe('FRA56-P1');
    expect(fields[column('x-host-header')]).toBe('www.example.com');
    expect(pathOf(fields)).toBe('/api/x');
    expect(parser.malformed.count).toBe(0);
    expect([...parser.missingFields]).toEqual([]);
  });

  it('never holds a column with personal data', () => {
    const { rows } = parse(renderAccessLogText([rowAt('10:15:42')]));
    const seen = (rows[0]?.fields ?? []).join('\n');
    for (const secret of ['192.0.2.10', '198.51.100.7', 'account', 'ExampleBrowser', 'token', 'session'])
      expect(seen).not.toContain(secret);
  });

  it.each([
    [
      'other order and unknown columns',
      `#Fields: x-new cs-uri-stem sc-status time date\nv\t/a\t502\t10:15:42\t2026-11-20\n`,
    ],
    ['CRLF', `${header.replaceAll('\n', '\r\n')}${row('/a')}\r\n`],
    ['no line end at the end of the file', `${header}${row('/a')}`],
    ['an empty line', `${header}\n${row('/a')}\n\n`],
    ['a comment amid the rows', `${header}#Remark: nothing\n${row('/a')}\n`],
    ['no version line', `#Fields: date time sc-status cs-uri-stem\n${row('/a')}\n`],
    ['#Fields without a blank', `#Fields:date time sc-status cs-uri-stem\n${row('/a')}\n`],
  ])('reads %s', (_name, text) => {
    const { rows, parser } = parse(text);
    expect(rows.map(({ fields }) => pathOf(fields))).toEqual(['/a']);
    expect(parser.malformed.count).toBe(0);
  });

  it('follows a second #Fields line', () => {
    const { rows } = parse(
      `${header}${row('/a')}\n#Fields: cs-uri-stem date time sc-status\n/b\t2026-11-20\t10:15:42\t200\n`,
    );
    expect(rows.map(({ fields }) => pathOf(fields))).toEqual(['/a', '/b']);
  });

  it('takes the status 000 of a viewer who left', () => {
    expect(parse(`${header}${row('/', '000')}\n`).rows.map(({ status }) => status)).toEqual([0]);
  });

  it.each([
    ['a column too few', `${header}2026-11-20\t10:15:42\t502\n`],
    ['a column too many', `${header}${row()}\tmore\n`],
    ['a row before #Fields', `${row()}\n`],
    ['no time', `${header}-\t-\t502\t/\n`],
    ['a day that does not exist', `${header}2026-02-30\t10:15:42\t502\t/\n`],
    ['an hour that does not exist', `${header}2026-11-20\t24:15:42\t502\t/\n`],
    ['no status', `${header}${row('/', '-')}\n`],
    ['a status with a letter', `${header}${row('/', '5o2')}\n`],
    ['columns without which a row says nothing', '#Fields: date time cs-uri-stem\n2026-11-20\t10:15:42\t/\n'],
  ])('counts as malformed, and passes on nothing of: %s', (_name, text) => {
    const { rows, parser } = parse(text);
    expect(rows).toEqual([]);
    expect(parser.malformed.count).toBe(1);
  });

  it('does not take a byte count of 502 for a status', () => {
    const text = renderAccessLogText([rowAt('10:00:00', { 'sc-bytes': '502', 'sc-status': '200' })]);
    expect(parse(text).rows.map(({ status }) => status)).toEqual([200]);
  });

  it('names the columns that a file lacks', () => {
    const { missingFields } = parse(`${header}${row()}\n`).parser;
    expect(missingFields.has('x-edge-detailed-result-type')).toBe(true);
    expect(missingFields.has('cs-uri-stem')).toBe(false);
  });

  it('passes over a line without end, in bounded memory, and goes on after it', () => {
    const { rows, parser } = parse(`${header}${'x'.repeat(1_000_000)}\n${row('/after')}\n`, [4_096]);
    expect(rows.map(({ fields }) => pathOf(fields))).toEqual(['/after']);
    expect(parser.malformed.count).toBe(1);
  });

  it('reads the same whatever the chunks', () => {
    const text = renderAccessLogText([
      rowAt('10:00:00'),
      rowAt('10:00:01', { 'cs-uri-stem': '/ä b' }),
      rowAt('10:00:02'),
    ]);
    const whole = parse(text).rows;
    expect(whole).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        expect(parse(text, sizes).rows).toEqual(whole);
      }),
    );
  });

  it('survives any bytes, and accounts for every line', () => {
    const unit = fc.constantFrom(
      '\t',
      '\n',
      '\r',
      '#',
      '#Fields: ',
      'date',
      ' ',
      '502',
      '2026-11-20',
      '10:15:42',
      '-',
      'ÿ',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (noise, size) => {
        const { rows, parser } = parse(`${header}${noise}`, [size]);
        const lines = noise.split('\n').filter((line) => line !== '' && line !== '\r' && !line.startsWith('#'));
        expect(rows.length + parser.malformed.count).toBe(lines.length);
      }),
    );
  });
});
