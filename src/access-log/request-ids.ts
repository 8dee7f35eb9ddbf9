/** Recognises rows that were delivered twice, by request id, in bounded memory. */
import { hashBytes } from './hash-bytes.js';

/** Who claimed a request id: a log object, numbered from 1. */
export type Claimant = number;

const firstSlots = 1 << 12;
/** 2 Mi slots of 16 bytes: 32 MB at most. */
const defaultMaxSlots = 1 << 21;
const released = -1;
/** What a slot holds, side by side so that a look-up costs one line of the cache: two halves of a hash, and the claimant. */
const stride = 4;

/**
 * The request ids of one hour: CloudFront writes a row twice, if at all, into files of the hour in which it occurred. Ids are kept as 64-bit
 * hashes: among a million ids two that differ are taken for one with a chance of 1 in 37 million. Up to 1.3 million ids are kept, and 200,000
 * more of failures; from then on rows delivered twice are counted twice, and `isComplete` says so.
 */
export class RequestIds {
  readonly #maxSlots: number;
  readonly #hash = new Int32Array(2);
  #slots = firstSlots;
  #table = new Int32Array(firstSlots * stride);
  #used = 0;
  isComplete = true;

  constructor(maxSlots = defaultMaxSlots) {
    this.#maxSlots = Math.max(firstSlots, maxSlots);
  }

  /** Takes an id for a log object. @returns false where it was taken before: the row is a duplicate. */
  claim(bytes: Uint8Array, start: number, end: number, isFailure: boolean, claimant: Claimant): boolean {
    hashBytes(bytes, start, end, this.#hash);
    return this.claimHash(this.#hash[0] ?? 0, this.#hash[1] ?? 0, isFailure, claimant);
  }

  /** The same by what `hashBytes` made of the id. */
  claimHash(first: number, second: number, isFailure: boolean, claimant: Claimant): boolean {
    const table = this.#table;
    const mask = this.#slots - 1;
    let slot = (first ^ (second >>> 7)) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const at = slot * stride;
      const holder = table[at + 2];
      if (holder === 0) break;
      if (table[at] === first && table[at + 1] === second) {
        if (holder !== released) return false;
        table[at + 2] = claimant;
        return true;
      }
    }
    if (this.#used >= this.#maxSlots * (isFailure ? 0.75 : 0.65)) {
      this.isComplete = false;
      return true;
    }
    const at = slot * stride;
    table[at] = first;
    table[at + 1] = second;
    table[at + 2] = claimant;
    this.#used += 1;
    if (this.#used > this.#slots * 0.5 && this.#slots < this.#maxSlots) this.#grow();
    return true;
  }

  /** Gives back what a log object claimed that could not be read to its end. */
  release(claimant: Claimant): void {
    const table = this.#table;
    for (let at = 2; at < table.length; at += stride) if (table[at] === claimant) table[at] = released;
  }

  #grow(): void {
    const old = this.#table;
    this.#slots *= 2;
    const table = new Int32Array(this.#slots * stride);
    const mask = this.#slots - 1;
    for (let from = 0; from < old.length; from += stride) {
      const holder = old[from + 2] ?? 0;
      if (holder === 0) continue;
      const first = old[from] ?? 0;
      const second = old[from + 1] ?? 0;
      let slot = (first ^ (second >>> 7)) & mask;
      while (table[slot * stride + 2] !== 0) slot = (slot + 1) & mask;
      table[slot * stride] = first;
      table[slot * stride + 1] = second;
      table[slot * stride + 2] = holder;
    }
    this.#table = table;
  }
}
