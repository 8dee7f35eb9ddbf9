/** The local AWS as a whole, over the wire: journal, credentials, unknown operations, faults, latency. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudFrontClient,
  GetDistributionCommand,
  ListDistributionsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-cloudfront';
import { GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeDeliveriesCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeLoadBalancersCommand,
  DescribeSSLPoliciesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetBucketAclCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AwsClients, createAwsClients } from '../../../src/platform/aws.js';
import { applyEnvironment } from './environment.js';
import { type LocalAws, startLocalAws } from './local-aws.js';

let aws: LocalAws;
let clients: AwsClients;
let restore: () => void;

beforeEach(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
  clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
});
afterEach(async () => {
  clients.destroy();
  restore();
  await aws.stop();
});

const metricData = () =>
  clients.cloudWatch('us-east-1').send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        { Id: 'a', MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 60, Stat: 'Sum' } },
      ],
      StartTime: new Date(0),
      EndTime: new Date(60_000),
    }),
  );
/** A client that does not try again, for tests that would wait for it. */
const impatient = <Client>(
  Service: new (config: { readonly region: string; readonly maxAttempts: number }) => Client,
) => new Service({ region: 'us-east-1', maxAttempts: 1 });
const list = () => clients.cloudFront().send(new ListDistributionsCommand({}));

describe('the journal', () => {
  it('records every call with who, where and what came of it', async () => {
    const answer = await list();
    await metricData();
    await clients.loadBalancing('eu-west-1').send(new DescribeLoadBalancersCommand({}));
    await expect(clients.cloudFront().send(new GetDistributionCommand({ Id: 'E0000000000000' }))).rejects.toThrow();
    const accessKeyId = aws.environment['AWS_ACCESS_KEY_ID'];
    expect(aws.calls).toMatchObject([
      {
        service: 'cloudfront',
        operation: 'ListDistributions',
        region: 'us-east-1',
        status: 200,
        accessKeyId,
        assumedRole: null,
      },
      { service: 'cloudwatch', operation: 'GetMetricData', status: 200 },
      { service: 'elasticloadbalancing', operation: 'DescribeLoadBalancers', region: 'eu-west-1', status: 200 },
      { operation: 'GetDistribution', status: 404, errorCode: 'NoSuchDistribution', state: 'answered' },
    ]);
    expect(answer.$metadata.requestId).toBe(aws.calls[0]?.requestId);
  });

  it('lets a test wait for a call', async () => {
    const waiting = aws.waitForCall(
      ({ operation, state }) => operation === 'ListDistributions' && state === 'answered',
    );
    await list();
    expect((await waiting).status).toBe(200);
    expect((await aws.waitForCall(({ operation }) => operation === 'ListDistributions')).status).toBe(200);
  });
});

