/** The processes of the bench: workers that are killed and come back as under a supervisor, and desks at which people click. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DeskAnswer, DeskRequest, DeskSettings } from './desk-process.js';

export interface WorkerSlot {
  /** In the user agent of every call to AWS. */
  readonly name: string;
  readonly kills: number;
  /** SIGKILL; another process takes its place. */
  kill(): void;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** @param environment of the product; AWS_SDK_UA_APP_ID is added. */
export async function startWorkerSlot(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<WorkerSlot> {
  let stopped = false;
  let kills = 0;
  let output = '';
  let child: ChildProcess;
  const start = (): Promise<void> => {
    const started = fork(fileURLToPath(new URL('./worker-process.js', import.meta.url)), {
      env: { ...basics(), ...environment, AWS_SDK_UA_APP_ID: name },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString('utf8')).slice(-4_000);
      });
    return new Promise((resolve, reject) => {
      started.once('message', () => resolve());
      started.once('exit', (code, signal) => {
        if (stopped) return;
        if (signal !== 'SIGKILL') {
          process.stderr.write(`worker ${name} ended by itself (${code ?? signal}):\n${output}\n`);
          reject(new Error(`worker ${name} ended by itself`));
        }
        start().catch(() => undefined);
      });
    });
  };
  await start();
  return {
    name,
    get kills() {
      return kills;
    },
    kill: () => {
      kills += 1;
      child.kill('SIGKILL');
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      stopped = true;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface DeskProcess {
  ask(request: Ask): Promise<DeskAnswer>;
  stop(): void;
}

type Ask = DeskRequest extends infer Request ? (Request extends DeskRequest ? Omit<Request, 'id'> : never) : never;

export async function startDesk(settings: DeskSettings): Promise<DeskProcess> {
  const child = fork(fileURLToPath(new URL('./desk-process.js', import.meta.url)), [JSON.stringify(settings)], {
    env: basics(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (answer: DeskAnswer) => void>();
  let next = 0;
  const up = new Promise<void>((resolve, reject) => {
    waiting.set(-1, () => resolve());
    child.once('exit', () => reject(new Error('a desk ended')));
  });
  child.on('message', (answer: DeskAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  await up;
  return {
    ask: (request) =>
      new Promise((resolve) => {
        const id = next;
        next += 1;
        waiting.set(id, resolve);
        child.send({ ...request, id });
      }),
    stop: () => {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    },
  };
}

function basics(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
