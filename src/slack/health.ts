/** `/healthz` (this process runs) and `/readyz` (Slack can reach it), for whatever supervises the process. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { CustomRoute } from '@slack/bolt';
import type { Log } from '../platform/log.js';

/** @param isReady whether Slack's deliveries arrive now. */
export function healthRoutes(isReady: () => boolean): CustomRoute[] {
  return [
    { path: '/healthz', method: 'GET', handler: (_request, response) => answer(response, true) },
    { path: '/readyz', method: 'GET', handler: (_request, response) => answer(response, isReady()) },
  ];
}

/**
 * Serves the same beside Socket Mode, which has no HTTP server of its own.
 * @returns the server, or null where the port is taken: not worth stopping for.
 */
export async function serveHealth(port: number, isReady: () => boolean, log: Log): Promise<Server | null> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET' && pathname === '/healthz') answer(response, true);
    else if (request.method === 'GET' && pathname === '/readyz') answer(response, isReady());
    else response.writeHead(404).end();
  });
  return await new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      log.warn({ port, code: error.code }, 'health routes not served');
      resolve(null);
    });
    server.listen(port, () => resolve(server));
  });
}

function answer(response: ServerResponse, good: boolean): void {
  response.writeHead(good ? 200 : 503, { 'content-type': 'text/plain' }).end(good ? 'ok\n' : 'not ready\n');
}
