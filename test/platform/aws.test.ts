/** The client factory over the wire, against a local AWS. */
import { GetDistributionCommand, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/failure.js';
import {
  type AwsClients,
  type AwsSettings,
  callAws,
  createAwsClients,
  translateAwsError,
} from '../../src/platform/aws.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';

const role = 'arn:aws:iam::123456789012:role/cf502-reader';
let aws: LocalAws;
let restore: () => void;
let opened: AwsClients[];

beforeEach(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
  opened = [];
});
afterEach(async () => {
  for (const clients of opened) clients.destroy();
  restore();
  await aws.stop();
});

function open(settings: Partial<AwsSettings> = {}): AwsClients {
  const clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null, ...settings });
  opened.push(clients);
  return clients;
}
const list = (clients: AwsClients, signal?: AbortSignal) =>
  callAws(
    'cloudfront:ListDistributions',
    '*',
    () =>
      clients.cloudFront().send(new ListDistributionsCommand({}), signal === undefined ? {} : { abortSignal: signal }),
    signal,
  );

describe('createAwsClients', () => {
  it('keeps one client per service and region, and CloudFront in us-east-1', async () => {
    const clients = open();
    expect(clients.s3('eu-west-1')).toBe(clients.s3('eu-west-1'));
    expect(clients.s3('eu-west-1')).not.toBe(clients.s3('eu-west-2'));
    expect(clients.cloudFront()).toBe(clients.cloudFront());
    expect(await clients.cloudFront().config.region()).toBe('us-east-1');
    expect(await clients.cloudWatch('eu-west-1').config.region()).toBe('eu-west-1');
  });

  it('reads with the credentials of the process where no role is set', async () => {
    await list(open());
    expect(aws.calls).toMatchObject([{ operation: 'ListDistributions', assumedRole: null }]);
  });

  it('contacts nobody before the first call', () => {
    const clients = open({ readRoleArn: role, sessionUser: 'U1' });
    clients.cloudFront();
    clients.s3('us-east-1');
    expect(aws.calls).toEqual([]);
  });
});

