/** Lets through the rows that were lost to an object that proved broken, when an object is read again for their sake. */
import { hashBytes } from './hash-bytes.js';
import type { RequestIds } from './request-ids.js';
import type { BatchFields, Claimant, LostId, RowIds } from './row-ids.js';

/** Of an object that was read before: all other rows of it are counted already. */
export class LostIds implements RowIds {
  readonly takesRowsWithoutId = false;
  readonly #ids: RequestIds;
  readonly #lost: ReadonlySet<string>;
  readonly #hash = new Int32Array(2);
  /** How many rows were let through. */
  found = 0;

  constructor(ids: RequestIds, lost: readonly LostId[]) {
    this.#ids = ids;
    this.#lost = new Set(lost.map(([first, second]) => `${first} ${second}`));
  }

  claim(bytes: Uint8Array, start: number, end: number, isFailure: boolean, claimant: Claimant): boolean {
    hashBytes(bytes, start, end, this.#hash);
    const isFound = this.#has(this.#hash) && this.#ids.claim(bytes, start, end, isFailure, claimant);
    if (isFound) this.found += 1;
    return isFound;
  }

  claimBatch(
    words: Int32Array,
    at: number,
    stride: number,
    rows: number,
    fields: BatchFields,
    claimant: Claimant,
  ): number {
    let passedOver = 0;
    for (let row = at; row < at + rows * stride; row += stride) {
      const hash = [words[row + fields.first] ?? 0, words[row + fields.second] ?? 0];
      const isLost = words[row + fields.id] === 1 && this.#has(hash);
      if (isLost && this.#ids.claimBatch(words, row, stride, 1, fields, claimant) === 0) {
        this.found += 1;
        continue;
      }
      words[row + fields.id] = 2;
      passedOver += 1;
    }
    return passedOver;
  }

  keep(claimant: Claimant): void {
    this.#ids.keep(claimant);
  }

  release(claimant: Claimant): void {
    this.#ids.release(claimant);
  }

  #has([first = 0, second = 0]: ArrayLike<number> & Iterable<number>): boolean {
    return this.#lost.has(`${first} ${second}`);
  }
}