describe('an operation that is not played', () => {
  it.each([
    ['cloudfront', 'GET /2020-05-31/function', () => clients.cloudFront().send(new ListFunctionsCommand({}))],
    ['cloudwatch', 'ListMetrics', () => clients.cloudWatch('us-east-1').send(new ListMetricsCommand({}))],
    ['logs', 'DescribeLogGroups', () => clients.cloudWatchLogs('us-east-1').send(new DescribeLogGroupsCommand({}))],
    [
      'elasticloadbalancing',
      'DescribeSSLPolicies',
      () => clients.loadBalancing('us-east-1').send(new DescribeSSLPoliciesCommand({})),
    ],
    ['s3', 'GET /logs/', () => clients.s3('us-east-1').send(new GetBucketAclCommand({ Bucket: 'logs' }))],
  ])('is named to the client of %s at once, and recorded', async (service, operation, call) => {
    await expect(call()).rejects.toMatchObject({
      name: 'UnknownOperationException',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    expect(aws.calls).toMatchObject([{ service, operation, status: 400, errorCode: 'UnknownOperationException' }]);
  });

  it('is refused to an unsigned request too', async () => {
    const answer = await fetch(`${aws.url}/2020-05-31/distribution`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    expect(aws.calls).toMatchObject([{ service: null, accessKeyId: 'unsigned' }]);
  });
});

describe('credentials', () => {
  const role = 'arn:aws:iam::123456789012:role/reader';

  it('are handed out by AssumeRole, with tags, to a known role only', async () => {
    aws.putRole(role, { externalId: 'agreed' });
    const sts = new STSClient({ region: 'eu-west-1' });
    const assume = (input: {
      readonly RoleArn?: string;
      readonly ExternalId?: string;
      readonly RoleSessionName?: string;
    }) =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: role,
          ExternalId: 'agreed',
          RoleSessionName: 'cf502-U1',
          Tags: [{ Key: 'SlackUser', Value: 'U1' }],
          ...input,
        }),
      );
    await expect(assume({ RoleArn: `${role}-other` })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({ ExternalId: 'guessed' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({ RoleSessionName: 'a b' })).rejects.toMatchObject({ name: 'ValidationError' });
    const { Credentials, AssumedRoleUser } = await assume({});
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/reader/cf502-U1');
    const own = new STSClient({
      region: 'us-east-1',
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    expect(await own.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:sts::123456789012:assumed-role/reader/cf502-U1',
    });
    expect(aws.calls.at(-1)).toMatchObject({
      operation: 'GetCallerIdentity',
      assumedRole: { roleArn: role, sessionName: 'cf502-U1', tags: { SlackUser: 'U1' } },
    });
    aws.expireSessions();
    await expect(own.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    own.destroy();
    sts.destroy();
  });

  it('that it does not know are refused', async () => {
    restore();
    restore = applyEnvironment({ ...aws.environment, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' });
    await expect(list()).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(clients.s3('us-east-1').send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
  });
});

describe('fail', () => {
  it('makes an operation go wrong so many times, and the SDK tries again', async () => {
    aws.fail({ service: 'cloudfront', operation: 'ListDistributions', how: 'server-error', times: 2 });
    expect((await list()).$metadata.attempts).toBe(3);
    expect(aws.calls.map(({ status }) => status)).toEqual([500, 500, 200]);
  });

  it('goes on until it is lifted, and matches by region and path', async () => {
    const { id } = aws.putDistribution();
    const lift = aws.fail({ url: id, how: 'access-denied' });
    aws.fail({ region: 'eu-west-1', how: { status: 400, code: 'OddError', message: 'odd' } });
    const get = () => clients.cloudFront().send(new GetDistributionCommand({ Id: id }));
    await expect(get()).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    await expect(get()).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(clients.loadBalancing('eu-west-1').send(new DescribeLoadBalancersCommand({}))).rejects.toMatchObject({
      name: 'OddError',
    });
    await list();
    lift();
    expect((await get()).Distribution?.Id).toBe(id);
  });

  it.each([
    ['cloudfront', 'Throttling', 400, () => impatient(CloudFrontClient).send(new ListDistributionsCommand({}))],
    ['s3', 'SlowDown', 503, () => impatient(S3Client).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))],
    ['logs', 'ThrottlingException', 400, () => impatient(CloudWatchLogsClient).send(new DescribeDeliveriesCommand({}))],
    [
      'elasticloadbalancing',
      'Throttling',
      400,
      () => impatient(ElasticLoadBalancingV2Client).send(new DescribeLoadBalancersCommand({})),
    ],
  ] as const)('throttles %s by its name for it', async (service, name, httpStatusCode, call) => {
    aws.fail({ service, how: 'throttled' });
    await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('hangs until the client leaves', async () => {
    aws.fail({ operation: 'ListDistributions', how: 'hang' });
    const stop = new AbortController();
    const listing = clients.cloudFront().send(new ListDistributionsCommand({}), { abortSignal: stop.signal });
    const outcome = expect(listing).rejects.toMatchObject({ name: 'AbortError' });
    await aws.waitForCall(({ state }) => state === 'running');
    stop.abort();
    await outcome;
    expect((await aws.waitForCall(({ state }) => state === 'left')).status).toBeNull();
  });

  it('resets the connection', async () => {
    aws.fail({ how: 'reset', times: 1 });
    expect((await list()).$metadata.attempts).toBe(2);
    expect(aws.calls.map(({ state }) => state)).toEqual(['cut', 'answered']);
  });

  it('cuts a body short', async () => {
    aws.putBucketObject('logs', 'a.gz', Buffer.alloc(100_000, 1));
    aws.fail({ service: 's3', operation: 'GetObject', how: 'cut', afterBytes: 10_000 });
    const { Body, ContentLength } = await clients
      .s3('us-east-1')
      .send(new GetObjectCommand({ Bucket: 'logs', Key: 'a.gz' }));
    expect(ContentLength).toBe(100_000);
    await expect(Body?.transformToByteArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(aws.calls).toMatchObject([{ state: 'cut', status: 200 }]);
  });

  it('stalls a body until the client leaves', async () => {
    aws.putBucketObject('logs', 'a.gz', Buffer.alloc(100_000, 1));
    aws.fail({ operation: 'GetObject', how: 'stall' });
    const stop = new AbortController();
    const { Body } = await clients
      .s3('us-east-1')
      .send(new GetObjectCommand({ Bucket: 'logs', Key: 'a.gz' }), { abortSignal: stop.signal });
    const outcome = expect(Body?.transformToByteArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
    stop.abort();
    await outcome;
    expect((await aws.waitForCall(({ state }) => state === 'left')).status).toBe(200);
  });
});

describe('the environment', () => {
  it('is all that another process needs', async () => {
    aws.putDistribution({ id: 'E123456789ABC' });
    const program = `
      import { CloudFrontClient, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
      const { DistributionList } = await new CloudFrontClient({}).send(new ListDistributionsCommand({}));
      process.stdout.write(DistributionList.Items[0].Id);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      env: aws.environment,
    });
    expect(stdout).toBe('E123456789ABC');
  });
});

describe('latency and stopping', () => {
  it('answers later', async () => {
    aws.latencyMs = 80;
    const started = performance.now();
    await list();
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
  });

  it('keeps two instances apart', async () => {
    const other = await startLocalAws({ accountId: '210987654321' });
    other.putDistribution();
    expect((await list()).DistributionList?.Quantity).toBe(0);
    expect(other.calls).toEqual([]);
    await other.stop();
  });

  it('stops while calls hang', async () => {
    aws.fail({ how: 'hang' });
    const outcome = expect(fetch(aws.url)).rejects.toThrow();
    const hanging = expect(list()).rejects.toThrow();
    await aws.waitForCall(({ service }) => service === 'cloudfront');
    clients.destroy();
    await aws.stop();
    await Promise.allSettled([outcome, hanging]);
  });
});
