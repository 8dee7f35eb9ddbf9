/** Shipping to a bucket with Object Lock, and what a thief of Redis or of the bucket's keys cannot hide. */
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type AuditBucketSettings, putSegment, readShippedCopy } from '../../src/platform/audit-bucket.js';
import { renderEntry } from '../../src/platform/audit-chain.js';
import { auditKeys, createAuditLog, type KeptAuditLog } from '../../src/platform/audit-log.js';
import { readShippingState, type ShippingContext, shipAuditLog } from '../../src/platform/audit-shipping.js';
import { checkChain, compareToCopy } from '../../src/platform/audit-verify.js';
import { type AwsClients, createAwsClients } from '../../src/platform/aws.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

let server: TestRedis;
let redis: Redis;
let aws: LocalAws;
let clients: AwsClients;
let s3: S3Client;
let restore: () => void;
let prefix: string;
let log: KeptAuditLog;
let context: ShippingContext;
const settings = { bucket: 'audit', prefix: 'cf502-audit/', retentionDays: 30, lock: 'compliance' } as const;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  aws = await startLocalAws();
  aws.createBucket('audit', { region: 'eu-west-1', objectLock: true });
  restore = applyEnvironment(aws.environment);
  clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
  s3 = clients.s3('eu-west-1');
  prefix = server.prefix();
  log = createAuditLog(redis, prefix);
  context = { log, redis, prefix, s3, settings, now: () => new Date() };
});
afterEach(async () => {
  clients.destroy();
  restore();
  await aws.stop();
});

async function write(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await log.append({ actor: 'U0EXAMPLE01', action: 'command', subject: null, facts: { index } });
}

async function compare(bucket: AuditBucketSettings = settings) {
  const copy = await readShippedCopy(s3, bucket);
  const here = await checkChain(
    (await log.read(1, 1_000)).map((entry) => ({ text: renderEntry(entry), where: 'Redis' })),
  );
  const chains = await Promise.all([...copy.chains.values()].map((lines) => checkChain(lines)));
  const { problems, notes } = compareToCopy(here, chains);
  return { problems: [...copy.problems, ...problems], notes };
}

describe('shipping', () => {
  it('puts what is new under lock, and nothing where nothing is', async () => {
    expect(await shipAuditLog(context)).toBe(0);
    await write(4);
    expect(await shipAuditLog(context)).toBe(5);
    expect(await shipAuditLog(context)).toBe(0);
    await write(1);
    expect(await shipAuditLog(context)).toBe(1);
    const head = await log.head();
    const chain = head?.chain.slice(0, 16);
    expect(aws.bucketKeys('audit')).toEqual([
      expect.stringMatching(`^cf502-audit/${chain}/000000000001-000000000005-[0-9a-f]{64}\\.jsonl$`),
      `cf502-audit/${chain}/000000000006-000000000006-${head?.hash}.jsonl`,
    ]);
    expect(await readShippingState(redis, prefix)).toMatchObject({ sequence: 6, chain: head?.chain });
    expect(await compare()).toEqual({ problems: [], notes: [] });
  });

  it('takes up where the bucket ends when Redis has forgotten how far it was', async () => {
    await write(3);
    await shipAuditLog(context);
    await redis.del(`${prefix}:audit:shipped`);
    await write(2);
    expect(await shipAuditLog(context)).toBe(2);
    expect(aws.bucketKeys('audit')).toHaveLength(2);
  });

  it('run twice at once ships everything once', async () => {
    await write(20);
    await Promise.all([shipAuditLog(context), shipAuditLog(context), shipAuditLog(context)]);
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'audit' }));
    expect(Versions).toHaveLength(1);
    expect(await compare()).toEqual({ problems: [], notes: [] });
  });

  it('overlapping segments are no deviation', async () => {
    await write(5);
    const entries = await log.read(1, 10);
    const chain = entries[0]?.hash ?? '';
    await putSegment(s3, settings, { chain, entries: entries.slice(0, 4) }, new Date());
    await putSegment(s3, settings, { chain, entries: entries.slice(2) }, new Date());
    expect(await compare()).toEqual({ problems: [], notes: [] });
  });

  it('stops at an entry that was changed', async () => {
    await write(2);
    const [, , third] = await log.read(1, 10);
    const { entries } = auditKeys(prefix);
    await redis.xdel(entries, '3-0');
    await redis.del(auditKeys(prefix).head);
    await redis.hset(auditKeys(prefix).head, { sequence: '3', hash: third?.hash ?? '', chain: 'a'.repeat(64) });
    await expect(shipAuditLog(context)).rejects.toMatchObject({ kind: 'bad-data' });
  });

  it.each([
    [
      'a bucket without Object Lock',
      () => aws.createBucket('audit', { region: 'eu-west-1' }),
      'misconfigured',
      /Object Lock switched on/,
    ],
    [
      'no bucket',
      () => void aws.fail({ service: 's3', operation: 'PutObject', how: { status: 404, code: 'NoSuchBucket' } }),
      'not-found',
      /PutObject/,
    ],
    [
      'no permission',
      () => void aws.fail({ service: 's3', operation: 'PutObject', how: 'access-denied' }),
      'access-denied',
      /PutObject/,
    ],
  ])('says so where there is %s', async (_what, harm, kind, message) => {
    await write(1);
    harm();
    await expect(shipAuditLog(context)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
  });
});

