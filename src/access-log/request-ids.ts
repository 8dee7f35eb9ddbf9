/** Recognises rows that were delivered twice, by request id, in bounded memory. */
import { hashBytes } from './hash-bytes.js';
import type { BatchFields, Claimant, LostId, LostRows, RowIds } from './row-ids.js';

const firstSlots = 1 << 12;
/** 2 Mi slots of 5 bytes, and 8 bytes for each of the hashes that fill up three quarters of them: 22 MB at most. */
const defaultMaxSlots = 1 << 21;
const [fullForMost, fullForFailures] = [0.65, 0.75];
/** What the tag of a slot says where it holds no id; one whose id was given back goes on leading to those behind it. */
const [free, released] = [0, 1];
const failureStatus = 502;
/** Duplicates that are remembered while what they were held against may still break: 12 MB at most. */
const maxDoubtful = 1 << 19;

/**
 * The request ids of one hour: CloudFront writes a row twice, if at all, into files of the hour in which it occurred. Ids are kept as 64-bit
 * hashes: among a million ids two that differ are taken for one with a chance of 1 in 37 million. Up to 1.3 million ids are kept, and 200,000
 * more of failures; from then on rows delivered twice are counted twice, and `isComplete` says so. What an object claimed is remembered until
 * it is known to be whole (`keep`) or given back (`release`).
 */
export class RequestIds implements RowIds {
  readonly #maxSlots: number;
  readonly #hash = new Int32Array(2);
  #slots = firstSlots;
  /** A byte for each slot, of the hash that it holds: most look-ups read nothing else, and all tags fit a cache that the hashes do not. */
  #tags = new Uint8Array(firstSlots);
  /** Which hash a slot holds. */
  #places = new Int32Array(firstSlots);
  /** Both halves of each hash, one after the other as they came: what an object claimed lies together. */
  #hashes = new Int32Array(firstSlots * fullForFailures * 2);
  #used = 0;
  readonly #claims = new Map<Claimant, Claims>();
  isComplete = true;
  readonly takesRowsWithoutId = true;
  /** Says nothing; what nobody could ask for would not be fetched. */
  fetched = 0;
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
    this.#fetch(words, at + first, at + second, end, stride);
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

  /** Looks at all slots of a batch: the cache fetches many at once where one look does not wait for the one before. */
  #fetch(words: Int32Array, first: number, second: number, end: number, stride: number): void {
    const [tags, places, mask] = [this.#tags, this.#places, this.#slots - 1];
    let sum = 0;
    for (let at = 0; first + at < end; at += stride) {
      const slot = slotOf(words[first + at] ?? 0, words[second + at] ?? 0) & mask;
      sum += (tags[slot] ?? 0) + (places[slot] ?? 0);
    }
    this.fetched = sum;
  }

  /** What a log object claimed is its own: it was read to its end. */
  keep(claimant: Claimant): void {
    if (!this.#claims.delete(claimant)) return;
    if (this.#claims.size === 0 && !this.#wasReleased) this.#forgetDoubtful();
  }

  /** Gives back what a log object claimed that could not be read to its end. */
  release(claimant: Claimant): void {
    const claims = this.#claims.get(claimant);
    if (claims === undefined) return;
    this.#claims.delete(claimant);
    this.#wasReleased ||= claims.ranges.length > 0;
    for (const { from, to } of claims.ranges)
      for (let place = from; place < to; place += 1) {
        // Nobody else can have claimed it.
        const [first = 0, second = 0] = [this.#hashes[place * 2], this.#hashes[place * 2 + 1]];
        this.#tags[this.#find(first, second)] = released;
      }
  }

  /** Rows that nobody counted; to be asked for when nothing is being read. */
  lostRows(): LostRows {
    const byClaimant = new Map<Claimant, LostId[]>();
    if (!this.#wasReleased) return { byClaimant, isComplete: true };
    for (let at = 0; at < this.#doubtful.length; at += 3) {
      const [first = 0, second = 0, claimant = 0] = this.#doubtful.slice(at, at + 3);
      if (this.#tags[this.#find(first, second)] !== free) continue;
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
    this.#tags.fill(free);
    this.#claims.clear();
    this.#used = 0;
    this.isComplete = true;
    this.#wasReleased = false;
    this.#forgetDoubtful();
  }

  #claimsOf(claimant: Claimant): Claims {
    const known = this.#claims.get(claimant);
    if (known !== undefined) return known;
    const claims: Claims = { claimant, ranges: [] };
    this.#claims.set(claimant, claims);
    return claims;
  }

  #claimHash(first: number, second: number, isFailure: boolean, claims: Claims): boolean {
    const slot = this.#find(first, second);
    if (this.#tags[slot] !== free) {
      // What is claimed by an object that is half read may be given back.
      if (this.#claims.size > 1) this.#doubt(first, second, claims.claimant);
      return false;
    }
    if (this.#used >= this.#maxSlots * (isFailure ? fullForFailures : fullForMost)) {
      this.isComplete = false;
      return true;
    }
    const place = this.#used;
    this.#tags[slot] = tagOf(second);
    this.#places[slot] = place;
    this.#hashes[place * 2] = first;
    this.#hashes[place * 2 + 1] = second;
    this.#used += 1;
    const range = claims.ranges.at(-1);
    if (range?.to === place) range.to += 1;
    else claims.ranges.push({ from: place, to: place + 1 });
    if (this.#used > this.#slots * 0.5 && this.#slots < this.#maxSlots) this.#grow();
    return true;
  }

  #doubt(first: number, second: number, claimant: Claimant): void {
    if (this.#doubtful.length < maxDoubtful * 3) this.#doubtful.push(first, second, claimant);
    else this.#doubtfulIsComplete = false;
  }

  /** The slot that holds the hash, else the free one where it belongs. */
  #find(first: number, second: number): number {
    const tags = this.#tags;
    const mask = this.#slots - 1;
    const wanted = tagOf(second);
    let slot = slotOf(first, second) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const tag = tags[slot];
      if (tag === free) return slot;
      if (tag !== wanted) continue;
      const at = (this.#places[slot] ?? 0) * 2;
      if (this.#hashes[at] === first && this.#hashes[at + 1] === second) return slot;
    }
  }

  #grow(): void {
    const [tags, places, hashes] = [this.#tags, this.#places, this.#hashes];
    this.#slots = Math.min(this.#maxSlots, this.#slots * 8);
    this.#tags = new Uint8Array(this.#slots);
    this.#places = new Int32Array(this.#slots);
    this.#hashes = new Int32Array(this.#slots * fullForFailures * 2);
    this.#hashes.set(hashes);
    for (const [slot, tag] of tags.entries()) {
      if (tag === free || tag === released) continue;
      const place = places[slot] ?? 0;
      const found = this.#find(hashes[place * 2] ?? 0, hashes[place * 2 + 1] ?? 0);
      this.#tags[found] = tag;
      this.#places[found] = place;
    }
  }
}

/** What one object claimed: places of hashes. */
interface Claims {
  readonly claimant: Claimant;
  readonly ranges: { readonly from: number; to: number }[];
}

/** Of other bits than the slot. */
function tagOf(second: number): number {
  return 128 | (second & 127);
}

function slotOf(first: number, second: number): number {
  return first ^ (second >>> 7);
}
