/** How long the 502s, 503s and 504s took, by behaviour and detailed result: what a time-out is recognised by, bounded in the number of cells. */
import type { ServerErrorDuration } from '../diagnosis/evidence.js';

/** Statuses that are counted. */
export const timedStatuses = ['502', '503', '504'] as const;
export type TimedStatus = (typeof timedStatuses)[number];

/** As it crosses processes. */
export interface SavedServerErrors {
  readonly isKnown: boolean;
  readonly cells: [
    behaviour: string,
    status: TimedStatus,
    detailedResult: string,
    tenthsOfSecond: number,
    count: number,
  ][];
}

/** Cells told apart while reading; a new one past it is dropped, which takes hundreds of times as many as there are in any outage. */
const maxCells = 50_000;

export class ServerErrorDurations {
  readonly #cells = new Map<string, ServerErrorDuration>();
  #isKnown = true;

  /** A part of the rows was counted by something that does not tell how long they took. */
  noteUnknown(): void {
    this.#isKnown = false;
  }

  add(cell: ServerErrorDuration): void {
    const { behaviour, status, detailedResult, tenthsOfSecond, count } = cell;
    const key = `${behaviour}\t${status}\t${detailedResult}\t${tenthsOfSecond}`;
    const known = this.#cells.get(key);
    if (known !== undefined) this.#cells.set(key, { ...known, count: known.count + count });
    else if (this.#cells.size < maxCells) this.#cells.set(key, cell);
  }

  merge(other: ServerErrorDurations): void {
    for (const cell of other.#cells.values()) this.add(cell);
    this.#isKnown &&= other.#isKnown;
  }

  /** What `restore` takes back. */
  save(): SavedServerErrors {
    return {
      isKnown: this.#isKnown,
      cells: [...this.#cells.values()].map(({ behaviour, status, detailedResult, tenthsOfSecond, count }) => [
        behaviour,
        status,
        detailedResult,
        tenthsOfSecond,
        count,
      ]),
    };
  }

  /** Adds what another one saved. */
  restore({ isKnown, cells }: SavedServerErrors): void {
    this.#isKnown &&= isKnown;
    for (const [behaviour, status, detailedResult, tenthsOfSecond, count] of cells)
      this.add({ behaviour, status, detailedResult, tenthsOfSecond, count });
  }

  /** The largest first, at most `limit`; null where a part of them is not known. */
  list(limit: number): readonly ServerErrorDuration[] | null {
    if (!this.#isKnown) return null;
    return [...this.#cells]
      .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
      .slice(0, limit)
      .map(([, cell]) => cell);
  }
}

/** Null for a status that is not counted. */
export function timedStatusOf(status: number): TimedStatus | null {
  return timedStatuses.find((timed) => Number(timed) === status) ?? null;
}

/** Half an hour, and all above it: longer than CloudFront waits for anything. */
export const maxTenths = 16_383;

/** @param ms not negative. */
export function tenthsOf(ms: number): number {
  return Math.min(maxTenths, Math.floor(ms / 100));
}
