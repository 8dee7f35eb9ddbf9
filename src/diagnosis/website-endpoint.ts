/** Amazon S3's endpoints for websites, which speak HTTP and nothing else: TLS towards one is a fault of the configuration. Pure. */
import type { DistributionEvidence, OriginProbe } from './evidence.js';
import type { Citation, Outcome } from './finding.js';
import { resultsOf } from './log-results.js';

/**
 * `bucket.s3-website-us-east-1.amazonaws.com` or `bucket.s3-website.eu-central-1.amazonaws.com`, by Region.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
 */
export function isWebsiteEndpoint(name: string): boolean {
  return /(?:^|\.)s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?\.?$/i.test(name);
}

/**
 * Found where CloudFront is told to reach a website endpoint over HTTPS, whatever a probe meets there. "Amazon S3 website endpoints do not
 * support HTTPS": https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
 */
export function findWebsiteOverTls(
  { connection, dns }: OriginProbe,
  distribution: DistributionEvidence | null,
): Outcome | null {
  const { scheme, port, domainName, originId, id, behaviours } = connection;
  if (scheme !== 'https') return null;
  const endpoint = [domainName, ...dns.cnames].find(isWebsiteEndpoint);
  if (endpoint === undefined) return null;
  const policy = distribution?.origins.find((origin) => origin.id === originId)?.protocolPolicy ?? 'https-only';
  const configured: Citation = {
    kind: 'configuration',
    ref: 'cloudfront:GetDistributionConfig',
    fact: `origin ${originId}: ${domainName}, protocol policy ${policy}, HTTPS port ${port}`,
  };
  const alias: Citation = { kind: 'probe', ref: id, fact: `DNS: ${domainName} is an alias of ${endpoint}` };
  const finding = {
    claim: `CloudFront speaks TLS to port ${port} of ${domainName}, ${endpoint === domainName ? 'an S3 website endpoint' : `an alias of the S3 website endpoint ${endpoint}`}, which speaks HTTP only`,
    layer: 'cloudfront-to-origin' as const,
    strength: 'proven' as const,
    originId,
    connectionId: id,
    citations: endpoint === domainName ? ([configured] as const) : ([configured, alias] as const),
    explains: { behaviours, detailedResults: resultsOf.connect },
    failsEveryRequest: true as const,
    remedy:
      policy === 'match-viewer'
        ? 'Set the origin’s protocol policy to HTTP only; viewers can still use HTTPS. Or use the bucket’s REST endpoint with origin access control.'
        : 'Set the origin’s protocol policy to HTTP only, or use the bucket’s REST endpoint with origin access control, which speaks HTTPS.',
  };
  return { state: 'found', findings: [finding] };
}
