/** Slack's side of Socket Mode: tickets, hello, envelopes to one socket each, and being sent away. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isObject, type JsonObject, parseJson } from '../json.js';
import type { DeliveryKind } from './delivery.js';

/** docs.slack.dev/apis/events-api/using-socket-mode: up to 10 connections at once. */
const connectionsMax = 10;
const pingEveryMs = 10_000;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface SocketModeOptions {
  readonly appId: string;
  readonly baseUrl: () => string;
  readonly onConnections: (open: number) => void;
  readonly complain: (complaint: string) => void;
}

export interface Envelope {
  readonly kind: DeliveryKind;
  readonly payload: JsonObject;
  readonly acceptsResponse: boolean;
  readonly retry: number;
}

export type SocketMode = ReturnType<typeof createSocketMode>;

export function createSocketMode(options: SocketModeOptions) {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  let sockets: WebSocket[] = [];
  /** By envelope id; kept after the deadline so that a late acknowledgement is seen as one. */
  const waiting = new Map<string, (ack: JsonObject) => void>();

  const receive = (text: string): void => {
    const message = parseJson(text);
    const id = isObject(message) ? message['envelope_id'] : undefined;
    const settle = typeof id === 'string' ? waiting.get(id) : undefined;
    if (!isObject(message) || typeof id !== 'string' || settle === undefined) {
      options.complain(`Socket Mode received what acknowledges nothing: ${text.slice(0, 200)}`);
      return;
    }
    waiting.delete(id);
    settle(isObject(message['payload']) ? message['payload'] : {});
  };

  const sendAway = (socket: WebSocket, reason: DisconnectReason): void => {
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local' } }));
  };

  const welcome = (socket: WebSocket): void => {
    socket.on('error', () => socket.terminate());
    if (sockets.length >= connectionsMax) {
      sendAway(socket, 'too_many_websockets');
      socket.close(1000);
      return;
    }
    sockets = [...sockets, socket];
    const ping = setInterval(() => socket.ping(), pingEveryMs);
    ping.unref();
    socket.on('message', (data) => receive(Buffer.isBuffer(data) ? data.toString('utf8') : ''));
    socket.on('close', () => {
      clearInterval(ping);
      sockets = sockets.filter((each) => each !== socket);
      options.onConnections(sockets.length);
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: sockets.length,
        connection_info: { app_id: options.appId },
        debug_info: { host: 'local', approximate_connection_time: 18_060 },
      }),
    );
    options.onConnections(sockets.length);
  };

  return {
    openUrl: (): string => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${options.baseUrl().replace('http:', 'ws:')}/link/?ticket=${ticket}&app_id=${options.appId}`;
    },

    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      const url = new URL(request.url ?? '/', 'http://local');
      if (url.pathname !== '/link/' || !tickets.delete(url.searchParams.get('ticket') ?? '')) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, welcome);
    },

    get open(): number {
      return sockets.length;
    },

    /** Sends the envelope to one socket, in turn; null where none is open. The promise may never settle. */
    send: (envelope: Envelope): Promise<JsonObject> | null => {
      const [socket, ...others] = sockets;
      if (socket === undefined) return null;
      sockets = [...others, socket];
      const id = randomUUID();
      const ack = new Promise<JsonObject>((resolve) => waiting.set(id, resolve));
      socket.send(
        JSON.stringify({
          envelope_id: id,
          type: envelope.kind,
          payload: envelope.payload,
          accepts_response_payload: envelope.acceptsResponse,
          ...(envelope.kind === 'events_api'
            ? { retry_attempt: envelope.retry, retry_reason: envelope.retry === 0 ? '' : 'timeout' }
            : {}),
        }),
      );
      return ack;
    },

    /** Asks every client to go and come back, as Slack does every few hours. */
    disconnect: (reason: DisconnectReason): void => {
      for (const socket of sockets) sendAway(socket, reason);
    },

    /** The network breaks. */
    cut: (): void => {
      for (const socket of sockets) socket.terminate();
    },

    close: (): void => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}
