/** Log objects as streams: whole ones count, broken ones count for nothing. */
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { RequestIds } from '../../src/access-log/request-ids.js';
import { scanObject } from '../../src/access-log/scan-object.js';
import { renderAccessLog } from '../world/access-logs.js';
import { plantStory } from '../world/log-story.js';
import { rowAt, window } from './log-builders.js';

const story = plantStory({
  seed: 3,
  window: { from: new Date(window.from), to: new Date(window.to) },
  requestsPerMinute: 5,
  failures: [{ share: 0.2, detailedResult: 'OriginConnectError' }],
});
const whole = renderAccessLog(story);

function scan(
  source: Buffer | Readable,
  requestIds = new RequestIds(),
  claimant = 1,
  signal = new AbortController().signal,
) {
  const stream = source instanceof Readable ? source : Readable.from(cut(source));
  return scanObject(stream, { window, pathPattern: null, behaviours: ['*'], signal, requestIds, claimant });
}

/** As a socket would deliver it. */
function* cut(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

describe('scanObject', () => {
  it('counts a whole object', async () => {
    const { aggregate, malformed, duplicates, missingFields } = await scan(whole);
    expect(aggregate.finish().requests).toBe(story.length);
    expect({ malformed, duplicates, missing: missingFields.size }).toEqual({ malformed: 0, duplicates: 0, missing: 0 });
  });

  it('reads several gzip members one after the other', async () => {
    const half = story.length / 2;
    const parts = [renderAccessLog(story.slice(0, half)), renderAccessLog(story.slice(half))];
    expect((await scan(Buffer.concat(parts))).aggregate.finish().requests).toBe(story.length);
  });

  it.each([
    ['no bytes at all', Buffer.alloc(0)],
    ['gzip of nothing', gzipSync('')],
    ['only the header lines', renderAccessLog([])],
  ])('takes %s for an object without rows', async (_name, bytes) => {
    expect((await scan(bytes)).aggregate.finish().requests).toBe(0);
  });

  const corrupt = Buffer.from(whole);
  corrupt.fill(0xaa, whole.length - 300, whole.length - 200);
  it.each([
    ['an object that is cut short', whole.subarray(0, whole.length - 20), 'Z_BUF_ERROR'],
    ['an object with wrong bytes in it', corrupt, /^Z_DATA_ERROR$/],
  ])('rejects %s', async (_name, bytes, code) => {
    await expect(scan(bytes)).rejects.toMatchObject({ code: expect.stringMatching(code) });
  });

  it('counts a row that was delivered twice once, within an object and between objects', async () => {
    const ids = new RequestIds();
    const twice = renderAccessLog([...story, ...story.slice(0, 10)]);
    const first = await scan(twice, ids, 1);
    expect(first.duplicates).toBe(10);
    expect(first.aggregate.finish().requests).toBe(story.length);
    const second = await scan(whole, ids, 2);
    expect(second.duplicates).toBe(story.length);
    expect(second.aggregate.finish().requests).toBe(0);
  });

  it('does not take rows without a request id for duplicates of each other', async () => {
    const rows = [rowAt('10:00:00', { 'x-edge-request-id': '-' }), rowAt('10:00:00', { 'x-edge-request-id': '-' })];
    const { aggregate, duplicates } = await scan(renderAccessLog(rows));
    expect(duplicates).toBe(0);
    expect(aggregate.finish().requests).toBe(2);
  });

  it('lets go of the stream when it is aborted', async () => {
    const controller = new AbortController();
    const stream = new PassThrough();
    stream.write(whole.subarray(0, 100));
    const running = scan(stream, new RequestIds(), 1, controller.signal);
    controller.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    expect(stream.destroyed).toBe(true);
  });
});
