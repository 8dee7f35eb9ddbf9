/**
 * The managed policies that exist in every account, with what matters for the request to the origin.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
import type {
  CachePolicyConfig,
  OriginRequestPolicyConfig,
  OriginRequestPolicyHeaderBehavior,
} from '@aws-sdk/client-cloudfront';

export const managedCachePolicies = {
  'Managed-Amplify': '2e54312d-136d-493c-8eb9-b001f22f67d2',
  'Managed-CachingDisabled': '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  'Managed-CachingOptimized': '658327ea-f89d-4fab-a63d-7e88639e58f6',
  'Managed-CachingOptimizedForUncompressedObjects': 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
  'Managed-Elemental-MediaPackage': '08627262-05a9-4f76-9ded-b50ca2e3a84f',
  UseOriginCacheControlHeaders: '83da9c7e-98b4-4e11-a168-04f0df8e2c65',
  'UseOriginCacheControlHeaders-QueryStrings': '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
} as const;

export const managedOriginRequestPolicies = {
  'Managed-AllViewer': '216adef6-5c7f-47e4-b989-5492eafa07d3',
  'Managed-AllViewerAndCloudFrontHeaders-2022-06': '33f36d7e-f396-46d9-90e0-52428a34d9dc',
  'Managed-AllViewerExceptHostHeader': 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  'Managed-CORS-CustomOrigin': '59781a5b-3903-41f3-afcb-af62929ccde1',
  'Managed-CORS-S3Origin': '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf',
  'Managed-HostHeaderOnly': 'bf0718e1-ba1e-49d1-88b1-f726733018ae',
  'Managed-UserAgentRefererHeaders': 'acba4595-bd28-49b8-b9fe-13317c0390fa',
} as const;

/** Headers in the cache key, which CloudFront also sends to the origin. */
const cacheKeyHeaders: Readonly<Record<keyof typeof managedCachePolicies, readonly string[]>> = {
  'Managed-Amplify': ['Authorization', 'CloudFront-Viewer-Country', 'Host'],
  'Managed-CachingDisabled': [],
  'Managed-CachingOptimized': [],
  'Managed-CachingOptimizedForUncompressedObjects': [],
  'Managed-Elemental-MediaPackage': ['Origin'],
  UseOriginCacheControlHeaders: ['Host', 'Origin', 'X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override'],
  'UseOriginCacheControlHeaders-QueryStrings': [
    'Host',
    'Origin',
    'X-HTTP-Method',
    'X-HTTP-Method-Override',
    'X-Method-Override',
  ],
};

const originRequestHeaders: Readonly<
  Record<
    keyof typeof managedOriginRequestPolicies,
    { readonly behaviour: OriginRequestPolicyHeaderBehavior; readonly headers: readonly string[] }
  >
> = {
  'Managed-AllViewer': { behaviour: 'allViewer', headers: [] },
  'Managed-AllViewerAndCloudFrontHeaders-2022-06': {
    behaviour: 'allViewerAndWhitelistCloudFront',
    headers: ['CloudFront-Forwarded-Proto', 'CloudFront-Viewer-Address', 'CloudFront-Viewer-Country'],
  },
  'Managed-AllViewerExceptHostHeader': { behaviour: 'allExcept', headers: ['Host'] },
  'Managed-CORS-CustomOrigin': { behaviour: 'whitelist', headers: ['Origin'] },
  'Managed-CORS-S3Origin': {
    behaviour: 'whitelist',
    headers: ['Origin', 'Access-Control-Request-Headers', 'Access-Control-Request-Method'],
  },
  'Managed-HostHeaderOnly': { behaviour: 'whitelist', headers: ['Host'] },
  'Managed-UserAgentRefererHeaders': { behaviour: 'whitelist', headers: ['User-Agent', 'Referer'] },
};

/** A cache policy that forwards the given headers; TTLs of CachingOptimized. */
export function cachePolicyConfig(name: string, headers: readonly string[] = []): CachePolicyConfig {
  return {
    Name: name,
    Comment: '',
    DefaultTTL: 86_400,
    MaxTTL: 31_536_000,
    MinTTL: 1,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: true,
      EnableAcceptEncodingBrotli: true,
      HeadersConfig:
        headers.length === 0
          ? { HeaderBehavior: 'none' }
          : { HeaderBehavior: 'whitelist', Headers: { Quantity: headers.length, Items: [...headers] } },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'none' },
    },
  };
}

export function originRequestPolicyConfig(
  name: string,
  behaviour: OriginRequestPolicyHeaderBehavior,
  headers: readonly string[] = [],
): OriginRequestPolicyConfig {
  return {
    Name: name,
    Comment: '',
    HeadersConfig: {
      HeaderBehavior: behaviour,
      ...(headers.length === 0 ? {} : { Headers: { Quantity: headers.length, Items: [...headers] } }),
    },
    CookiesConfig: { CookieBehavior: behaviour === 'whitelist' || behaviour === 'none' ? 'none' : 'all' },
    QueryStringsConfig: { QueryStringBehavior: behaviour === 'whitelist' || behaviour === 'none' ? 'none' : 'all' },
  };
}

/** Id -> configuration of every managed cache policy. */
export function managedCachePolicyConfigs(): ReadonlyMap<string, CachePolicyConfig> {
  return new Map(
    names(managedCachePolicies).map((name) => [
      managedCachePolicies[name],
      cachePolicyConfig(name, cacheKeyHeaders[name]),
    ]),
  );
}

/** Id -> configuration of every managed origin request policy. */
export function managedOriginRequestPolicyConfigs(): ReadonlyMap<string, OriginRequestPolicyConfig> {
  return new Map(
    names(managedOriginRequestPolicies).map((name) => {
      const { behaviour, headers } = originRequestHeaders[name];
      return [managedOriginRequestPolicies[name], originRequestPolicyConfig(name, behaviour, headers)];
    }),
  );
}

function names<Key extends string>(record: Readonly<Record<Key, string>>): readonly Key[] {
  return Object.keys(record) as Key[];
}
