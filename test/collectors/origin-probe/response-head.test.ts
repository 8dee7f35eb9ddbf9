import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  createHeadReader,
  type HeadReading,
  maxHeadBytesRead,
} from '../../../src/collectors/origin-probe/response-head.js';
import type { HeadAnomaly } from '../../../src/diagnosis/head-anomalies.js';

function read(...chunks: readonly (string | Buffer)[]): HeadReading {
  const reader = createHeadReader();
  for (const chunk of chunks) reader.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  return reader.reading();
}

const ok = 'HTTP/1.1 200 OK\r\n';

describe('createHeadReader', () => {
  it.each<[string, string, Partial<HeadReading>]>([
    ['nothing', '', { state: 'empty', headBytes: 0 }],
    ['a beginning', 'HTTP/1', { state: 'partial', status: null, headBytes: 6 }],
    ['a whole head', `${ok}A: b\r\n\r\nbody`, { state: 'complete', status: 200, headBytes: 25 }],
    ['HTTP/1.0 without reason', 'HTTP/1.0 404\r\n\r\n', { state: 'complete', status: 404 }],
    ['bare line feeds', 'HTTP/1.1 200 OK\nA: b\n\n', { state: 'complete', headBytes: 22 }],
    ['an empty value', `${ok}A:\r\n\r\n`, { state: 'complete' }],
    ['bytes beyond ASCII in a value', `${ok}A: caf\xe9\x80\r\n\r\n`, { state: 'complete' }],
    ['a folded header', `${ok}A: b\r\n  c\r\n\r\n`, { state: 'complete', headerBytes: [{ name: 'A', bytes: 11 }] }],
    ['a switch of protocols', 'HTTP/1.1 101 Switching\r\n\r\n', { state: 'complete', status: 101 }],
    [
      'a 100 Continue first',
      `HTTP/1.1 100 Continue\r\n\r\n${ok}\r\n`,
      { state: 'complete', status: 200, headBytes: 19 },
    ],
    [
      'every length that is declared',
      `${ok}Content-Length: 3\r\ncontent-length: 3, 4\r\n\r\n`,
      { state: 'complete', contentLengths: [3, 3, 4] },
    ],
    [
      'where a redirect leads, without its query',
      `${ok}Location: https://a.example/x?token=1#y\r\n\r\n`,
      { location: 'https://a.example/x' },
    ],
    [
      'Server and Via',
      `${ok}Server: nginx\r\nVia: 1.1 a\r\nvia: 1.1 b\r\n\r\n`,
      { server: 'nginx', via: '1.1 a, 1.1 b' },
    ],
  ])('reads %s', (_title, bytes, expected) => {
    expect(read(bytes)).toMatchObject({ problem: null, ...expected });
  });

  it.each<[string, string, string, HeadAnomaly]>([
    ['another protocol', '220 ready\r\n', 'the head does not begin with HTTP/1.1 but with “220 ready”', 'not-http'],
    [
      'a version without its number',
      'HTTP/x 200\r\n',
      'the head does not begin with HTTP/1.1 but with “HTTP/x 200”',
      'not-http',
    ],
    ['no status', 'HTTP/1.1 OK\r\n', 'the status line has no three-digit status', 'no-status'],
    ['a status with four digits', 'HTTP/1.1 2000 OK\r\n', 'the status line has no three-digit status', 'no-status'],
    ['TLS', '\x16\x03\x03\x00\x50', 'the port answered with TLS, not HTTP', 'not-http'],
    ['HTTP/2 frames', '\0\0\x12\x04\0\0\0\0\0', 'the port answered with HTTP/2 frames, not HTTP/1.1', 'not-http'],
    [
      'a length that is no number',
      `${ok}Content-Length: -1\r\n`,
      'the Content-Length is not a number',
      'bad-content-length',
    ],
    ['100 twice', 'HTTP/1.1 100 C\r\n\r\n'.repeat(2), 'a second 100 Continue before the response', 'second-continue'],
    [
      'endless hints',
      'HTTP/1.1 103 E\r\n\r\n'.repeat(11),
      'more interim responses than any client waits for',
      'many-interim-responses',
    ],
  ])('refuses %s', (_title, bytes, problem, anomaly) => {
    const { anomalies, ...reading } = read(bytes);
    expect(reading).toMatchObject({ state: 'malformed', problem });
    expect(anomalies.at(-1)).toBe(anomaly);
  });

  it.each<[string, string, readonly HeadAnomaly[], Partial<HeadReading>]>([
    ['a plain head', `${ok}X_Y-Z: b\r\n\r\n`, [], {}],
    ['a status out of range', 'HTTP/1.1 999 Odd\r\n\r\n', ['status-out-of-range'], { status: 999 }],
    ['a status below 100', 'HTTP/1.1 042 Odd\r\n\r\n', ['status-out-of-range'], { status: 42 }],
    ['HTTP/2 in the status line', 'HTTP/2 200 OK\r\n\r\n', ['other-version'], { status: 200 }],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n', ['http-1.0'], {}],
    ['no reason', 'HTTP/1.1 200\r\n\r\n', ['no-reason'], {}],
    ['an empty reason', 'HTTP/1.1 200 \r\n\r\n', ['no-reason'], {}],
    ['empty lines first', `\r\n\n${ok}\r\n`, ['leading-empty-line', 'line-feed-only'], { status: 200, headBytes: 22 }],
    ['bare line feeds', 'HTTP/1.1 200 OK\nA: b\n\n', ['line-feed-only'], {}],
    ['a folded header', `${ok}A: b\r\n c\r\n\r\n`, ['folded-header'], {}],
    ['white space first', `${ok} A: b\r\n\r\n`, ['space-before-first-header'], {}],
    ['no colon', `${ok}oops\r\n\r\n`, ['header-without-colon'], {}],
    ['no name', `${ok}: x\r\n\r\n`, ['header-without-name'], {}],
    ['white space before the colon', `${ok}Server : b\r\n\r\n`, ['space-before-colon'], { server: 'b' }],
    ['a blank in a name', `${ok}A B: c\r\n\r\n`, ['bad-header-name'], {}],
    ['a NUL in a value', `${ok}A: b\x00c\r\n\r\n`, ['control-character'], {}],
    ['a bare carriage return', `${ok}A: b\rc\r\n\r\n`, ['bare-carriage-return'], {}],
    ['seldom used marks', `${ok}X!#$%&'*+.^\`|~: c\r\n\r\n`, ['unusual-header-name'], {}],
    [
      'a coding and a length',
      `${ok}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n`,
      ['length-and-coding'],
      {},
    ],
    ['a coding that is none', `${ok}Transfer-Encoding: identity\r\n\r\n`, ['identity-coding'], {}],
    [
      'another coding',
      `${ok}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n`,
      ['unsupported-coding'],
      {},
    ],
    ['a length said twice', `${ok}Content-Length: 3, 3\r\n\r\n`, ['repeated-content-length'], {}],
    ['two lengths, which another check is for', `${ok}Content-Length: 3, 4\r\n\r\n`, [], {}],
  ])('reads on over %s', (_title, bytes, anomalies, expected) => {
    const reading = read(bytes);
    expect(reading).toMatchObject({ state: 'complete', problem: null, ...expected });
    expect(reading.anomalies).toEqual(anomalies);
    // However the bytes are cut.
    expect(read(...Array.from(bytes))).toEqual(reading);
  });

  it('tells the particulars of what is odd', () => {
    const { remarks } = read('HTTP/1.1 200 OK\nA\x07: gzip, chunked\nB : c\n\n');
    expect(remarks).toEqual([
      'a line of the head ends without a carriage return',
      'a header name holds a character that is not allowed: “A”',
      'white space stands between the header name B and its colon',
    ]);
  });

  it('sums the bytes of a header over its lines, the largest first', () => {
    const { headerBytes, headBytes } = read(`${ok}A: 1\r\nSet-Cookie: x\r\nset-cookie: yy\r\n\r\n`);
    expect(headerBytes).toEqual([
      { name: 'Set-Cookie', bytes: 31 },
      { name: 'A', bytes: 6 },
    ]);
    expect(headBytes).toBe(17 + 6 + 31 + 2);
  });

  it('stops at the cap, in one line or in many names', () => {
    const inOneLine = read(ok, Buffer.alloc(400_000, 'x'));
    expect(inOneLine).toMatchObject({ state: 'overlong', headBytes: maxHeadBytesRead });
    const names = Array.from({ length: 60_000 }, (_, index) => `h${index}:\r\n`).join('');
    const inNames = read(ok, names);
    expect(inNames).toMatchObject({ state: 'overlong', headBytes: maxHeadBytesRead });
    expect(inNames.headerBytes).toHaveLength(20);
    expect(inNames.headerBytes[0]?.name).toBe('(other)');
  });

  it('reads the same however the bytes are cut', () => {
    const name = fc.stringMatching(/^[A-Za-z-]{1,12}$/).filter((text) => !/^content-length$/i.test(text));
    const head = fc
      .array(fc.tuple(name, fc.stringMatching(/^[ -~]{0,40}$/)), { maxLength: 12 })
      .map((headers) => `${ok}${headers.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n`);
    fc.assert(
      fc.property(head, fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 }), (bytes, sizes) => {
        const chunks: string[] = [];
        let rest = bytes;
        for (const size of sizes) {
          chunks.push(rest.slice(0, size));
          rest = rest.slice(size);
        }
        const whole = read(bytes);
        expect(whole).toMatchObject({ state: 'complete', headBytes: bytes.length });
        expect(read(...chunks, rest)).toEqual(whole);
      }),
    );
  });

  it('never throws on hostile bytes, and never counts more than arrived', () => {
    const start = fc.constantFrom('', 'HTTP/1.1 ', ok, `${ok}A: b\r\n`, `${ok}Server: `);
    fc.assert(
      fc.property(start, fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (head, tails) => {
        const reading = read(head, ...tails.map((tail) => Buffer.from(tail)));
        const arrived = head.length + tails.reduce((sum, tail) => sum + tail.length, 0);
        expect(reading.headBytes).toBeLessThanOrEqual(arrived);
        expect(reading.server?.length ?? 0).toBeLessThanOrEqual(100);
        expect(`${reading.server}${reading.problem}`).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('takes a quarter of a million drops of one byte in reasonable time', () => {
    const reader = createHeadReader();
    reader.push(Buffer.from(ok));
    const drop = Buffer.from('x');
    const startedAt = performance.now();
    while (!reader.push(drop));
    expect(reader.reading().state).toBe('overlong');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});
