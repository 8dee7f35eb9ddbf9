import { describe, expect, it } from '@jest/globals';
import {
  assembleBag,
  type CollectedTask,
  collectTaskSchema,
  firstTasks,
  planTasks,
} from '../../src/collectors/tasks.js';
import { planConnections } from '../../src/diagnosis/connection.js';
import type { DistributionEvidence } from '../../src/diagnosis/evidence.js';
import { buildBehaviour, buildDistribution, buildOrigin } from '../diagnosis/configuration-builders.js';

const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
const options = { window, pathPattern: null, maxLogBytes: 1_000 };
const at = '2026-11-20T11:01:00.000Z';

function build(differs: Partial<DistributionEvidence> = {}): DistributionEvidence {
  const distribution = buildDistribution(differs);
  return { ...distribution, connections: planConnections(distribution).connections };
}

const balanced = build({
  aliases: ['www.example.com'],
  origins: [
    buildOrigin(),
    buildOrigin({ id: 'alb', domainName: 'shop-1234567890.eu-west-1.elb.amazonaws.com', kind: 'load-balancer' }),
    buildOrigin({ id: 'idle', domainName: 'idle-1234567890.eu-west-1.elb.amazonaws.com', kind: 'load-balancer' }),
  ],
  behaviours: [
    buildBehaviour({ pathPattern: '/api/*', isDefault: false, targetId: 'alb', forwardsHost: 'yes' }),
    buildBehaviour({ precedence: 1 }),
  ],
});

describe('firstTasks', () => {
  it.each([
    [{ kind: 'distribution-id', id: 'E2EXAMPLE12345' } as const, 'Read the configuration of E2EXAMPLE12345'],
    [{ kind: 'domain-name', domainName: 'www.example.com' } as const, 'Read the configuration of www.example.com'],
  ])('reads the distribution of %j', (target, title) => {
    expect(firstTasks(target)).toEqual([{ id: 'distribution', title, task: { kind: 'distribution', target } }]);
  });
});

describe('planTasks', () => {
  it('plans logs, metrics, a probe for each connection and the load balancers that are used', () => {
    expect(planTasks(balanced, options).map(({ id, title }) => [id, title])).toEqual([
      ['access-logs', 'Scan the access logs'],
      ['cloudfront-metrics', 'Read the CloudFront metrics'],
      ['origin-probe-1', 'Probe shop-1234567890.eu-west-1.elb.amazonaws.com:443 (Host www.example.com)'],
      ['origin-probe-2', 'Probe app.example.test:443'],
      ['keep-alive-1', 'Hold idle connections to shop-1234567890.eu-west-1.elb.amazonaws.com:443'],
      ['keep-alive-2', 'Hold idle connections to app.example.test:443'],
      ['load-balancer-1', 'Look at the load balancer shop-1234567890.eu-west-1.elb.amazonaws.com'],
      ['changes', 'Ask CloudTrail what changed'],
    ]);
  });

  it('asks CloudTrail in the region of each balancer too, the likeliest changes first', () => {
    const task = planTasks(balanced, options).find(({ id }) => id === 'changes')?.task;
    expect(task).toMatchObject({
      lookups: [
        { region: 'us-east-1', names: ['UpdateDistribution', 'UpdateDistributionWithStagingConfig'] },
        { region: 'eu-west-1', names: expect.arrayContaining(['ModifyListener', 'DeregisterTargets']) },
      ],
      mentions: [balanced.id, 'shop'],
    });
  });

  it('names the distribution to the reading of logs as its rows do, which those of tenants may not', () => {
    const named = (differs: Partial<DistributionEvidence>) =>
      planTasks(build(differs), options).find(({ id }) => id === 'access-logs')?.task;
    expect(named({})).toMatchObject({ domainName: build().domainName });
    expect(named({ connectionMode: 'tenant-only' })).not.toHaveProperty('domainName');
    expect(collectTaskSchema.parse(named({}))).toEqual(named({}));
  });

  it('looks at functions only where there are any', () => {
    const arn = 'arn:aws:cloudfront::111122223333:function/rewrite';
    const distribution = build({
      behaviours: [
        buildBehaviour({ edgeFunctions: [{ event: 'viewer-request', runtime: 'cloudfront-function', arn }] }),
      ],
    });
    expect(planTasks(distribution, options).find(({ id }) => id === 'edge-functions')?.task).toMatchObject({
      functionArns: [arn],
      lambdaArns: [],
    });
    expect(planTasks(balanced, options).map(({ id }) => id)).not.toContain('edge-functions');
  });

  it('sends a request through the edge only where the policy turns it on', () => {
    const ids = (throughTheEdge: boolean) => planTasks(balanced, { ...options, throughTheEdge }).map(({ id }) => id);
    expect(ids(false)).not.toContain('edge-twin');
    expect(ids(true)).toContain('edge-twin');
    const path = (pathPattern: string | null) =>
      planTasks(balanced, { ...options, pathPattern, throughTheEdge: true }).find(({ id }) => id === 'edge-twin')?.task;
    expect(path(null)).toMatchObject({ host: 'www.example.com', path: '/', port: 443 });
    expect(path('/api/orders')).toMatchObject({ path: '/api/orders' });
    expect(path('/api/*')).toMatchObject({ path: '/' });
  });

  it('takes the balancer of a VPC origin by its ARN, and one behind an alias by its name', () => {
    const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/hidden/50dc6c495c0c9188';
    const distribution = build({
      origins: [
        buildOrigin({ kind: 'vpc', vpcOriginId: 'vo_1', vpcEndpoint: { name: 'p', arn, status: 'Deployed' } }),
        buildOrigin({ id: 'alias', balancerName: 'web-123.eu-west-1.elb.amazonaws.com' }),
      ],
      behaviours: [
        buildBehaviour({ pathPattern: '/a/*', isDefault: false, targetId: 'alias' }),
        buildBehaviour({ precedence: 1 }),
      ],
    });
    const tasks = planTasks(distribution, options).flatMap(({ task }) => (task.kind === 'load-balancer' ? [task] : []));
    expect(tasks).toEqual([
      { kind: 'load-balancer', originId: 'app', domainName: 'app.example.test', window, arn },
      { kind: 'load-balancer', originId: 'alias', domainName: 'web-123.eu-west-1.elb.amazonaws.com', window },
    ]);
    for (const task of tasks) expect(collectTaskSchema.parse(JSON.parse(JSON.stringify(task)))).toEqual(task);
  });

  it('looks at the balancer behind a VPC origin, which no probe reaches', () => {
    const distribution = build({
      origins: [
        buildOrigin({ kind: 'vpc', vpcOriginId: 'vo_1', domainName: 'internal-app-123.eu-west-1.elb.amazonaws.com' }),
      ],
    });
    expect(planTasks(distribution, options).map(({ id }) => id)).toContain('load-balancer-1');
  });

  it.each([
    [null, [['/api/'], ['/']]],
    ['/api/orders', [['/api/orders', '/api/'], ['/']]],
    ['/api/v2/*', [['/api/v2/', '/api/'], ['/']]],
    ['/shop/cart', [['/api/'], ['/shop/cart', '/']]],
  ])('with the path %s probes what would travel over each connection', (pathPattern, expected) => {
    const paths = planTasks(balanced, { ...options, pathPattern }).flatMap(({ task }) =>
      task.kind === 'origin-probe' ? [task.paths] : [],
    );
    expect(paths).toEqual(expected);
  });

  it('yields tasks that pass the schema of the worker border, after a trip through JSON', () => {
    const planned = [
      ...firstTasks({ kind: 'domain-name', domainName: 'www.example.com' }),
      ...planTasks(balanced, { ...options, throughTheEdge: true }),
    ];
    for (const { task } of planned) expect(collectTaskSchema.parse(JSON.parse(JSON.stringify(task)))).toEqual(task);
  });
});

