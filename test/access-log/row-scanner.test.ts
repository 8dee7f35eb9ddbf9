/** The WebAssembly scanner against the plain one: whatever the bytes and wherever they are cut, both come to the same. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AggregateOptions, createAggregate } from '../../src/access-log/aggregate.js';
import { RequestIds } from '../../src/access-log/request-ids.js';
import { createPlainScanner, type RowScanner } from '../../src/access-log/row-scanner.js';
import { createWasmScanner } from '../../src/access-log/wasm-scanner.js';
import { renderAccessLogText, standardFields } from '../world/access-logs.js';
import { plantStory } from '../world/log-story.js';
import { window } from './log-builders.js';

const behaviours = ['/api/v?/*', '/a*b*.js', 'img/*', '/1*', '*'];

function optionsOf(more: Partial<AggregateOptions> = {}): AggregateOptions {
  return { window, pathPattern: null, behaviours, ...more };
}

function wasmScanner(options: AggregateOptions): RowScanner {
  const scanner = createWasmScanner(options);
  if (scanner === null) throw new Error('This engine has no WebAssembly with SIMD.');
  return scanner;
}

/** Everything that two objects, one after the other, come to. */
function readWith(scanner: RowScanner, options: AggregateOptions, texts: readonly Buffer[], sizes: readonly number[]) {
  const requestIds = new RequestIds();
  const aggregate = createAggregate(options);
  const notes = texts.map((text, index) => {
    scanner.begin({ requestIds, claimant: index + 1 });
    for (let at = 0, turn = 0; at < text.length; turn += 1) {
      const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
      scanner.push(text.subarray(at, at + size));
      at += size;
    }
    const { malformed, missingFields, duplicates, failures } = scanner.end();
    return { malformed: malformed.save(), missingFields: [...missingFields].sort(), duplicates, failures };
  });
  scanner.takeInto(aggregate.tally);
  return { notes, result: aggregate.finish() };
}

function expectSame(options: AggregateOptions, texts: readonly Buffer[], sizes: readonly number[]) {
  const plain = readWith(createPlainScanner(options), options, texts, [65_536]);
  expect(readWith(wasmScanner(options), options, texts, sizes)).toEqual(plain);
  return plain;
}

