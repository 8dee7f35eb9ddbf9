/** A Redis of our own for installations without one: a real `redis-server` or `valkey-server` on a free port, ended with the program. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Failure } from '../failure.js';

export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export interface PrivateRedisOptions {
  /** Kept between starts; the append-only file lives here. */
  readonly folder: string;
  /** False for tests: nothing is written to disk. */
  readonly persistent: boolean;
  /** A port to reuse (restarting the same server); 0 takes a free one. */
  readonly port?: number;
}

/** In the folder of a persistent server: where it last listened, for a second program of this installation. */
const portFile = 'port';

const serverNames = ['redis-server', 'valkey-server'] as const;

/** The server program on PATH, or null. */
export function findRedisServer(): string | null {
  for (const name of serverNames) {
    const answer = spawnSync(name, ['--version'], { encoding: 'utf8' });
    if (answer.status === 0) return name;
  }
  return null;
}

/** The port on which the server of this folder listened last; it may have ended since. null: there never was one. */
export function lastPortOf(folder: string): number | null {
  try {
    const port = Number(readFileSync(join(folder, portFile), 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}

/** The one line that installs a server on this kind of machine. */
export const installRedisHint =
  'Install one with `apt-get install redis-server` (Debian, Ubuntu), `dnf install valkey` (Fedora) or `brew install redis` (macOS), or set REDIS_URL.';

/**
 * Starts a private server configured as BullMQ wants it: noeviction always, append-only file when persistent
 * (https://docs.bullmq.io/guide/going-to-production).
 * @throws Failure `misconfigured` where there is no server program, `service-down` where it does not come up.
 */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const program = findRedisServer();
  if (program === null)
    throw new Failure(
      'misconfigured',
      `There is no Redis: REDIS_URL is not set and neither redis-server nor valkey-server is on PATH. ${installRedisHint}`,
    );
  mkdirSync(options.folder, { recursive: true });
  const port = options.port === undefined || options.port === 0 ? await findFreePort() : options.port;
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: options.folder,
    'maxmemory-policy': 'noeviction',
    appendonly: options.persistent ? 'yes' : 'no',
    // An approval, or the record of a write, that was acknowledged must outlive a power cut. Measured: 0.25 ms a command instead of 0.1.
    appendfsync: 'always',
    save: '',
    daemonize: 'no',
  };
  const child = spawn(
    'sh',
    ['-c', endWithParent, 'sh', program, ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])],
    // Its own process group: Ctrl-C in a terminal must reach us first, so that what is under way can still be stored.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  await untilAccepting(child, options.folder);
  if (options.persistent) writeFileSync(join(options.folder, portFile), `${port}\n`);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    process: child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.stdin?.end();
      await ended;
    },
  };
}

/**
 * The server takes the shell's place, and a watcher ends it when our end of the pipe closes: also when we are killed, so that no server is
 * left behind holding the append-only file.
 */
const endWithParent = 'exec 3<&0; (cat <&3 >/dev/null 2>&1; kill $$ 2>/dev/null) & exec "$@" 3<&- </dev/null';

async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Failure('bug', 'A listening socket has no port.')),
      );
    });
  });
}

/** The server says on stdout when it accepts connections; nothing needs to be polled. */
async function untilAccepting(child: ChildProcess, folder: string): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new Failure('service-down', `The private Redis in ${folder} did not start: ${reason}`));
    const onExit = (code: number | null): void =>
      fail(`it ended with code ${code}. ${output.trim().split('\n').slice(-3).join(' ')}`);
    child.once('error', (error) => fail(error.message));
    child.once('exit', onExit);
    child.stdout?.on('data', (chunk: Buffer) => {
      // Only the start-up banner matters; afterwards the pipe is drained so that the server never blocks on it.
      if (output.length < 20_000) output += chunk.toString('utf8');
      if (output.includes('Ready to accept connections')) {
        child.off('exit', onExit);
        resolve();
      }
    });
    child.stderr?.resume();
  });
}