describe('the read role', () => {
  it('is assumed once for all clients, in the name of the Slack user', async () => {
    aws.putRole(role, { externalId: 'agreed' });
    aws.createBucket('logs');
    const clients = open({ readRoleArn: role, externalId: 'agreed', sessionUser: 'U024BE7LH' });
    await Promise.all([
      list(clients),
      clients.loadBalancing('eu-west-1').send(new DescribeLoadBalancersCommand({})),
      clients.s3('us-east-1').send(new ListObjectsV2Command({ Bucket: 'logs' })),
    ]);
    await list(clients);
    expect(aws.calls.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(1);
    const reads = aws.calls.filter(({ operation }) => operation !== 'AssumeRole');
    expect(reads).toHaveLength(4);
    for (const { assumedRole } of reads)
      expect(assumedRole).toEqual({ roleArn: role, sessionName: 'cf502-U024BE7LH', tags: { SlackUser: 'U024BE7LH' } });
  });

  it('is not shared between checks of different people', async () => {
    aws.putRole(role);
    await list(open({ readRoleArn: role, sessionUser: 'U1' }));
    await list(open({ readRoleArn: role, sessionUser: 'U2' }));
    const sessions = aws.calls.filter(({ operation }) => operation === 'ListDistributions');
    expect(sessions.map(({ assumedRole }) => assumedRole?.sessionName)).toEqual(['cf502-U1', 'cf502-U2']);
  });

  it.each([
    [null, 'cf502', {}],
    ['a person <with> blanks', 'cf502-a_person__with__blanks', { SlackUser: 'a person <with> blanks' }],
  ])('names the session for %p', async (sessionUser, sessionName, tags) => {
    aws.putRole(role);
    await list(open({ readRoleArn: role, sessionUser }));
    expect(aws.calls.at(-1)?.assumedRole).toEqual({ roleArn: role, sessionName, tags });
  });

  it('that is refused is reported as that, and asked for again the next time', async () => {
    const clients = open({ readRoleArn: role, sessionUser: 'U1' });
    await expect(list(clients)).rejects.toMatchObject({
      kind: 'access-denied',
      message: `AWS did not let cf502 assume the role ${role}.`,
      details: { action: 'sts:AssumeRole', resource: role, remedy: expect.stringContaining('sts:TagSession') },
    });
    expect(aws.calls.map(({ operation }) => operation)).toEqual(['AssumeRole']);
    aws.putRole(role);
    expect((await list(clients)).DistributionList?.Quantity).toBe(0);
  });

  it('whose session ran out is a matter of configuration', async () => {
    aws.putRole(role);
    const clients = open({ readRoleArn: role, sessionUser: 'U1' });
    await list(clients);
    aws.expireSessions();
    await expect(list(clients)).rejects.toMatchObject({
      kind: 'misconfigured',
      details: { errorName: 'ExpiredToken' },
    });
  });
});

describe('what goes wrong on the wire', () => {
  it.each([
    ['access-denied', 'access-denied', 1],
    ['server-error', 'service-down', 4],
    ['unavailable', 'service-down', 4],
    ['reset', 'service-down', 4],
    ['expired-token', 'misconfigured', 1],
  ] as const)('%s is a Failure of kind %s after %i tries', async (how, kind, tries) => {
    aws.fail({ how });
    await expect(list(open())).rejects.toMatchObject({ kind });
    expect(aws.calls).toHaveLength(tries);
  });

  it('throttling is a Failure of its own', async () => {
    aws.fail({ how: 'throttled' });
    await expect(list(open({ limits: { maxAttempts: 1 } }))).rejects.toMatchObject({ kind: 'throttled' });
  });

  it('a distribution that is not there is not found', async () => {
    const get = () =>
      open()
        .cloudFront()
        .send(new GetDistributionCommand({ Id: 'E0000000000000' }));
    await expect(callAws('cloudfront:GetDistribution', 'E0000000000000', get)).rejects.toMatchObject({
      kind: 'not-found',
      details: { errorName: 'NoSuchDistribution', httpStatus: 404 },
    });
  });

  it('silence ends at the request timeout', async () => {
    aws.fail({ how: 'hang' });
    const clients = open({ limits: { maxAttempts: 2, requestTimeoutMs: 500 } });
    await expect(list(clients)).rejects.toMatchObject({ kind: 'service-down', details: { errorName: 'TimeoutError' } });
    expect(aws.calls).toHaveLength(2);
  });

  it('nobody listening is a service that is down', async () => {
    await aws.stop();
    await expect(list(open({ limits: { maxAttempts: 1 } }))).rejects.toMatchObject({ kind: 'service-down' });
  });

  it('a missing key of the process is a matter of configuration', async () => {
    restore();
    restore = applyEnvironment({ ...aws.environment, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
    await expect(list(open())).rejects.toMatchObject({
      kind: 'misconfigured',
      details: { remedy: expect.any(String) },
    });
    expect(aws.calls).toEqual([]);
  });

  it('an abort ends a hanging call with its reason and closes the socket', async () => {
    aws.fail({ how: 'hang' });
    const stop = new AbortController();
    const reason = new Failure('timed-out', 'The deadline passed.');
    const outcome = expect(list(open(), stop.signal)).rejects.toBe(reason);
    await aws.waitForCall(({ state }) => state === 'running');
    stop.abort(reason);
    await outcome;
    await aws.waitForCall(({ state }) => state === 'left');
  });

  it('an abort does not wait for the pause between two tries', async () => {
    aws.fail({ how: 'throttled' });
    const stop = new AbortController();
    const reason = new Failure('cancelled', 'Somebody cancelled.');
    const outcome = expect(list(open({ limits: { maxAttempts: 10 } }), stop.signal)).rejects.toBe(reason);
    await aws.waitForCall(({ state }) => state === 'answered');
    stop.abort(reason);
    await outcome;
  });
});

describe('objects', () => {
  const body = Buffer.from(Array.from({ length: 300_000 }, (_unused, index) => index % 253));
  const get = (clients: AwsClients, signal?: AbortSignal) =>
    clients
      .s3('us-east-1')
      .send(
        new GetObjectCommand({ Bucket: 'logs', Key: 'a.gz', Range: 'bytes=1000-250999' }),
        signal === undefined ? {} : { abortSignal: signal },
      );
  beforeEach(() => aws.putBucketObject('logs', 'a.gz', body));

  it('are read in ranges and streams', async () => {
    const { Body } = await get(open());
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body.subarray(1000, 251_000))).toBe(true);
  });

  it('that break off, stall or are aborted are told apart', async () => {
    const call = { action: 's3:GetObject', resource: 'arn:aws:s3:::logs/a.gz' };
    const kindOf = async (reading: Promise<unknown> | undefined, signal?: AbortSignal) => {
      const error: unknown = await reading?.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      return translateAwsError(error, signal === undefined ? call : { ...call, signal }).kind;
    };
    aws.fail({ operation: 'GetObject', how: 'cut', times: 1 });
    expect(await kindOf((await get(open())).Body?.transformToByteArray())).toBe('service-down');
    aws.fail({ operation: 'GetObject', how: 'stall' });
    const impatient = open({ limits: { socketTimeoutMs: 1_000 } });
    expect(await kindOf((await get(impatient)).Body?.transformToByteArray())).toBe('service-down');
    const stop = new AbortController();
    const stalled = (await get(open(), stop.signal)).Body?.transformToByteArray();
    stop.abort(new Failure('timed-out', 'The deadline passed.'));
    expect(await kindOf(stalled, stop.signal)).toBe('timed-out');
  });

  it('are asked for by at most 32 sockets at a time', async () => {
    aws.latencyMs = 20;
    const clients = open();
    await Promise.all(Array.from({ length: 80 }, async () => (await get(clients)).Body?.transformToByteArray()));
    expect(aws.calls).toHaveLength(80);
    expect(aws.mostConnections).toBe(32);
  });
});
