/** Reads the policies that behaviours refer to: which headers go to the origin, and whether Server-Timing is added to answers. */
import {
  type CachePolicyConfig,
  GetCachePolicyCommand,
  GetOriginRequestPolicyCommand,
  GetResponseHeadersPolicyCommand,
  type OriginRequestPolicyConfig,
} from '@aws-sdk/client-cloudfront';
import type { Unavailability } from '../diagnosis/evidence.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext } from './collector.js';
import { toGap } from './gap.js';
import type { HeaderPolicy, Policies, PolicyReferences } from './host-forwarding.js';
import { managedCachePolicies, managedOriginRequestPolicies } from './managed-policies.js';

/** Policies read at once. */
const readsAtOnce = 4;

/** Reads each policy that the behaviours refer to once. One that cannot be read is null, with a gap that names the permission. */
export async function collectPolicies(
  context: CollectContext,
  accountId: string,
  behaviours: readonly PolicyReferences[],
): Promise<{ readonly policies: Policies; readonly gaps: readonly Unavailability[] }> {
  const gaps: Unavailability[] = [];
  const read = async <Policy>(
    ids: readonly (string | undefined)[],
    readOne: (id: string) => Promise<Policy>,
    known: (id: string) => Policy | null,
  ): Promise<ReadonlyMap<string, Policy | null>> => {
    const distinct = [...new Set(ids.filter((id): id is string => id !== undefined && id !== ''))];
    const policies = await mapBounded(distinct, readsAtOnce, async (id) => {
      try {
        return await readOne(id);
      } catch (thrown) {
        const gap = toGap(context, thrown);
        const fallback = known(id);
        if (fallback === null) gaps.push(gap);
        return fallback;
      }
    });
    return new Map(distinct.map((id, index) => [id, policies[index] ?? null]));
  };
  const [cache, originRequest, serverTiming] = await Promise.all([
    read(
      behaviours.map((behaviour) => behaviour.CachePolicyId),
      (id) => readCachePolicy(context, accountId, id),
      (id) => managedCachePolicies.get(id) ?? null,
    ),
    read(
      behaviours.map((behaviour) => behaviour.OriginRequestPolicyId),
      (id) => readOriginRequestPolicy(context, accountId, id),
      (id) => managedOriginRequestPolicies.get(id) ?? null,
    ),
    read<boolean>(
      behaviours.map((behaviour) => behaviour.ResponseHeadersPolicyId),
      (id) => readServerTiming(context, accountId, id),
      () => null,
    ),
  ]);
  return { policies: { cache, originRequest, serverTiming }, gaps };
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
  return toHeaderPolicy(config?.Name ?? id, headers?.HeaderBehavior, headers?.Headers?.Items);
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

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html */
async function readServerTiming({ aws, signal }: CollectContext, accountId: string, id: string): Promise<boolean> {
  const answer = await callAws(
    'cloudfront:GetResponseHeadersPolicy',
    `arn:aws:cloudfront::${accountId}:response-headers-policy/${id}`,
    () => aws.cloudFront().send(new GetResponseHeadersPolicyCommand({ Id: id }), { abortSignal: signal }),
    signal,
  );
  return answer.ResponseHeadersPolicy?.ResponseHeadersPolicyConfig?.ServerTimingHeadersConfig?.Enabled ?? false;
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
