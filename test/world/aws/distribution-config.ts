/** Builders of distribution configurations as CloudFront returns them: valid and complete by default, so that a test states what differs. */
import type {
  CacheBehavior,
  CustomErrorResponse,
  CustomOriginConfig,
  DefaultCacheBehavior,
  DistributionConfig,
  Method,
  Origin,
  OriginGroup,
} from '@aws-sdk/client-cloudfront';
import { managedCachePolicies } from './managed-policies.js';

export interface DistributionSketch {
  /** At least one; absent: one custom origin at `origin.example.com`. */
  readonly origins?: readonly [Origin, ...Origin[]];
  readonly originGroups?: readonly OriginGroup[];
  /** Absent fields as in a behaviour made in the console; it targets the first origin. */
  readonly defaultBehaviour?: Partial<DefaultCacheBehavior>;
  readonly behaviours?: readonly CacheBehavior[];
  readonly aliases?: readonly string[];
  /** Standard logging v1; absent: off. `bucket` is the bare name. */
  readonly logging?: { readonly bucket: string; readonly prefix?: string };
  readonly errorResponses?: readonly CustomErrorResponse[];
  /** Anything else, on top. */
  readonly others?: Partial<DistributionConfig>;
}

export function distributionConfig(sketch: DistributionSketch = {}): DistributionConfig {
  const origins: readonly [Origin, ...Origin[]] = sketch.origins ?? [customOrigin()];
  const behaviourDefaults = behaviourSettings(origins[0].Id);
  return {
    CallerReference: 'made-by-a-test',
    Aliases: counted(sketch.aliases),
    DefaultRootObject: '',
    Origins: { Quantity: origins.length, Items: [...origins] },
    OriginGroups: counted(sketch.originGroups),
    DefaultCacheBehavior: { ...behaviourDefaults, ...sketch.defaultBehaviour },
    CacheBehaviors: counted(sketch.behaviours),
    CustomErrorResponses: counted(sketch.errorResponses),
    Comment: '',
    Logging: {
      Enabled: sketch.logging !== undefined,
      IncludeCookies: false,
      Bucket: sketch.logging === undefined ? '' : `${sketch.logging.bucket}.s3.amazonaws.com`,
      Prefix: sketch.logging?.prefix ?? '',
    },
    PriceClass: 'PriceClass_All',
    Enabled: true,
    ViewerCertificate: {
      CloudFrontDefaultCertificate: true,
      SSLSupportMethod: 'vip',
      MinimumProtocolVersion: 'TLSv1',
      CertificateSource: 'cloudfront',
    },
    Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    WebACLId: '',
    HttpVersion: 'http2',
    IsIPV6Enabled: true,
    ContinuousDeploymentPolicyId: '',
    Staging: false,
    ...sketch.others,
  };
}

/** A behaviour for a path pattern, otherwise as the default one. */
export function behaviour(
  pathPattern: string,
  targetOriginId: string,
  settings: Partial<Omit<CacheBehavior, 'PathPattern' | 'TargetOriginId'>> = {},
): CacheBehavior {
  return { ...behaviourSettings(targetOriginId), ...settings, PathPattern: pathPattern };
}

type Settings<Config> = Partial<Omit<Origin, 'S3OriginConfig' | 'CustomOriginConfig' | 'VpcOriginConfig'>> & {
  readonly config?: Partial<Config>;
};

/** Any web server; https-only with TLS 1.2. */
export function customOrigin(settings: Settings<CustomOriginConfig> = {}): Origin {
  const { config, ...origin } = settings;
  return {
    ...originSettings(origin.DomainName ?? 'origin.example.com'),
    ...origin,
    CustomOriginConfig: {
      HTTPPort: 80,
      HTTPSPort: 443,
      OriginProtocolPolicy: 'https-only',
      OriginSslProtocols: { Quantity: 1, Items: ['TLSv1.2'] },
      OriginReadTimeout: 30,
      OriginKeepaliveTimeout: 5,
      IpAddressType: 'ipv4',
      ...config,
    },
  };
}

/** An application load balancer by its own name, as CloudFront's console sets it up. */
export function loadBalancerOrigin(settings: Settings<CustomOriginConfig> = {}): Origin {
  return customOrigin({ DomainName: 'web-1234567890.eu-central-1.elb.amazonaws.com', ...settings });
}

export function s3Origin(settings: Settings<NonNullable<Origin['S3OriginConfig']>> = {}): Origin {
  const { config, ...origin } = settings;
  return {
    ...originSettings(origin.DomainName ?? 'assets.s3.us-east-1.amazonaws.com'),
    ...origin,
    S3OriginConfig: { OriginAccessIdentity: '', OriginReadTimeout: 30, ...config },
  };
}

/** A private load balancer or instance, reached through a VPC origin. */
export function vpcOrigin(settings: Settings<NonNullable<Origin['VpcOriginConfig']>> = {}): Origin {
  const { config, ...origin } = settings;
  return {
    ...originSettings(origin.DomainName ?? 'internal-web-1234567890.eu-central-1.elb.amazonaws.com'),
    ...origin,
    VpcOriginConfig: {
      VpcOriginId: 'vo_0123456789abcdefABCDEF',
      OriginReadTimeout: 30,
      OriginKeepaliveTimeout: 5,
      ...config,
    },
  };
}

/** Two origins, the second asked when the first answers with one of the status codes. */
export function originGroup(
  id: string,
  members: readonly [string, string],
  statusCodes: readonly number[] = [502],
): OriginGroup {
  return {
    Id: id,
    FailoverCriteria: { StatusCodes: { Quantity: statusCodes.length, Items: [...statusCodes] } },
    Members: { Quantity: 2, Items: members.map((OriginId) => ({ OriginId })) },
    SelectionCriteria: 'default',
  };
}

function originSettings(domainName: string): Omit<Origin, 'Id'> & { Id: string } {
  return {
    Id: domainName,
    DomainName: domainName,
    OriginPath: '',
    CustomHeaders: { Quantity: 0 },
    ConnectionAttempts: 3,
    ConnectionTimeout: 10,
    OriginShield: { Enabled: false },
    OriginAccessControlId: '',
  };
}

function behaviourSettings(targetOriginId: string | undefined): DefaultCacheBehavior {
  const methods: readonly Method[] = ['HEAD', 'GET'];
  return {
    TargetOriginId: targetOriginId,
    TrustedSigners: { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: { Enabled: false, Quantity: 0 },
    ViewerProtocolPolicy: 'redirect-to-https',
    AllowedMethods: {
      Quantity: methods.length,
      Items: [...methods],
      CachedMethods: { Quantity: methods.length, Items: [...methods] },
    },
    SmoothStreaming: false,
    Compress: true,
    LambdaFunctionAssociations: { Quantity: 0 },
    FunctionAssociations: { Quantity: 0 },
    FieldLevelEncryptionId: '',
    CachePolicyId: managedCachePolicies['Managed-CachingOptimized'],
    GrpcConfig: { Enabled: false },
  };
}

/** CloudFront's lists: a count and, only where it is not 0, the items. */
function counted<Item>(items: readonly Item[] = []): { Quantity: number; Items?: Item[] } {
  return items.length === 0 ? { Quantity: 0 } : { Quantity: items.length, Items: [...items] };
}
