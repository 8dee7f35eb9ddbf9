/** What there is of a trial in the account, as AWS says. With the read role. */
import {
  type ContinuousDeploymentPolicyConfig,
  type DistributionConfig,
  GetContinuousDeploymentPolicyCommand,
  GetDistributionCommand,
  ListContinuousDeploymentPoliciesCommand,
  ListDistributionsCommand,
} from '@aws-sdk/client-cloudfront';
import { Failure, toFailure } from '../failure.js';
import { type AwsClients, callAws } from './aws.js';
import { findUnkept, keepRawAnswer } from './whole-config.js';

type Reader = Pick<AwsClients, 'cloudFront'>;

export interface ReadDistribution {
  readonly id: string;
  readonly config: DistributionConfig;
  readonly etag: string;
  readonly domainName: string;
  readonly isDeployed: boolean;
  /** Settings that sending `config` back would drop: see `whole-config.ts`. */
  readonly unkept: readonly string[];
}

export interface ReadPolicy {
  readonly config: ContinuousDeploymentPolicyConfig;
  readonly etag: string;
}

/** null: there is none of this id. */
export async function readDistribution(aws: Reader, id: string, signal: AbortSignal): Promise<ReadDistribution | null> {
  const command = new GetDistributionCommand({ Id: id });
  const rawAnswer = keepRawAnswer(command);
  const answer = await orNull(() =>
    callAws(
      'cloudfront:GetDistribution',
      `arn:aws:cloudfront::*:distribution/${id}`,
      () => aws.cloudFront().send(command, { abortSignal: signal }),
      signal,
    ),
  );
  if (answer === null) return null;
  const { Distribution: distribution, ETag: etag } = answer;
  const config = distribution?.DistributionConfig;
  if (distribution === undefined || config === undefined || etag === undefined)
    throw new Failure('bad-data', `AWS answered for distribution ${id} without its configuration.`);
  const { DomainName: domainName = '', Status: status } = distribution;
  const unkept = await findUnkept(aws.cloudFront(), rawAnswer(), config);
  return { id, config, etag, domainName, isDeployed: status === 'Deployed', unkept };
}

/** The staging distribution that was made under this caller reference; there are at most 20 in an account. */
export async function findStaging(
  aws: Reader,
  callerReference: string,
  signal: AbortSignal,
): Promise<ReadDistribution | null> {
  let marker: string | undefined;
  do {
    const command = new ListDistributionsCommand(marker === undefined ? {} : { Marker: marker });
    const { DistributionList: list } = await callAws(
      'cloudfront:ListDistributions',
      '*',
      () => aws.cloudFront().send(command, { abortSignal: signal }),
      signal,
    );
    for (const { Id: id = '', Staging: isStaging } of list?.Items ?? []) {
      const found = isStaging === true ? await readDistribution(aws, id, signal) : null;
      if (found?.config.CallerReference === callerReference) return found;
    }
    marker = list?.NextMarker;
  } while (marker !== undefined && marker !== '');
  return null;
}

export async function readPolicy(aws: Reader, id: string, signal: AbortSignal): Promise<ReadPolicy | null> {
  const answer = await orNull(() =>
    callAws(
      'cloudfront:GetContinuousDeploymentPolicy',
      '*',
      () => aws.cloudFront().send(new GetContinuousDeploymentPolicyCommand({ Id: id }), { abortSignal: signal }),
      signal,
    ),
  );
  if (answer === null) return null;
  const config = answer.ContinuousDeploymentPolicy?.ContinuousDeploymentPolicyConfig;
  if (config === undefined || answer.ETag === undefined)
    throw new Failure('bad-data', `AWS answered for the policy ${id} without its configuration.`);
  return { config, etag: answer.ETag };
}

/** Id of the policy that names this staging distribution, of which AWS allows one. */
export async function findPolicy(aws: Reader, stagingDomainName: string, signal: AbortSignal): Promise<string | null> {
  let marker: string | undefined;
  do {
    const command = new ListContinuousDeploymentPoliciesCommand(marker === undefined ? {} : { Marker: marker });
    const { ContinuousDeploymentPolicyList: list } = await callAws(
      'cloudfront:ListContinuousDeploymentPolicies',
      '*',
      () => aws.cloudFront().send(command, { abortSignal: signal }),
      signal,
    );
    for (const { ContinuousDeploymentPolicy: policy } of list?.Items ?? []) {
      const names = policy?.ContinuousDeploymentPolicyConfig?.StagingDistributionDnsNames?.Items ?? [];
      if (names.includes(stagingDomainName)) return policy?.Id ?? null;
    }
    marker = list?.NextMarker;
  } while (marker !== undefined && marker !== '');
  return null;
}

async function orNull<Answer>(run: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await run();
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'not-found') return null;
    throw failure;
  }
}
