/** Whether a behaviour sends the viewer's Host header to the origin. Pure. */
import type { CacheBehavior, DefaultCacheBehavior } from '@aws-sdk/client-cloudfront';
import type { Behaviour } from '../diagnosis/evidence.js';

/** What was read of a policy; null where it could not be. */
export interface HeaderPolicy {
  readonly name: string;
  readonly headerBehaviour: string;
  /** Lower case. */
  readonly headers: readonly string[];
  /** Of a cache policy: the longest that an answer is kept; null where it was not said. */
  readonly maxTtlSeconds?: number | null;
}

export interface Policies {
  readonly cache: ReadonlyMap<string, HeaderPolicy | null>;
  readonly originRequest: ReadonlyMap<string, HeaderPolicy | null>;
  /** By response headers policy: whether it adds Server-Timing. */
  readonly serverTiming: ReadonlyMap<string, boolean | null>;
}

/** The fields of a behaviour that decide it. */
export type PolicyReferences = Pick<
  CacheBehavior | DefaultCacheBehavior,
  'CachePolicyId' | 'OriginRequestPolicyId' | 'ResponseHeadersPolicyId' | 'ForwardedValues'
>;

/**
 * The origin request policy decides first; headers in the cache key are forwarded whatever it says. Without policies the legacy settings do.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html
 */
export function evaluateHostForwarding(
  behaviour: PolicyReferences,
  policies: Pick<Policies, 'cache' | 'originRequest'>,
): Pick<Behaviour, 'forwardsHost' | 'forwardsHostBecause'> {
  const { CachePolicyId: cacheId = '', OriginRequestPolicyId: requestId = '' } = behaviour;
  if (cacheId === '' && requestId === '') return evaluateLegacy(behaviour);

  const requestPolicy = policies.originRequest.get(requestId) ?? null;
  const cachePolicy = policies.cache.get(cacheId) ?? null;
  if (requestPolicy !== null && addsHost(requestPolicy))
    return { forwardsHost: 'yes', forwardsHostBecause: `origin request policy ${requestPolicy.name} (${requestId})` };
  if (cachePolicy !== null && addsHost(cachePolicy))
    return {
      forwardsHost: 'yes',
      forwardsHostBecause: `cache policy ${cachePolicy.name} (${cacheId}) has Host in the cache key`,
    };
  if (requestId !== '' && requestPolicy === null)
    return { forwardsHost: 'unknown', forwardsHostBecause: `origin request policy ${requestId} could not be read` };
  if (cacheId !== '' && cachePolicy === null)
    return { forwardsHost: 'unknown', forwardsHostBecause: `cache policy ${cacheId} could not be read` };
  return {
    forwardsHost: 'no',
    forwardsHostBecause:
      requestPolicy === null
        ? `no origin request policy, and cache policy ${cachePolicy?.name ?? cacheId} (${cacheId}) does not have Host`
        : `origin request policy ${requestPolicy.name} (${requestId}) does not have Host`,
  };
}

function evaluateLegacy(behaviour: PolicyReferences): Pick<Behaviour, 'forwardsHost' | 'forwardsHostBecause'> {
  const headers = behaviour.ForwardedValues?.Headers?.Items ?? [];
  if (headers.includes('*')) return { forwardsHost: 'yes', forwardsHostBecause: 'legacy settings forward all headers' };
  if (headers.some((header) => header.toLowerCase() === 'host'))
    return { forwardsHost: 'yes', forwardsHostBecause: 'legacy settings forward Host' };
  return { forwardsHost: 'no', forwardsHostBecause: 'legacy settings do not forward Host' };
}

function addsHost({ headerBehaviour, headers }: HeaderPolicy): boolean {
  switch (headerBehaviour) {
    case 'allViewer':
    case 'allViewerAndWhitelistCloudFront':
      return true;
    case 'allExcept':
      return !headers.includes('host');
    case 'whitelist':
      return headers.includes('host');
    default:
      return false;
  }
}
