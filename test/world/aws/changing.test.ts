/** Changing things in the local AWS: who may, what is counted, and calls that are held between their steps. */
import {
  CloudFrontClient,
  GetDistributionConfigCommand,
  ListDistributionsCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import {
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applyEnvironment } from './environment.js';
import { type LocalAws, startLocalAws } from './local-aws.js';

let aws: LocalAws;
let restore: () => void;
const role = 'arn:aws:iam::123456789012:role/cf502-change';
const one = { region: 'us-east-1', maxAttempts: 1 };

beforeEach(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
});
afterEach(async () => {
  restore();
  await aws.stop();
});

const allow = (Action: readonly string[], Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const arnOf = (id: string) => `arn:aws:cloudfront::123456789012:distribution/${id}`;

async function session(policy?: string): Promise<CloudFrontClient> {
  const { Credentials: made } = await new STSClient(one).send(
    new AssumeRoleCommand({
      RoleArn: role,
      RoleSessionName: 'cf502',
      ...(policy === undefined ? {} : { Policy: policy }),
    }),
  );
  return new CloudFrontClient({
    ...one,
    credentials: {
      accessKeyId: made?.AccessKeyId ?? '',
      secretAccessKey: made?.SecretAccessKey ?? '',
      sessionToken: made?.SessionToken ?? '',
    },
  });
}

async function setReadTimeout(client: CloudFrontClient, id: string, seconds: number) {
  const { DistributionConfig: config, ETag } = await client.send(new GetDistributionConfigCommand({ Id: id }));
  const custom = config?.Origins?.Items?.[0]?.CustomOriginConfig;
  if (custom !== undefined) custom.OriginReadTimeout = seconds;
  return client.send(new UpdateDistributionCommand({ Id: id, IfMatch: ETag, DistributionConfig: config }));
}

describe('a session of a role', () => {
  it('may do what the role and the session policy both allow', async () => {
    const [mine, other] = [aws.putDistribution().id, aws.putDistribution().id];
    aws.putRole(role, { policy: allow(['cloudfront:Get*', 'cloudfront:UpdateDistribution'], arnOf('*')) });
    const client = await session(allow(['cloudfront:*'], arnOf(mine)));
    await setReadTimeout(client, mine, 45);
    await expect(setReadTimeout(client, other, 45)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(client.send(new ListDistributionsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(aws.writes).toHaveLength(1);
  });

  it('cannot be widened by its session policy', async () => {
    const { id } = aws.putDistribution();
    aws.putRole(role, { policy: allow(['cloudfront:GetDistributionConfig'], '*') });
    const client = await session(allow(['cloudfront:*'], '*'));
    await expect(setReadTimeout(client, id, 45)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(aws.writes).toEqual([]);
  });

  it('leaves the key itself to its own policy', async () => {
    const { id } = aws.putDistribution();
    aws.restrictKey(allow(['sts:AssumeRole', 'cloudfront:Get*'], '*'));
    await expect(setReadTimeout(new CloudFrontClient(one), id, 45)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each(['{', '{"Version":"2012-10-17"}', '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"}]}'])(
    'is not opened with the policy %s',
    async (policy) => {
      aws.putRole(role);
      await expect(session(policy)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    },
  );
});

describe('what was written', () => {
  it('is counted with who wrote it and every leaf that differs', async () => {
    const { id } = aws.putDistribution();
    await setReadTimeout(new CloudFrontClient(one), id, 45);
    expect(aws.writes).toMatchObject([
      {
        operation: 'UpdateDistribution',
        subject: id,
        changed: [{ path: 'Origins.Items.0.CustomOriginConfig.OriginReadTimeout', before: 30, after: 45 }],
      },
    ]);
    expect(aws.distribution(id).status).toBe('InProgress');
  });

  it('includes the attributes of balancers, within their range', async () => {
    const { arn } = aws.putLoadBalancer({ name: 'web' });
    const client = new ElasticLoadBalancingV2Client(one);
    const set = (Value: string) =>
      client.send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: arn,
          Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value }],
        }),
      );
    const { Attributes } = await set('90');
    expect(Attributes).toContainEqual({ Key: 'idle_timeout.timeout_seconds', Value: '90' });
    expect(Attributes).toContainEqual({ Key: 'client_keep_alive.seconds', Value: '3600' });
    await expect(set('4001')).rejects.toMatchObject({ name: 'InvalidConfigurationRequestException' });
    expect(aws.writes.map(({ changed }) => changed)).toEqual([
      [{ path: 'idle_timeout.timeout_seconds', before: '60', after: '90' }],
    ]);
  });
});

describe('a call that is held', () => {
  const update = { operation: 'UpdateDistribution' } as const;

  it('before it is carried out: a sender that left meanwhile has changed nothing', async () => {
    const { id } = aws.putDistribution();
    const client = new CloudFrontClient(one);
    const held = aws.hold({ ...update, when: 'before' });
    const writing = setReadTimeout(client, id, 45).catch((error: Error) => error.name);
    await held.reached;
    expect(aws.writes).toEqual([]);
    client.destroy();
    await writing;
    await aws.waitForCall(({ operation, state }) => operation === 'UpdateDistribution' && state === 'left');
    held.release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(aws.writes).toEqual([]);
  });

  it('before, and delivered late: it is carried out all the same', async () => {
    const { id } = aws.putDistribution();
    const client = new CloudFrontClient(one);
    const held = aws.hold({ ...update, when: 'before' });
    const writing = setReadTimeout(client, id, 45).catch((error: Error) => error.name);
    await held.reached;
    client.destroy();
    await writing;
    held.release('deliver');
    while (aws.writes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(aws.writes).toHaveLength(1);
  });

  it('after it was carried out, while its answer waits', async () => {
    const { id } = aws.putDistribution();
    const held = aws.hold({ ...update, when: 'after' });
    const writing = setReadTimeout(new CloudFrontClient(one), id, 45);
    await held.reached;
    expect(aws.writes).toHaveLength(1);
    held.release();
    await expect(writing).resolves.toMatchObject({ Distribution: { Status: 'InProgress' } });
  });

  it.each(['reset', 'reset-after'] as const)('may also be broken off: %s', async (how) => {
    const { id } = aws.putDistribution();
    aws.fail({ ...update, how, times: 1 });
    await expect(setReadTimeout(new CloudFrontClient(one), id, 45)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(aws.writes).toHaveLength(how === 'reset' ? 0 : 1);
  });
});