const segment = fc.oneof(
  fc.constantFrom(
    'api',
    'v2',
    'v2.1.9',
    'v1234',
    'a',
    'b.js',
    '{more}',
    '',
    '.',
    '-',
    '..',
    'x@y',
    '20261120',
    '2026-1120',
  ),
  fc.constantFrom(
    '2026-13-01',
    '1999-12-31',
    '19991',
    '0',
    '-5',
    '+5.5',
    '5,',
    '5,x',
    'order-20391',
    'order_12',
    'a1-234',
  ),
  fc.constantFrom(
    '123e4567-e89b-12d3-a456-426614174000',
    '123e4567-e89b-12d3-a456-42661417400g',
    'deadbeefdeadbeef',
    'deadbeef0123',
  ),
  fc.constantFrom(
    'app.3fa9c1d2e4.js',
    '9f86d081884c7d65.css',
    'x.jpeg2',
    'x.toolong1',
    'x.mp4a',
    'red-shoes-12345',
    '%C3%A4',
    '%2520',
    'é',
  ),
  fc.string({ unit: fc.constantFrom('a', 'f', 'Z', '0', '7', '-', '_', '.', '@', ':', '+'), maxLength: 80 }),
);
const stem = fc.oneof(
  fc.array(segment, { maxLength: 10 }).map((parts) => `/${parts.join('/')}`),
  fc.constantFrom('-', '*', 'no-slash', '/?q', `/${'x/'.repeat(400)}`, `/${'long'.repeat(300)}`),
);
const value = {
  date: fc.constantFrom(
    '2026-11-20',
    '2026-11-20',
    '2026-11-20',
    '2026-11-21',
    '2026-02-30',
    '9999-12-31',
    '2026/11/20',
    '-',
  ),
  time: fc.constantFrom(
    '10:15:42',
    '10:16:07',
    '10:00:00',
    '10:59:59',
    '11:00:00',
    '23:59:60',
    '24:00:00',
    '1:00:00',
    '10:1x:00',
  ),
  'sc-status': fc.constantFrom('200', '200', '502', '502', '502', '000', '503', '504', '304', '5o2', '-', '1000'),
  'x-edge-location': fc.constantFrom(
    'FRA56-P1',
    'LHR61',
    '-',
    '',
    'seventeen-letters',
    'a-name-that-is-longer-than-sixteen',
    'ä',
  ),
  'sc-bytes': fc.constantFrom('0', '999', '1000', '502', '99999999', '1234567890123456', '-', '12a', ''),
  'cs-method': fc.constantFrom('GET', 'HEAD', 'POST', 'get', 'M'.repeat(300), '%47ET'),
  'cs-uri-stem': stem,
  'cs(Host)': fc.constantFrom('d111111abcdef8.cloudfront.net', '-'),
  'x-host-header': fc.constantFrom('WWW.example.com', 'www.example.com', '-', '', 'h%20st'),
  'x-edge-request-id': fc.oneof(
    fc.constantFrom('-', '', 'same', 'id'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
  ),
  'time-taken': fc.constantFrom(
    '0.000',
    '0.009',
    '0.01',
    '5',
    '5.0004',
    '29.999',
    '61.',
    '.5',
    '-',
    '1.2.3',
    '999999999999999',
    '1e3',
  ),
  'cs-protocol-version': fc.constantFrom('HTTP/2.0', 'HTTP/3.0', '-'),
  'x-edge-detailed-result-type': fc.constantFrom(
    'Hit',
    'Miss',
    'Error',
    'OriginDnsError',
    'OriginShieldHit',
    'LambdaExecutionError',
    'LimitExceeded',
    '-',
  ),
};
const line = fc
  .record(value)
  .map((row) =>
    standardFields
      .map((name) => (row as Readonly<Record<string, string>>)[name]?.replace(/[\t\n\r]/g, '_') ?? '-')
      .join('\t'),
  );
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n');
const mutilated = fc.oneof(
  { weight: 8, arbitrary: line },
  { weight: 1, arbitrary: fc.tuple(line, fc.nat(400)).map(([text, at]) => text.slice(0, at)) },
  { weight: 1, arbitrary: fc.tuple(line, fc.nat(60)).map(([text, at]) => `${text.slice(0, at)}\t${text.slice(at)}`) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('\t', '#', '#Fields: ', '-', '502', 'ÿ', '\r', ' '), maxLength: 40 }),
  },
);
const log = fc
  .array(fc.tuple(mutilated, lineEnd), { maxLength: 60 })
  .chain((lines) => fc.tuple(fc.constant(lines), fc.boolean(), fc.boolean()))
  .map(([lines, endsWhole, hasHeader]) => {
    const text = lines.map(([body, end]) => body + end).join('');
    const header = hasHeader ? `#Version: 1.0\r\n#Fields: ${standardFields.join(' ')}\n` : '';
    return Buffer.from(header + (endsWhole ? text : text.trimEnd()));
  });
/** Its steps, minutes and hours begin before it does. */
const oddWindow = { from: '2026-11-20T10:00:37.000Z', to: '2026-11-20T10:59:41.000Z' };
const windows = fc.constantFrom(window, oddWindow);
const sizes = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 12 });

