/** One request among many rows. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { findRow } from '../../src/access-log/find-row.js';
import { accessLogRow, renderAccessLog } from '../world/access-logs.js';

const at = new Date('2026-11-20T10:15:07.000Z');
const id = 'Zm9sbG93LXVw_-ExampleRequestId-0123456789abcdefghijkl==';
const mine = accessLogRow(at, {
  'x-edge-request-id': id,
  'x-edge-detailed-result-type': 'OriginConnectError',
  'time-taken': '0.310',
});
const others = Array.from({ length: 500 }, (_, second) => accessLogRow(new Date(at.getTime() + second * 1000)));
const signal = new AbortController().signal;

/** As a socket would deliver it. */
function find(bytes: Buffer, requestId = id) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 700) }, (_, index) =>
    bytes.subarray(index * 700, (index + 1) * 700),
  );
  return findRow(Readable.from(pieces), requestId, signal);
}

describe('findRow', () => {
  it('reads the row of the request and nothing private', async () => {
    const found = await find(renderAccessLog([...others, mine, mine]));
    expect(found).toEqual({
      at: at.toISOString(),
      edgeLocation: 'FRA56-P1',
      status: 502,
      result: 'Error',
      detailedResult: 'OriginConnectError',
      timeTakenSeconds: 0.31,
    });
  });

  it.each([
    ['another id', renderAccessLog(others)],
    ['an id that only begins so', renderAccessLog([accessLogRow(at, { 'x-edge-request-id': `${id}x` })])],
    ['no ids', renderAccessLog([mine], { fields: ['date', 'time', 'sc-status'] })],
    ['no rows', gzipSync('')],
    ['no bytes', Buffer.alloc(0)],
  ])('finds nothing where there are %s', async (_what, bytes) => {
    expect(await find(bytes)).toBeNull();
  });

  it('leaves empty what the file lacks', async () => {
    const fields = ['date', 'time', 'sc-status', 'x-edge-request-id'];
    expect(await find(renderAccessLog([mine], { fields }))).toEqual({
      ...{ at: at.toISOString(), edgeLocation: null, status: 502 },
      ...{ result: null, detailedResult: null, timeTakenSeconds: null },
    });
  });

  it('does not vouch for a file that is cut short before the row', async () => {
    const whole = renderAccessLog(others);
    await expect(find(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
  });
});
