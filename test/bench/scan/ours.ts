/**
 * Our scanner on a set of files, as a process of its own: the files are shared out over worker threads by bytes, each hands over its share as
 * text, and the shares are merged, as the product does over its workers. `node ours.js <job as JSON>` prints an `OursAnswer`.
 */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { createLogScanner } from '../../../src/access-log/log-scanner.js';
import { createPartialScan, decodePartialScan, encodePartialScan } from '../../../src/access-log/partial-scan.js';
import { RequestIds } from '../../../src/access-log/request-ids.js';
import { createPlainScanner } from '../../../src/access-log/row-scanner.js';
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

interface Share {
  readonly files: readonly string[];
  readonly times: number;
}

const objectsAtOnce = 3;

async function readShare({ files, times }: Share): Promise<string> {
  const part = createPartialScan(benchOptions);
  const scanner = createLogScanner(benchOptions);
  const signal = new AbortController().signal;
  for (let turn = 0; turn < times; turn += 1) {
    const requestIds = new RequestIds();
    let next = 0;
    const read = async (): Promise<void> => {
      for (let index = next++; index < files.length; index = next++) {
        const file = files[index] ?? '';
        const body =
          statSync(file).size > 1_000_000 ? createReadStream(file, { highWaterMark: 256 * 1024 }) : readFileSync(file);
        const notes = await scanner.scan(body, { requestIds, claimant: index + 1, signal });
        if (notes.malformed.count + notes.duplicates > 0) throw new Error(`${file} was not read as it was written.`);
      }
    };
    await Promise.all(Array.from({ length: objectsAtOnce }, read));
  }
  part.add({ aggregate: scanner.take(), malformed: 0, duplicates: 0, missingFields: new Set() });
  return encodePartialScan(part);
}

/** By the byte loop in plain TypeScript, which is what everything else is held against. */
function readAsOracle({ files, times }: Share): string {
  const part = createPartialScan(benchOptions);
  const scanner = createPlainScanner(benchOptions);
  for (let turn = 0; turn < times; turn += 1) {
    const requestIds = new RequestIds(1 << 23);
    for (const [index, file] of files.entries()) {
      scanner.begin({ requestIds, claimant: index + 1 });
      scanner.push(gunzipSync(readFileSync(file)));
      scanner.end();
    }
  }
  scanner.takeInto(part.state.aggregate.tally);
  return encodePartialScan(part);
}

/** The largest first, each to whoever has the least. */
function shareOut(files: readonly string[], workers: number): readonly (readonly string[])[] {
  const shares = Array.from({ length: workers }, () => ({ files: [] as string[], bytes: 0 }));
  const sized = files.map((file) => ({ file, bytes: statSync(file).size })).sort((a, b) => b.bytes - a.bytes);
  for (const { file, bytes } of sized) {
    const [least] = [...shares].sort((a, b) => a.bytes - b.bytes);
    if (least === undefined) continue;
    least.files.push(file);
    least.bytes += bytes;
  }
  return shares.map(({ files: mine }) => mine);
}

async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? '') as OursJob;
  const files = readFileSync(job.list, 'utf8').trim().split('\n');
  const total = createPartialScan(benchOptions);
  if (job.isOracle) total.merge(decodePartialScan(readAsOracle({ files, times: job.times }), benchOptions));
  else
    await Promise.all(
      shareOut(files, job.workers).map(
        (mine) =>
          new Promise<void>((resolve, reject) => {
            const worker = new Worker(new URL(import.meta.url), { workerData: { files: mine, times: job.times } });
            worker.once('error', reject);
            worker.once('message', (text: string) => {
              total.merge(decodePartialScan(text, benchOptions));
              resolve();
            });
          }),
      ),
    );
  const { rowsByHour, objects: _objects, ...result } = total.finish();
  const answer: OursAnswer = {
    result: { ...result, rowsByHour: [...rowsByHour] },
    maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  process.stdout.write(JSON.stringify(answer));
}

if (isMainThread) await main();
else parentPort?.postMessage(await readShare(workerData as Share));
