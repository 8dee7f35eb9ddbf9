/** The failed rows, and those with a 503 or 504, that the kernel found: few, or the reason for all this, so what only they are asked for is counted here. */

import { Durations } from './durations.js';
import type { CellCounts } from './failure-cells.js';
import { failureStatus, maxTextLength } from './known-values.js';
import type { RowKernel } from './row-kernel.js';
import { columns, readMilliseconds } from './row-values.js';
import { Samples } from './samples.js';
import { tenthsOf, timedStatusOf } from './server-error-durations.js';
import { maxSamples, type Tally } from './tally.js';

interface NumberedCell extends CellCounts {
  count: number;
  underTenMs: number;
  underOneSecond: number;
  first: number;
  last: number;
  readonly path: number;
  readonly behaviour: number;
  readonly method: number;
  readonly result: number;
}

/** As many numbers as a kind of value has. */
const radix = 4_096;
/** Above `maxTenths`; with it all four stay below 2^53. */
const tenthsRadix = 1 << 14;

/** Numbers of values hold until `takeInto`. */
export class KernelFailures {
  readonly #kernel: RowKernel;
  readonly #shorts: Uint16Array;
  readonly #spans: Int32Array;
  readonly #row: { readonly bytes: Uint8Array; readonly starts: Int32Array; readonly ends: Int32Array };
  #cells = new Map<number, NumberedCell>();
  #durations = new Durations();
  /** By behaviour, status, detailed result and tenths of a second, in one number. */
  #serverErrors = new Map<number, number>();
  #samples = new Samples(maxSamples);

  constructor(kernel: RowKernel) {
    this.#kernel = kernel;
    this.#shorts = new Uint16Array(kernel.bytes.buffer);
    this.#spans = kernel.words;
    this.#row = { bytes: kernel.bytes, starts: new Int32Array(16), ends: new Int32Array(16) };
  }

  /** Takes the failed rows of the batch that was just counted. */
  add(rows: number): void {
    const { instance, words, doubles } = this.#kernel;
    const list = instance.constant('failedBase') / 4;
    const at = instance.constant('rowAt') / 8;
    const first = instance.constant('rowFirst') / 4;
    const id = instance.constant('rowId') / 4;
    const statusAt = instance.constant('rowStatus') / 4;
    const values = instance.constant('rowValues') / 2;
    for (let index = 0; index < rows; index += 1) {
      const row = words[list + index] ?? 0;
      const valuesAt = row / 2 + values;
      const rank = words[row / 4 + id] === 0 ? 0 : (words[row / 4 + first] ?? 0) >>> 0;
      const status = words[row / 4 + statusAt] ?? 0;
      const ms = this.#millisecondsOf(row);
      if (ms >= 0) this.#addDuration(status, valuesAt, ms);
      if (status === failureStatus) this.#addRow(row, doubles[row / 8 + at] ?? 0, valuesAt, rank, ms);
    }
  }

  #millisecondsOf(row: number): number {
    const span = row / 4 + columns['time-taken'] * 2;
    this.#row.starts[0] = this.#spans[span] ?? 0;
    this.#row.ends[0] = this.#spans[span + 1] ?? 0;
    return readMilliseconds(this.#row, 0);
  }

  #addDuration(status: number, valuesAt: number, ms: number): void {
    const behaviour = this.#shorts[valuesAt + 1] ?? 0;
    const result = this.#shorts[valuesAt + 5] ?? 0;
    const key = ((behaviour * 1_000 + status) * radix + result) * tenthsRadix + tenthsOf(ms);
    this.#serverErrors.set(key, (this.#serverErrors.get(key) ?? 0) + 1);
  }

  #addRow(row: number, atSeconds: number, valuesAt: number, rank: number, ms: number): void {
    const shorts = this.#shorts;
    const path = shorts[valuesAt] ?? 0;
    const behaviour = shorts[valuesAt + 1] ?? 0;
    const method = shorts[valuesAt + 2] ?? 0;
    const result = shorts[valuesAt + 5] ?? 0;
    const key = ((behaviour * radix + path) * radix + method) * radix + result;
    const known = this.#cells.get(key);
    const cell = known ?? emptyCell(path, behaviour, method, result, atSeconds);
    if (known === undefined) this.#cells.set(key, cell);
    cell.count += 1;
    if (ms >= 0 && ms < 10) cell.underTenMs += 1;
    if (ms >= 0 && ms < 1_000) cell.underOneSecond += 1;
    if (atSeconds < cell.first) cell.first = atSeconds;
    if (atSeconds > cell.last) cell.last = atSeconds;
    if (ms >= 0) this.#durations.add(ms);
    this.#samples.offer(rank, () => this.#sampleOf(row, atSeconds, valuesAt, ms));
  }

  #sampleOf(row: number, atSeconds: number, valuesAt: number, ms: number) {
    const { values } = this.#kernel;
    const shorts = this.#shorts;
    const named = (kind: number, at: number) => values[kind]?.[shorts[valuesAt + at] ?? 0] ?? '-';
    const span = row / 4 + columns['x-edge-request-id'] * 2;
    const start = this.#spans[span] ?? 0;
    const end = this.#spans[span + 1] ?? 0;
    return {
      at: new Date(atSeconds * 1000).toISOString(),
      requestId: Buffer.from(this.#kernel.bytes.buffer, start, end - start)
        .toString('utf8')
        .slice(0, maxTextLength),
      edgeLocation: named(1, 3),
      host: named(2, 4),
      timeTakenSeconds: ms < 0 ? null : ms / 1000,
      method: named(0, 2),
      path: named(5, 0),
      detailedResult: named(4, 5),
    };
  }

  /** Adds what was counted to a tally, and begins anew. */
  takeInto(tally: Tally): void {
    const { values, behaviours } = this.#kernel;
    for (const { path, behaviour, method, result, ...counts } of this.#cells.values())
      tally.cells.add(
        {
          behaviour: behaviours[behaviour] ?? '-',
          path: values[5]?.[path] ?? '/',
          method: values[0]?.[method] ?? '-',
          detailedResult: values[4]?.[result] ?? '-',
        },
        counts,
      );
    for (const [key, count] of this.#serverErrors) {
      const rest = Math.floor(key / tenthsRadix);
      const [behaviour, status] = [Math.floor(rest / radix / 1_000), Math.floor(rest / radix) % 1_000];
      const timed = timedStatusOf(status);
      if (timed !== null)
        tally.serverErrors.add({
          behaviour: behaviours[behaviour] ?? '-',
          status: timed,
          detailedResult: values[4]?.[rest % radix] ?? '-',
          tenthsOfSecond: key % tenthsRadix,
          count,
        });
    }
    tally.durations.merge(this.#durations);
    tally.samples.merge(this.#samples);
    this.#cells = new Map();
    this.#durations = new Durations();
    this.#serverErrors = new Map();
    this.#samples = new Samples(maxSamples);
  }
}

function emptyCell(path: number, behaviour: number, method: number, result: number, at: number): NumberedCell {
  return { path, behaviour, method, result, count: 0, underTenMs: 0, underOneSecond: 0, first: at, last: at };
}
