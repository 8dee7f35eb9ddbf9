/** Recognises rows that were delivered twice, by request id, in bounded memory. */
import { hashBytes } from './hash-bytes.js';
import type { BatchFields, Claimant, LostId, LostRows, RowIds } from './row-ids.js';

const firstSlots = 1 << 12;
/** 2 Mi slots of 8 bytes: 16 MB at most. */
const defaultMaxSlots = 1 << 21;
/** The two halves of a hash, side by side so that a look-up costs one line of the cache; both 0 in a free slot. */
const slotWords = 2;
/** Both halves of a slot whose id was given back. */
const released = -1;
const failureStatus = 502;
/** Duplicates that are remembered while what they were held against may still break: 12 MB at most. */
const maxDoubtful = 1 << 19;

/**
 * The request ids of one hour: CloudFront writes a row twice, if at all, into files of the hour in which it occurred. Ids are kept as 64-bit
 * hashes: among a million ids two that differ are taken for one with a chance of 1 in 37 million. Up to 1.3 million ids are kept, and 200,000
 * more of failures; from then on rows delivered twice are counted twice, and `isComplete` says so. What an object claimed is remembered until
 * it is known to be whole (`keep`) or given back (`release`): another 8 bytes for each row of the objects that are being read.
 */
export class RequestIds implements RowIds {
  readonly #maxSlots: number;
  readonly #hash = new Int32Array(2);
  #slots = firstSlots;
  #table = new Int32Array(firstSlots * slotWords);
  #used = 0;
  readonly #claims = new Map<Claimant, Claims>();
  /** For the next object: what is let go would be free only later. */
  readonly #spare: Claims[] = [];
  isComplete = true;
  readonly takesRowsWithoutId = true;
  /** Duplicates that were found while another object was half read, as (first, second, claimant). */
  #doubtful: number[] = [];
  #doubtfulIsComplete = true;
  #wasReleased = false;

  /** @param maxSlots a power of two. */
  constructor(maxSlots = defaultMaxSlots) {
    this.#maxSlots = Math.max(firstSlots, maxSlots);
  }