describe('the copy', () => {
  beforeEach(async () => {
    await write(5);
    await shipAuditLog(context);
  });
  const key = () => aws.bucketKeys('audit')[0] ?? '';

  it('shows which entries were cut off in Redis', async () => {
    const [, , , , fifth] = await log.read(1, 10);
    await redis.xdel(auditKeys(prefix).entries, '6-0');
    await redis.hset(auditKeys(prefix).head, { sequence: '5', hash: fifth?.hash ?? '' });
    expect((await compare()).problems).toEqual([
      'Entry 6 is in the copy and missing here: the end of the log was cut off.',
    ]);
  });

  it('shows that Redis was emptied', async () => {
    await redis.del(auditKeys(prefix).entries, auditKeys(prefix).head);
    await write(1);
    await shipAuditLog(context);
    expect((await compare()).problems).toEqual([
      expect.stringContaining('Redis was emptied, replaced or put back since'),
    ]);
  });

  it('is read under a delete marker, which is told', async () => {
    const deleted = key();
    await s3.send(new DeleteObjectCommand({ Bucket: 'audit', Key: deleted }));
    expect(aws.bucketKeys('audit')).toEqual([]);
    expect((await compare()).problems).toEqual([
      `Somebody deleted ${deleted}; the first version is still there and was read.`,
    ]);
  });

  it('is read under whatever was put over it, which is told', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'audit', Key: key(), Body: '{}\n' }));
    expect((await compare()).problems).toEqual([
      `Somebody wrote over ${key()}; the first version is still there and was read.`,
    ]);
  });

  it('cannot be deleted', async () => {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'audit' }));
    const VersionId = Versions[0]?.VersionId;
    await expect(s3.send(new DeleteObjectCommand({ Bucket: 'audit', Key: key(), VersionId }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('with something foreign in it says so', async () => {
    aws.putBucketObject('audit', 'cf502-audit/readme.txt', 'hello');
    const chain = (await log.head())?.chain.slice(0, 16);
    const forged = `cf502-audit/${chain}/000000000007-000000000009-${'0'.repeat(64)}.jsonl`;
    aws.putBucketObject('audit', forged, '{}\n');
    expect((await compare()).problems).toEqual([
      `${forged} does not hold what its name says.`,
      'cf502-audit/readme.txt is not a segment that cf502 has written.',
      expect.stringMatching(/^1 of the segments are not seen to be under Object Lock/),
      `In the copy: What stands at line 1 of ${forged} is not an entry as cf502 writes it.`,
    ]);
  });
});

describe('ListObjectVersions of the local S3', () => {
  it('pages', async () => {
    for (const name of ['b', 'a', 'c', 'a']) aws.putBucketObject('audit', name, name);
    const seen: string[] = [];
    let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (;;) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket: 'audit', MaxKeys: 2, ...marker }));
      seen.push(...(page.Versions ?? []).map(({ Key, IsLatest }) => `${Key}${IsLatest ? '' : ' (older)'}`));
      if (page.IsTruncated !== true) break;
      marker = { KeyMarker: page.NextKeyMarker ?? '', VersionIdMarker: page.NextVersionIdMarker ?? '' };
    }
    expect(seen).toEqual(['a', 'a (older)', 'b', 'c']);
  });
});
