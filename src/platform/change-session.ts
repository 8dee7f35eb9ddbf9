/** The session in which one change is made: the change role, cut down to the one distribution or balancer, tagged with the approver. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { ChangeTarget } from '../remediation/proposal.js';
import { type AwsClients, type AwsLimits, createAwsClients } from './aws.js';

export interface ChangeSession {
  readonly roleArn: string;
  readonly externalId: string | null;
  /** Slack user who approved last, or who broke the glass: CloudTrail shows the tag and the session's name. */
  readonly approver: string;
  /** JSON, from `cutSessionPolicy`. */
  readonly policy: string;
}

/**
 * A write that was not answered may have been carried out, so it is never sent again by the SDK: what became of it is read. `requestTimeoutMs` is
 * what `sendWithinMs` and the settling time of jobs/apply-change.ts are measured by.
 */
export const changeLimits: Partial<AwsLimits> = { maxAttempts: 1, requestTimeoutMs: 15_000, socketTimeoutMs: 15_000 };

/** Nothing is contacted before the first call, which assumes the role. */
export function createChangeClients(session: ChangeSession, limits: Partial<AwsLimits> = {}): AwsClients {
  return createAwsClients({
    readRoleArn: session.roleArn,
    externalId: session.externalId,
    sessionUser: session.approver,
    sessionPolicy: session.policy,
    limits: { ...changeLimits, ...limits, maxAttempts: 1 },
  });
}

/** What STS takes at most, in characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const mostPolicyCharacters = 2_048;

/**
 * What this one change needs and nothing else; what the role does not allow stays forbidden. UpdateDistribution asks for more where standard logging
 * or Lambda@Edge is on: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html and
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html . Pure.
 *
 * @param config of the distribution; null for a balancer.
 */
export function cutSessionPolicy(roleArn: string, target: ChangeTarget, config: DistributionConfig | null): string {
  const [, partition = 'aws', , , account = ''] = roleArn.split(':');
  if (target.kind === 'balancer') {
    return render([
      // IAM knows no resource for describing.
      { Action: ['elasticloadbalancing:DescribeLoadBalancerAttributes'], Resource: ['*'] },
      { Action: ['elasticloadbalancing:ModifyLoadBalancerAttributes'], Resource: [target.arn] },
    ]);
  }
  const own = {
    Action: ['cloudfront:GetDistribution', 'cloudfront:GetDistributionConfig', 'cloudfront:UpdateDistribution'],
    Resource: [`arn:${partition}:cloudfront::${account}:distribution/${target.distributionId}`],
  };
  const bucket = (config?.Logging?.Bucket ?? '').replace(/\.s3([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/, '');
  const logging =
    bucket === '' || config?.Logging?.Enabled !== true
      ? []
      : [{ Action: ['s3:GetBucketAcl', 's3:PutBucketAcl'], Resource: [`arn:${partition}:s3:::${bucket}`] }];
  const functions = [
    ...new Set(
      [config?.DefaultCacheBehavior, ...(config?.CacheBehaviors?.Items ?? [])].flatMap((behaviour) =>
        (behaviour?.LambdaFunctionAssociations?.Items ?? []).flatMap(({ LambdaFunctionARN: arn }) => arn ?? []),
      ),
    ),
  ];
  const lambda = (resources: readonly string[]) =>
    resources.length === 0
      ? []
      : [{ Action: ['lambda:GetFunction', 'lambda:EnableReplication*'], Resource: resources }];
  const exact = render([own, ...logging, ...lambda(functions)]);
  return exact.length <= mostPolicyCharacters ? exact : render([own, ...logging, ...lambda(['*'])]);
}

interface Grant {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

function render(grants: readonly Grant[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: grants.map((grant) => ({ Effect: 'Allow', ...grant })) });
}
