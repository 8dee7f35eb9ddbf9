/** The doctor against a local AWS whose principals lack each permission in turn. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/failure.js';
import {
  type DoctorWorld,
  distributionId,
  fullPolicy,
  readGrants,
  roles,
  startDoctorWorld,
  troubles,
} from './doctor-world.js';

let world: DoctorWorld;
let lifts: (() => void)[];
beforeAll(async () => {
  world = await startDoctorWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  lifts = [];
});
afterEach(() => {
  for (const lift of lifts) lift();
  for (const role of ['read', 'change', 'audit'] as const) world.grant(role);
});

/** Actions that only AWS's own side needs, or that need Athena or a log group, which this policy file does not name. */
const notTried =
  /^(glue|athena):|^logs:(StartQuery|DescribeQueries|GetQueryResults|StopQuery)$|Retention$|^s3:(GetBucketRequestPayment|PutObject|AbortMultipartUpload|GetBucketAcl|PutBucketAcl|GetObjectVersion)$|^lambda:|ModifyLoadBalancer/;
const actionsOf = (role: keyof typeof roles): readonly string[] => {
  const { Statement } = JSON.parse(readGrants(role)) as { Statement: { Action: string | string[] }[] };
  return [...new Set(Statement.flatMap(({ Action }) => Action))];
};

describe('an installation that has everything', () => {
  it('lacks nothing, and nothing was written', async () => {
    const before = world.aws.distribution(distributionId).etag;
    const report = await world.run();
    expect(troubles(report)).toEqual([]);
    expect(new Set(report.items.map(({ part }) => part))).toEqual(
      new Set(['policy', 'slack', 'redis', 'reading', 'logs', 'changes', 'audit', 'network', 'clock']),
    );
    expect(world.aws.distribution(distributionId).etag).toBe(before);
    expect(world.aws.bucketKeys('audit')).toEqual([]);
  });

  it('tries the write as a change would be made: the session cut and tagged, recorded before', async () => {
    await world.run();
    const update = world.aws.calls.filter(({ operation }) => operation === 'UpdateDistribution').at(-1);
    expect(update).toMatchObject({
      status: 412,
      errorCode: 'PreconditionFailed',
      assumedRole: { roleArn: roles.change, tags: { SlackUser: 'U0EXAMPLE01' } },
    });
    const head = await world.audit.head();
    expect(await world.audit.read(head?.sequence ?? 0, 1)).toMatchObject([
      { actor: 'U0EXAMPLE01', action: 'doctor.update-tried', subject: distributionId },
    ]);
  });
});

describe('without one permission of the read role', () => {
  it.each(actionsOf('read').filter((action) => !notTried.test(action)))(
    '%s it is named, and nothing else',
    async (action) => {
      world.grant('read', action);
      const report = await world.run();
      const found = troubles(report).filter(({ part }) => part !== 'changes');
      expect(found).toMatchObject([
        { state: 'missing', permission: action, remedy: expect.stringContaining(`Allow ${action} on `) },
      ]);
      expect(found[0]?.remedy).toContain(roles.read);
      expect(found[0]?.what).toMatch(/^AWS refused .+; without it cf502 cannot .+\.$/);
    },
  );
});

