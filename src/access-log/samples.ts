/** A few failures to show, the same ones whatever the order in which rows arrive. */
import type { FailureSample } from '../diagnosis/evidence.js';

interface Entry {
  /** By which it was chosen. */
  readonly rank: number;
  readonly sample: FailureSample;
}

/** As it crosses processes. */
export type SavedSample = [rank: number, sample: FailureSample];

/** Keeps the failures whose request ids have the smallest hashes: a fair sample, and mergeable. */
export class Samples {
  readonly #limit: number;
  #entries: readonly Entry[] = [];
  #worst = Number.POSITIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * @param rank the first half of the hash of the request id, without a sign; 0 where there is no id.
   * @param build called only where the row is chosen.
   */
  offer(rank: number, build: () => FailureSample): void {
    if (rank <= this.#worst) this.#keep([...this.#entries, { rank, sample: build() }]);
  }

  merge(other: Samples): void {
    this.#keep([...this.#entries, ...other.#entries]);
  }

  /** What `restore` takes back. */
  save(): SavedSample[] {
    return this.#entries.map(({ rank, sample }) => [rank, sample]);
  }

  /** Adds what another one saved. */
  restore(saved: readonly SavedSample[]): void {
    this.#keep([...this.#entries, ...saved.map(([rank, sample]) => ({ rank, sample }))]);
  }

  /** Oldest first. */
  list(): readonly FailureSample[] {
    return this.#entries.map(({ sample }) => sample).sort((a, b) => compare(keyOf(a), keyOf(b)));
  }

  #keep(entries: readonly Entry[]): void {
    const sorted = [...entries].sort((a, b) => a.rank - b.rank || compare(keyOf(a.sample), keyOf(b.sample)));
    this.#entries = sorted.slice(0, this.#limit);
    if (this.#entries.length === this.#limit) this.#worst = this.#entries.at(-1)?.rank ?? this.#worst;
  }
}

function keyOf(sample: FailureSample): string {
  return `${sample.at} ${sample.requestId} ${JSON.stringify(sample)}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
