/** Elastic Load Balancing v2 of the local AWS, asked by the real SDK client. */
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type DescribeLoadBalancersCommandInput,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AwsClients, createAwsClients } from '../../../src/platform/aws.js';
import { applyEnvironment } from './environment.js';
import { type LocalAws, startLocalAws } from './local-aws.js';

let aws: LocalAws;
let clients: AwsClients;
let client: ElasticLoadBalancingV2Client;
let restore: () => void;

beforeEach(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
  clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
  client = clients.loadBalancing('eu-central-1');
});
afterEach(async () => {
  clients.destroy();
  restore();
  await aws.stop();
});

const certificate = 'arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000';
const putWeb = () =>
  aws.putLoadBalancer({
    region: 'eu-central-1',
    name: 'web',
    attributes: { 'idle_timeout.timeout_seconds': '120' },
    listeners: [
      { port: 80, protocol: 'HTTP' },
      { port: 443, protocol: 'HTTPS', certificateArns: [certificate] },
    ],
    targetGroups: [
      {
        name: 'app',
        port: 8080,
        targets: [
          { id: 'i-0123456789abcdef0', zone: 'eu-central-1a' },
          { id: 'i-0123456789abcdef1', state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
        ],
      },
      { name: 'idle' },
    ],
  });

describe('load balancers', () => {
  it('are found in their region under names that AWS makes', async () => {
    const { arn, dnsName, dimension } = putWeb();
    const inner = aws.putLoadBalancer({ region: 'eu-central-1', name: 'inner', scheme: 'internal', type: 'network' });
    expect(dnsName).toMatch(/^web-\d+\.eu-central-1\.elb\.amazonaws\.com$/);
    expect(inner.dnsName).toMatch(/^internal-inner-\d+\.elb\.eu-central-1\.amazonaws\.com$/);
    expect(dimension).toMatch(/^app\/web\/[0-9a-f]{16}$/);
    expect(arn).toBe(`arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/${dimension}`);
    const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toMatchObject([
      {
        LoadBalancerArn: arn,
        DNSName: dnsName,
        Scheme: 'internet-facing',
        Type: 'application',
        State: { Code: 'active' },
      },
      { LoadBalancerName: 'inner', Scheme: 'internal', Type: 'network' },
    ]);
    const elsewhere = await clients.loadBalancing('us-east-1').send(new DescribeLoadBalancersCommand({}));
    expect(elsewhere.LoadBalancers ?? []).toEqual([]);
  });

  it('come in pages', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) aws.putLoadBalancer({ region: 'eu-central-1', name });
    const pages: number[] = [];
    const names: (string | undefined)[] = [];
    for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, { PageSize: 2 })) {
      pages.push(LoadBalancers.length);
      names.push(...LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName));
    }
    expect(pages).toEqual([2, 2, 1]);
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are asked for by name or ARN', async () => {
    const { arn } = putWeb();
    aws.putLoadBalancer({ region: 'eu-central-1', name: 'other' });
    const namesOf = async (input: DescribeLoadBalancersCommandInput) =>
      (await client.send(new DescribeLoadBalancersCommand(input))).LoadBalancers?.map(
        ({ LoadBalancerName }) => LoadBalancerName,
      );
    expect(await namesOf({ Names: ['other'] })).toEqual(['other']);
    expect(await namesOf({ LoadBalancerArns: [arn] })).toEqual(['web']);
    await expect(namesOf({ Names: ['none'] })).rejects.toMatchObject({ name: 'LoadBalancerNotFoundException' });
    await expect(namesOf({ Names: Array.from({ length: 21 }, () => 'web') })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('have attributes and listeners', async () => {
    const { arn } = putWeb();
    const { Attributes } = await client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
    expect(Attributes).toContainEqual({ Key: 'idle_timeout.timeout_seconds', Value: '120' });
    expect(Attributes).toContainEqual({ Key: 'client_keep_alive.seconds', Value: '3600' });
    const { Listeners } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
    expect(Listeners).toMatchObject([
      { Port: 80, Protocol: 'HTTP' },
      { Port: 443, Protocol: 'HTTPS', Certificates: [{ CertificateArn: certificate }] },
    ]);
    await expect(client.send(new DescribeListenersCommand({ LoadBalancerArn: 'arn:none' }))).rejects.toMatchObject({
      name: 'LoadBalancerNotFoundException',
    });
  });
});

describe('target groups', () => {
  it('belong to a load balancer and tell the health of their targets', async () => {
    const { arn, targetGroupArns } = putWeb();
    const [app = '', idle = ''] = targetGroupArns;
    const { TargetGroups } = await client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: arn }));
    expect(TargetGroups).toMatchObject([
      { TargetGroupArn: app, TargetGroupName: 'app', Protocol: 'HTTP', Port: 8080, LoadBalancerArns: [arn] },
      { TargetGroupArn: idle, TargetGroupName: 'idle', Port: 80 },
    ]);
    const { TargetHealthDescriptions } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: app }));
    expect(TargetHealthDescriptions).toMatchObject([
      {
        Target: { Id: 'i-0123456789abcdef0', Port: 8080, AvailabilityZone: 'eu-central-1a' },
        TargetHealth: { State: 'healthy' },
      },
      {
        Target: { Id: 'i-0123456789abcdef1', Port: 8080 },
        TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' },
      },
    ]);
    const empty = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: idle }));
    expect(empty.TargetHealthDescriptions ?? []).toEqual([]);
    const { Attributes } = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: app }));
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
    await expect(client.send(new DescribeTargetHealthCommand({ TargetGroupArn: 'arn:none' }))).rejects.toMatchObject({
      name: 'TargetGroupNotFoundException',
    });
  });
});
