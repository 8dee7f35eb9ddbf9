/**
 * Our scanner on sets of files, as a process that is up, as the product's workers are: each line on stdin is an `OursJob`, each line on stdout its
 * `OursAnswer`. The files are shared out over worker threads by bytes, each hands over its share as text, and the shares are merged.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { createPartialScan, decodePartialScan } from '../../../src/access-log/partial-scan.js';
import { benchOptions } from './generate.js';

export interface OursJob {
  /** A file with one path a line. */
  readonly list: string;
  readonly workers: number;
  /** The whole list so many times over, each time with request ids of its own. */
  readonly times: number;
  /** By the plain scanner, one file after the other: what the others are held against. */
  readonly isOracle: boolean;
}

export interface OursAnswer {
  readonly result: Readonly<Record<string, unknown>>;
  readonly maxRssMb: number;
}

export interface Share {
  readonly files: readonly string[];
  readonly times: number;
}

/** One to each in turn: the objects of a set are of one size. */
function shareOut(files: readonly string[], workers: number): readonly (readonly string[])[] {
  return Array.from({ length: workers }, (_, worker) => files.filter((_file, index) => index % workers === worker));
}

/** Threads that stay up between jobs; none of them needs much of a heap. */
const threads: Worker[] = [];

function askThread(index: number, share: Share): Promise<string> {
  const thread =
    threads[index] ??
    new Worker(new URL('./ours-thread.js', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: 3, maxOldGenerationSizeMb: 64 },
    });
  threads[index] = thread;
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', (text: string) => {
      thread.off('error', reject);
      resolve(text);
    });
    thread.postMessage(share);
  });
}

async function answer(job: OursJob): Promise<OursAnswer> {
  const files = readFileSync(job.list, 'utf8').trim().split('\n');
  const total = createPartialScan(benchOptions);
  const texts = job.isOracle
    ? [(await import('./oracle.js')).readAsOracle({ files, times: job.times })]
    : await Promise.all(
        shareOut(files, job.workers).map((mine, index) => askThread(index, { files: mine, times: job.times })),
      );
  for (const text of texts) total.merge(decodePartialScan(text, benchOptions));
  const { rowsByHour, objects: _objects, ...result } = total.finish();
  return {
    result: { ...result, rowsByHour: [...rowsByHour] },
    maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as OursJob))}\n`);
await Promise.all(threads.map((thread) => thread.terminate()));
