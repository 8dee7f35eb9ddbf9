/** Counts of requests and failures by value, bounded in the number of values. */
import type { DimensionCount } from '../diagnosis/evidence.js';

export interface Count {
  requests: number;
  failures: number;
}

/** A value's count as it crosses processes. */
export type SavedCount = [value: string, requests: number, failures: number];

/** What is past a cap. No value of a log can be mistaken for it: CloudFront encodes nothing to parentheses around a word. */
export const otherValue = '(other)';

/**
 * Counts by value. Up to the cap the counts are exact and independent of the order of rows and merges; past it new values go to `(other)`,
 * so that totals stay exact.
 */
export class CountTable {
  readonly #cap: number;
  readonly #counts = new Map<string, Count>();

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** The count of a value, to be added to. */
  of(value: string): Count {
    const known = this.#counts.get(value);
    if (known !== undefined) return known;
    if (this.#counts.size >= this.#cap && value !== otherValue) return this.of(otherValue);
    const count = { requests: 0, failures: 0 };
    this.#counts.set(value, count);
    return count;
  }

  merge(other: CountTable): void {
    for (const [value, count] of other.#counts) addCount(this.of(value), count);
  }

  /** What `restore` takes back. */
  save(): SavedCount[] {
    return [...this.#counts].map(([value, { requests, failures }]) => [value, requests, failures]);
  }

  /** Adds what another table saved. */
  restore(saved: readonly SavedCount[]): void {
    for (const [value, requests, failures] of saved) addCount(this.of(value), { requests, failures });
  }

  list(): readonly DimensionCount[] {
    return [...this.#counts].map(([value, { requests, failures }]) => ({ value, requests, failures }));
  }
}

export function addCount(into: Count, from: Readonly<Count>): void {
  into.requests += from.requests;
  into.failures += from.failures;
}

/** The most failures first, then the most requests; what is past the limit is folded into `(other)`, which comes last. */
export function rankCounts(counts: readonly DimensionCount[], limit: number): readonly DimensionCount[] {
  const named = counts
    .filter(({ value, requests }) => value !== otherValue && requests > 0)
    .sort((a, b) => b.failures - a.failures || b.requests - a.requests || (a.value < b.value ? -1 : 1));
  const other = { value: otherValue, requests: 0, failures: 0 };
  const isOver = named.length > limit || counts.some(({ value, requests }) => value === otherValue && requests > 0);
  const kept = isOver ? named.slice(0, limit - 1) : named;
  for (const count of [...named.slice(kept.length), ...counts.filter(({ value }) => value === otherValue)])
    addCount(other, count);
  return other.requests > 0 ? [...kept, other] : kept;
}
