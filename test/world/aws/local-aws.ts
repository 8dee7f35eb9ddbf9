/**
 * A local AWS: one HTTP server on loopback that the unmodified SDK talks to through AWS_ENDPOINT_URL. Requests are told apart by the
 * credential scope of their signature; signatures themselves are not verified. State lives in the instance.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type CloudFrontControl, createCloudFront } from './cloudfront.js';
import { type CloudWatchControl, createCloudWatch } from './cloudwatch.js';
import type { PlayedServices } from './coverage.js';
import { environmentFor } from './environment.js';
import { createFaults, type FaultRule, faultFor } from './faults.js';
import { type Call, createJournal, type JournalEntry } from './journal.js';
import { createLoadBalancing, type LoadBalancingControl } from './load-balancing.js';
import { createLogDelivery, type LogDeliveryControl } from './log-delivery.js';
import { createPrincipals } from './principals.js';
import { parseScope, route, serviceOf } from './routing.js';
import { createS3, type S3Control } from './s3.js';
import { createSts, type StsControl } from './sts.js';
import { AwsFault, type AwsResponse, renderFault } from './wire.js';
import { createXmlCodec } from './xml-codec.js';

export interface LocalAwsOptions {
  readonly accountId?: string;
  /** AWS_REGION of the environment handed out. */
  readonly region?: string;
  /** Waited before every answer. */
  readonly latencyMs?: number;
  readonly now?: () => Date;
}

export interface LocalAws
  extends CloudFrontControl,
    S3Control,
    CloudWatchControl,
    LoadBalancingControl,
    LogDeliveryControl,
    StsControl {
  readonly url: string;
  readonly accountId: string;
  /** What a process needs in its environment to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Waited before every answer; may be changed at any time. */
  latencyMs: number;
  /** Every call so far, in the order of arrival. */
  readonly calls: readonly Call[];
  /** The first call that matches, past or future, as soon as it does. */
  waitForCall(matches: (call: Call) => boolean): Promise<Call>;
  /** Makes calls go wrong. @returns lifts the rule. */
  fail(rule: FaultRule): () => void;
  /** Makes every session that STS handed out an expired one. */
  expireSessions(): void;
  stop(): Promise<void>;
}

const mostBodyBytes = 64 * 1024 * 1024;

