/** One request to the local AWS from its arrival to the last byte of its answer: identify, route, misbehave if told to, answer, record. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { allows, askedAction } from './access-policies.js';
import type { CoveredOperation, PlayedServices } from './coverage.js';
import { type FaultRule, type Faults, faultFor } from './faults.js';
import type { Holds } from './holds.js';
import type { Journal, JournalEntry } from './journal.js';
import type { Principals } from './principals.js';
import { parseScope, type Routed, route, type SignedScope, serviceOf } from './routing.js';
import { AwsFault, type AwsResponse, type AwsService, type Principal, renderFault, speaksJson } from './wire.js';

export interface DispatchParts {
  readonly accountId: string;
  readonly services: PlayedServices;
  readonly holds: Holds;
  readonly principals: Principals;
  readonly faults: Faults;
  readonly journal: Journal;
  /** Runs now or after the latency of the moment. */
  readonly afterLatency: (run: () => void) => void;
}

interface Arrival {
  readonly requestId: string;
  readonly message: IncomingMessage;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly isForm: boolean;
  readonly scope: SignedScope | null;
  readonly service: AwsService | null;
  readonly routed: Routed;
}

/** A request that may be carried out. */
interface Admitted {
  readonly service: AwsService;
  readonly principal: Principal;
  readonly covered: CoveredOperation;
}

const mostBodyBytes = 64 * 1024 * 1024;

export async function dispatch(
  parts: DispatchParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const arrival = await receive(message);
  const { requestId, method, service } = arrival;
  const admitted = admit(parts, arrival);
  const subject = {
    operation: arrival.routed.operation,
    region: arrival.scope?.region ?? 'unknown',
    url: arrival.url,
    accessKeyId: arrival.scope?.accessKeyId ?? 'unsigned',
  };
  const entry = parts.journal.open({
    requestId,
    service,
    ...subject,
    form: arrival.isForm ? arrival.body.toString('latin1') : '',
    assumedRole: admitted instanceof AwsFault ? null : admitted.principal.assumedRole,
    userAgent: String(message.headers['user-agent'] ?? ''),
  });
  response.once('close', () => entry.update({ state: 'left' }));
  const answerLater = (answer: AwsResponse, errorCode: string | null, cut: FaultRule | null) =>
    parts.afterLatency(() => send({ response, method, requestId, answer, errorCode, cut, entry }));
  const refuse = (fault: AwsFault) => answerLater(renderFault(service, method, requestId, fault), fault.code, null);

  if (admitted instanceof AwsFault) return refuse(admitted);
  const faultSubject = { ...subject, body: arrival.body.toString('latin1'), service: admitted.service };
  const userAgent = String(message.headers['user-agent'] ?? '');
  const { deliver } = await parts.holds.pass('before', faultSubject, userAgent);
  // Whoever sent it was killed meanwhile: as if it had never left, unless it is to arrive late.
  if (response.destroyed && !deliver) return;
  const rule = parts.faults.take(faultSubject);
  if (rule?.how === 'hang') return;
  if (rule?.how === 'reset') {
    entry.update({ state: 'cut' });
    message.socket.resetAndDestroy();
    return;
  }
  const ordered = rule === null ? null : faultFor(rule.how, { ...subject, service: admitted.service });
  if (ordered !== null) return refuse(ordered);
  try {
    const answer = await carryOut(parts.services, arrival, admitted);
    await parts.holds.pass('after', faultSubject, userAgent);
    if (rule?.how === 'hang-after') return;
    if (rule?.how === 'reset-after') {
      entry.update({ state: 'cut' });
      message.socket.resetAndDestroy();
      return;
    }
    answerLater(answer, null, rule);
  } catch (error) {
    refuse(asFault(error));
  }
}

async function receive(message: IncomingMessage): Promise<Arrival> {
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
  return { requestId: randomUUID(), message, method, url, path, query, body, isForm, scope, service, routed };
}

/** Whoever signed, and the operation, if both are known here. */
function admit(
  { principals, accountId }: DispatchParts,
  { scope, service, routed, message, query, url }: Arrival,
): Admitted | AwsFault {
  if (scope === null) return new AwsFault(403, 'MissingAuthenticationToken', 'The request has no SigV4 signature.');
  if (service === null)
    return new AwsFault(400, 'UnknownOperationException', `The local AWS does not play ${scope.signingName}.`);
  if (routed.covered === null) {
    return new AwsFault(
      400,
      'UnknownOperationException',
      `The local AWS does not play ${service}:${routed.operation}; its coverage table lists what it does.`,
    );
  }
  try {
    const principal = principals.identify(scope.accessKeyId, message.headers, service);
    const { operation, pathParameters } = routed;
    const asked = askedAction(accountId, { service, operation, pathParameters, query });
    const refused = [asked, ...asked.also].find(
      ({ action, resource }) => !allows(principal.policies, action, resource),
    );
    if (refused !== undefined) {
      return new AwsFault(
        403,
        speaksJson(service) ? 'AccessDeniedException' : 'AccessDenied',
        `User: ${principal.arn} is not authorized to perform: ${refused.action} on resource: ${refused.resource} (${url})`,
      );
    }
    return { service, principal, covered: routed.covered };
  } catch (error) {
    return asFault(error);
  }
}

function carryOut(
  services: PlayedServices,
  { requestId, message, method, path, query, body, scope, routed }: Arrival,
  { service, principal, covered }: Admitted,
): AwsResponse | Promise<AwsResponse> {
  return covered.answer(services, {
    requestId,
    service,
    region: scope?.region ?? 'unknown',
    principal,
    method,
    path,
    query,
    headers: message.headers,
    body,
    pathParameters: routed.pathParameters,
  });
}

/** A mistake of the local AWS itself is answered by a name that AWS does not use and that the SDK does not retry. */
function asFault(error: unknown): AwsFault {
  if (error instanceof AwsFault) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
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

function send(answering: {
  readonly response: ServerResponse;
  readonly method: string;
  readonly requestId: string;
  readonly answer: AwsResponse;
  readonly errorCode: string | null;
  /** A rule that ends the body early; null: all of it is sent. */
  readonly cut: FaultRule | null;
  readonly entry: JournalEntry;
}): void {
  const { response, method, requestId, answer, errorCode, cut, entry } = answering;
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    ...answer.headers,
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    'content-length': answer.body.length,
  });
  entry.update({ status: answer.status, errorCode });
  if (cut === null) {
    response.end(method === 'HEAD' ? undefined : answer.body, () => entry.update({ state: 'answered' }));
    return;
  }
  response.flushHeaders();
  response.write(answer.body.subarray(0, cut.afterBytes ?? Math.floor(answer.body.length / 2)), () => {
    if (cut.how !== 'cut') return;
    entry.update({ state: 'cut' });
    response.socket?.destroy();
  });
}
