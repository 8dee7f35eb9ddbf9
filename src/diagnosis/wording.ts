/** Small pure pieces of wording: quoting what somebody typed, counting, joining, and the closest of some words. */

/** Text of unknown origin, fit for a sentence: control and invisible characters out, white space folded, at most `max` characters. */
export function plain(text: string, max = 200): string {
  const folded = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}]/gu, '')
    .trim();
  // Half of a surrogate pair must not be left at the cut.
  return folded.length <= max ? folded : `${folded.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** What somebody typed, cut short and in quotation marks. */
export function quoteForPeople(text: string): string {
  return `“${plain(text, 60)}”`;
}

/** `1 row`, `2 rows`, `12,345 rows`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A whole number with thousands separators: `12,345`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-GB');
}

/** A share from 0 to 1 as `12 %`, `0.6 %`, `under 0.1 %`. */
export function percentOf(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return 'under 0.1 %';
  return `${percent >= 10 || percent === 0 ? Math.round(percent) : Number(percent.toFixed(1))} %`;
}

/** `a`, `a and b`, `a, b and c`; past `max` the rest is counted: `a, b and 3 more`. */
export function listOf(items: readonly string[], max = 4): string {
  const shown = items.length > max ? [...items.slice(0, max - 1), `${items.length - max + 1} more`] : [...items];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** A sentence's opening article in lower case, so that it can follow a colon; names keep their capitals. */
export function afterColon(sentence: string): string {
  return sentence.replace(
    /^(The|A|An|About|No|None|Nothing|It|At|All|Every|On) /,
    (_, article: string) => `${article.toLowerCase()} `,
  );
}

/** `Expired certificate` -> `expired certificate`; `CloudFront …` and `TLS …` stay. */
export function lowerFirst(title: string): string {
  return title.replace(/^[A-Z](?=[a-z]*(?:[\s,’'-]|$))/, (letter) => letter.toLowerCase());
}

/**
 * The candidate with the smallest edit distance (adjacent swaps count once), or null where none is near enough to be meant:
 * one edit for words up to four letters, two beyond, three from nine.
 */
export function closest(word: string, candidates: readonly string[]): string | null {
  const allowed = word.length <= 4 ? 1 : word.length <= 8 ? 2 : 3;
  let best: string | null = null;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
