/** Finds the operation of a request in the coverage table, by the protocol of the service that its signature names. */
import type { IncomingHttpHeaders } from 'node:http';
import { type CoveredOperation, coverage } from './coverage.js';
import { type AwsService, speaksJson } from './wire.js';

export interface SignedScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The signing name, for example `monitoring`. */
  readonly signingName: string;
}

const serviceBySigningName: ReadonlyMap<string, AwsService> = new Map([
  ['athena', 'athena'],
  ['cloudfront', 'cloudfront'],
  ['cloudtrail', 'cloudtrail'],
  ['s3', 's3'],
  ['monitoring', 'cloudwatch'],
  ['elasticloadbalancing', 'elasticloadbalancing'],
  ['logs', 'logs'],
  ['sts', 'sts'],
]);

/** Reads the credential scope of a SigV4 Authorization header; null where there is none. */
export function parseScope(authorization: string | undefined): SignedScope | null {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(
    authorization ?? '',
  );
  const [, accessKeyId, region, signingName] = match ?? [];
  if (accessKeyId === undefined || region === undefined || signingName === undefined) return null;
  return { accessKeyId, region, signingName };
}

export function serviceOf(scope: SignedScope): AwsService | null {
  return serviceBySigningName.get(scope.signingName) ?? null;
}

export interface RoutedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface Routed {
  /** null where the table does not have it. */
  readonly covered: CoveredOperation | null;
  readonly operation: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** `query` holds the form's parameters where the protocol sends them in the body. */
export function route(service: AwsService, request: RoutedRequest): Routed {
  const named = operationName(service, request);
  if (named !== null) {
    const covered = coverage.find((entry) => entry.service === service && entry.operation === named);
    return { covered: covered ?? null, operation: named, pathParameters: {} };
  }
  for (const covered of coverage) {
    if (covered.service !== service || covered.route === undefined) continue;
    const pathParameters = matchRoute(covered.route, request);
    if (pathParameters !== null) return { covered, operation: covered.operation, pathParameters };
  }
  return { covered: null, operation: `${request.method} ${request.path}`, pathParameters: {} };
}

/** Protocols that name the operation: JSON in `X-Amz-Target`, Query in `Action`. */
function operationName(service: AwsService, { headers, query }: RoutedRequest): string | null {
  if (speaksJson(service)) return String(headers['x-amz-target'] ?? 'unnamed').replace(/^.*\./, '');
  if (service === 'elasticloadbalancing' || service === 'sts') return query.get('Action') ?? 'unnamed';
  return null;
}

function matchRoute(pattern: string, request: RoutedRequest): Readonly<Record<string, string>> | null {
  const [method = '', rest = ''] = pattern.split(' ');
  const [path = '', flag] = rest.split('?');
  if (method !== request.method || (flag !== undefined && !request.query.has(flag))) return null;
  // Without a flag of its own, a route takes only requests that ask for no sub-resource.
  if (flag === undefined && !plainQuery(request.query)) return null;
  const source = path.replaceAll(/\{(\w+)(\+?)\}/g, (_all, name: string, greedy: string) =>
    greedy === '' ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`,
  );
  const match = new RegExp(`^${source}/?$`).exec(request.path);
  if (match === null) return null;
  return Object.fromEntries(
    Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}

/** Parameters that do not turn a request into another operation: paging and stages of CloudFront, versions of S3, and the SDK's own `x-id`. */
function plainQuery(query: URLSearchParams): boolean {
  return [...query.keys()].every((name) =>
    ['x-id', 'Marker', 'MaxItems', 'Stage', 'StagingDistributionId', 'versionId'].includes(name),
  );
}
