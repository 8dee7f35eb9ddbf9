/** The reader of whole answers against bytes in any pieces, and against bytes that are no answer. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAnswerReader, type WholeAnswer } from '../../../src/collectors/keep-alive/whole-answer.js';
import { anyCharacter } from '../../builders/any-character.js';

function read(text: string, cuts: readonly number[] = [], method: 'GET' | 'HEAD' = 'GET'): WholeAnswer {
  const reader = createAnswerReader(method);
  const bytes = Buffer.from(text, 'latin1');
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [index, from] of places.entries()) reader.push(bytes.subarray(from, places[index + 1] ?? bytes.length));
  return reader.answer();
}

const whole: readonly (readonly [string, string, Partial<WholeAnswer>])[] = [
  [
    'a length',
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nKeep-Alive: timeout=5, max=99\r\n\r\nabc',
    { state: 'complete', announcedTimeoutSeconds: 5 },
  ],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n',
    { state: 'complete' },
  ],
  ['no body', 'HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n', { state: 'complete', announcesClose: true }],
  [
    'an early hint first',
    'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    { state: 'complete', status: 204 },
  ],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n', { state: 'complete' }],
  ['a body to the end', 'HTTP/1.1 200 OK\r\n\r\nabc', { state: 'until-close' }],
  [
    'an old version that stays',
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n',
    { announcesClose: false },
  ],
  ['an old version', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', { announcesClose: true }],
  ['a body too long', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n', { state: 'too-long' }],
  ['a chunk too long', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n', { state: 'too-long' }],
  ['a length that is not reached', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', { state: 'reading' }],
  ['a chunk that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', { state: 'malformed' }],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', { state: 'malformed' }],
];

describe('createAnswerReader', () => {
  it.each(whole)('reads %s, in whatever pieces', (_, text, expected) => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(read(text, cuts)).toMatchObject(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('takes the answer to HEAD as over with its head', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n', [], 'HEAD')).toMatchObject({ state: 'complete' });
  });

  it('never throws, whatever comes', () => {
    const beginning = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    fc.assert(
      fc.property(
        beginning,
        fc.string({ unit: anyCharacter, maxLength: 400 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (start, rest, cuts) => {
          expect(typeof read(start + rest, cuts).state).toBe('string');
        },
      ),
    );
  });
});
