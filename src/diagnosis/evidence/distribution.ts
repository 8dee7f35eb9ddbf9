/** The configuration of a distribution, as far as it bears on 502s. */
import type { Iso, Unavailability } from './gathered.js';
import type { Origin, OriginGroup } from './origin.js';

export interface EdgeFunctionAssociation {
  readonly event: 'viewer-request' | 'viewer-response' | 'origin-request' | 'origin-response';
  readonly runtime: 'lambda-at-edge' | 'cloudfront-function';
  readonly arn: string;
}

export interface Behaviour {
  /** Path pattern; `*` for the default behaviour. */
  readonly pathPattern: string;
  /** Evaluation order; the default behaviour comes last. */
  readonly precedence: number;
  readonly isDefault: boolean;
  /** Id of an origin or of an origin group. */
  readonly targetId: string;
  readonly viewerProtocolPolicy: 'allow-all' | 'https-only' | 'redirect-to-https';
  readonly allowedMethods: readonly string[];
  /** Whether CloudFront sends the viewer's Host header to the origin; `unknown` when a policy could not be read. */
  readonly forwardsHost: 'yes' | 'no' | 'unknown';
  /** Where that follows from, for example `origin request policy Managed-AllViewer (216adef6-…)`. */
  readonly forwardsHostBecause: string;
  readonly edgeFunctions: readonly EdgeFunctionAssociation[];
  /** Whether CloudFront adds `Server-Timing`, by the response headers policy. Absent in bags of earlier versions, as is the next. */
  readonly serverTiming?: 'on' | 'off' | 'unknown';
  readonly realtimeLogConfigArn?: string | null;
  /** `off`: CloudFront keeps no answer of this behaviour, whatever its headers say. Absent in bags of earlier versions. */
  readonly caching?: 'on' | 'off' | 'unknown';
}

/**
 * One distinct way in which CloudFront reaches an origin: behaviours that end in the same origin with the same scheme, SNI and Host share one.
 * Built by `planConnections`.
 */
export interface OriginConnection {
  /** Stable within one distribution configuration: `<originId>/<scheme>/<host>`; shown to people. */
  readonly id: string;
  readonly originId: string;
  /** Path patterns of the behaviours that use it. */
  readonly behaviours: readonly string[];
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** Name to resolve and connect to: the origin's domain name. */
  readonly domainName: string;
  /** TLS server name; null over plain HTTP. */
  readonly sni: string | null;
  /** Value of the Host header sent to the origin. */
  readonly host: string;
  /** Whether `host` is the viewer's forwarded Host rather than the origin's own name. */
  readonly hostIsForwarded: boolean;
}

/** A part of the traffic goes to a staging distribution: by share or by a header. */
export interface ContinuousDeployment {
  readonly policyId: string;
  readonly enabled: boolean;
  readonly stagingDomainNames: readonly string[];
  /** 0 to 0.15; null where a header decides. */
  readonly weight: number | null;
  readonly header: string | null;
}

/** A tenant of a multi-tenant distribution. */
export interface DistributionTenant {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
  /** Values of the placeholders in the addresses of origins. Empty where they were not read. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface LegacyLogging {
  readonly enabled: boolean;
  /** Bucket name without `.s3.amazonaws.com`. */
  readonly bucket: string;
  readonly prefix: string;
}

export interface DistributionEvidence {
  readonly id: string;
  readonly arn: string;
  readonly accountId: string;
  readonly domainName: string;
  readonly aliases: readonly string[];
  /** `Deployed` or `InProgress`. */
  readonly status: string;
  readonly enabled: boolean;
  readonly staging: boolean;
  readonly etag: string;
  readonly lastModified: Iso;
  readonly httpVersion: string;
  /** What CloudFront asks the origin for where a viewer asks for `/`, without a leading slash; null: `/`. Absent in bags of earlier versions. */
  readonly defaultRootObject?: string | null;
  readonly origins: readonly Origin[];
  readonly originGroups: readonly OriginGroup[];
  /** In evaluation order, the default last. */
  readonly behaviours: readonly Behaviour[];
  readonly connections: readonly OriginConnection[];
  readonly legacyLogging: LegacyLogging | null;
  readonly customErrorResponses: readonly {
    readonly errorCode: number;
    readonly responseCode: number | null;
    readonly cachingMinTtlSeconds: number | null;
  }[];
  /** Parts of the configuration that could not be read (a policy without permission, say), each with its remedy. */
  /** Parts of the set-up of which this distribution is not the whole truth. Absent in bags of earlier versions, as are the next two. */
  readonly continuousDeployment?: ContinuousDeployment | null;
  /** `tenant-only`: a multi-tenant distribution, reached by the domains of its tenants. */
  readonly connectionMode?: 'direct' | 'tenant-only';
  /** The tenants that were read; at most 5. */
  readonly tenants?: readonly DistributionTenant[];
  readonly gaps: readonly Unavailability[];
}
