/** What a change is made to, as AWS holds it now, and the one write there is. The whole configuration goes there and back untouched. */
import {
  type DistributionConfig,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import {
  DescribeLoadBalancerAttributesCommand,
  type LoadBalancerAttribute,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Failure, toFailure } from '../failure.js';
import type { ChangeTarget } from '../remediation/proposal.js';
import { type AwsClients, callAws } from './aws.js';
import { findUnkept, keepRawAnswer } from './whole-config.js';

export type LiveSubject =
  | {
      readonly kind: 'distribution';
      readonly config: DistributionConfig;
      readonly etag: string;
      /** Settings that sending `config` back would drop: see `whole-config.ts`. Nothing may be sent where there are any. */
      readonly unkept?: readonly string[];
    }
  | { readonly kind: 'balancer'; readonly attributes: readonly LoadBalancerAttribute[]; readonly etag: null };

type Readers = Pick<AwsClients, 'cloudFront' | 'loadBalancing'>;

/** @throws Failure as every AWS call. */
export async function readLive(aws: Readers, target: ChangeTarget, signal: AbortSignal): Promise<LiveSubject> {
  if (target.kind === 'balancer') {
    const answer = await callAws(
      'elasticloadbalancing:DescribeLoadBalancerAttributes',
      '*',
      () =>
        aws
          .loadBalancing(target.region)
          .send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: target.arn }), { abortSignal: signal }),
      signal,
    );
    return { kind: 'balancer', attributes: answer.Attributes ?? [], etag: null };
  }
  const command = new GetDistributionConfigCommand({ Id: target.distributionId });
  const rawAnswer = keepRawAnswer(command);
  const answer = await callAws(
    'cloudfront:GetDistributionConfig',
    arnOf(target),
    () => aws.cloudFront().send(command, { abortSignal: signal }),
    signal,
  );
  const { DistributionConfig: config, ETag: etag } = answer;
  if (config === undefined || etag === undefined)
    throw new Failure('bad-data', `AWS answered for distribution ${target.distributionId} without its configuration.`);
  return { kind: 'distribution', config, etag, unkept: await findUnkept(aws.cloudFront(), rawAnswer(), config) };
}

/** Whether CloudFront has the configuration everywhere. A balancer takes its attributes at once. */
export async function readIsDeployed(
  aws: Readers,
  target: ChangeTarget,
  signal: AbortSignal,
): Promise<{ readonly isDeployed: boolean; readonly etag: string | null }> {
  if (target.kind === 'balancer') return { isDeployed: true, etag: null };
  const answer = await callAws(
    'cloudfront:GetDistribution',
    arnOf(target),
    () => aws.cloudFront().send(new GetDistributionCommand({ Id: target.distributionId }), { abortSignal: signal }),
    signal,
  );
  return { isDeployed: answer.Distribution?.Status === 'Deployed', etag: answer.ETag ?? null };
}

/** What is sent: made by remediation/change-plan.ts. */
export type PlannedWrite =
  | { readonly kind: 'distribution'; readonly config: DistributionConfig; readonly etag: string }
  | {
      readonly kind: 'balancer';
      readonly attributes: readonly { readonly Key: string; readonly Value: string }[];
    };

export type WriteAnswer =
  | { readonly state: 'taken'; readonly etag: string | null; readonly requestId: string | null }
  /** AWS answered that it did not do it, or it never left. */
  | {
      readonly state: 'refused';
      readonly errorName: string;
      readonly requestId: string | null;
      readonly failure: Failure;
    }
  /** No answer, or half of one, or a 5xx: it may have been carried out. */
  | { readonly state: 'unknown'; readonly failure: Failure };

/** Sends the write once. Never throws: what is not known is said. */
export async function sendWrite(aws: Readers, target: ChangeTarget, planned: PlannedWrite): Promise<WriteAnswer> {
  const action = planned.kind === 'distribution' ? 'cloudfront:UpdateDistribution' : modifyAttributes;
  const resource = target.kind === 'balancer' ? target.arn : arnOf(target);
  try {
    return await callAws(action, resource, () => send(aws, target, planned));
  } catch (thrown) {
    return judgeWriteError(toFailure(thrown));
  }
}

const modifyAttributes = 'elasticloadbalancing:ModifyLoadBalancerAttributes';

// No abort signal: a request that is broken off half-way may still be carried out, and its answer would be lost for nothing.
async function send(aws: Readers, target: ChangeTarget, planned: PlannedWrite): Promise<WriteAnswer> {
  if (planned.kind === 'balancer') {
    if (target.kind !== 'balancer') throw new Failure('bug', 'A change of a distribution was planned for a balancer.');
    const answer = await aws.loadBalancing(target.region).send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: target.arn,
        Attributes: planned.attributes.map((attribute) => ({ ...attribute })),
      }),
    );
    return { state: 'taken', etag: null, requestId: answer.$metadata.requestId ?? null };
  }
  const answer = await aws.cloudFront().send(
    new UpdateDistributionCommand({
      Id: target.distributionId,
      IfMatch: planned.etag,
      DistributionConfig: planned.config,
    }),
  );
  return { state: 'taken', etag: answer.ETag ?? null, requestId: answer.$metadata.requestId ?? null };
}

/** A 4xx is AWS's word that nothing was done; anything else is not. Pure. */
export function judgeWriteError(failure: Failure): Exclude<WriteAnswer, { readonly state: 'taken' }> {
  const { httpStatus: status, errorName, requestId } = failure.details;
  const neverLeft = failure.kind === 'misconfigured' || failure.details['action'] === 'sts:AssumeRole';
  if (neverLeft || (typeof status === 'number' && status >= 400 && status < 500)) {
    return {
      state: 'refused',
      errorName: typeof errorName === 'string' ? errorName : failure.kind,
      requestId: typeof requestId === 'string' ? requestId : null,
      failure,
    };
  }
  return { state: 'unknown', failure };
}

function arnOf({ distributionId }: ChangeTarget): string {
  return `arn:aws:cloudfront::*:distribution/${distributionId}`;
}
