/** What is run against what: a shell command each, over a file that lists the log files. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { OursJob } from './ours.js';

export interface Candidate {
  readonly name: string;
  /** Program that it needs, and how to get it. */
  readonly needs?: { readonly program: string; readonly remedy: string };
  readonly command: (list: string) => readonly [program: string, ...parameters: string[]];
}

export interface Run {
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const shell =
  (script: string): Candidate['command'] =>
  (list) => ['sh', '-c', script, 'sh', list];

export function oursWith(job: Omit<OursJob, 'list'>): Candidate['command'] {
  return (list) => [process.execPath, here('./ours.js'), JSON.stringify({ ...job, list })];
}

export const ours: Candidate = { name: 'ours', command: oursWith({ workers: 2, times: 1, isOracle: false }) };
export const oursOnOneCore: Candidate = {
  name: 'ours, one worker',
  command: oursWith({ workers: 1, times: 1, isOracle: false }),
};
/** @param program path of the awk program. */
export function mawkWith(program: string): Candidate {
  return {
    name: 'zcat | mawk',
    needs: { program: 'mawk', remedy: 'apt-get install mawk' },
    command: shell(`xargs zcat < "$1" | mawk -f ${program}`),
  };
}
const duckdb: Candidate = {
  name: 'DuckDB, 2 threads',
  command: (list) => [process.execPath, here('./duckdb.js'), list, '2'],
};
const libdeflate: Candidate = {
  name: 'libdeflate-gunzip x2 > /dev/null',
  needs: { program: 'libdeflate-gunzip', remedy: 'apt-get install libdeflate-tools' },
  command: shell(inTwo('libdeflate-gunzip -c')),
};
const gzip: Candidate = { name: 'gzip -dc x2 > /dev/null', command: shell(inTwo('gzip -dc')) };
const zgrep: Candidate = { name: 'zgrep 502', command: shell(`xargs zgrep -h -c 502 < "$1" | tail -1`) };

/** @param awk path of the awk program. */
export function candidatesFor(awk: string): readonly Candidate[] {
  return [ours, oursOnOneCore, mawkWith(awk), duckdb, libdeflate, gzip, zgrep];
}

/** Two processes, half of the files each. */
function inTwo(program: string): string {
  return `n=$(wc -l < "$1"); xargs -P 2 -n $(( (n + 1) / 2 )) ${program} < "$1" > /dev/null`;
}

export function isInstalled({ needs }: Candidate): boolean {
  return needs === undefined || spawnSync('sh', ['-c', `command -v ${needs.program}`]).status === 0;
}

/** @throws Error with what the command said where it fails. */
export async function run({ name, command }: Candidate, list: string): Promise<Run> {
  const [program, ...parameters] = command(list);
  const startedAt = process.hrtime.bigint();
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
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
