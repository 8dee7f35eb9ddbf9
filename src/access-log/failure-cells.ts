/** The failures cross-tabulated by behaviour, path, method and detailed result, bounded in the number of cells. */
import type { FailureCell } from '../diagnosis/evidence.js';
import { otherValue } from './counts.js';

type Coordinates = Omit<FailureCell, 'count'>;

/** Cells told apart while reading; past it a new cell is counted under path `(other)`. */
const maxCells = 5_000;

export class FailureCells {
  readonly #cells = new Map<string, { readonly at: Coordinates; count: number }>();

  add(at: Coordinates, count = 1): void {
    const key = keyOf(at);
    const known = this.#cells.get(key);
    if (known !== undefined) known.count += count;
    else if (this.#cells.size < maxCells || at.path === otherValue) this.#cells.set(key, { at, count });
    else this.add({ ...at, path: otherValue }, count);
  }

  merge(other: FailureCells): void {
    for (const { at, count } of other.#cells.values()) this.add(at, count);
  }

  /**
   * The largest first, at most `limit`; what is past it is folded into path `(other)`, or at worst into `(other)` altogether.
   * @param labelOf a path as it is told apart in the end.
   */
  list(limit: number, labelOf: (path: string) => string): readonly FailureCell[] {
    const final = new FailureCells();
    for (const { at, count } of this.#cells.values())
      final.add({ ...at, path: at.path === otherValue ? otherValue : labelOf(at.path) }, count);
    const cells = final.#sorted();
    for (let keep = Math.min(limit, cells.length); keep >= 0; ) {
      const folded = fold(cells.slice(keep), (at) => ({ ...at, path: otherValue }));
      const merged = fold([...cells.slice(0, keep), ...folded], (at) => at);
      if (merged.length <= limit) return merged;
      // As many cells as there are too many must go at least, since folding more of them adds cells rather than removing some.
      keep -= merged.length - limit;
    }
    const rest = fold(cells, (at) => ({ ...at, path: otherValue }));
    const nothing = { behaviour: otherValue, path: otherValue, method: otherValue, detailedResult: otherValue };
    return [...rest.slice(0, limit - 1), ...fold(rest.slice(limit - 1), () => nothing)];
  }

  #sorted(): readonly FailureCell[] {
    return [...this.#cells]
      .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
      .map(([, { at, count }]) => ({ ...at, count }));
  }
}

function fold(cells: readonly FailureCell[], to: (at: Coordinates) => Coordinates): readonly FailureCell[] {
  const folded = new Map<string, FailureCell>();
  for (const { count, ...at } of cells) {
    const target = to(at);
    const key = keyOf(target);
    folded.set(key, { ...target, count: (folded.get(key)?.count ?? 0) + count });
  }
  return [...folded]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
    .map(([, cell]) => cell);
}

function keyOf({ behaviour, path, method, detailedResult }: Coordinates): string {
  return `${behaviour}\t${path}\t${method}\t${detailedResult}`;
}