describe('the WebAssembly scanner', () => {
  it('counts what the plain one counts, whatever the bytes and wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(log, { minLength: 1, maxLength: 2 }), sizes, windows, (texts, cuts, asked) => {
        expectSame(optionsOf({ window: asked }), texts, cuts);
      }),
      { numRuns: 80 },
    );
  });

  it('counts the same where only some paths are wanted', () => {
    const patterns = fc.constantFrom('/api/*', '*.js', '/a?i/*', '/20*', 'no/slash', '/*');
    fc.assert(
      fc.property(log, patterns, (text, pathPattern) => {
        expectSame(optionsOf({ pathPattern }), [text], [1_000]);
      }),
      { numRuns: 30 },
    );
  });

  it('reads what CloudFront writes, in other orders and with columns that nobody knows', () => {
    const story = plantStory({
      seed: 5,
      window: { from: new Date(window.from), to: new Date(window.to) },
      requestsPerMinute: 40,
      failures: [{ share: 0.2, detailedResult: 'OriginConnectError' }],
    });
    const orders = [
      standardFields,
      [...standardFields].reverse(),
      ['x-new', ...standardFields, 'distribution-tenant-id', 'connection-id'],
      standardFields.slice(0, 26),
      ['date', 'time', 'sc-status'],
    ];
    const texts = orders.map((fields) => Buffer.from(renderAccessLogText(story, { fields })));
    const { result, notes } = expectSame(optionsOf(), texts.slice(0, 4), [7_001]);
    // The same rows four times over, and the third of them without the columns of 2019.
    expect(result.requests).toBe(story.length);
    expect(notes.map(({ duplicates }) => duplicates)).toEqual([0, story.length, story.length, story.length]);
    expect(notes[3]?.missingFields).toEqual(['x-edge-detailed-result-type']);
    expect(expectSame(optionsOf(), texts.slice(4), [999]).result.requests).toBe(story.length);
  });

  it.each(
    Object.entries({
      time: ['10315:42', '10:15342', '10:15:4:', '1a:00:00', '10:60:00', '10:00:61', '10:59:60', '/0:00:00'],
      'sc-bytes': [999, 1_000, 9_999, 10_000, 99_999, 100_000, 999_999, 1_000_000, 9_999_999, 10_000_000]
        .map(String)
        .concat('123456789', '000000000012345', '1x345678', '12345678x', 'x2345678', '0000000000000999'),
      'time-taken': [0.1, 0.5, 1, 5, 10, 29.5, 31, 59.5, 61]
        .flatMap((seconds) => [(seconds - 0.001).toFixed(3), seconds.toFixed(3)])
        .concat('12345.678', '123456.789', '0.12x', 'x.123', '1.12.345', '.123', '12.3456', '0.0x1'),
      'cs-uri-stem': [
        '/collections/12345',
        '/2026-11-20',
        '/20261120',
        '/abcdefg01234',
        '/0123456789ab',
        '/a.b.js',
        '/x',
      ]
        .concat(`/${'w'.repeat(33)}`, `/${'w'.repeat(20)}-${'w'.repeat(20)}`, `/${'w'.repeat(20)}_${'w'.repeat(20)}`)
        .concat(
          `/${'path/'.repeat(7)}a`,
          `/${'path/'.repeat(7)}b`,
          `/${'p'.repeat(78)}a`,
          `/${'p'.repeat(78)}b`,
          '/a\x7fb',
        ),
    }),
  )('reads awkward values of %s as the plain one does', (column, values) => {
    for (const value of values) {
      const row: Readonly<Record<string, string>> = {
        date: '2026-11-20',
        time: '10:00:00',
        'sc-status': '502',
        [column]: value,
      };
      const line = standardFields.map((name) => row[name] ?? '-').join('\t');
      const text = `#Fields: ${standardFields.join(' ')}\n${line}\n`;
      expectSame(optionsOf({ behaviours: ['/a*'] }), [Buffer.from(text)], [text.length]);
    }
  });

  it('reads a last column up to the end of its line, however that is written', () => {
    const rows = ['Miss\r\n', 'Hit\n', '\r\n', '-\r\n', '\n', 'Error'];
    const text = rows.map((last) => `2026-11-20\t10:00:00\t502\t${last}`).join('');
    const header = '#Fields: date time sc-status x-edge-detailed-result-type\r\n';
    const { result } = expectSame(optionsOf(), [Buffer.from(header + text)], [40]);
    expect(result.failures).toBe(6);
  });

  it('counts more values than it can number at once', () => {
    const rows = Array.from({ length: 9_000 }, (_, index) =>
      standardFields
        .map((name) => {
          if (name === 'date') return '2026-11-20';
          if (name === 'time') return '10:00:00';
          if (name === 'sc-status') return index % 3 === 0 ? '502' : '200';
          if (name === 'cs-uri-stem') return `/f${index % 40}x/slug-${inLetters(index)}`;
          if (name === 'x-host-header') return `h${index % 1_900}.example.com`;
          return '-';
        })
        .join('\t'),
    );
    const text = Buffer.from(`#Fields: ${standardFields.join(' ')}\n${rows.join('\n')}\n`);
    const { result } = expectSame(optionsOf(), [text], [65_536]);
    expect(result.requests).toBe(9_000);
  });

  it('forgets an object that it is told to drop', () => {
    const options = optionsOf();
    const text = Buffer.from(
      renderAccessLogText(
        plantStory({ seed: 1, window: { from: new Date(window.from), to: new Date(window.to) }, requestsPerMinute: 1 }),
      ),
    );
    for (const scanner of [wasmScanner(options), createPlainScanner(options)]) {
      readWith(scanner, options, [text], [500]);
      scanner.begin({ requestIds: new RequestIds(), claimant: 1 });
      scanner.push(text);
      scanner.end();
      scanner.drop();
      expect(readWith(scanner, options, [text], [500]).result.requests).toBe(60);
    }
  });

  it('counts every malformed line, and shows the first of them, beside comments and names that change all the time', () => {
    const lines = Array.from({ length: 600 }, (_, index) => [
      'x'.repeat(600 - index),
      '# a comment',
      '#Fields: date time sc-status',
      '2026-11-20\t10:00:00\t502',
      '#Fields: sc-status date time\r',
      '502\t2026-11-20\t10:00:00',
    ]);
    const { notes, result } = expectSame(optionsOf(), [Buffer.from(lines.flat().join('\n'))], [4_000]);
    expect(notes[0]?.malformed.count).toBe(600);
    expect(result.failures).toBe(1_200);
  });

  it('takes no row of a time that is yet to come for the newest, and none of before 1970 for a row', () => {
    const rows = ['2026-11-20\t10:59:00', '9999-12-31\t23:59:59', '1969-12-31\t23:59:60', '2026-11-20\t11:05:00'];
    const text = `#Fields: date time sc-status\n${rows.map((at) => `${at}\t502\n`).join('')}`;
    const options = optionsOf({ notAfter: '2026-11-20T11:10:00.000Z' });
    const { notes, result } = expectSame(options, [Buffer.from(text)], [4_000]);
    expect(notes[0]?.malformed.count).toBe(1);
    expect(result.rows).toEqual({ inWindow: 1, outsideWindow: 2 });
    expect(result.newestRow).toBe('2026-11-20T11:05:00.000Z');
  });

  it('passes over lines that are too long, and goes on after them', () => {
    const header = `#Fields: date time sc-status\n`;
    const row = '2026-11-20\t10:00:00\t502\n';
    for (const length of [131_000, 131_073, 262_144, 1_000_000]) {
      for (const letter of ['x', '\t', '502\t']) {
        const long = letter.repeat(length / letter.length);
        const text = Buffer.from(`${header}${row}${long}\n${row}`);
        for (const size of [997, 65_536, 300_000]) {
          const { result, notes } = expectSame(optionsOf(), [text], [size]);
          expect(result.failures).toBe(2);
          expect(notes[0]?.malformed.count).toBe(1);
        }
      }
    }
  });

  it('leaves windows and behaviours beyond its tables to the plain one', () => {
    expect(
      createWasmScanner(optionsOf({ behaviours: Array.from({ length: 500 }, (_, index) => `/${index}/*`) })),
    ).toBeNull();
    expect(
      createWasmScanner(optionsOf({ window: { from: '2026-01-01T00:00:00Z', to: '2026-11-20T00:00:00Z' } })),
    ).toBeNull();
  });
});

function inLetters(index: number): string {
  return String(index).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
}