describe('the balancers of a distribution', () => {
  const originAt = (domainName: string): void =>
    world.aws.editDistribution(distributionId, (config) => ({
      ...config,
      Origins: {
        Quantity: 1,
        Items: (config.Origins?.Items ?? []).map((origin) => ({
          ...origin,
          DomainName: domainName,
        })),
      },
    }));
  const behindBalancer = (): void => originAt('web-1234567890.eu-central-1.elb.amazonaws.com');
  afterEach(() => {
    originAt('origin.example.test');
    world.grant('change');
  });
  const permission = 'elasticloadbalancing:ModifyLoadBalancerAttributes';
  const about = async () => (await world.run()).items.filter((item) => item.permission === permission);

  it('are not asked about where there are none', async () => expect(await about()).toEqual([]));

  it('are not known of where the role names them, and it is said what to allow', async () => {
    behindBalancer();
    expect(await about()).toMatchObject([
      { state: 'unknown', remedy: expect.stringContaining(`allow ${permission} on its ARN in ${roles.change}`) },
    ]);
    expect(world.aws.writes).toEqual([]);
  });

  it('are known of where the role may change any', async () => {
    behindBalancer();
    const named = /arn:aws:elasticloadbalancing:[^"]+/;
    world.aws.putRole(roles.change, { externalId: 'agreed-upon', policy: readGrants('change').replace(named, '*') });
    expect(await about()).toMatchObject([{ state: 'ok' }]);
    expect(world.aws.writes).toEqual([]);
  });

  it('are left alone, as are distribution and trials, where a try cannot be recorded', async () => {
    behindBalancer();
    const from = world.aws.calls.length;
    const append = () => Promise.reject(new Failure('service-down', 'The audit log is away.'));
    const { items } = await world.run({
      policy: fullPolicy.replace('  distributions: [', '  trial: {}\n  distributions: ['),
      context: { audit: { ...world.audit, append } },
    });
    const said = items.flatMap(
      ({ what }) => /^(.*?) was not tried.* could not be recorded: (.*)$/.exec(what)?.slice(1) ?? [],
    );
    const why = 'The audit log is away.';
    expect(said).toEqual([`cloudfront:UpdateDistribution`, why, permission, why, 'What trials need', why]);
    const tried = world.aws.calls.slice(from).map(({ operation }) => operation);
    for (const write of ['UpdateDistribution', 'ModifyLoadBalancerAttributes', 'CopyDistribution'])
      expect(tried).not.toContain(write);
  });
});

describe('without one permission of the change role', () => {
  it.each(['cloudfront:GetDistributionConfig', 'cloudfront:UpdateDistribution'])('%s it is named', async (action) => {
    world.grant('change', action);
    expect(troubles(await world.run())).toMatchObject([
      { part: 'changes', state: 'missing', permission: action, remedy: expect.stringContaining(roles.change) },
    ]);
  });

  it('for this distribution it is named', async () => {
    world.aws.putRole(roles.change, {
      externalId: 'agreed-upon',
      policy: readGrants('change').replace(distributionId, 'E2EXAMPLE12345'),
    });
    expect(troubles(await world.run())).toMatchObject([
      { part: 'changes', state: 'missing', permission: 'cloudfront:GetDistributionConfig' },
    ]);
  });
});

describe('without one permission of the audit role', () => {
  it.each(['s3:PutObject', 's3:ListBucketVersions', 's3:GetBucketObjectLockConfiguration'])(
    '%s it is named',
    async (action) => {
      world.grant('audit', action);
      expect(troubles(await world.run())).toMatchObject([
        { part: 'audit', state: 'missing', permission: action, remedy: expect.stringContaining(roles.audit) },
      ]);
    },
  );

  it('and without Object Lock that is named', async () => {
    world.aws.createBucket('audit', { region: 'eu-west-1' });
    const found = troubles(await world.run());
    world.aws.createBucket('audit', { region: 'eu-west-1', objectLock: true });
    expect(found).toMatchObject([
      { part: 'audit', state: 'missing', remedy: expect.stringContaining('Switch on Object Lock') },
    ]);
  });
});

describe('without a role', () => {
  it.each([
    ['read', 'reading'],
    ['change', 'changes'],
    ['audit', 'audit'],
  ] as const)('%s it says so once', async (role, part) => {
    world.aws.putRole(roles[role], { externalId: 'another one' });
    const found = troubles(await world.run()).filter((item) => item.part === part);
    expect(found).toMatchObject([
      {
        state: 'missing',
        permission: 'sts:AssumeRole',
        what: expect.stringContaining(roles[role]),
        remedy: expect.stringContaining('external id'),
      },
    ]);
  });
});

describe('what is not there', () => {
  it('a distribution of the policy file that does not exist', async () => {
    const policy = fullPolicy.replace('shop:', 'gone: { id: E9EXAMPLE12345 }, shop:');
    expect(troubles(await world.run({ policy }))).toMatchObject([
      { part: 'policy', what: expect.stringContaining('E9EXAMPLE12345, which does not exist') },
    ]);
  });

  it('a log bucket that is gone', async () => {
    lifts.push(
      world.aws.fail({ service: 's3', operation: 'ListObjectsV2', how: { status: 404, code: 'NoSuchBucket' } }),
    );
    expect(troubles(await world.run())).toMatchObject([
      { part: 'logs', state: 'missing', what: expect.stringContaining('AWS finds no bucket logs') },
    ]);
  });

  it('a log group that is not there, and a workgroup that may not be looked at', async () => {
    const policy = `${fullPolicy.replace('E1EXAMPLE12345 }', 'E1EXAMPLE12345, logs: [{ logGroup: "arn:aws:logs:eu-west-1:123456789012:log-group:cdn" }] }')}
logs: { athena: { workgroup: cf502, database: logs } }`;
    const found = troubles(await world.run({ policy }));
    expect(new Set(found.map(({ permission }) => permission))).toEqual(
      new Set(['athena:GetWorkGroup', 'logs:StartQuery']),
    );
    world.grant('read', 'logs:DescribeQueries');
    const without = troubles(await world.run({ policy }));
    expect(without.find(({ permission }) => permission === 'logs:DescribeQueries')).toMatchObject({
      state: 'missing',
      what: expect.stringContaining('cannot take up the queries of a run that died'),
      remedy: expect.stringContaining('Allow logs:DescribeQueries on *'),
    });
  });

  it('credentials that AWS does not know are told once for each part', async () => {
    const policy = `distributions: { shop: { id: ${distributionId} } }`;
    lifts.push(world.aws.fail({ service: 'cloudfront', how: { status: 403, code: 'InvalidClientTokenId' } }));
    expect(troubles(await world.run({ policy }))).toMatchObject([
      {
        part: 'reading',
        state: 'missing',
        permission: 'credentials of the process',
        remedy: expect.stringContaining('valid AWS credentials'),
      },
    ]);
  });

  it('AWS does not answer: nothing is called missing', async () => {
    lifts.push(world.aws.fail({ service: 'cloudwatch', how: 'unavailable' }));
    const found = troubles(await world.run());
    expect(found).toHaveLength(3);
    expect(found.every(({ state }) => state === 'unknown')).toBe(true);
  });

  it('no policy file but a broken one: what needs none is tried', async () => {
    const report = await world.run({ context: { policy: { problem: 'policy.yml has 1 problem(s)' } } });
    expect(troubles(report)).toMatchObject([{ part: 'policy', state: 'missing', what: 'policy.yml has 1 problem(s)' }]);
    expect(report.items.some(({ part }) => part === 'redis')).toBe(true);
    expect(report.items.some(({ part }) => part === 'reading')).toBe(false);
  });

  it('with the default policy only reading is tried', async () => {
    const report = await world.run({ policy: '' });
    expect(troubles(report)).toEqual([]);
    expect(report.items.some(({ part }) => part === 'changes' || part === 'audit')).toBe(false);
  });
});

describe('Slack', () => {
  it('lacks a scope', async () => {
    world.slack.revokeScopes('chat:write');
    const found = troubles(await world.run());
    world.slack.grantScopes('chat:write');
    expect(found).toMatchObject([
      { part: 'slack', state: 'missing', permission: 'chat:write', remedy: expect.stringContaining('manifest.yml') },
    ]);
  });

  it('does not know the token', async () => {
    const found = troubles(await world.run({ environment: { SLACK_BOT_TOKEN: 'xoxb-wrong' } }));
    expect(found).toMatchObject([{ part: 'slack', state: 'missing', what: expect.stringContaining('invalid_auth') }]);
  });

  it('was not asked where there is no token', async () => {
    const found = troubles(await world.run({ environment: { SLACK_BOT_TOKEN: '' } }));
    expect(found).toMatchObject([
      { part: 'slack', state: 'unknown', what: expect.stringContaining('SLACK_BOT_TOKEN') },
    ]);
  });

  it('has no such approver group', async () => {
    const policy = fullPolicy.replace('users: [U0EXAMPLE01]', 'groups: [S0NOSUCHGROUP]');
    expect(troubles(await world.run({ policy }))).toMatchObject([
      { part: 'slack', state: 'missing', what: expect.stringContaining('S0NOSUCHGROUP') },
    ]);
  });
});

describe('Redis, resolvers and the clock', () => {
  it('names what Redis was not told', async () => {
    await world.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await world.redis.config('SET', 'appendfsync', 'no');
    const found = troubles(await world.run());
    await world.redis.config('SET', 'maxmemory-policy', 'noeviction');
    await world.redis.config('SET', 'appendfsync', 'always');
    expect(found.map(({ permission, state }) => [permission, state])).toEqual([
      ['maxmemory-policy', 'missing'],
      ['appendfsync', 'missing'],
    ]);
  });

  it('names a resolver that does not answer', async () => {
    const found = troubles(await world.run({ environment: { CF502_DNS_SERVERS: '127.0.0.1:1' } }));
    expect(found).toMatchObject([{ part: 'network', state: 'missing', what: expect.stringContaining('127.0.0.1:1') }]);
  });

  it('names a clock that is wrong', async () => {
    const context = { now: () => new Date(Date.now() + 120_000) };
    expect(troubles(await world.run({ context }))).toMatchObject([
      { part: 'clock', state: 'missing', what: expect.stringMatching(/1(19|20|21) seconds ahead/) },
    ]);
  });

  it('names an audit log whose copy stands still', async () => {
    const context = { now: () => new Date(Date.now() + 20 * 60_000) };
    const found = troubles(await world.run({ context })).filter(({ part }) => part === 'audit');
    expect(found).toMatchObject([{ state: 'missing', what: expect.stringContaining('has been waiting since') }]);
  });
});
