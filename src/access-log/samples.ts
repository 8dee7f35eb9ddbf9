/** A few failures to show, the same ones whatever the order in which rows arrive. */
import type { FailureSample } from '../diagnosis/evidence.js';

interface Entry {
  /** By which it was chosen. */
  readonly rank: number;
  readonly sample: FailureSample;
}

/** Keeps the failures whose request ids have the smallest hashes: a fair sample, and mergeable. */
export class Samples {
  readonly #limit: number;
  #entries: readonly Entry[] = [];
  #worst = Number.POSITIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param build called only where the row is chosen. */
  offer(requestId: string, build: () => FailureSample): void {
    const rank = hashOf(requestId);
    if (rank <= this.#worst) this.#keep([...this.#entries, { rank, sample: build() }]);
  }

  merge(other: Samples): void {
    this.#keep([...this.#entries, ...other.#entries]);
  }

  /** What `restore` takes back. */
  save(): FailureSample[] {
    return [...this.list()];
  }

  /** Adds what another one saved. */
  restore(saved: readonly FailureSample[]): void {
    this.#keep([...this.#entries, ...saved.map((sample) => ({ rank: hashOf(sample.requestId), sample }))]);
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

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
