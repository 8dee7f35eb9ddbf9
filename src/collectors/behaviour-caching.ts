/** Whether CloudFront may keep answers of a behaviour at all. Pure. */
import type { CacheBehavior, DefaultCacheBehavior } from '@aws-sdk/client-cloudfront';
import type { Behaviour } from '../diagnosis/evidence.js';
import type { Policies } from './host-forwarding.js';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

/** With a maximum TTL of 0 nothing is kept, errors included, whatever the origin's headers say. */
export function evaluateCaching(
  behaviour: Pick<CacheBehavior | DefaultCacheBehavior, 'CachePolicyId' | 'MaxTTL'>,
  policies: Pick<Policies, 'cache'>,
): NonNullable<Behaviour['caching']> {
  const { CachePolicyId: policyId = '', MaxTTL: legacyMaxTtl } = behaviour;
  if (policyId === cachingDisabled) return 'off';
  if (policyId === '') return legacyMaxTtl === 0 ? 'off' : 'on';
  const policy = policies.cache.get(policyId) ?? null;
  if (policy === null) return 'unknown';
  return policy.maxTtlSeconds === 0 ? 'off' : 'on';
}
