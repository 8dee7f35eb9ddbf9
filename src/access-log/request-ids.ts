/** Recognises rows that were delivered twice, by request id, in bounded memory. */

/** Who claimed a request id: a log object, numbered from 1. */
export type Claimant = number;

const firstSlots = 1 << 12;
/** 2 Mi slots of 12 bytes: 25 MB at most. */
const defaultMaxSlots = 1 << 21;
const released = 0xffffffff;

/**
 * The request ids of one hour: CloudFront writes a row twice, if at all, into files of the hour in which it occurred. Ids are kept as 64-bit
 * hashes. When the memory is half full only the ids of failures are still taken in, when it is full none: from then on rows delivered twice
 * are counted twice, and `isComplete` says so.
 */
export class RequestIds {
  readonly #maxSlots: number;
  #slots = firstSlots;
  #first = new Int32Array(firstSlots);
  #second = new Int32Array(firstSlots);
  #claimants = new Uint32Array(firstSlots);
  #used = 0;
  isComplete = true;

  constructor(maxSlots = defaultMaxSlots) {
    this.#maxSlots = Math.max(firstSlots, maxSlots);
  }

  /** Takes an id for a log object. @returns false where it was taken before: the row is a duplicate. */
  claim(bytes: Uint8Array, start: number, end: number, isFailure: boolean, claimant: Claimant): boolean {
    let first = 0x811c9dc5;
    let second = 0x9747b28c;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      first = Math.imul(first ^ byte, 0x01000193);
      second = Math.imul(second ^ byte, 0x5bd1e995) ^ (second >>> 13);
    }
    first |= 0;
    second |= 0;
    const slot = this.#find(first, second);
    const holder = this.#claimants[slot] ?? 0;
    if (holder !== 0 && holder !== released) return false;
    if (holder === released) {
      this.#claimants[slot] = claimant;
      return true;
    }
    const limit = this.#maxSlots * (isFailure ? 0.75 : 0.5);
    if (this.#used >= limit) {
      this.isComplete = false;
      return true;
    }
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#claimants[slot] = claimant;
    this.#used += 1;
    if (this.#used > this.#slots * 0.6 && this.#slots < this.#maxSlots) this.#grow();
    return true;
  }

  /** Gives back what a log object claimed that could not be read to its end. */
  release(claimant: Claimant): void {
    for (let slot = 0; slot < this.#slots; slot += 1)
      if (this.#claimants[slot] === claimant) this.#claimants[slot] = released;
  }

  /** The slot that holds these hashes, else the free one where they belong. */
  #find(first: number, second: number): number {
    const mask = this.#slots - 1;
    let slot = (first ^ (second >>> 7)) & mask;
    while (this.#claimants[slot] !== 0 && (this.#first[slot] !== first || this.#second[slot] !== second))
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const old = { first: this.#first, second: this.#second, claimants: this.#claimants, slots: this.#slots };
    this.#slots *= 2;
    this.#first = new Int32Array(this.#slots);
    this.#second = new Int32Array(this.#slots);
    this.#claimants = new Uint32Array(this.#slots);
    for (let slot = 0; slot < old.slots; slot += 1) {
      const claimant = old.claimants[slot] ?? 0;
      if (claimant === 0) continue;
      const first = old.first[slot] ?? 0;
      const second = old.second[slot] ?? 0;
      const to = this.#find(first, second);
      this.#first[to] = first;
      this.#second[to] = second;
      this.#claimants[to] = claimant;
    }
  }
}
