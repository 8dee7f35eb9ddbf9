/** Bringing commands, interactions and events to the app over Socket Mode or signed HTTP, with the three seconds' deadline. */
import { randomUUID } from 'node:crypto';
import { startDeadline } from '../../stopwatch.js';
import type { Changes } from '../changes.js';
import type { JsonObject } from '../json.js';
import type { Delivery, DeliveryKind } from './delivery.js';
import { sendSigned, signRequest } from './signed-http.js';
import type { SocketMode } from './socket-mode.js';

export interface DeliveriesOptions {
  readonly changes: Changes;
  readonly socketMode: SocketMode;
  readonly signingSecret: string;
  readonly now: () => number;
  /** 3 seconds at the real Slack; here those in which this process, which is often the app's too, could run. */
  readonly ackTimeoutMs: number;
  /** At the real Slack at once, after a minute and after five. */
  readonly eventRetryDelaysMs: readonly number[];
}

export type Deliveries = ReturnType<typeof createDeliveries>;

type Outcome = Pick<Delivery, 'ackedInMs' | 'ack' | 'error' | 'request' | 'status'> & { readonly noRetry: boolean };

const nothingYet = { ackedInMs: null, ack: null, error: null, request: null, status: null } as const;

export function createDeliveries(options: DeliveriesOptions) {
  const list: Delivery[] = [];
  /** What calls off what is waited for. */
  const waiting = new Set<() => void>();
  /** Where signed requests go; null for Socket Mode. */
  let requestUrl: string | null = null;

  const record = (delivery: Delivery): Delivery => {
    const index = list.findIndex((each) => each.id === delivery.id);
    if (index === -1) list.push(delivery);
    else list[index] = delivery;
    options.changes.emit({ kind: 'delivery', delivery });
    return delivery;
  };

  const overHttp = async (url: string, delivery: Delivery, reason: string): Promise<Outcome> => {
    const retry = delivery.retry === 0 ? null : { number: delivery.retry, reason };
    const request = signRequest(url, options.signingSecret, delivery.kind, delivery.payload, options.now(), retry);
    const started = performance.now();
    const answer = await sendSigned(request, options.ackTimeoutMs);
    const accepted = answer.status !== null && answer.status >= 200 && answer.status < 300;
    return {
      request,
      status: answer.status,
      ackedInMs: accepted ? performance.now() - started : null,
      ack: accepted ? answer.ack : null,
      error: accepted ? null : answer.timedOut ? 'operation_timeout' : 'dispatch_failed',
      noRetry: answer.noRetry,
    };
  };

  const overSocket = async (delivery: Delivery): Promise<Outcome> => {
    const started = performance.now();
    const acceptsResponse = delivery.kind !== 'events_api';
    const sent = options.socketMode.send({ ...delivery, acceptsResponse });
    if (sent === null) return { ...nothingYet, error: 'dispatch_failed', noRetry: false };
    const acked = sent.then((ack) => ({ ack, ackedInMs: performance.now() - started }));
    let callOff = (): void => undefined;
    const late = new Promise<null>((resolve) => {
      callOff = startDeadline(options.ackTimeoutMs, () => resolve(null));
      waiting.add(callOff);
    });
    const first = await Promise.race([acked, late]);
    callOff();
    waiting.delete(callOff);
    if (first === null) {
      void acked.then((ack) => {
        const present = list.find((each) => each.id === delivery.id);
        if (present !== undefined) record({ ...present, ackedInMs: ack.ackedInMs });
      });
      return { ...nothingYet, error: 'operation_timeout', noRetry: false };
    }
    const ack = Object.keys(first.ack).length === 0 ? null : first.ack;
    return { ...nothingYet, ackedInMs: first.ackedInMs, ack, noRetry: false };
  };

  const attempt = async (kind: DeliveryKind, payload: JsonObject, retry: number, reason: string) => {
    const url = requestUrl;
    const delivery = record({ id: randomUUID(), kind, payload, at: options.now(), retry, ...nothingYet });
    const { noRetry, ...outcome } = url === null ? await overSocket(delivery) : await overHttp(url, delivery, reason);
    return { delivery: record({ ...delivery, ...outcome }), noRetry };
  };

  const retryEvent = (payload: JsonObject, failed: Delivery): void => {
    const delay = options.eventRetryDelaysMs[failed.retry];
    if (delay === undefined) return;
    const reason =
      failed.error === 'operation_timeout'
        ? 'http_timeout'
        : failed.status === null
          ? 'connection_failed'
          : 'http_error';
    const callOff = (): void => clearTimeout(timer);
    const timer = setTimeout(() => {
      waiting.delete(callOff);
      void attempt('events_api', payload, failed.retry + 1, reason).then(({ delivery, noRetry }) => {
        if (delivery.error !== null && !noRetry) retryEvent(payload, delivery);
      });
    }, delay);
    waiting.add(callOff);
  };

  return {
    list: list as readonly Delivery[],

    /** From now on signed requests to this address; null: Socket Mode. */
    target(url: string | null): void {
      requestUrl = url;
    },

    /** Resolves when it is acknowledged or has failed. */
    async deliver(kind: 'slash_commands' | 'interactive', payload: JsonObject): Promise<Delivery> {
      return (await attempt(kind, payload, 0, '')).delivery;
    },

    /** Resolves after the first try; the next ones follow by themselves. */
    async deliverEvent(payload: JsonObject): Promise<Delivery> {
      const { delivery, noRetry } = await attempt('events_api', payload, 0, '');
      if (delivery.error !== null && !noRetry) retryEvent(payload, delivery);
      return delivery;
    },

    /** The very bytes once more, with other headers where given. @throws Error for a delivery without a request. */
    async replay(delivery: Delivery, headers: Readonly<Record<string, string>> = {}) {
      if (delivery.request === null) throw new Error('Only a delivery over HTTP can be replayed.');
      const request = { ...delivery.request, headers: { ...delivery.request.headers, ...headers } };
      return await sendSigned(request, options.ackTimeoutMs);
    },

    close(): void {
      for (const callOff of waiting) callOff();
      waiting.clear();
    },
  };
}
