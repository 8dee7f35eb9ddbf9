/** Bodies, lengths, attempts, and ports that speak something else, over real sockets. */
import { describe, expect, it } from '@jest/globals';
import type { HttpProbe } from '../../../src/diagnosis/evidence.js';
import type { BodyReading } from '../../../src/diagnosis/probe-depth.js';
import {
  chunkedBody,
  conflictingLengths,
  headOfBytes,
  type OriginAnswer,
  truncatedBody,
} from '../../world/origin-answers.js';
import { soundTls } from '../../world/origin-faults.js';
import { originName } from './probe-builders.js';
import { useProbeWorld } from './probe-world.js';

const world = useProbeWorld();
const plainHttp = { connection: { scheme: 'http', sni: null }, origin: { readTimeoutSeconds: 1 } } as const;

describe('the body of the answer', () => {
  it.each<[string, OriginAnswer, Partial<BodyReading> | null]>([
    [
      'whole',
      { body: 'hello' },
      { framing: 'content-length', declaredBytes: 5, receivedBytes: 5, outcome: 'complete' },
    ],
    ['empty', {}, { declaredBytes: 0, outcome: 'complete' }],
    [
      'of a status without one',
      { status: 304, headers: [['Content-Length', '9']] },
      { framing: 'none', outcome: 'complete' },
    ],
    [
      'shorter than declared',
      truncatedBody(100, 30),
      { receivedBytes: 30, outcome: 'truncated', problem: 'the connection closed before the declared length' },
    ],
    [
      'reset on its way',
      { raw: ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', 'abc'], afterwards: 'reset' },
      { receivedBytes: 3, outcome: 'truncated', problem: 'the connection was reset before the declared length' },
    ],
    [
      'ended by the close',
      { raw: 'HTTP/1.1 200 OK\r\n\r\nabc', afterwards: 'close' },
      { framing: 'until-close', outcome: 'complete' },
    ],
    [
      'in chunks',
      chunkedBody(['5\r\nhello\r\n', '0\r\n\r\n']),
      { framing: 'chunked', receivedBytes: 5, outcome: 'complete' },
    ],
    [
      'in chunks without the last',
      chunkedBody(['5\r\nhello\r\n']),
      { outcome: 'truncated', problem: 'the connection closed before the last chunk' },
    ],
    [
      'in chunks that are none',
      chunkedBody(['hello, this is no chunk\r\n'], 'hold'),
      { outcome: 'malformed', problem: 'a chunk does not begin with its size' },
    ],
    [
      'in chunks longer than they say',
      chunkedBody(['3\r\nhello\r\n'], 'hold'),
      { outcome: 'malformed', problem: 'a chunk is longer than its size says' },
    ],
    ['of conflicting lengths, which is not judged', conflictingLengths(5, 7), null],
    ['larger than is read', { body: 'x'.repeat(200_000) }, { declaredBytes: 200_000, outcome: 'unfinished' }],
  ])('%s', async (_title, answer, expected) => {
    const { http } = await world.probeOrigin({ answer }, plainHttp);
    expect(http[0]?.outcome).toBe('response');
    if (expected === null) expect(http[0]?.body).toBeNull();
    else expect(http[0]?.body).toMatchObject(expected);
  });

  it('is waited for no longer than some seconds', async () => {
    const answer = { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', afterwards: 'hold' } as const;
    const { http } = await world.probeOrigin({ answer }, plainHttp);
    expect(http[0]).toMatchObject({ outcome: 'response', body: { outcome: 'unfinished', receivedBytes: 3 } });
  });

  it('is not read behind a head that is too large', async () => {
    const { http } = await world.probeOrigin({ answer: headOfBytes(40_000) }, plainHttp);
    expect(http[0]).toMatchObject({ outcome: 'oversized-head', body: null });
  });

  it('is read over TLS as well', async () => {
    const tls = await soundTls(world.authority, [originName]);
    const { http } = await world.probeOrigin({ answer: truncatedBody(100, 30), tls });
    expect(http[0]?.body).toMatchObject({ outcome: 'truncated', receivedBytes: 30 });
  });
});

describe('what else the head tells', () => {
  it.each<[string, OriginAnswer, Partial<HttpProbe>]>([
    ['lengths in order', conflictingLengths(5, 7, 5), { contentLengths: [5, 7, 5] }],
    [
      'a redirect, without its query',
      { status: 302, headers: [['Location', 'https://www.example.test/login?token=secret']] },
      { location: 'https://www.example.test/login' },
    ],
    ['a coding', { headers: [['Transfer-Encoding', 'gzip, chunked']] }, { transferEncoding: 'gzip, chunked' }],
  ])('%s', async (_title, answer, expected) => {
    const { http } = await world.probeOrigin({ answer }, plainHttp);
    expect(http[0]).toMatchObject(expected);
  });

  it('measures the longest gap', async () => {
    const answer = {
      raw: ['HTTP/1.1 200 OK\r\n', 'Content-Length: 1\r\n\r\n', 'x'],
      gapMs: 400,
      afterwards: 'hold',
    } as const;
    const { http } = await world.probeOrigin({ answer }, plainHttp);
    expect(http[0]?.longestGapMs).toBeGreaterThanOrEqual(390);
    // It came after the first byte.
    expect((http[0]?.elapsedMs ?? 0) - (http[0]?.firstByteMs ?? 0)).toBeGreaterThanOrEqual(390);
  });
});

describe('attempts', () => {
  it('counts those that are refused after one that was not', async () => {
    const origin = await world.start({ acceptOnly: 1, answer: { status: 204 } });
    const { addresses } = await world.probe(origin.port, plainHttp);
    expect(addresses[0]).toMatchObject({
      tcp: {
        outcome: 'connected',
        attempts: [
          { outcome: 'connected', count: 1 },
          { outcome: 'refused', count: 1 },
        ],
      },
      http: [{ status: 204 }],
    });
  });

  it('makes three where the first is refused, and two where none is', async () => {
    const origin = await world.start();
    const sound = await world.probe(origin.port, plainHttp);
    expect(sound.addresses[0]?.tcp.attempts).toEqual([{ outcome: 'connected', count: 2 }]);
    await origin.stop();
    const refused = await world.probe(origin.port, plainHttp);
    expect(refused.addresses[0]?.tcp.attempts).toEqual([{ outcome: 'refused', count: 3 }]);
  });
});

describe('a port that speaks something else', () => {
  it.each([
    ['TLS, which hangs up on plain HTTP', 'tls'],
    ['HTTP/2 frames', 'http/2'],
    ['SSH', 'banner'],
    ['HTTP/1.1', null],
  ] as const)('%s', async (what, expected) => {
    const tls = what.startsWith('TLS') ? { tls: await soundTls(world.authority, [originName]) } : {};
    const settings = Buffer.from([
      0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 128, 0, 4, 0, 1, 0, 0, 0, 5, 0, 255, 255, 255,
    ]);
    const bytes = what === 'SSH' ? 'SSH-2.0-OpenSSH_9.6\r\n' : settings;
    const connection = what === 'SSH' || what.startsWith('HTTP/2') ? { connection: { bytes } } : {};
    const { otherProtocol } = await world.probeOrigin({ ...tls, ...connection }, plainHttp);
    expect(otherProtocol).toBe(expected);
  });

  it('is not claimed of one that only hangs up', async () => {
    const { otherProtocol, http } = await world.probeOrigin({ answer: 'close' }, plainHttp);
    expect(http[0]?.outcome).toBe('closed-before-head');
    expect(otherProtocol).toBeNull();
  });
});
