/** Slack's side of HTTP mode: signed requests. Source: docs.slack.dev/authentication/verifying-requests-from-slack */
import { createHmac } from 'node:crypto';
import { startDeadline } from '../../stopwatch.js';
import { isObject, type JsonObject, parseJson } from '../json.js';
import type { DeliveryKind, SignedRequest } from './delivery.js';

export interface HttpAnswer {
  /** HTTP status; null where none came within the time. */
  readonly status: number | null;
  readonly timedOut: boolean;
  /** The app asked not to be tried again. */
  readonly noRetry: boolean;
  readonly ack: JsonObject | string | null;
}

/** The request as Slack sends it: a form for commands, `payload=` for interactions, JSON for events. */
export function signRequest(
  url: string,
  secret: string,
  kind: DeliveryKind,
  payload: JsonObject,
  at: number,
  retry: { readonly number: number; readonly reason: string } | null,
): SignedRequest {
  const isEvent = kind === 'events_api';
  const form: [string, string][] =
    kind === 'slash_commands'
      ? Object.entries(payload).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ])
      : [['payload', JSON.stringify(payload)]];
  const body = isEvent ? JSON.stringify(payload) : new URLSearchParams(form).toString();
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    url,
    body,
    headers: {
      'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...(retry === null ? {} : { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
    },
  };
}

/** Sends it and waits for the whole answer, at most `timeoutMs`. */
export async function sendSigned(request: SignedRequest, timeoutMs: number): Promise<HttpAnswer> {
  const deadline = new AbortController();
  const callOff = startDeadline(timeoutMs, () => deadline.abort());
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: { ...request.headers, connection: 'close' },
      body: request.body,
      redirect: 'manual',
      signal: deadline.signal,
    });
    const text = await response.text();
    const parsed = parseJson(text);
    return {
      status: response.status,
      timedOut: false,
      noRetry: response.headers.get('x-slack-no-retry') === '1',
      ack: text === '' ? null : isObject(parsed) ? parsed : text,
    };
  } catch {
    return { status: null, timedOut: deadline.signal.aborted, noRetry: false, ack: null };
  } finally {
    callOff();
  }
}
