/** What everything else is held against: the byte loop in plain TypeScript over what zlib unpacks, one file after the other. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createPartialScan, encodePartialScan } from '../../../src/access-log/partial-scan.js';
import { RequestIds } from '../../../src/access-log/request-ids.js';
import { createPlainScanner } from '../../../src/access-log/row-scanner.js';
import { benchOptions } from './generate.js';
import type { Share } from './ours.js';

export function readAsOracle({ files, times }: Share): string {
  const part = createPartialScan(benchOptions);
  const plain = createPlainScanner(benchOptions);
  for (let turn = 0; turn < times; turn += 1) {
    const allIds = new RequestIds(1 << 23);
    for (const [index, file] of files.entries()) {
      plain.begin({ requestIds: allIds, claimant: index + 1 });
      plain.push(gunzipSync(readFileSync(file)));
      plain.end();
    }
  }
  plain.takeInto(part.state.aggregate.tally);
  return encodePartialScan(part);
}
