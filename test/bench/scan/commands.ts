/** What is run against what: a shell command each, over a file that lists the log files. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OursJob } from './ours.js';

export interface Candidate {
  readonly name: string;
  /** Program that it needs, and how to get it. */
  readonly needs?: { readonly program: string; readonly remedy: string };
  /** What is written to its stdin. */
  readonly input?: (list: string) => string;
  readonly command: (list: string) => readonly [program: string, ...parameters: string[]];
}

export interface Run {
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
}

const oursFile = fileURLToPath(new URL('./ours.js', import.meta.url));
const duckdbFile = fileURLToPath(new URL('./duckdb.js', import.meta.url));
const shell =
  (script: string): Candidate['command'] =>
  (list) => ['sh', '-c', script, 'sh', list];

/** Our scanner from a cold start: a process of its own for one set. */
export function coldOurs(job: Omit<OursJob, 'list'>): Candidate {
  return {
    name: 'ours, from a cold start',
    input: (list) => `${JSON.stringify({ ...job, list })}\n`,
    command: () => oursCommand,
  };
}

const oursCommand = [process.execPath, '--max-semi-space-size=2', '--max-old-space-size=64', oursFile] as const;
/** @param program path of the awk program. */
function mawkWith(name: string, program: string): Candidate {
  return {
    name,
    needs: { program: 'mawk', remedy: 'apt-get install mawk' },
    command: shell(`xargs zcat < "$1" | mawk -f ${program}`),
  };
}
const duckdb: Candidate = {
  name: 'DuckDB, 2 threads',
  command: (list) => [process.execPath, duckdbFile, list, '2'],
};
const libdeflate: Candidate = {
  name: 'libdeflate-gunzip x2 > /dev/null',
  needs: { program: 'libdeflate-gunzip', remedy: 'apt-get install libdeflate-tools' },
  command: shell(inTwo('libdeflate-gunzip -c')),
};
const gzip: Candidate = { name: 'gzip -dc x2 > /dev/null', command: shell(inTwo('gzip -dc')) };
const zgrep: Candidate = { name: 'zgrep 502', command: shell(`xargs zgrep -h -c 502 < "$1" | tail -1`) };

/** Its counts are not ours. */
export const lesserMawk = 'zcat | mawk, failures only';

export const bothCores = { workers: 2, times: 1, isOracle: false } as const;

/** @param awk path of the awk program. @param lesserAwk of the one that asks less. */
export function candidatesFor(awk: string, lesserAwk: string): readonly Candidate[] {
  const mawks = [mawkWith('zcat | mawk', awk), mawkWith(lesserMawk, lesserAwk)];
  return [coldOurs(bothCores), ...mawks, duckdb, libdeflate, gzip, zgrep];
}

/** Two processes, half of the files each. */
function inTwo(program: string): string {
  return `n=$(wc -l < "$1"); xargs -P 2 -n $(( (n + 1) / 2 )) ${program} < "$1" > /dev/null`;
}

export function isInstalled({ needs }: Candidate): boolean {
  return needs === undefined || spawnSync('sh', ['-c', `command -v ${needs.program}`]).status === 0;
}

/** @throws Error with what the command said where it fails. */
export async function run({ name, command, input }: Candidate, list: string): Promise<Run> {
  const [program, ...parameters] = command(list);
  const startedAt = process.hrtime.bigint();
  const child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input?.(list) ?? '');
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}: ${texts.stderr.slice(0, 2_000)}`);
  return { seconds: Number(process.hrtime.bigint() - startedAt) / 1e9, ...texts };
}

/** Our scanner in a process that stays up, as the workers of the product do. */
export interface WarmOurs {
  ask(job: OursJob): Promise<Run>;
  stop(): void;
}

export function startOurs(): WarmOurs {
  const [program, ...parameters] = oursCommand;
  const child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  return {
    async ask(job) {
      const startedAt = process.hrtime.bigint();
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const stdout = await new Promise<string>((resolve, reject) => {
        const fail = (code: number | null): void => reject(new Error(`ours ended with ${String(code)}.`));
        child.once('exit', fail);
        lines.once('line', (line) => {
          child.off('exit', fail);
          resolve(line);
        });
      });
      return { seconds: Number(process.hrtime.bigint() - startedAt) / 1e9, stdout, stderr: '' };
    },
    stop() {
      child.stdin.end();
    },
  };
}
