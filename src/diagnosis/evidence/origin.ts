/** Where CloudFront gets things from, as configured: origins and groups of them. */

export type SslProtocol = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2';
export type OriginKind =
  | 'load-balancer'
  | 's3'
  | 's3-website'
  | 'api-gateway'
  | 'lambda-url'
  | 'vpc'
  | 'mediastore'
  | 'custom';

export interface Origin {
  readonly id: string;
  readonly domainName: string;
  readonly originPath: string;
  readonly kind: OriginKind;
  /** How CloudFront picks http or https towards this origin. S3 REST origins follow the viewer. */
  readonly protocolPolicy: 'http-only' | 'https-only' | 'match-viewer';
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly sslProtocols: readonly SslProtocol[];
  readonly ipAddressType: 'ipv4' | 'ipv6' | 'dualstack';
  readonly connectionAttempts: number;
  readonly connectionTimeoutSeconds: number;
  /** null where the origin type has no such setting. */
  readonly readTimeoutSeconds: number | null;
  readonly keepAliveTimeoutSeconds: number | null;
  readonly responseCompletionTimeoutSeconds: number | null;
  readonly vpcOriginId: string | null;
  /** CloudFront presents a client certificate to this origin, which our probe cannot do. */
  readonly usesMutualTls: boolean;
  /** Names only: values may be secrets shared with the origin. */
  readonly customHeaderNames: readonly string[];
  readonly originShieldRegion: string | null;
  /** What stands behind a VPC origin; null where it could not be read or this is none. Absent in bags of earlier versions. */
  readonly vpcEndpoint?: VpcEndpoint | null;
  /** CloudFront signs its requests (origin access control), which our probe cannot do. Absent in earlier bags. */
  readonly usesOriginAccessControl?: boolean;
  /** The load balancer's own name that this name is an alias of (CNAME); null where it is none. Absent in earlier bags. */
  readonly balancerName?: string | null;
}

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginEndpointConfig.html */
export interface VpcEndpoint {
  readonly name: string;
  /** Of the load balancer or instance. */
  readonly arn: string;
  /** Of the VPC origin: `Deployed`, `Deploying` … */
  readonly status: string;
}

export interface OriginGroup {
  readonly id: string;
  readonly memberOriginIds: readonly string[];
  readonly failoverStatusCodes: readonly number[];
}
