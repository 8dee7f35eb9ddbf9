/** The harmless call for each permission of the read role that is not about logs. Names that do not exist prove the permission as well. */
import {
  DescribeFunctionCommand,
  GetCachePolicyCommand,
  GetContinuousDeploymentPolicyCommand,
  GetDistributionTenantCommand,
  GetMonitoringSubscriptionCommand,
  GetOriginRequestPolicyCommand,
  GetResponseHeadersPolicyCommand,
  GetVpcOriginCommand,
  ListContinuousDeploymentPoliciesCommand,
  ListDistributionTenantsCommand,
} from '@aws-sdk/client-cloudfront';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  GetMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsClients, cloudFrontRegion } from '../platform/aws.js';
import type { Try } from './try-call.js';

export type ReadingTry = Pick<Try, 'permission' | 'need' | 'run'>;

/** AWS's own policies, which exist in every account: CachingOptimized, AllViewer, SecurityHeaders. */
const managed = {
  cache: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  originRequest: '216adef6-5c7f-47e4-b989-5492eafa07d3',
  responseHeaders: '67f7725c-6f97-4210-82d7-5512b31e9d03',
} as const;
const noSuchThing = 'cf502-doctor';

/** @param distributionId one that can be read; a made-up one proves the same. */
export function cloudFrontTries(aws: AwsClients, distributionId: string): readonly ReadingTry[] {
  const client = aws.cloudFront();
  return [
    {
      permission: 'cloudfront:GetCachePolicy',
      need: 'see which headers reach the origin',
      run: (abortSignal) => client.send(new GetCachePolicyCommand({ Id: managed.cache }), { abortSignal }),
    },
    {
      permission: 'cloudfront:GetOriginRequestPolicy',
      need: 'see which Host header the origin is sent',
      run: (abortSignal) =>
        client.send(new GetOriginRequestPolicyCommand({ Id: managed.originRequest }), { abortSignal }),
    },
    {
      permission: 'cloudfront:GetResponseHeadersPolicy',
      need: 'see whether Server-Timing is on',
      run: (abortSignal) =>
        client.send(new GetResponseHeadersPolicyCommand({ Id: managed.responseHeaders }), { abortSignal }),
    },
    {
      permission: 'cloudfront:GetMonitoringSubscription',
      need: 'tell whether the metric for 502 exists',
      run: (abortSignal) =>
        client.send(new GetMonitoringSubscriptionCommand({ DistributionId: distributionId }), { abortSignal }),
    },
    {
      permission: 'cloudfront:GetContinuousDeploymentPolicy',
      need: 'see a staging distribution',
      run: (abortSignal) => client.send(new GetContinuousDeploymentPolicyCommand({ Id: noSuchThing }), { abortSignal }),
    },
    {
      permission: 'cloudfront:ListContinuousDeploymentPolicies',
      need: 'find what a trial has made',
      run: (abortSignal) => client.send(new ListContinuousDeploymentPoliciesCommand({ MaxItems: 1 }), { abortSignal }),
    },
    {
      permission: 'cloudfront:GetVpcOrigin',
      need: 'look into VPC origins',
      run: (abortSignal) => client.send(new GetVpcOriginCommand({ Id: `vo_${noSuchThing}` }), { abortSignal }),
    },
    {
      permission: 'cloudfront:DescribeFunction',
      need: 'tell when a function was changed',
      run: (abortSignal) =>
        client.send(new DescribeFunctionCommand({ Name: noSuchThing, Stage: 'LIVE' }), { abortSignal }),
    },
    {
      permission: 'cloudfront:ListDistributionTenants',
      need: 'name the tenants of a multi-tenant distribution',
      run: (abortSignal) => client.send(new ListDistributionTenantsCommand({ MaxItems: 1 }), { abortSignal }),
    },
    {
      permission: 'cloudfront:GetDistributionTenant',
      need: 'probe the origins of a tenant',
      run: (abortSignal) =>
        client.send(new GetDistributionTenantCommand({ Identifier: `dt_${noSuchThing}` }), { abortSignal }),
    },
  ];
}

export function metricTries(aws: AwsClients, now: Date): readonly ReadingTry[] {
  const client = aws.cloudWatch(cloudFrontRegion);
  const metric = { Namespace: 'AWS/CloudFront', MetricName: '5xxErrorRate' };
  return [
    {
      permission: 'cloudwatch:GetMetricData',
      need: 'see when it began and how many requests fail',
      run: (abortSignal) =>
        client.send(
          new GetMetricDataCommand({
            MetricDataQueries: [{ Id: 'doctor', MetricStat: { Metric: metric, Period: 300, Stat: 'Average' } }],
            StartTime: new Date(now.getTime() - 600_000),
            EndTime: now,
          }),
          { abortSignal },
        ),
    },
    {
      permission: 'cloudwatch:DescribeAlarms',
      need: 'see whether 502s raise an alarm',
      run: (abortSignal) => client.send(new DescribeAlarmsCommand({ MaxRecords: 1 }), { abortSignal }),
    },
    {
      permission: 'cloudwatch:DescribeAlarmsForMetric',
      need: 'see whether 502s raise an alarm',
      run: (abortSignal) => client.send(new DescribeAlarmsForMetricCommand(metric), { abortSignal }),
    },
  ];
}

export function trailTries(aws: AwsClients): readonly ReadingTry[] {
  const client = aws.cloudTrail(cloudFrontRegion);
  return [
    {
      permission: 'cloudtrail:LookupEvents',
      need: 'say what was changed before it began',
      run: (abortSignal) => client.send(new LookupEventsCommand({ MaxResults: 1 }), { abortSignal }),
    },
  ];
}

/** Balancers are asked about by ARN; those of a balancer that does not exist are well-formed. */
export function balancerTries(aws: AwsClients, region: string): readonly ReadingTry[] {
  const client = aws.loadBalancing(region);
  const arn = (what: string): string =>
    `arn:aws:elasticloadbalancing:${region}:000000000000:${what}/${noSuchThing}/0123456789abcdef`;
  const balancer = { LoadBalancerArn: arn('loadbalancer/app') };
  const group = { TargetGroupArn: arn('targetgroup') };
  return [
    {
      permission: 'elasticloadbalancing:DescribeLoadBalancers',
      need: 'look behind a load balancer',
      run: (abortSignal) => client.send(new DescribeLoadBalancersCommand({ PageSize: 1 }), { abortSignal }),
    },
    {
      permission: 'elasticloadbalancing:DescribeLoadBalancerAttributes',
      need: 'compare idle timeouts',
      run: (abortSignal) => client.send(new DescribeLoadBalancerAttributesCommand(balancer), { abortSignal }),
    },
    {
      permission: 'elasticloadbalancing:DescribeListeners',
      need: 'see which certificate the balancer has',
      run: (abortSignal) => client.send(new DescribeListenersCommand(balancer), { abortSignal }),
    },
    {
      permission: 'elasticloadbalancing:DescribeTargetGroups',
      need: 'find the targets',
      run: (abortSignal) => client.send(new DescribeTargetGroupsCommand({ PageSize: 1 }), { abortSignal }),
    },
    {
      permission: 'elasticloadbalancing:DescribeTargetGroupAttributes',
      need: 'see how targets are taken out',
      run: (abortSignal) => client.send(new DescribeTargetGroupAttributesCommand(group), { abortSignal }),
    },
    {
      permission: 'elasticloadbalancing:DescribeTargetHealth',
      need: 'see which targets are unhealthy',
      run: (abortSignal) => client.send(new DescribeTargetHealthCommand(group), { abortSignal }),
    },
  ];
}
