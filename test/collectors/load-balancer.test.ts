/** The load balancer collector against the local ELBv2 and CloudWatch. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collectLoadBalancer } from '../../src/collectors/load-balancer.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
const region = 'eu-central-1';
let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T11:00:00.000Z'));
});
afterEach(() => local.stop());

const collect = (domainName: string) =>
  collectLoadBalancer(local.context, { kind: 'load-balancer', originId: 'alb', domainName, window });

function putWeb() {
  return local.aws.putLoadBalancer({
    region,
    name: 'web',
    attributes: { 'idle_timeout.timeout_seconds': '75' },
    listeners: [
      { port: 80, protocol: 'HTTP' },
      { port: 443, protocol: 'HTTPS', certificateArns: ['arn:aws:acm:eu-central-1:111122223333:certificate/web'] },
    ],
    targetGroups: [
      {
        name: 'app',
        protocol: 'HTTP',
        port: 8080,
        attributes: { 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '2' },
        targets: [
          { id: 'i-0aaa', port: 8080, zone: 'eu-central-1a' },
          { id: 'i-0bbb', port: 8080, state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
        ],
      },
    ],
  });
}

describe('collectLoadBalancer', () => {
  it('finds the balancer by its name and reads what is behind it', async () => {
    local.aws.putLoadBalancer({ region, name: 'other' });
    const web = putWeb();
    const metric = (name: string, points: readonly (readonly [number, number])[]) =>
      local.aws.putMetric({
        region,
        namespace: 'AWS/ApplicationELB',
        name,
        dimensions: { LoadBalancer: web.dimension },
        points: points.map(([minute, value]) => ({ at: new Date(Date.UTC(2026, 10, 20, 10, minute)), value })),
      });
    metric('RequestCount', [
      [1, 500],
      [2, 700],
    ]);
    metric('HTTPCode_ELB_502_Count', [
      [30, 7],
      [5, 3],
    ]);
    metric('HTTPCode_Target_5XX_Count', [[5, 2]]);
    metric('UnhealthyRoutingRequestCount', [[5, 4]]);
    metric('TargetResponseTime', [
      [1, 0.1],
      [2, 0.2],
      [3, 9],
    ]);
    const evidence = await collect(`DUALSTACK.${web.dnsName.toUpperCase()}`);
    expect(evidence).toEqual({
      originId: 'alb',
      name: 'web',
      arn: web.arn,
      dnsName: web.dnsName,
      region,
      type: 'application',
      scheme: 'internet-facing',
      stateCode: 'active',
      idleTimeoutSeconds: 75,
      clientKeepAliveSeconds: 3600,
      desyncMitigationMode: 'defensive',
      zones: ['eu-central-1a'],
      securityGroupIds: [],
      listeners: [
        { port: 80, protocol: 'HTTP', certificateArns: [], defaultAction: { type: 'forward', status: null } },
        {
          port: 443,
          protocol: 'HTTPS',
          certificateArns: ['arn:aws:acm:eu-central-1:111122223333:certificate/web'],
          defaultAction: { type: 'forward', status: null },
        },
      ],
      targetGroups: [
        {
          name: 'app',
          targetType: 'instance',
          deregistrationDelaySeconds: 300,
          minimumHealthyTargets: 2,
          arn: web.targetGroupArns[0],
          protocol: 'HTTP',
          port: 8080,
          targets: [
            expect.objectContaining({
              id: 'i-0aaa',
              port: 8080,
              zone: 'eu-central-1a',
              state: 'healthy',
              reason: null,
            }),
            expect.objectContaining({
              id: 'i-0bbb',
              state: 'unhealthy',
              reason: 'Target.Timeout',
              description: 'Request timed out',
            }),
          ],
        },
      ],
      metrics: {
        requests: 1_200,
        elb502: 10,
        elb503: 0,
        elb504: 0,
        target5xx: 2,
        targetConnectionErrors: 0,
        targetTlsNegotiationErrors: 0,
        clientTlsNegotiationErrors: 0,
        rejectedConnections: 0,
        elb502PerMinute: [
          { at: '2026-11-20T10:05:00.000Z', value: 3 },
          { at: '2026-11-20T10:30:00.000Z', value: 7 },
        ],
        target5xxPerMinute: [{ at: '2026-11-20T10:05:00.000Z', value: 2 }],
        unhealthyRoutingRequests: 4,
        desyncNonCompliantRequests: 0,
        lambdaUserErrors: 0,
        lambdaInternalErrors: 0,
        targetResponseSeconds: { p50: 0.2, worstP99: 9 },
      },
      networkMetrics: null,
      gaps: [],
    });
    expect(new Set(local.aws.calls.map((call) => call.region))).toEqual(new Set([region]));
  });

  it.each([
    ['DescribeListeners', { listeners: [] }],
    ['DescribeTargetGroups', { targetGroups: [] }],
    ['DescribeTargetGroupAttributes', { targetGroups: [{ name: 'app', minimumHealthyTargets: null }] }],
    ['DescribeTargetHealth', { targetGroups: [{ name: 'app', targets: [] }] }],
    ['DescribeLoadBalancerAttributes', { idleTimeoutSeconds: null }],
    ['GetMetricData', { metrics: null }],
  ])('without the permission for %s has a gap that names it, and the rest', async (operation, expected) => {
    const web = putWeb();
    local.aws.fail({ operation, how: 'access-denied' });
    const evidence = await collect(web.dnsName);
    expect(evidence).toMatchObject({ name: 'web', ...expected });
    expect(evidence.gaps).toEqual([
      { kind: 'access-denied', message: expect.any(String), remedy: expect.stringContaining(`:${operation}`) },
    ]);
  });

  it('reads a network balancer, which has no HTTP counts', async () => {
    const net = local.aws.putLoadBalancer({ region, name: 'net', type: 'network', scheme: 'internal' });
    local.aws.putMetric({
      region,
      namespace: 'AWS/NetworkELB',
      name: 'TCP_Target_Reset_Count',
      dimensions: { LoadBalancer: net.dimension },
      points: [{ at: new Date('2026-11-20T10:05:00Z'), value: 12 }],
    });
    const evidence = await collect(net.dnsName);
    expect(evidence).toMatchObject({ type: 'network', scheme: 'internal', metrics: null });
    expect(evidence.networkMetrics).toEqual({
      balancerResets: 0,
      targetResets: 12,
      clientResets: 0,
      clientTlsNegotiationErrors: 0,
      targetTlsNegotiationErrors: 0,
    });
    expect(evidence.gaps).toEqual([]);
  });

  it('goes by the ARN that a VPC origin names, whatever the name of the origin', async () => {
    const hidden = local.aws.putLoadBalancer({ region, name: 'hidden', scheme: 'internal' });
    const evidence = await collectLoadBalancer(local.context, {
      kind: 'load-balancer',
      originId: 'vpc',
      domainName: 'app.example.test',
      arn: hidden.arn,
      window,
    });
    expect(evidence).toMatchObject({ originId: 'vpc', name: 'hidden', scheme: 'internal', dnsName: hidden.dnsName });
  });

  it('says where it looked when the balancer is somewhere else', async () => {
    putWeb();
    await expect(collect('web-42.eu-central-1.elb.amazonaws.com')).rejects.toMatchObject({
      kind: 'not-found',
      message: 'The balancer web-42.eu-central-1.elb.amazonaws.com is not in this account and region (eu-central-1).',
      details: { remedy: expect.any(String), tried: [expect.stringContaining('1 balancers')] },
    });
  });

  it('looks through every page', async () => {
    for (let index = 0; index < 401; index += 1) local.aws.putLoadBalancer({ region, name: `n${index}` });
    const last = local.aws.putLoadBalancer({ region, name: 'last' });
    expect(await collect(last.dnsName)).toMatchObject({ name: 'last' });
  });

  it('fails where the balancers cannot be listed', async () => {
    local.aws.fail({ operation: 'DescribeLoadBalancers', how: 'access-denied' });
    await expect(collect('web-42.eu-central-1.elb.amazonaws.com')).rejects.toMatchObject({ kind: 'access-denied' });
  });
});
