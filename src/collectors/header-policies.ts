/** Reads the cache policies and origin request policies that behaviours refer to. */
import {
  type CachePolicyConfig,
  GetCachePolicyCommand,
  GetOriginRequestPolicyCommand,
  type OriginRequestPolicyConfig,
} from '@aws-sdk/client-cloudfront';
import type { Unavailability } from '../diagnosis/evidence.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext } from './collector.js';
import { toGap } from './gap.js';
import type { HeaderPolicy, Policies, PolicyReferences } from './host-forwarding.js';

/**
 * Policies that AWS manages: the same in every account, so they need not be readable.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
const managedOriginRequestPolicies: ReadonlyMap<string, HeaderPolicy> = new Map(
  (
    [
      ['216adef6-5c7f-47e4-b989-5492eafa07d3', 'Managed-AllViewer', 'allViewer', []],
      ['33f36d7e-f396-46d9-90e0-52428a34d9dc', 'Managed-AllViewerAndCloudFrontHeaders-2022-06', 'allViewer', []],
      ['b689b0a8-53d0-40ab-baf2-68738e2966ac', 'Managed-AllViewerExceptHostHeader', 'allExcept', ['host']],
      ['bf0718e1-ba1e-49d1-88b1-f726733018ae', 'Managed-HostHeaderOnly', 'whitelist', ['host']],
      [
        'acba4595-bd28-49b8-b9fe-13317c0390fa',
        'Managed-UserAgentRefererHeaders',
        'whitelist',
        ['user-agent', 'referer'],
      ],
      ['59781a5b-3903-41f3-afcb-af62929ccde1', 'Managed-CORS-CustomOrigin', 'whitelist', ['origin']],
      ['88a5eaf4-2fd4-4709-b370-b4c650ea3fcf', 'Managed-CORS-S3Origin', 'whitelist', ['origin']],
    ] as const
  ).map(([id, name, headerBehaviour, headers]) => [id, { name, headerBehaviour, headers }]),
);

/** Policies read at once. */
const readsAtOnce = 4;

/** Reads each policy that the behaviours refer to once. One that cannot be read is null, with a gap that names the permission. */
export async function collectPolicies(
  context: CollectContext,
  accountId: string,
  behaviours: readonly PolicyReferences[],
): Promise<{ readonly policies: Policies; readonly gaps: readonly Unavailability[] }> {
  const gaps: Unavailability[] = [];
  const read = async (
    ids: readonly (string | undefined)[],
    read: (id: string) => Promise<HeaderPolicy>,
    known: (id: string) => HeaderPolicy | null,
  ): Promise<ReadonlyMap<string, HeaderPolicy | null>> => {
    const distinct = [...new Set(ids.filter((id): id is string => id !== undefined && id !== ''))];
    const policies = await mapBounded(distinct, readsAtOnce, async (id) => {
      try {
        return await read(id);
      } catch (thrown) {
        const gap = toGap(context, thrown);
        const fallback = known(id);
        if (fallback === null) gaps.push(gap);
        return fallback;
      }
    });
    return new Map(distinct.map((id, index) => [id, policies[index] ?? null]));
  };
  const [cache, originRequest] = await Promise.all([
    read(
      behaviours.map((behaviour) => behaviour.CachePolicyId),
      (id) => readCachePolicy(context, accountId, id),
      () => null,
    ),
    read(
      behaviours.map((behaviour) => behaviour.OriginRequestPolicyId),
      (id) => readOriginRequestPolicy(context, accountId, id),
      (id) => managedOriginRequestPolicies.get(id) ?? null,
    ),
  ]);
  return { policies: { cache, originRequest }, gaps };
}

async function readCachePolicy({ aws, signal }: CollectContext, accountId: string, id: string): Promise<HeaderPolicy> {
  const answer = await callAws(
    'cloudfront:GetCachePolicy',
    `arn:aws:cloudfront::${accountId}:cache-policy/${id}`,
    () => aws.cloudFront().send(new GetCachePolicyCommand({ Id: id }), { abortSignal: signal }),
    signal,
  );
  const config: CachePolicyConfig | undefined = answer.CachePolicy?.CachePolicyConfig;
  const headers = config?.ParametersInCacheKeyAndForwardedToOrigin?.HeadersConfig;
  return {
    ...toHeaderPolicy(config?.Name ?? id, headers?.HeaderBehavior, headers?.Headers?.Items),
    maxTtlSeconds: config?.MaxTTL ?? null,
  };
}

async function readOriginRequestPolicy(
  { aws, signal }: CollectContext,
  accountId: string,
  id: string,
): Promise<HeaderPolicy> {
  const answer = await callAws(
    'cloudfront:GetOriginRequestPolicy',
    `arn:aws:cloudfront::${accountId}:origin-request-policy/${id}`,
    () => aws.cloudFront().send(new GetOriginRequestPolicyCommand({ Id: id }), { abortSignal: signal }),
    signal,
  );
  const config: OriginRequestPolicyConfig | undefined = answer.OriginRequestPolicy?.OriginRequestPolicyConfig;
  const headers = config?.HeadersConfig;
  return toHeaderPolicy(config?.Name ?? id, headers?.HeaderBehavior, headers?.Headers?.Items);
}

function toHeaderPolicy(
  name: string,
  headerBehaviour: string | undefined,
  headers: readonly string[] | undefined,
): HeaderPolicy {
  return {
    name,
    headerBehaviour: headerBehaviour ?? 'none',
    headers: (headers ?? []).map((header) => header.toLowerCase()),
  };
}
