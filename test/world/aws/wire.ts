/** What the local AWS's operations take and give: a signed request, a response, and the error that each protocol writes its own way. */
import type { IncomingHttpHeaders } from 'node:http';
import type { PolicyDocument } from './access-policies.js';

/** By IAM prefix, as in `cloudfront:GetDistribution`. */
export const awsServices = [
  'athena',
  'cloudfront',
  'cloudtrail',
  's3',
  'cloudwatch',
  'elasticloadbalancing',
  'logs',
  'sts',
] as const;
export type AwsService = (typeof awsServices)[number];

/** Services that speak AWS JSON and name the operation in `X-Amz-Target`. */
export function speaksJson(service: AwsService | null): boolean {
  return service === 'athena' || service === 'cloudtrail' || service === 'cloudwatch' || service === 'logs';
}

/** Who signed a request. */
export interface Principal {
  readonly accessKeyId: string;
  readonly arn: string;
  /** null where the long-lived key signed. */
  readonly assumedRole: {
    readonly roleArn: string;
    readonly sessionName: string;
    readonly tags: Readonly<Record<string, string>>;
  } | null;
  /** All of them must allow what is asked; none: everything is allowed. */
  readonly policies: readonly PolicyDocument[];
}

export interface AwsRequest {
  readonly requestId: string;
  readonly service: AwsService;
  /** From the SigV4 credential scope. */
  readonly region: string;
  readonly principal: Principal;
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Values of the route's `{Placeholders}`, decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An error as AWS names it; the server writes it in the protocol of the service that was asked. */
export class AwsFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'AwsFault';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function respond(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): AwsResponse {
  return { status, headers, body: typeof body === 'string' ? Buffer.from(body) : body };
}

export function respondJson(value: unknown): AwsResponse {
  return respond(200, { 'content-type': 'application/x-amz-json-1.0' }, JSON.stringify(value));
}

/** Writes an error the way the service's protocol does, so that the SDK can name it. */
export function renderFault(
  service: AwsService | null,
  method: string,
  requestId: string,
  fault: AwsFault,
): AwsResponse {
  const { status, code, message } = fault;
  if (speaksJson(service)) {
    const headers = { 'content-type': 'application/x-amz-json-1.0', ...fault.headers };
    return respond(
      status,
      service === 'cloudwatch'
        ? { ...headers, 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` }
        : headers,
      JSON.stringify({ __type: code, message }),
    );
  }
  const headers = { 'content-type': 'text/xml', ...fault.headers };
  if (method === 'HEAD') return respond(status, headers);
  const error = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (service === 's3')
    return respond(status, headers, `${prolog}<Error>${error}<RequestId>${requestId}</RequestId></Error>`);
  return respond(
    status,
    headers,
    `${prolog}<ErrorResponse><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
