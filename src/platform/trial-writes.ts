/** The writes of a trial, each sent once: never thrown, what is not known is said. And the session policies that they are made under. */
import {
  type ContinuousDeploymentPolicyConfig,
  CopyDistributionCommand,
  CreateContinuousDeploymentPolicyCommand,
  DeleteContinuousDeploymentPolicyCommand,
  DeleteDistributionCommand,
  type DistributionConfig,
  UpdateContinuousDeploymentPolicyCommand,
  UpdateDistributionCommand,
  UpdateDistributionWithStagingConfigCommand,
} from '@aws-sdk/client-cloudfront';
import { Failure, toFailure } from '../failure.js';
import { type AwsClients, callAws } from './aws.js';
import { judgeWriteError, type WriteAnswer } from './live-subject.js';

type Writer = Pick<AwsClients, 'cloudFront'>;

export type TrialAnswer<Value> =
  | { readonly state: 'taken'; readonly value: Value; readonly requestId: string | null }
  | Exclude<WriteAnswer, { readonly state: 'taken' }>;

export function copyDistribution(
  aws: Writer,
  copy: {
    readonly primaryId: string;
    readonly etag: string;
    readonly callerReference: string;
    /** Absent: it is. */
    readonly isEnabled?: boolean;
  },
): Promise<TrialAnswer<{ readonly id: string; readonly domainName: string }>> {
  const { primaryId, etag, callerReference, isEnabled = true } = copy;
  const command = new CopyDistributionCommand({
    PrimaryDistributionId: primaryId,
    Staging: true,
    Enabled: isEnabled,
    IfMatch: etag,
    CallerReference: callerReference,
  });
  return send('cloudfront:CopyDistribution', distributionArn(primaryId), async () => {
    const { Distribution: made, $metadata } = await aws.cloudFront().send(command);
    return [{ id: need(made?.Id), domainName: need(made?.DomainName) }, $metadata];
  });
}

export function updateDistribution(
  aws: Writer,
  update: { readonly id: string; readonly etag: string; readonly config: DistributionConfig },
): Promise<TrialAnswer<{ readonly etag: string | null }>> {
  const { id, etag, config } = update;
  const command = new UpdateDistributionCommand({ Id: id, IfMatch: etag, DistributionConfig: config });
  return send('cloudfront:UpdateDistribution', distributionArn(id), async () => {
    const { ETag: after = null, $metadata } = await aws.cloudFront().send(command);
    return [{ etag: after }, $metadata];
  });
}

export function createPolicy(
  aws: Writer,
  config: ContinuousDeploymentPolicyConfig,
): Promise<TrialAnswer<{ readonly id: string }>> {
  const command = new CreateContinuousDeploymentPolicyCommand({ ContinuousDeploymentPolicyConfig: config });
  return send('cloudfront:CreateContinuousDeploymentPolicy', policyArn('*'), async () => {
    const { ContinuousDeploymentPolicy: made, $metadata } = await aws.cloudFront().send(command);
    return [{ id: need(made?.Id) }, $metadata];
  });
}

export function updatePolicy(
  aws: Writer,
  update: { readonly id: string; readonly etag: string; readonly config: ContinuousDeploymentPolicyConfig },
): Promise<TrialAnswer<null>> {
  const { id, etag, config } = update;
  const command = new UpdateContinuousDeploymentPolicyCommand({
    Id: id,
    IfMatch: etag,
    ContinuousDeploymentPolicyConfig: config,
  });
  return send('cloudfront:UpdateContinuousDeploymentPolicy', policyArn(id), async () => {
    const { $metadata } = await aws.cloudFront().send(command);
    return [null, $metadata];
  });
}

/** Both ETags go into one header: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistributionWithStagingConfig.html */
export function promoteStaging(
  aws: Writer,
  promotion: { readonly id: string; readonly stagingId: string; readonly etags: readonly [string, string] },
): Promise<TrialAnswer<{ readonly etag: string | null }>> {
  const { id, stagingId, etags } = promotion;
  const command = new UpdateDistributionWithStagingConfigCommand({
    Id: id,
    StagingDistributionId: stagingId,
    IfMatch: etags.join(', '),
  });
  return send('cloudfront:UpdateDistributionWithStagingConfig', distributionArn(id), async () => {
    const { ETag: etag = null, $metadata } = await aws.cloudFront().send(command);
    return [{ etag }, $metadata];
  });
}

export function deletePolicy(aws: Writer, id: string, etag: string): Promise<TrialAnswer<null>> {
  const command = new DeleteContinuousDeploymentPolicyCommand({ Id: id, IfMatch: etag });
  return send('cloudfront:DeleteContinuousDeploymentPolicy', policyArn(id), async () => {
    const { $metadata } = await aws.cloudFront().send(command);
    return [null, $metadata];
  });
}

export function deleteDistribution(aws: Writer, id: string, etag: string): Promise<TrialAnswer<null>> {
  const command = new DeleteDistributionCommand({ Id: id, IfMatch: etag });
  return send('cloudfront:DeleteDistribution', distributionArn(id), async () => {
    const { $metadata } = await aws.cloudFront().send(command);
    return [null, $metadata];
  });
}

/** What one write of a trial is allowed beside what the change of a distribution is; `cutSessionPolicy` has the rest. */
export interface TrialGrant {
  readonly actions: readonly string[];
  /** `distribution/E…` or `continuous-deployment-policy/…`, without the account; `*` is of this kind only. */
  readonly resource: `distribution/${string}` | `continuous-deployment-policy/${string}`;
}

/** @param base the policy of `cutSessionPolicy`, where the write is of a distribution as well. Pure. */
export function cutTrialPolicy(roleArn: string, grants: readonly TrialGrant[], base: string | null = null): string {
  const [, partition = 'aws', , , account = ''] = roleArn.split(':');
  const shared: unknown = base === null ? null : JSON.parse(base);
  const known = shared !== null && typeof shared === 'object' && 'Statement' in shared ? shared.Statement : [];
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...(Array.isArray(known) ? known : []),
      ...grants.map(({ actions, resource }) => ({
        Effect: 'Allow',
        Action: actions,
        Resource: [`arn:${partition}:cloudfront::${account}:${resource}`],
      })),
    ],
  });
}

interface Metadata {
  readonly requestId?: string | undefined;
}

// No abort signal: a request that is broken off half-way may still be carried out.
async function send<Value>(
  action: string,
  resource: string,
  run: () => Promise<readonly [Value, Metadata]>,
): Promise<TrialAnswer<Value>> {
  try {
    const [value, { requestId = null }] = await callAws(action, resource, run);
    return { state: 'taken', value, requestId };
  } catch (thrown) {
    return judgeWriteError(toFailure(thrown));
  }
}

function need(value: string | undefined): string {
  if (value === undefined) throw new Failure('bad-data', 'AWS answered without the id of what it made.');
  return value;
}

function distributionArn(id: string): string {
  return `arn:aws:cloudfront::*:distribution/${id}`;
}

function policyArn(id: string): string {
  return `arn:aws:cloudfront::*:continuous-deployment-policy/${id}`;
}
