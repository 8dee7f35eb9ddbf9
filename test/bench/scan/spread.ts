/** Medians and ranges of what was measured. */

export interface Spread {
  readonly median: number;
  readonly range: readonly [least: number, most: number];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? Number.NaN, sorted[Math.floor(middle)] ?? Number.NaN];
  return (low + high) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), range: [Math.min(...values), Math.max(...values)] };
}

/** How many times as long one took as the other, round by round; null where one was not measured. */
export function ratioOf(theirs: readonly number[], ours: readonly number[]): Spread | null {
  if (theirs.length === 0 || theirs.length !== ours.length) return null;
  return spreadOf(theirs.map((seconds, round) => seconds / (ours[round] ?? Number.NaN)));
}
