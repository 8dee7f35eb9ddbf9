/** The product as it ships: its compiled programs in processes of their own, which can be stopped, killed and listened to. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface ProductProcess {
  readonly pid: number;
  /** Everything logged so far, a JSON line each. */
  readonly output: string;
  /** Resolves when a logged line has this, past or future; rejects when the process ends first. */
  logged(text: string | RegExp): Promise<void>;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** SIGTERM and the orderly stop. @returns the exit code. */
  stop(): Promise<number | null>;
  /** SIGSTOP and SIGCONT: a process that hangs. */
  pause(): void;
  resume(): void;
}

const programs = { bot: 'src/main.js', worker: 'jobs/main.js', all: 'jobs/start.js' } as const;
/** The last line that each logs when it is up. */
const upLines = {
  bot: ['bot started'],
  worker: ['worker is running'],
  all: ['bot started', 'worker is running'],
} as const;

export async function startProduct(
  program: keyof typeof programs,
  environment: Readonly<Record<string, string>>,
): Promise<ProductProcess> {
  buildIfStale();
  const child = spawn(process.execPath, [join('dist', programs[program])], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      // Tests count the calls to AWS and make them fail.
      CF502_SELF_CHECK: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = watch(child);
  for (const line of upLines[program]) await started.logged(line);
  return started;
}

function watch(child: ChildProcess): ProductProcess {
  let output = '';
  let ended = false;
  const waiting = new Set<() => void>();
  const notice = (): void => {
    for (const look of waiting) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      notice();
    });
  }
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      ended = true;
      notice();
      resolve(code);
    });
  });
  return {
    pid: child.pid ?? 0,
    get output() {
      return output;
    },
    logged: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = typeof text === 'string' ? output.includes(text) : text.test(output);
          if (!found && !ended) return;
          waiting.delete(look);
          if (found) resolve();
          else reject(new Error(`The process ended before it logged "${text}":\n${output.slice(-2_000)}`));
        };
        waiting.add(look);
        look();
      }),
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async stop() {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      return exit;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

/** `npm test` has built before; somebody who runs one test after an edit has not. */
export function buildIfStale(): void {
  const newest = Math.max(...['src', 'jobs'].map(newestChange));
  let built = 0;
  try {
    built = statSync('dist/jobs/start.js').mtimeMs;
  } catch {
    // Never built.
  }
  if (built > newest) return;
  const answer = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc'], { encoding: 'utf8' });
  if (answer.status !== 0) process.stderr.write(`The build has errors:\n${answer.stdout}\n`);
}

function newestChange(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)).mtimeMs),
  );
}
