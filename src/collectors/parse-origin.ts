/** From CloudFront's description of origins and origin groups to ours. Pure; the defaults are those that AWS documents. */
import type { Origin as AwsOrigin, OriginGroup as AwsOriginGroup, VpcOrigin } from '@aws-sdk/client-cloudfront';
import type { Origin, OriginGroup, OriginKind, SslProtocol } from '../diagnosis/evidence.js';
import { isWebsiteEndpoint } from '../diagnosis/website-endpoint.js';
import { parseLoadBalancerName } from './load-balancer-name.js';

const sslProtocols: readonly SslProtocol[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'];

/** Used where CloudFront leaves a field out. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html */
const defaults = {
  httpPort: 80,
  httpsPort: 443,
  connectionAttempts: 3,
  connectionTimeoutSeconds: 10,
  readTimeoutSeconds: 30,
  keepAliveTimeoutSeconds: 5,
  ipAddressType: 'ipv4',
  sslProtocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
} as const;

/**
 * @param vpcOrigin what its VPC origin says, where it is one that could be read.
 * @param balancerName the load balancer's own name that its name is an alias of, where one was found.
 */
export function parseOrigin(
  origin: AwsOrigin,
  vpcOrigin: VpcOrigin | null,
  balancerName: string | null = null,
): Origin {
  const custom = origin.CustomOriginConfig;
  const vpc = origin.VpcOriginConfig;
  const kind = classifyOrigin(origin);
  // Ports, protocols and ciphers of a VPC origin are kept on the VPC origin, not in the distribution.
  const vpcEndpoint = vpcOrigin?.VpcOriginEndpointConfig;
  const endpoint = vpc === undefined ? custom : vpcEndpoint;
  const listed = endpoint?.OriginSslProtocols?.Items?.filter((name) => sslProtocols.includes(name)) ?? [];
  const times = custom ?? vpc;
  return {
    id: origin.Id ?? '',
    domainName: origin.DomainName ?? '',
    originPath: origin.OriginPath ?? '',
    kind,
    protocolPolicy: endpoint?.OriginProtocolPolicy ?? 'match-viewer',
    httpPort: endpoint?.HTTPPort ?? defaults.httpPort,
    httpsPort: endpoint?.HTTPSPort ?? defaults.httpsPort,
    sslProtocols: listed.length > 0 ? listed : defaults.sslProtocols,
    ipAddressType: endpoint?.IpAddressType ?? defaults.ipAddressType,
    connectionAttempts: origin.ConnectionAttempts ?? defaults.connectionAttempts,
    connectionTimeoutSeconds: origin.ConnectionTimeout ?? defaults.connectionTimeoutSeconds,
    readTimeoutSeconds: (times ?? origin.S3OriginConfig)?.OriginReadTimeout ?? defaults.readTimeoutSeconds,
    keepAliveTimeoutSeconds:
      times === undefined ? null : (times.OriginKeepaliveTimeout ?? defaults.keepAliveTimeoutSeconds),
    responseCompletionTimeoutSeconds: positive(origin.ResponseCompletionTimeout),
    vpcOriginId: vpc?.VpcOriginId ?? null,
    usesMutualTls: (custom?.OriginMtlsConfig?.ClientCertificateArn ?? '') !== '',
    customHeaderNames: (origin.CustomHeaders?.Items ?? []).map((header) => header.HeaderName ?? ''),
    originShieldRegion: origin.OriginShield?.Enabled === true ? (origin.OriginShield.OriginShieldRegion ?? null) : null,
    vpcEndpoint:
      vpc === undefined || vpcOrigin === null || vpcEndpoint === undefined
        ? null
        : { name: vpcEndpoint.Name ?? '', arn: vpcEndpoint.Arn ?? '', status: vpcOrigin.Status ?? 'unknown' },
    usesOriginAccessControl: (origin.OriginAccessControlId ?? '') !== '',
    balancerName,
  };
}

/** By the kind of origin that is configured, then by the name that AWS gives to its services. */
export function classifyOrigin(origin: AwsOrigin): OriginKind {
  const name = (origin.DomainName ?? '').toLowerCase();
  if (origin.VpcOriginConfig !== undefined) return 'vpc';
  if (/\.data\.mediastore\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(name)) return 'mediastore';
  if (origin.S3OriginConfig !== undefined) return 's3';
  if (isWebsiteEndpoint(name)) return 's3-website';
  if (parseLoadBalancerName(name) !== null) return 'load-balancer';
  if (/\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(name)) return 'api-gateway';
  if (/\.lambda-url\.[a-z0-9-]+\.on\.aws$/.test(name)) return 'lambda-url';
  return 'custom';
}

export function parseOriginGroup(group: AwsOriginGroup): OriginGroup {
  return {
    id: group.Id ?? '',
    memberOriginIds: (group.Members?.Items ?? []).map((member) => member.OriginId ?? ''),
    failoverStatusCodes: group.FailoverCriteria?.StatusCodes?.Items ?? [],
  };
}

/** CloudFront reports a limit that is not set as 0 or leaves it out. */
function positive(value: number | undefined): number | null {
  return value === undefined || value <= 0 ? null : value;
}