export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { accountId = '123456789012', region = 'us-east-1', now = () => new Date() } = options;
  const xml = createXmlCodec();
  const principals = createPrincipals(accountId, now);
  const services: PlayedServices = {
    cloudFront: createCloudFront(accountId, xml, now),
    s3: createS3(now),
    cloudWatch: createCloudWatch(),
    loadBalancing: createLoadBalancing(accountId, xml, now),
    logDelivery: createLogDelivery(accountId),
    sts: createSts(accountId, principals, xml),
  };
  const journal = createJournal();
  const faults = createFaults();
  const timers = new Set<NodeJS.Timeout>();

  const later = (waitMs: number, run: () => void) => {
    if (waitMs <= 0) return run();
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, waitMs);
    timers.add(timer);
  };

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const method = message.method ?? 'GET';
    const url = message.url ?? '/';
    const [path = '/', queryText = ''] = url.split('?', 2);
    const scope = parseScope(message.headers.authorization);
    const service = scope === null ? null : serviceOf(scope);
    const body = await readBody(message);
    const isForm = String(message.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
    const query = new URLSearchParams(isForm ? body.toString('utf8') : queryText);
    const routed =
      service === null
        ? { covered: null, operation: `${method} ${path}`, pathParameters: {} }
        : route(service, { method, path, query, headers: message.headers });

    const subject = {
      operation: routed.operation,
      region: scope?.region ?? 'unknown',
      url,
      accessKeyId: scope?.accessKeyId ?? 'unsigned',
    };
    let principal: ReturnType<typeof principals.identify> | null = null;
    let refused: AwsFault | null = null;
    try {
      if (scope === null)
        throw new AwsFault(403, 'MissingAuthenticationToken', 'Request is missing a SigV4 signature.');
      if (service === null)
        throw new AwsFault(400, 'UnknownOperationException', `The local AWS does not play ${scope.signingName}.`);
      principal = principals.identify(scope.accessKeyId, message.headers, service);
      if (routed.covered === null) {
        throw new AwsFault(
          400,
          'UnknownOperationException',
          `The local AWS does not play ${service}:${routed.operation}; see its coverage table.`,
        );
      }
    } catch (error) {
      refused = asFault(error);
    }

    const entry = journal.open({
      requestId,
      service,
      ...subject,
      assumedRole: principal?.assumedRole ?? null,
      userAgent: String(message.headers['user-agent'] ?? ''),
    });
    response.once('close', () => entry.update({ state: 'left' }));
    const rule = refused !== null || service === null ? null : faults.take({ ...subject, service });

    let answer: AwsResponse;
    let errorCode: string | null = null;
    try {
      if (refused !== null) throw refused;
      if (rule !== null && service !== null) {
        const fault = faultFor(rule.how, { ...subject, service });
        if (fault !== null) throw fault;
        if (rule.how === 'hang') return;
        if (rule.how === 'reset') {
          entry.update({ state: 'cut' });
          message.socket.resetAndDestroy();
          return;
        }
      }
      if (service === null || principal === null || routed.covered === null) throw new Error('cannot be reached');
      answer = await routed.covered.answer(services, {
        requestId,
        service,
        region: subject.region,
        principal,
        method,
        path,
        query,
        headers: message.headers,
        body,
        pathParameters: routed.pathParameters,
      });
    } catch (error) {
      const fault = asFault(error);
      errorCode = fault.code;
      answer = renderFault(service, method, requestId, fault);
    }
    const cuts = rule !== null && (rule.how === 'cut' || rule.how === 'stall') ? rule : null;
    later(aws.latencyMs, () => send(response, method, answer, errorCode, cuts, requestId, entry));
  }

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      // A fault of the local AWS itself must fail a test loudly, and not as something AWS could answer.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`The local AWS failed: ${text}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The local AWS has no port.');
  const url = `http://127.0.0.1:${address.port}`;

  const aws: LocalAws = {
    ...services.cloudFront.control,
    ...services.s3.control,
    ...services.cloudWatch.control,
    ...services.loadBalancing.control,
    ...services.logDelivery.control,
    ...services.sts.control,
    url,
    accountId,
    environment: environmentFor({
      url,
      accessKeyId: principals.accessKeyId,
      secretAccessKey: principals.secretAccessKey,
      region,
    }),
    latencyMs: options.latencyMs ?? 0,
    calls: journal.calls,
    waitForCall: (matches) => journal.waitFor(matches),
    fail: (rule) => faults.add(rule),
    expireSessions: () => principals.expireSessions(),
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
  return aws;
}

function asFault(error: unknown): AwsFault {
  if (error instanceof AwsFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AwsFault(400, 'LocalAwsFailure', `The local AWS failed: ${message}`);
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const part = Buffer.from(chunk as Uint8Array);
    size += part.length;
    if (size > mostBodyBytes) throw new Error('the request body is too large');
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  method: string,
  answer: AwsResponse,
  errorCode: string | null,
  rule: FaultRule | null,
  requestId: string,
  entry: JournalEntry,
): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    ...answer.headers,
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    'content-length': answer.body.length,
  });
  entry.update({ status: answer.status, errorCode });
  if (rule === null) {
    response.end(method === 'HEAD' ? undefined : answer.body, () => entry.update({ state: 'answered' }));
    return;
  }
  const part = answer.body.subarray(0, rule.afterBytes ?? Math.floor(answer.body.length / 2));
  response.flushHeaders();
  response.write(part, () => {
    if (rule.how !== 'cut') return;
    entry.update({ state: 'cut' });
    response.socket?.destroy();
  });
}