describe('collectTaskSchema', () => {
  const metrics = { kind: 'cloudfront-metrics', distributionId: 'E2EXAMPLE12345', window };
  it.each([
    ['an unknown kind', { ...metrics, kind: 'shell' }],
    ['an unknown key', { ...metrics, extra: 1 }],
    ['an id that could change a key prefix', { ...metrics, distributionId: '../E1' }],
    ['a time that is none', { ...metrics, window: { ...window, from: 'yesterday' } }],
    ['nothing', null],
  ])('refuses %s', (_name, task) => {
    expect(collectTaskSchema.safeParse(task).success).toBe(false);
  });
});

describe('assembleBag', () => {
  const of = { checkId: 'chk_abcdefghijkl', asked: 'E2EXAMPLE12345', window, pathPattern: null };
  const planned = planTasks(balanced, options);
  const distribution: CollectedTask = {
    kind: 'distribution',
    gathered: { state: 'collected', at, elapsedMs: 5, data: balanced },
  };

  it('keys probes by connection and balancers by origin', () => {
    const bag = assembleBag(of, planned, { distribution }, at);
    expect(bag.distribution).toBe(distribution.gathered);
    expect(Object.keys(bag.originProbes)).toEqual(balanced.connections.map(({ id }) => id));
    expect(Object.keys(bag.loadBalancers)).toEqual(['alb']);
  });

  it('puts every result in its place', () => {
    const gathered = {
      state: 'unavailable',
      at,
      elapsedMs: 1,
      reason: { kind: 'throttled', message: 'Slow.' },
      tried: [],
    } as const;
    const bag = assembleBag(of, planned, { distribution, 'origin-probe-2': { kind: 'origin-probe', gathered } }, at);
    expect(bag.originProbes['app/https/app.example.test']).toBe(gathered);
  });

  it('says of what was planned and never came back that it is missing', () => {
    const bag = assembleBag(of, planned, { distribution }, at, { kind: 'timed-out', message: 'Out of time.' });
    for (const part of [bag.accessLogs, bag.cloudFrontMetrics, ...Object.values(bag.originProbes)])
      expect(part).toMatchObject({ state: 'unavailable', reason: { kind: 'timed-out', message: 'Out of time.' } });
  });

  it('gives the reason of the distribution to all that could not follow', () => {
    const reason = { kind: 'not-found', message: 'There is no such distribution.', remedy: 'Check the id.' };
    const bag = assembleBag(
      of,
      [],
      {
        distribution: { kind: 'distribution', gathered: { state: 'unavailable', at, elapsedMs: 1, reason, tried: [] } },
      },
      at,
    );
    expect(bag.accessLogs).toMatchObject({
      state: 'unavailable',
      reason: { kind: 'not-found', message: expect.stringContaining('There is no such distribution.') },
    });
    expect(bag.originProbes).toEqual({});
  });

  it('does not take a result of another kind', () => {
    const bag = assembleBag(of, planned, { distribution, 'access-logs': distribution }, at);
    expect(bag.accessLogs.state).toBe('unavailable');
  });
});
