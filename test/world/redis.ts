/** A real Redis for a test: one server per test file, thrown away with it, or the one that REDIS_URL names where there is no server program. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startPrivateRedis } from '../../src/platform/private-redis.js';

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** A prefix of its own, so that tests in one server never meet. */
  prefix(): string;
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** Starts the server again on the same port and folder after `kill`. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param options `persistent`: an append-only file, so that a restart finds what was there. */
export async function startTestRedis(options: { readonly persistent?: boolean } = {}): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'cf502-redis-'));
  const persistent = options.persistent ?? false;
  let server: PrivateRedis = await startPrivateRedis({ folder, persistent });
  const { port, url } = server;
  return {
    url,
    port,
    prefix: () => `{t${randomBytes(6).toString('hex')}}`,
    pause: () => void server.process.kill('SIGSTOP'),
    resume: () => void server.process.kill('SIGCONT'),
    async kill() {
      const ended = new Promise<void>((resolve) => server.process.once('exit', () => resolve()));
      server.process.kill('SIGKILL');
      await ended;
    },
    async restart() {
      server = await startPrivateRedis({ folder, persistent, port });
    },
    async stop() {
      server.process.kill('SIGCONT');
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
