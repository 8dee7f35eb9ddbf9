import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chooseUnread, findLogRow } from '../../src/collectors/find-log-row.js';
import { accessLogKey, accessLogRow, renderAccessLog } from '../world/access-logs.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const distributionId = 'E1FOLLOWUP1234';
const bucket = 'shop-cloudfront-logs';
const requestId = 'ExampleRequestId==';
const sentAt = '2026-11-20T10:59:59.000Z';
const now = '2026-11-20T11:30:00.000Z';
const mine = accessLogRow(new Date('2026-11-20T11:00:00.000Z'), { 'x-edge-request-id': requestId });
const wanted = {
  ...{
    distributionId,
    legacyLogging: { enabled: true, bucket, prefix: 'cdn/' },
    requestId,
    sentAt,
  },
  ...{ elapsedMs: 1_000, readUpTo: null, maxBytes: 1_000_000 },
};

let local: LocalContext;
beforeAll(async () => {
  local = await startLocalContext(new Date(now));
  local.aws.createBucket(bucket);
});
afterAll(() => local.stop());

function put(hour: string, unique: string, writtenAt: string, body = renderAccessLog([mine])): void {
  const key = accessLogKey('cdn/', distributionId, new Date(hour), unique);
  local.aws.putBucketObject(bucket, key, body, { lastModified: new Date(writtenAt) });
}
const opened = (): number => local.aws.calls.filter(({ operation }) => operation === 'GetObject').length;

describe('findLogRow', () => {
  it('opens nothing that was written before the request was sent, and nothing of other hours', async () => {
    put(sentAt, 'old', '2026-11-20T10:40:00.000Z');
    put('2026-11-20T09:00:00.000Z', 'earlier', '2026-11-20T11:20:00.000Z');
    expect(await findLogRow(local.context, wanted)).toEqual({ row: null, readUpTo: '2026-11-20T11:28:00.000Z' });
    expect(opened()).toBe(0);
  });

  it('passes over an object that is cut short, and finds the row in the hour in which the request ended', async () => {
    put(sentAt, 'broken', '2026-11-20T11:10:00.000Z', renderAccessLog([mine]).subarray(0, 40));
    put('2026-11-20T11:00:00.000Z', 'new', '2026-11-20T11:12:00.000Z');
    const { row } = await findLogRow(local.context, wanted);
    expect(row).toMatchObject({ at: '2026-11-20T11:00:00.000Z', status: 200, result: 'Miss' });
    expect(opened()).toBe(2);
  });

  it('looks where standard logging v2 delivers, in its format', async () => {
    const v2 = 'E1FOLLOWUPINV2';
    const distributionArn = `arn:aws:cloudfront::123456789012:distribution/${v2}`;
    local.aws.putLogDelivery({
      resourceArn: distributionArn,
      destinationArn: `arn:aws:s3:::${bucket}`,
      outputFormat: 'json',
      recordFields: ['date', 'time', 'sc-status', 'x-edge-request-id', 'x-edge-detailed-result-type', 'time-taken'],
      fieldDelimiter: '',
      suffixPath: '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}',
      enableHiveCompatiblePath: false,
    });
    const row = { date: '2026-11-20', time: '11:00:00', 'sc-status': '502', 'x-edge-request-id': requestId };
    local.aws.putBucketObject(
      bucket,
      `AWSLogs/123456789012/CloudFront/${v2}/2026/11/20/11/${v2}.2026-11-20-11.abcd.gz`,
      gzipSync(`${JSON.stringify({ ...row, 'x-edge-detailed-result-type': 'OriginConnectError' })}\n`),
      { lastModified: new Date('2026-11-20T11:12:00.000Z') },
    );
    const found = await findLogRow(local.context, {
      ...wanted,
      distributionId: v2,
      distributionArn,
      legacyLogging: null,
    });
    expect(found.row).toMatchObject({ status: 502, detailedResult: 'OriginConnectError' });
  });

  it('says why where the bucket is gone', async () => {
    const gone = { ...wanted, legacyLogging: { ...wanted.legacyLogging, bucket: 'no-such-bucket' } };
    await expect(findLogRow(local.context, gone)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('chooseUnread', () => {
  const object = (key: string, minute: number) => ({
    ...{ key, bytes: 10, hour: '2026-11-20T11:00:00.000Z' },
    writtenAt: `2026-11-20T11:${minute}:00.000Z`,
  });
  const objects = [object('c', 30), object('a', 10), object('b', 20)];
  it.each([
    ['the oldest first', '2026-11-20T11:00:00.000Z', 100, ['a', 'b', 'c'], null],
    ['only what is new', '2026-11-20T11:20:00.000Z', 100, ['b', 'c'], null],
    ['what the budget allows', '2026-11-20T11:00:00.000Z', 20, ['a', 'b'], '2026-11-20T11:30:00.000Z'],
    [
      'one at least, so that the next look gets further',
      '2026-11-20T11:00:00.000Z',
      5,
      ['a'],
      '2026-11-20T11:20:00.000Z',
    ],
  ])('takes %s', (_what, readUpTo, maxBytes, keys, next) => {
    const choice = chooseUnread(objects, readUpTo, maxBytes);
    expect(choice.chosen.map(({ key }) => key)).toEqual(keys);
    expect(choice.next).toBe(next);
  });
});
