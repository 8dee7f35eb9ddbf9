/** Percentiles of durations from a mergeable histogram. */

export interface DurationSummary {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** As it crosses processes; a bucket is named by its milliseconds. */
export interface SavedDurations {
  readonly buckets: [bucket: number, count: number][];
  readonly maxMs: number;
}

/** Durations are kept to the millisecond below a second and to three significant digits above: some thousand buckets at most. */
export class Durations {
  readonly #counts = new Map<number, number>();
  #total = 0;
  #maxMs = 0;

  add(ms: number): void {
    const bucket = bucketOf(ms);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#total += 1;
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  merge(other: Durations): void {
    for (const [bucket, count] of other.#counts) this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += other.#total;
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
  }

  /** What `restore` takes back. */
  save(): SavedDurations {
    return { buckets: [...this.#counts], maxMs: this.#maxMs };
  }

  /** Adds what another one saved. */
  restore({ buckets, maxMs }: SavedDurations): void {
    for (const [bucket, count] of buckets) {
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
      this.#total += count;
    }
    this.#maxMs = Math.max(this.#maxMs, maxMs);
  }

  /** In seconds, by nearest rank; null where there is none. */
  summarise(): DurationSummary | null {
    if (this.#total === 0) return null;
    const buckets = [...this.#counts].sort(([a], [b]) => a - b);
    const percentile = (share: number): number => {
      let left = Math.ceil(this.#total * share);
      for (const [bucket, count] of buckets) {
        left -= count;
        if (left <= 0) return Math.min(bucket, this.#maxMs) / 1000;
      }
      return this.#maxMs / 1000;
    };
    return { p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), max: this.#maxMs / 1000 };
  }
}

function bucketOf(ms: number): number {
  if (ms < 1_000) return ms;
  const unit = 10 ** (Math.floor(Math.log10(ms)) - 2);
  return Math.round(ms / unit) * unit;
}
