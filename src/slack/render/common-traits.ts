/** What the 502s hold more often than the requests do, as a table. */
import type { Verdict } from '../../diagnosis/verdict.js';
import { context, header, type RenderedMessage, table, withinLimits } from './blocks.js';
import { andMore, cut, formatCount } from './limits.js';
import { cleanText, fallbackText } from './text.js';

const maxRows = 20;

/** null where nothing stands out. */
export function renderCommonTraits(verdict: Verdict): RenderedMessage | null {
  const first = verdict.overRepresented[0];
  if (first === undefined) return null;
  const rows = verdict.overRepresented
    .slice(0, maxRows)
    .map((row) => [
      row.dimension.replaceAll('-', ' '),
      cut(row.value, 120),
      formatCount(row.failures),
      formatCount(row.requests),
      Number.isFinite(row.lift) ? `${row.lift.toFixed(1)} times` : '–',
    ]);
  const { block, more } = table(
    ['What', 'Value', '502s', 'Requests', 'More often than usual'],
    rows,
    new Set([2, 3, 4]),
  );
  const left = more + Math.max(0, verdict.overRepresented.length - maxRows);
  return withinLimits(
    fallbackText(
      `What the 502s have in common: most of all ${cleanText(first.dimension, 60)} ${cleanText(first.value, 200)}.`,
    ),
    [header('What the 502s have in common'), block, ...(left > 0 ? [context(andMore(left))] : [])],
  );
}
