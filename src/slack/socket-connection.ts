/**
 * Socket Mode over two sockets: Slack renews each of them every few hours, and one being renewed is deaf for 5 to 12 seconds, in which people
 * see a command fail. Each delivery goes to one open socket, so the other takes them meanwhile.
 */
import type { Server } from 'node:http';
import { type App, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { SlackConfig } from '../config.js';
import type { Log } from '../platform/log.js';
import { apiUrlOption } from './clients.js';
import type { SlackConnection } from './connection.js';
import { withDeadline } from './deadline.js';
import { serveHealth } from './health.js';
import { portOf } from './http-connection.js';
import { createSlackLogger } from './slack-logger.js';

/** Sockets opened at the same moment are renewed at the same moment; so the second is opened later. */
const defaultSecondSocketAfterMs = 90_000;
/** Closing a socket that Slack no longer answers would take for ever. */
const disconnectTimeoutMs = 3_000;
const apiTimeoutMs = 10_000;

export function createSocketConnection(
  config: SlackConfig,
  log: Log,
  secondSocketAfterMs: number = defaultSecondSocketAfterMs,
): SlackConnection {
  const sockets = [createSocket(config, log, 1), createSocket(config, log, 2)] as const;
  const isReady = (): boolean => sockets.some((socket) => socket.isConnected());
  let health: Server | null = null;
  let secondTimer: NodeJS.Timeout | null = null;
  let stopped = false;

  const openSecondLater = (): void => {
    secondTimer = setTimeout(() => {
      sockets[1].open().catch((error: unknown) => {
        // Closing a socket that is still opening ends its opening with an error.
        if (stopped) return;
        log.warn({ reason: String(error) }, 'second socket not opened');
        openSecondLater();
      });
    }, secondSocketAfterMs);
    secondTimer.unref();
  };

  const receiver: Receiver = {
    init(app: App) {
      for (const socket of sockets) socket.receiver.init(app);
    },
    start: () => sockets[0].open(),
    stop: async () => {
      await Promise.all(sockets.map((socket) => socket.close()));
    },
  };
  return {
    receiver,
    isReady,
    port: () => portOf(health),
    async start() {
      health = await serveHealth(config.port, isReady, log);
      await receiver.start();
      openSecondLater();
    },
    async stop() {
      stopped = true;
      if (secondTimer !== null) clearTimeout(secondTimer);
      health?.closeAllConnections();
      health?.close();
      await receiver.stop();
    },
  };
}

function createSocket(config: SlackConfig, log: Log, number: number) {
  const receiver = new SocketModeReceiver({
    appToken: config.appToken,
    logger: createSlackLogger(log),
    // Without options of its own the receiver would write its retries into those of the app.
    installerOptions: {
      clientOptions: { retryConfig: { retries: 20, factor: 1.3 }, timeout: apiTimeoutMs, ...apiUrlOption(config) },
    },
  });
  const { client } = receiver;
  let connected = false;
  let opened = false;
  const change = (now: boolean) => (): void => {
    if (connected !== now) log.info({ socket: number, connected: now }, 'socket to Slack');
    connected = now;
  };
  client.on('connected', change(true));
  for (const event of ['close', 'disconnecting', 'disconnected', 'reconnecting']) client.on(event, change(false));
  return {
    receiver,
    isConnected: () => connected,
    async open() {
      opened = true;
      await receiver.start();
    },
    async close() {
      if (!opened) return;
      try {
        await withDeadline(client.disconnect(), disconnectTimeoutMs, 'The socket to Slack did not close in time.');
      } catch (error) {
        log.warn({ socket: number, reason: String(error) }, 'socket to Slack not closed');
      }
    },
  };
}
