/** HTTP mode: Bolt's receiver, which checks signatures and their age, and beside it a memory of signatures so that none is taken twice. */
import type { Server } from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import type { SlackConfig } from '../config.js';
import type { Log } from '../platform/log.js';
import type { SlackConnection } from './connection.js';
import { createDeliveryMemory } from './deliveries.js';
import { healthRoutes } from './health.js';
import { createSlackLogger } from './slack-logger.js';
import { httpPath } from './surface.js';

/** Slack's own rule (https://docs.slack.dev/authentication/verifying-requests-from-slack): nothing older than five minutes. */
const oldestMs = 5 * 60_000;
/** A signature from a clock ahead of ours stays valid for longer. */
const memoryMs = 2 * oldestMs;
const maxSignatures = 20_000;
/** How long requests under way may take when stopping. */
const graceMs = 2_000;

export function createHttpConnection(config: SlackConfig, log: Log, now: () => Date): SlackConnection {
  const signatures = createDeliveryMemory(maxSignatures, memoryMs, now);
  let server: Server | null = null;
  let ready = false;
  const receiver = new HTTPReceiver({
    signingSecret: config.signingSecret,
    endpoints: [httpPath],
    port: config.port,
    customRoutes: healthRoutes(() => ready),
    logger: createSlackLogger(log),
    // Called once the signature has been verified: only then may it be remembered, or anybody could fill the memory.
    customPropertiesExtractor: (request) => ({ replayed: !signatures.isFirst(signatureOf(request.headers)) }),
  });
  const bolt = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    const aheadMs = Number(request.headers['x-slack-request-timestamp']) * 1000 - now().getTime();
    if (signatures.has(signatureOf(request.headers)) || aheadMs > oldestMs) {
      log.warn({ path: httpPath }, 'replayed request refused');
      response.writeHead(401).end();
      return;
    }
    bolt(request, response);
  };
  return {
    receiver,
    isReady: () => ready,
    port: () => portOf(server),
    async start() {
      server = await receiver.start(config.port);
      ready = true;
    },
    async stop() {
      ready = false;
      const open = server;
      if (open === null) return;
      server = null;
      const closed = receiver.stop();
      open.closeIdleConnections();
      const timer = setTimeout(() => open.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function signatureOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  return String(headers['x-slack-signature'] ?? '');
}

/** The port that a server listens on; null where it does not. */
export function portOf(server: Server | null): number | null {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : null;
}
