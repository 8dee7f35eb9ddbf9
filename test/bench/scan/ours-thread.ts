/** A thread that scans its share of the files and hands over what they came to, as text. */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { createLogScanner } from '../../../src/access-log/log-scanner.js';
import { createPartialScan, encodePartialScan } from '../../../src/access-log/partial-scan.js';
import { RequestIds } from '../../../src/access-log/request-ids.js';
import { benchOptions } from './generate.js';
import type { Share } from './ours.js';

/** What a thread keeps between jobs. */
const scanner = createLogScanner(benchOptions);
const requestIds = new RequestIds();

/** Larger files are streamed, as larger objects are. */
const maxWholeBytes = 16 << 20;
const space = Buffer.allocUnsafeSlow(maxWholeBytes);

/** The file in a place that the next one is read into. */
function open(path: string): Readable | Buffer {
  const file = openSync(path, 'r');
  try {
    const size = readSync(file, space, 0, maxWholeBytes, 0);
    return size < maxWholeBytes ? space.subarray(0, size) : createReadStream(path, { highWaterMark: 1 << 18 });
  } finally {
    closeSync(file);
  }
}

async function readShare({ files, times }: Share): Promise<string> {
  const part = createPartialScan(benchOptions);
  const signal = new AbortController().signal;
  for (let turn = 0; turn < times; turn += 1) {
    requestIds.clear();
    for (const [index, file] of files.entries()) {
      const notes = await scanner.scan(open(file), { requestIds, claimant: index + 1, signal });
      if (notes.malformed.count + notes.duplicates > 0) throw new Error(`${file} was not read as it was written.`);
    }
  }
  part.add({ aggregate: scanner.take(), malformed: 0, duplicates: 0, missingFields: new Set() });
  return encodePartialScan(part);
}

parentPort?.on('message', (share: Share) => {
  readShare(share).then(
    (text) => parentPort?.postMessage(text),
    (error: unknown) => {
      throw error;
    },
  );
});