  /** Takes an id for a log object. @returns false where it was taken before: the row is a duplicate. */
  claim(bytes: Uint8Array, start: number, end: number, isFailure: boolean, claimant: Claimant): boolean {
    hashBytes(bytes, start, end, this.#hash);
    return this.#claimHash(this.#hash[0] ?? 0, this.#hash[1] ?? 0, isFailure, this.#claimsOf(claimant));
  }

  /** The same for the rows of a batch, which lie in memory at a stride. @returns how many are duplicates. */
  claimBatch(
    words: Int32Array,
    at: number,
    stride: number,
    rows: number,
    { id, first, second, status }: BatchFields,
    claimant: Claimant,
  ): number {
    const claims = this.#claimsOf(claimant);
    const end = at + rows * stride;
    let duplicates = 0;
    for (let row = at; row < end; row += stride) {
      if (words[row + id] !== 1) continue;
      const isFailure = words[row + status] === failureStatus;
      if (this.#claimHash(words[row + first] ?? 0, words[row + second] ?? 0, isFailure, claims)) continue;
      words[row + id] = 2;
      duplicates += 1;
    }
    return duplicates;
  }

  /** What a log object claimed is its own: it was read to its end. */
  keep(claimant: Claimant): void {
    const claims = this.#claims.get(claimant);
    if (claims === undefined) return;
    this.#claims.delete(claimant);
    claims.length = 0;
    this.#spare.push(claims);
    if (this.#claims.size === 0 && !this.#wasReleased) this.#forgetDoubtful();
  }

  /** Gives back what a log object claimed that could not be read to its end. */
  release(claimant: Claimant): void {
    const claims = this.#claims.get(claimant);
    if (claims === undefined) return;
    this.#claims.delete(claimant);
    this.#wasReleased ||= claims.length > 0;
    for (let at = 0; at < claims.length; at += slotWords) {
      const slot = this.#find(claims.words[at] ?? 0, claims.words[at + 1] ?? 0) * slotWords;
      // Nobody else can have claimed it, and the slot goes on leading to those behind it.
      this.#table.fill(released, slot, slot + slotWords);
    }
    claims.length = 0;
    this.#spare.push(claims);
  }

  /** Rows that nobody counted; to be asked for when nothing is being read. */
  lostRows(): LostRows {
    const byClaimant = new Map<Claimant, LostId[]>();
    if (!this.#wasReleased) return { byClaimant, isComplete: true };
    for (let at = 0; at < this.#doubtful.length; at += 3) {
      const [first = 0, second = 0, claimant = 0] = this.#doubtful.slice(at, at + 3);
      const slot = this.#find(first, second) * slotWords;
      if (this.#table[slot] === first && this.#table[slot + 1] === second) continue;
      const lost = byClaimant.get(claimant);
      if (lost === undefined) byClaimant.set(claimant, [[first, second]]);
      else lost.push([first, second]);
    }
    return { byClaimant, isComplete: this.#doubtfulIsComplete };
  }

  #forgetDoubtful(): void {
    this.#doubtful = [];
    this.#doubtfulIsComplete = true;
  }

  /** Forgets all ids, for the objects of another hour: the table is kept, since memory that is let go is not free at once. */
  clear(): void {
    this.#table.fill(0);
    this.#claims.clear();
    this.#used = 0;
    this.isComplete = true;
    this.#wasReleased = false;
    this.#forgetDoubtful();
  }

  #claimsOf(claimant: Claimant): Claims {
    const known = this.#claims.get(claimant);
    if (known !== undefined) return known;
    const claims = this.#spare.pop() ?? new Claims();
    claims.claimant = claimant;
    this.#claims.set(claimant, claims);
    return claims;
  }

  #claimHash(hashed: number, second: number, isFailure: boolean, claims: Claims): boolean {
    // Two hashes stand for a free slot and for one that was given back.
    const first = hashed === second && (hashed === 0 || hashed === released) ? 1 : hashed;
    const slot = this.#find(first, second) * slotWords;
    const table = this.#table;
    if (table[slot] !== 0 || table[slot + 1] !== 0) {
      // What is claimed by an object that is half read may be given back.
      if (this.#claims.size > 1) this.#doubt(first, second, claims.claimant);
      return false;
    }
    if (this.#used >= this.#maxSlots * (isFailure ? 0.75 : 0.65)) {
      this.isComplete = false;
      return true;
    }
    table[slot] = first;
    table[slot + 1] = second;
    claims.add(first, second);
    this.#used += 1;
    if (this.#used > this.#slots * 0.5 && this.#slots < this.#maxSlots) this.#grow();
    return true;
  }

  #doubt(first: number, second: number, claimant: Claimant): void {
    if (this.#doubtful.length < maxDoubtful * 3) this.#doubtful.push(first, second, claimant);
    else this.#doubtfulIsComplete = false;
  }

  /** The slot that holds the hash, else the free one where it belongs. */
  #find(first: number, second: number): number {
    const table = this.#table;
    const mask = this.#slots - 1;
    let slot = slotOf(first, second) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const held = table[slot * slotWords];
      const other = table[slot * slotWords + 1];
      if ((held === first && other === second) || (held === 0 && other === 0)) return slot;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#slots = Math.min(this.#maxSlots, this.#slots * 8);
    this.#table = new Int32Array(this.#slots * slotWords);
    this.#used = 0;
    for (let at = 0; at < old.length; at += slotWords) {
      const first = old[at] ?? 0;
      const second = old[at + 1] ?? 0;
      if (first === second && (first === 0 || first === released)) continue;
      const slot = this.#find(first, second) * slotWords;
      this.#table[slot] = first;
      this.#table[slot + 1] = second;
      this.#used += 1;
    }
  }
}

/** What one object claimed, hash after hash. */
class Claims {
  words = new Int32Array(256);
  length = 0;
  claimant: Claimant = 0;

  add(first: number, second: number): void {
    if (this.length === this.words.length) {
      const longer = new Int32Array(this.length * 2);
      longer.set(this.words);
      this.words = longer;
    }
    this.words[this.length] = first;
    this.words[this.length + 1] = second;
    this.length += slotWords;
  }
}

function slotOf(first: number, second: number): number {
  return first ^ (second >>> 7);
}
