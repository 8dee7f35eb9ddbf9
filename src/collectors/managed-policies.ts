/**
 * Policies that AWS manages: the same in every account, so they need not be readable. Only what decides about the Host.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
import type { HeaderPolicy } from './host-forwarding.js';

type Row = readonly [id: string, name: string, headerBehaviour: string, headers: readonly string[]];

function toMap(rows: readonly Row[]): ReadonlyMap<string, HeaderPolicy> {
  return new Map(rows.map(([id, name, headerBehaviour, headers]) => [id, { name, headerBehaviour, headers }]));
}

export const managedOriginRequestPolicies = toMap([
  ['216adef6-5c7f-47e4-b989-5492eafa07d3', 'Managed-AllViewer', 'allViewer', []],
  ['33f36d7e-f396-46d9-90e0-52428a34d9dc', 'Managed-AllViewerAndCloudFrontHeaders-2022-06', 'allViewer', []],
  ['b689b0a8-53d0-40ab-baf2-68738e2966ac', 'Managed-AllViewerExceptHostHeader', 'allExcept', ['host']],
  ['bf0718e1-ba1e-49d1-88b1-f726733018ae', 'Managed-HostHeaderOnly', 'whitelist', ['host']],
  ['acba4595-bd28-49b8-b9fe-13317c0390fa', 'Managed-UserAgentRefererHeaders', 'whitelist', ['user-agent', 'referer']],
  ['59781a5b-3903-41f3-afcb-af62929ccde1', 'Managed-CORS-CustomOrigin', 'whitelist', ['origin']],
  ['88a5eaf4-2fd4-4709-b370-b4c650ea3fcf', 'Managed-CORS-S3Origin', 'whitelist', ['origin']],
]);

/** Three of them have Host in the cache key, so that it is forwarded whatever the origin request policy says. */
export const managedCachePolicies = toMap([
  ['83da9c7e-98b4-4e11-a168-04f0df8e2c65', 'UseOriginCacheControlHeaders', 'whitelist', ['host', 'origin']],
  [
    '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
    'UseOriginCacheControlHeaders-QueryStrings',
    'whitelist',
    ['host', 'origin'],
  ],
  ['2e54312d-136d-493c-8eb9-b001f22f67d2', 'Managed-Amplify', 'whitelist', ['authorization', 'host']],
  ['4135ea2d-6df8-44a3-9df3-4b5a84be39ad', 'Managed-CachingDisabled', 'none', []],
  ['658327ea-f89d-4fab-a63d-7e88639e58f6', 'Managed-CachingOptimized', 'none', []],
  ['b2884449-e4de-46a7-ac36-70bc7f1ddd6d', 'Managed-CachingOptimizedForUncompressedObjects', 'none', []],
  ['08627262-05a9-4f76-9ded-b50ca2e3a84f', 'Managed-Elemental-MediaPackage', 'whitelist', ['origin']],
]);
