/** Reads the configuration of a distribution, the policies it refers to and its VPC origins. */
import {
  type Distribution,
  type DistributionConfig,
  GetDistributionCommand,
  type LoggingConfig,
} from '@aws-sdk/client-cloudfront';
import { planConnections } from '../diagnosis/connection.js';
import type { DistributionEvidence, LegacyLogging } from '../diagnosis/evidence.js';
import { hasPlaceholder } from '../diagnosis/tenants.js';
import { Failure, toFailure } from '../failure.js';
import { callAws } from '../platform/aws.js';
import { findBalancerAlias } from './balancer-alias.js';
import type { CollectContext, Collector } from './collector.js';
import { collectContinuousDeployment } from './continuous-deployment.js';
import { collectPolicies } from './header-policies.js';
import { listBehaviours, parseBehaviour } from './parse-behaviour.js';
import { classifyOrigin, parseOrigin, parseOriginGroup } from './parse-origin.js';
import { resolveTarget } from './resolve-target.js';
import { collectTenants } from './tenants.js';
import { collectVpcOrigins } from './vpc-origins.js';

/** @throws Failure `not-found`, `access-denied` … ; a policy or a VPC origin that cannot be read is a gap instead. */
export const collectDistribution: Collector<'distribution'> = async (context, { target }) => {
  const id = await resolveTarget(context, target);
  const { distribution, config, etag } = await readDistribution(context, id);
  const accountId = (distribution.ARN ?? '').split(':')[4] ?? '';
  const awsBehaviours = listBehaviours(config);
  const [read, vpc, tenancy, staged, balancerNames] = await Promise.all([
    collectPolicies(context, accountId, awsBehaviours),
    collectVpcOrigins(context, accountId, config),
    collectTenants(context, id, config),
    collectContinuousDeployment(context, config),
    findBalancerAliases(context, config),
  ]);
  const domainName = distribution.DomainName ?? '';
  const aliases = config.Aliases?.Items ?? [];
  const origins = (config.Origins?.Items ?? []).map((origin) =>
    parseOrigin(
      origin,
      vpc.vpcOrigins.get(origin.VpcOriginConfig?.VpcOriginId ?? '') ?? null,
      balancerNames.get(origin.DomainName ?? '') ?? null,
    ),
  );
  const originGroups = (config.OriginGroups?.Items ?? []).map(parseOriginGroup);
  const behaviours = awsBehaviours.map((behaviour, index) => parseBehaviour(behaviour, index, read.policies));
  const plan = planConnections({
    origins,
    originGroups,
    behaviours,
    aliases,
    domainName,
    tenants: tenancy.tenants,
  });
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
    defaultRootObject: parseRootObject(config),
    origins,
    originGroups,
    behaviours,
    connections: plan.connections,
    legacyLogging: parseLegacyLogging(config.Logging),
    customErrorResponses: parseErrorResponses(config),
    continuousDeployment: staged.deployment,
    connectionMode: config.ConnectionMode === 'tenant-only' ? 'tenant-only' : 'direct',
    tenants: tenancy.tenants,
    gaps: [...read.gaps, ...vpc.gaps, ...tenancy.gaps, ...plan.gaps, ...staged.gaps],
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

/** Origins looked up at most: names that are aliases of a balancer. */
const maxLookUps = 10;

async function findBalancerAliases(
  { network, signal }: CollectContext,
  config: DistributionConfig,
): Promise<ReadonlyMap<string, string>> {
  const names = (config.Origins?.Items ?? []).flatMap((origin) => {
    const name = origin.DomainName ?? '';
    return classifyOrigin(origin) === 'custom' && name !== '' && !hasPlaceholder(name) ? [name] : [];
  });
  const found = await Promise.all(
    [...new Set(names)].slice(0, maxLookUps).map(async (name) => {
      const balancerName = await findBalancerAlias(name, network.dnsServers, signal);
      return balancerName === null ? [] : [[name, balancerName] as const];
    }),
  );
  return new Map(found.flat());
}

/**
 * An empty string is CloudFront's way to say that there is none.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
 */
function parseRootObject({ DefaultRootObject: name = '' }: DistributionConfig): string | null {
  const bare = name.replace(/^\/+/, '');
  return bare === '' ? null : bare;
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
