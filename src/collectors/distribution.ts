/** Reads the configuration of a distribution, the policies it refers to and its VPC origins. */
import {
  type Distribution,
  type DistributionConfig,
  GetDistributionCommand,
  GetVpcOriginCommand,
  type LoggingConfig,
  type VpcOriginEndpointConfig,
} from '@aws-sdk/client-cloudfront';
import { planConnections } from '../diagnosis/connection.js';
import type { DistributionEvidence, LegacyLogging, Unavailability } from '../diagnosis/evidence.js';
import { Failure, toFailure } from '../failure.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext, Collector } from './collector.js';
import { toGap } from './gap.js';
import { collectPolicies } from './header-policies.js';
import { listBehaviours, parseBehaviour } from './parse-behaviour.js';
import { parseOrigin, parseOriginGroup } from './parse-origin.js';
import { resolveTarget } from './resolve-target.js';

/** @throws Failure `not-found`, `access-denied` … ; a policy or a VPC origin that cannot be read is a gap instead. */
export const collectDistribution: Collector<'distribution'> = async (context, { target }) => {
  const id = await resolveTarget(context, target);
  const { distribution, config, etag } = await readDistribution(context, id);
  const accountId = (distribution.ARN ?? '').split(':')[4] ?? '';
  const awsBehaviours = listBehaviours(config);
  const [{ policies, gaps: policyGaps }, { endpoints, gaps: vpcGaps }] = await Promise.all([
    collectPolicies(context, accountId, awsBehaviours),
    collectVpcEndpoints(context, accountId, config),
  ]);
  const domainName = distribution.DomainName ?? '';
  const aliases = config.Aliases?.Items ?? [];
  const origins = (config.Origins?.Items ?? []).map((origin) =>
    parseOrigin(origin, endpoints.get(origin.VpcOriginConfig?.VpcOriginId ?? '') ?? null),
  );
  const originGroups = (config.OriginGroups?.Items ?? []).map(parseOriginGroup);
  const behaviours = awsBehaviours.map((behaviour, index) => parseBehaviour(behaviour, index, policies));
  const plan = planConnections({ origins, originGroups, behaviours, aliases, domainName });
  return {
    id,
    arn: distribution.ARN ?? '',
    accountId,
    domainName,
    aliases,
    status: distribution.Status ?? 'unknown',
    enabled: config.Enabled ?? false,
    staging: config.Staging ?? false,
    etag,
    lastModified: (distribution.LastModifiedTime ?? new Date(0)).toISOString(),
    httpVersion: config.HttpVersion ?? 'http2',
    origins,
    originGroups,
    behaviours,
    connections: plan.connections,
    legacyLogging: parseLegacyLogging(config.Logging),
    customErrorResponses: parseErrorResponses(config),
    gaps: [...policyGaps, ...vpcGaps, ...plan.gaps, ...listOddities(config)],
  };
};

async function readDistribution(
  { aws, signal }: CollectContext,
  id: string,
): Promise<{ readonly distribution: Distribution; readonly config: DistributionConfig; readonly etag: string }> {
  try {
    const { Distribution: distribution, ETag: etag } = await callAws(
      'cloudfront:GetDistribution',
      `arn:aws:cloudfront::*:distribution/${id}`,
      () => aws.cloudFront().send(new GetDistributionCommand({ Id: id }), { abortSignal: signal }),
      signal,
    );
    const config = distribution?.DistributionConfig;
    if (distribution === undefined || config === undefined)
      throw new Failure('bad-data', `AWS answered for distribution ${id} without its configuration.`);
    return { distribution, config, etag: etag ?? '' };
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind !== 'not-found') throw failure;
    throw new Failure('not-found', `There is no distribution ${id} in the AWS account that cf502 reads.`, {
      cause: failure,
      details: {
        remedy: 'Check the id; if the distribution belongs to another account, give cf502 a read role there.',
        tried: [`cloudfront:GetDistribution ${id}`],
      },
    });
  }
}

/** VPC origins read at once. */
const readsAtOnce = 4;

async function collectVpcEndpoints(
  context: CollectContext,
  accountId: string,
  config: DistributionConfig,
): Promise<{
  readonly endpoints: ReadonlyMap<string, VpcOriginEndpointConfig>;
  readonly gaps: readonly Unavailability[];
}> {
  const { aws, signal } = context;
  const ids = new Set((config.Origins?.Items ?? []).flatMap((origin) => origin.VpcOriginConfig?.VpcOriginId ?? []));
  const endpoints = new Map<string, VpcOriginEndpointConfig>();
  const gaps: Unavailability[] = [];
  await mapBounded([...ids], readsAtOnce, async (id) => {
    const resource = `arn:aws:cloudfront::${accountId}:vpcorigin/${id}`;
    try {
      const answer = await callAws(
        'cloudfront:GetVpcOrigin',
        resource,
        () => aws.cloudFront().send(new GetVpcOriginCommand({ Id: id }), { abortSignal: signal }),
        signal,
      );
      const endpoint = answer.VpcOrigin?.VpcOriginEndpointConfig;
      if (endpoint !== undefined) endpoints.set(id, endpoint);
    } catch (thrown) {
      gaps.push(toGap(context, thrown));
    }
  });
  return { endpoints, gaps };
}

/** null where standard logging (legacy) was never set up. */
function parseLegacyLogging(logging: LoggingConfig | undefined): LegacyLogging | null {
  const bucket = (logging?.Bucket ?? '').replace(/\.s3([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/, '');
  if (bucket === '') return null;
  return { enabled: logging?.Enabled ?? false, bucket, prefix: logging?.Prefix ?? '' };
}

function parseErrorResponses(config: DistributionConfig): DistributionEvidence['customErrorResponses'] {
  return (config.CustomErrorResponses?.Items ?? []).map((response) => ({
    errorCode: response.ErrorCode ?? 0,
    responseCode: (response.ResponseCode ?? '') === '' ? null : Number(response.ResponseCode),
    cachingMinTtlSeconds: response.ErrorCachingMinTTL ?? null,
  }));
}

/** Set-ups in which the configuration of this distribution is not the whole truth. */
function listOddities(config: DistributionConfig): readonly Unavailability[] {
  const oddities: Unavailability[] = [];
  if (config.ConnectionMode === 'tenant-only')
    oddities.push({
      kind: 'bad-input',
      message:
        'This is a multi-tenant distribution: its tenants have their own domains and parameters, which were not read.',
      remedy: 'Name the tenant that fails; its domains are at CloudFront > Distribution tenants.',
    });
  for (const origin of config.Origins?.Items ?? []) {
    if (`${origin.DomainName ?? ''}${origin.OriginPath ?? ''}`.includes('{{'))
      oddities.push({
        kind: 'bad-input',
        message: `Origin ${origin.Id ?? ''} has a tenant parameter in its address, so it cannot be probed without naming a tenant.`,
      });
  }
  if (config.Staging === true)
    oddities.push({
      kind: 'bad-input',
      message:
        'This is a staging distribution: it gets only the part of the traffic that its continuous deployment policy sends.',
    });
  else if ((config.ContinuousDeploymentPolicyId ?? '') !== '')
    oddities.push({
      kind: 'bad-input',
      message:
        'A continuous deployment policy sends part of the traffic to a staging distribution, which was not looked at.',
      remedy: 'Run the check on the staging distribution as well.',
    });
  return oddities;
}
