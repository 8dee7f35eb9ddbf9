/** S3 of the local AWS, asked by the real SDK client. */
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AwsClients, createAwsClients } from '../../../src/platform/aws.js';
import { applyEnvironment } from './environment.js';
import { type LocalAws, startLocalAws } from './local-aws.js';

let aws: LocalAws;
let clients: AwsClients;
let client: S3Client;
let restore: () => void;

beforeEach(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
  clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
  client = clients.s3('us-east-1');
});
afterEach(async () => {
  clients.destroy();
  restore();
  await aws.stop();
});

const keysOf = async (input: Omit<ConstructorParameters<typeof ListObjectsV2Command>[0], 'Bucket'>) => {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'logs', ...input }));
  return Contents.map(({ Key }) => Key);
};

describe('ListObjectsV2', () => {
  const keys = ['a/1', 'a/2', 'b/1 plus+blank.gz', 'b/2&<tag>', 'b/é', 'c'];
  beforeEach(() => {
    for (const key of [...keys].reverse()) aws.putBucketObject('logs', key, key);
  });

  it('lists in order with sizes, times and keys of any characters', async () => {
    aws.putBucketObject('logs', 'a/1', 'four', { lastModified: new Date('2026-11-20T10:00:00Z') });
    const answer = await client.send(new ListObjectsV2Command({ Bucket: 'logs' }));
    expect(answer.Contents?.map(({ Key }) => Key)).toEqual(keys);
    expect(answer.Contents?.[0]).toMatchObject({ Key: 'a/1', Size: 4, LastModified: new Date('2026-11-20T10:00:00Z') });
    expect(answer).toMatchObject({ KeyCount: 6, IsTruncated: false });
  });

  it.each([
    ['a prefix', { Prefix: 'b/' }, keys.slice(2, 5)],
    ['a key to start after', { StartAfter: 'a/2' }, keys.slice(2)],
    ['both', { Prefix: 'b/', StartAfter: 'b/2&<tag>' }, keys.slice(4, 5)],
    ['url encoding', { Prefix: 'b/1', EncodingType: 'url' as const }, ['b/1%20plus%2Bblank.gz']],
    ['a prefix of nothing', { Prefix: 'zzz' }, []],
  ])('follows %s', async (_what, input, expected) => {
    expect(await keysOf(input)).toEqual(expected);
  });

  it('pages', async () => {
    const pages: (string | undefined)[][] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client, pageSize: 4 }, { Bucket: 'logs' }))
      pages.push(Contents.map(({ Key }) => Key));
    expect(pages).toEqual([keys.slice(0, 4), keys.slice(4)]);
  });

  it('groups by a delimiter, over pages too', async () => {
    const groups: string[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 1 }, { Bucket: 'logs', Delimiter: '/' })) {
      groups.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
      groups.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
    }
    expect(groups).toEqual(['a/', 'b/', 'c']);
  });

  it('names a bucket that is not there', async () => {
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'nowhere' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});

describe('GetObject', () => {
  const body = Buffer.from(Array.from({ length: 5000 }, (_unused, index) => index % 251));
  const get = async (input: { readonly Key?: string; readonly Range?: string; readonly IfMatch?: string } = {}) => {
    const answer = await client.send(new GetObjectCommand({ Bucket: 'logs', Key: 'a b/ü.gz', ...input }));
    return { answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
  };
  beforeEach(() => aws.putBucketObject('logs', 'a b/ü.gz', body));

  it('reads the whole object', async () => {
    const { answer, bytes } = await get();
    expect(bytes.equals(body)).toBe(true);
    expect(answer).toMatchObject({ ContentLength: 5000, AcceptRanges: 'bytes', $metadata: { httpStatusCode: 200 } });
  });

  it.each([
    ['bytes=0-99', 0, 100],
    ['bytes=4990-', 4990, 5000],
    ['bytes=-10', 4990, 5000],
    ['bytes=4000-9999', 4000, 5000],
  ])('reads the range %s', async (Range, from, to) => {
    const { answer, bytes } = await get({ Range });
    expect(bytes.equals(body.subarray(from, to))).toBe(true);
    expect(answer).toMatchObject({ ContentRange: `bytes ${from}-${to - 1}/5000`, $metadata: { httpStatusCode: 206 } });
  });

  it('names what cannot be had', async () => {
    aws.putBucketObject('logs', 'cold', 'x', { storageClass: 'GLACIER' });
    await expect(get({ Key: 'none' })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(get({ Range: 'bytes=5000-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
    await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(get({ Key: 'cold' })).rejects.toMatchObject({ name: 'InvalidObjectState' });
  });

  it('can be uploaded and looked at over the wire', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'logs', Key: 'up', Body: body }));
    const head = await client.send(new HeadObjectCommand({ Bucket: 'logs', Key: 'up' }));
    expect(head.ContentLength).toBe(5000);
    expect((await get({ Key: 'up' })).bytes.equals(body)).toBe(true);
  });
});

describe('buckets', () => {
  it('say where they are', async () => {
    aws.createBucket('here');
    aws.createBucket('there', { region: 'eu-central-1' });
    expect((await client.send(new GetBucketLocationCommand({ Bucket: 'here' }))).LocationConstraint).toBeUndefined();
    expect((await client.send(new GetBucketLocationCommand({ Bucket: 'there' }))).LocationConstraint).toBe(
      'eu-central-1',
    );
    expect((await client.send(new HeadBucketCommand({ Bucket: 'here' }))).BucketRegion).toBe('us-east-1');
    await expect(client.send(new HeadBucketCommand({ Bucket: 'none' }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('of another region answer 301 with that region, which our client follows', async () => {
    aws.createBucket('there', { region: 'eu-central-1' });
    aws.putBucketObject('there', 'k', 'v');
    const plain = new S3Client({ region: 'us-east-1' });
    await expect(plain.send(new ListObjectsV2Command({ Bucket: 'there' }))).rejects.toMatchObject({
      name: 'PermanentRedirect',
      $metadata: { httpStatusCode: 301 },
    });
    plain.destroy();
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'there' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['k']);
    expect((await client.send(new HeadBucketCommand({ Bucket: 'there' }))).BucketRegion).toBe('eu-central-1');
    const object = await client.send(new GetObjectCommand({ Bucket: 'there', Key: 'k' }));
    expect(await object.Body?.transformToString()).toBe('v');
  });
});
