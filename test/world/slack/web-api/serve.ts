/** The HTTP side of the local Slack: Web API, uploads and response_urls, with its checks in the order of the real one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResponseUrls } from '../delivery/response-urls.js';
import { describeValue, type JsonObject, parseJson, textOrNull } from '../json.js';
import type { AnswerRule, AnswerRules } from './answer-rules.js';
import { parseBody, readArguments } from './arguments.js';
import type { Call, CallOutcome } from './journal.js';
import { type Inside, type Method, requireScope } from './method.js';
import { methods } from './methods.js';
import type { RateLimits } from './rate-limits.js';
import { SlackApiError } from './slack-api-error.js';

export interface ServeOptions {
  readonly inside: Inside;
  readonly responseUrls: ResponseUrls;
  readonly rules: AnswerRules;
  /** null: not enforced. */
  readonly rateLimits: RateLimits | null;
  readonly calls: Call[];
  readonly botToken: string;
  readonly appToken: string;
}

const bodyMax = 20_000_000;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > bodyMax) throw new SlackApiError('request_too_large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The file in a multipart form, or the whole body. */
async function readUpload(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request);
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  for (const [, value] of form.entries()) if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  return Buffer.alloc(0);
}

export function createRequestHandler(options: ServeOptions) {
  const { inside, rules, calls } = options;

  const journal = (call: Call) => {
    const index = calls.push(call) - 1;
    inside.changes.emit({ kind: 'call', call });
    return (outcome: CallOutcome, applied: boolean) => {
      const settled = { ...call, outcome, applied };
      calls[index] = settled;
      inside.changes.emit({ kind: 'call', call: settled });
    };
  };

  const send = (response: ServerResponse, status: number, body: JsonObject | string, headers: JsonObject = {}) => {
    const isText = typeof body === 'string';
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json; charset=utf-8' });
    response.end(isText ? body : JSON.stringify(body));
  };

  /** Answers as the rule says. */
  const answerBadly = (response: ServerResponse, rule: AnswerRule): CallOutcome => {
    switch (rule.kind) {
      case 'rate-limited':
        send(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': rule.retryAfterSeconds });
        return { kind: 'rate-limited', retryAfterSeconds: rule.retryAfterSeconds };
      case 'http':
        send(response, rule.status, '<html><body>Slack is having trouble.</body></html>');
        return { kind: 'http', status: rule.status };
      case 'error':
        send(response, 200, { ok: false, error: rule.error, ...rule.extra });
        return { kind: 'error', error: rule.error, problems: [] };
      case 'cut':
        response.socket?.resetAndDestroy();
        return { kind: 'unanswered' };
      case 'hang':
        return { kind: 'unanswered' };
    }
  };

  const checkToken = (method: Method, token: string | null): void => {
    if (token === null && method.token === 'none') return;
    if (token === null) throw new SlackApiError('not_authed');
    const kind = token === options.botToken ? 'bot' : token === options.appToken ? 'app' : null;
    if (kind === null) throw new SlackApiError('invalid_auth');
    if (method.token !== 'none' && kind !== method.token) throw new SlackApiError('not_allowed_token_type');
  };

  /** The good answer. @throws SlackApiError */
  const perform = async (name: string, args: JsonObject, token: string | null): Promise<JsonObject> => {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method === undefined) {
      inside.complain(`unknown_method: the local Slack has no ${name}`);
      throw new SlackApiError('unknown_method', { req_method: name });
    }
    checkToken(method, token);
    if (method.token === 'bot') requireScope(inside, ...method.scopes);
    const wait = options.rateLimits?.count(name, method.tier, textOrNull(args['channel']) ?? '') ?? null;
    if (wait !== null) throw new SlackApiError('ratelimited', { retry_after: wait });
    return { ok: true, ...(await method.run(readArguments(args), inside)) };
  };

  const scopeHeaders = (name: string): JsonObject => ({
    'x-oauth-scopes': [...inside.scopes].join(','),
    'x-accepted-oauth-scopes': (methods[name]?.scopes ?? []).join(','),
  });

  const answerError = (response: ServerResponse, name: string, error: SlackApiError): CallOutcome => {
    const wait = error.extra['retry_after'];
    if (error.code === 'ratelimited' && typeof wait === 'number')
      return answerBadly(response, { kind: 'rate-limited', retryAfterSeconds: wait });
    send(response, 200, { ok: false, error: error.code, ...error.extra }, scopeHeaders(name));
    const problems = Array.isArray(error.extra['errors']) ? error.extra['errors'].map(describeValue) : [];
    return { kind: 'error', error: error.code, problems };
  };

  const call = async (request: IncomingMessage, response: ServerResponse, name: string): Promise<void> => {
    let args: JsonObject = {};
    let broken: SlackApiError | null = null;
    try {
      args = await parseBody(request.headers['content-type'] ?? '', await readBody(request));
    } catch (thrown) {
      if (!(thrown instanceof SlackApiError)) throw thrown;
      broken = thrown;
    }
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const { token: inBody, ...rest } = args;
    const token = bearer ?? (typeof inBody === 'string' ? inBody : null);
    const settle = journal({
      method: name,
      arguments: rest,
      token,
      at: inside.now(),
      applied: false,
      outcome: { kind: 'unanswered' },
    });
    const rule = rules.take(name, rest);
    if (rule !== null && rule.applyFirst !== true) {
      settle(answerBadly(response, rule), false);
      return;
    }
    try {
      if (broken !== null) throw broken;
      const result = await perform(name, rest, token);
      if (rule !== null) {
        settle(answerBadly(response, rule), true);
        return;
      }
      send(response, 200, result, scopeHeaders(name));
      settle({ kind: 'ok' }, true);
    } catch (thrown) {
      if (!(thrown instanceof SlackApiError)) throw thrown;
      settle(answerError(response, name, thrown), false);
    }
  };

  const respond = async (request: IncomingMessage, response: ServerResponse, id: string): Promise<void> => {
    const parsed = parseJson((await readBody(request)).toString('utf8'));
    const args = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
    const settle = journal({
      method: 'response_url',
      arguments: args,
      token: null,
      at: inside.now(),
      applied: false,
      outcome: { kind: 'unanswered' },
    });
    const rule = rules.take('response_url', args);
    if (rule !== null && rule.applyFirst !== true) {
      settle(answerBadly(response, rule), false);
      return;
    }
    const used = options.responseUrls.use(id, parsed);
    if (rule !== null) {
      settle(answerBadly(response, rule), used.error === null);
      return;
    }
    send(response, used.status, used.error === null ? 'ok' : { ok: false, error: used.error });
    settle(
      used.error === null ? { kind: 'ok' } : { kind: 'error', error: used.error, problems: [] },
      used.error === null,
    );
  };

  const upload = async (request: IncomingMessage, response: ServerResponse, key: string): Promise<void> => {
    const bytes = await readUpload(request);
    const settle = journal({
      method: 'files.upload',
      arguments: { bytes: bytes.length },
      token: null,
      at: inside.now(),
      applied: false,
      outcome: { kind: 'unanswered' },
    });
    const rule = rules.take('files.upload', {});
    const taken = rule !== null && rule.applyFirst !== true ? false : inside.files.receive(key, bytes);
    if (rule !== null) {
      settle(answerBadly(response, rule), taken);
      return;
    }
    send(response, taken ? 200 : 500, taken ? `OK - ${bytes.length}` : 'upload failed');
    settle(taken ? { kind: 'ok' } : { kind: 'http', status: 500 }, taken);
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://local');
    const [, area, name] = /^\/(api|respond|upload)\/([^/]+)$/.exec(pathname) ?? [];
    if (area === 'api' && name !== undefined) return await call(request, response, name);
    if (area === 'respond' && name !== undefined) return await respond(request, response, name);
    if (area === 'upload' && name !== undefined) return await upload(request, response, name);
    inside.complain(`Nothing of Slack is at ${request.method ?? ''} ${pathname}`);
    send(response, 404, { ok: false, error: 'not_found' });
  };
}
