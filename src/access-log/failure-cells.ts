/** The failures cross-tabulated by behaviour, path, method and detailed result, bounded in the number of cells. */
import type { FailureCell } from '../diagnosis/evidence.js';
import { otherValue } from './counts.js';

type Coordinates = Pick<FailureCell, 'behaviour' | 'path' | 'method' | 'detailedResult'>;

/** What is counted of a cell; times are seconds since 1970. */
export interface CellCounts {
  readonly count: number;
  readonly underTenMs: number;
  readonly underOneSecond: number;
  readonly first: number;
  readonly last: number;
}
/** A cell as it crosses processes. */
export type SavedCell = [
  behaviour: string,
  path: string,
  method: string,
  detailedResult: string,
  count: number,
  underTenMs: number,
  underOneSecond: number,
  first: number,
  last: number,
];
type Cell = Coordinates & { readonly counts: CellCounts };

/** Cells told apart while reading; past it, and where paths that were folded since make no room, a new cell is counted under path `(other)`. */
const maxCells = 5_000;
/** Making room takes as long as that many additions. */
const addsBetweenFolds = 5_000;

export class FailureCells {
  #cells = new Map<string, { readonly at: Coordinates; counts: CellCounts }>();
  readonly #labelOf: (path: string) => string;
  #addsUntilFold = 0;

  /** @param labelOf a path as it is told apart by now; it only ever becomes coarser. */
  constructor(labelOf: (path: string) => string = (path) => path) {
    this.#labelOf = labelOf;
  }

  add(at: Coordinates, counts: CellCounts): void {
    this.#addsUntilFold -= 1;
    const key = keyOf(at);
    const known = this.#cells.get(key);
    if (known !== undefined) known.counts = sumOf(known.counts, counts);
    else if (this.#cells.size < maxCells || at.path === otherValue) this.#cells.set(key, { at, counts });
    else if (this.#addsUntilFold <= 0) this.#foldPaths(at, counts);
    else this.add({ ...at, path: otherValue }, counts);
  }

  /** Brings cells together whose paths have become one, and adds another. */
  #foldPaths(at: Coordinates, counts: CellCounts): void {
    const cells = [...this.#cells.values()];
    this.#cells = new Map();
    // None of them finds the table full, so this does not go round.
    for (const cell of cells) this.add({ ...cell.at, path: this.#finalPath(cell.at.path) }, cell.counts);
    this.#addsUntilFold = addsBetweenFolds;
    this.add({ ...at, path: this.#finalPath(at.path) }, counts);
  }

  #finalPath(path: string): string {
    return path === otherValue ? otherValue : this.#labelOf(path);
  }

  merge(other: FailureCells): void {
    for (const { at, counts } of other.#cells.values()) this.add(at, counts);
  }

  /** What `restore` takes back. */
  save(): SavedCell[] {
    return [...this.#cells.values()].map(({ at, counts }) => [
      at.behaviour,
      at.path,
      at.method,
      at.detailedResult,
      counts.count,
      counts.underTenMs,
      counts.underOneSecond,
      counts.first,
      counts.last,
    ]);
  }

  /** Adds what another one saved. */
  restore(saved: readonly SavedCell[]): void {
    for (const [behaviour, path, method, detailedResult, count, underTenMs, underOneSecond, first, last] of saved)
      this.add({ behaviour, path, method, detailedResult }, { count, underTenMs, underOneSecond, first, last });
  }

  /**
   * The largest first, at most `limit`; what is past it is folded into path `(other)`, or at worst into `(other)` altogether.
   * @param labelOf a path as it is told apart in the end.
   */
  list(limit: number, labelOf: (path: string) => string): readonly FailureCell[] {
    const final = new FailureCells();
    for (const { at, counts } of this.#cells.values())
      final.add({ ...at, path: at.path === otherValue ? otherValue : labelOf(at.path) }, counts);
    const cells = final.#sorted();
    for (let keep = Math.min(limit, cells.length); keep >= 0; ) {
      const folded = fold(cells.slice(keep), (at) => ({ ...at, path: otherValue }));
      const merged = fold([...cells.slice(0, keep), ...folded], (at) => at);
      if (merged.length <= limit) return merged.map(toFailureCell);
      // As many cells as there are too many must go at least, since folding more of them adds cells rather than removing some.
      keep -= merged.length - limit;
    }
    const rest = fold(cells, (at) => ({ ...at, path: otherValue }));
    const nothing = { behaviour: otherValue, path: otherValue, method: otherValue, detailedResult: otherValue };
    return [...rest.slice(0, limit - 1), ...fold(rest.slice(limit - 1), () => nothing)].map(toFailureCell);
  }

  #sorted(): readonly Cell[] {
    return [...this.#cells]
      .sort(([keyA, a], [keyB, b]) => b.counts.count - a.counts.count || (keyA < keyB ? -1 : 1))
      .map(([, { at, counts }]) => ({ ...at, counts }));
  }
}

function fold(cells: readonly Cell[], to: (at: Coordinates) => Coordinates): readonly Cell[] {
  const folded = new Map<string, Cell>();
  for (const { counts, ...at } of cells) {
    const target = to(at);
    const key = keyOf(target);
    const known = folded.get(key);
    folded.set(key, { ...target, counts: known === undefined ? counts : sumOf(known.counts, counts) });
  }
  return [...folded]
    .sort(([keyA, a], [keyB, b]) => b.counts.count - a.counts.count || (keyA < keyB ? -1 : 1))
    .map(([, cell]) => cell);
}

function sumOf(a: CellCounts, b: CellCounts): CellCounts {
  return {
    count: a.count + b.count,
    underTenMs: a.underTenMs + b.underTenMs,
    underOneSecond: a.underOneSecond + b.underOneSecond,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
  };
}

function toFailureCell({ counts: { first, last, ...counts }, ...at }: Cell): FailureCell {
  return {
    ...at,
    ...counts,
    firstAt: new Date(first * 1000).toISOString(),
    lastAt: new Date(last * 1000).toISOString(),
  };
}

function keyOf({ behaviour, path, method, detailedResult }: Coordinates): string {
  return `${behaviour}\t${path}\t${method}\t${detailedResult}`;
}
