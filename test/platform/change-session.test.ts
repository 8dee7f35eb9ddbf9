/** The session policy of one change: what it needs, of this one distribution or balancer, and nothing else. */
import { describe, expect, it } from '@jest/globals';
import { cutSessionPolicy } from '../../src/platform/change-session.js';
import { distributionConfig } from '../world/aws/distribution-config.js';

const role = 'arn:aws:iam::123456789012:role/cf502-change';
const target = { kind: 'origin', distributionId: 'E2EXAMPLE1ABCD', originId: 'api' } as const;
const arn = 'arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE1ABCD';

const grants = (policy: string): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    JSON.parse(policy).Statement.flatMap(({ Action, Resource }: { Action: string[]; Resource: string[] }) =>
      Action.map((action) => [action, Resource]),
    ),
  );
const edge = (count: number) => ({
  Quantity: count,
  Items: Array.from({ length: count }, (_, index) => ({
    LambdaFunctionARN: `arn:aws:lambda:us-east-1:123456789012:function:an-edge-function-with-a-long-name-${index}:${index}`,
    EventType: 'origin-response' as const,
  })),
});

describe('the session policy', () => {
  it('names the distribution and the three calls', () => {
    expect(grants(cutSessionPolicy(role, target, distributionConfig()))).toEqual({
      'cloudfront:GetDistribution': [arn],
      'cloudfront:GetDistributionConfig': [arn],
      'cloudfront:UpdateDistribution': [arn],
    });
  });

  it('adds what AWS asks for where standard logging or Lambda@Edge is on, and only then', () => {
    const config = distributionConfig({
      logging: { bucket: 'example-logs' },
      defaultBehaviour: { LambdaFunctionAssociations: edge(1) },
    });
    expect(grants(cutSessionPolicy(role, target, config))).toMatchObject({
      's3:PutBucketAcl': ['arn:aws:s3:::example-logs'],
      'lambda:GetFunction': [edge(1).Items[0]?.LambdaFunctionARN],
    });
  });

  it('stays within what STS takes, however many functions there are', () => {
    const config = distributionConfig({ defaultBehaviour: { LambdaFunctionAssociations: edge(40) } });
    const policy = cutSessionPolicy(role, target, config);
    expect(policy.length).toBeLessThanOrEqual(2_048);
    expect(grants(policy)).toMatchObject({ 'lambda:GetFunction': ['*'], 'cloudfront:UpdateDistribution': [arn] });
  });

  it('follows the partition of the role', () => {
    const china = 'arn:aws-cn:iam::123456789012:role/cf502-change';
    expect(cutSessionPolicy(china, target, null)).toContain('arn:aws-cn:cloudfront::123456789012:distribution/');
  });

  it('of a balancer changes this balancer and no distribution', () => {
    const balancer = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/0123456789abcdef';
    const policy = cutSessionPolicy(
      role,
      { kind: 'balancer', distributionId: 'E2EXAMPLE1ABCD', arn: balancer, region: 'eu-central-1', name: 'web' },
      null,
    );
    expect(grants(policy)).toEqual({
      'elasticloadbalancing:DescribeLoadBalancerAttributes': ['*'],
      'elasticloadbalancing:ModifyLoadBalancerAttributes': [balancer],
    });
  });
});
