/** When the 502s came, what CloudFront called them, and what they hold more often than the requests do. */
import type { KnownBlock } from '@slack/types';
import { describeTrend } from '../../diagnosis/load-trend.js';
import { sparkline } from '../../diagnosis/sparkline.js';
import type { Verdict } from '../../diagnosis/verdict.js';
import { context, header, list, type RenderedMessage, table, withinLimits } from './blocks.js';
import { andMore, cut, firstOf, formatCount } from './limits.js';
import { bold, cleanText, clock, code, fallbackText, type Piece } from './text.js';
import { onsetPieces } from './words.js';

const maxRows = 20;
const maxResults = 6;
const maxBars = 60;

/** null where there is nothing to say of them. */
export function renderCommonTraits(verdict: Verdict): RenderedMessage | null {
  const facts = factsOf(verdict);
  const [first] = verdict.overRepresented;
  if (first === undefined && facts.length === 0) return null;
  const summary =
    first === undefined
      ? 'When the 502s came, and what CloudFront called them.'
      : `What the 502s have in common: most of all ${cleanText(first.dimension, 60)} ${cleanText(first.value, 200)}.`;
  return withinLimits(fallbackText(summary), [
    header('What the 502s have in common'),
    ...(facts.length === 0 ? [] : [list([], facts)]),
    ...traits(verdict),
  ]);
}

function factsOf({ onset, load, curve, detailedResults }: Verdict): Piece[][] {
  const rows: Piece[][] = [];
  if (onset !== null) rows.push([bold('Began: '), ...onsetPieces(onset)]);
  const shown = curve.slice(0, maxBars);
  const [start, end] = [shown[0], shown.at(-1)];
  const bars = sparkline(shown.map(({ failures }) => failures));
  if (start !== undefined && end !== undefined && shown.length > 2 && bars !== '') {
    rows.push([bold('502s over time: '), code(bars), ` (${clock(start.minute)} to ${clock(end.minute)} UTC)`]);
    rows.push([bold('Requests: '), code(sparkline(shown.map(({ requests }) => requests)) || '–')]);
  }
  if (load !== null) rows.push([bold('Load: '), `the share of 502s ${describeTrend(load)}`]);
  if (detailedResults.length > 0) {
    const results = firstOf(detailedResults, maxResults);
    const words = results.shown.map(({ value, count }) => `${cleanText(value, 60)} ${formatCount(count)}`).join(', ');
    rows.push([bold('In CloudFront’s words: '), words, ...(results.more > 0 ? [`, ${andMore(results.more)}`] : [])]);
  }
  return rows;
}

function traits({ overRepresented }: Verdict): KnownBlock[] {
  if (overRepresented.length === 0) return [];
  const rows = overRepresented
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
  const left = more + Math.max(0, overRepresented.length - maxRows);
  return [block, ...(left > 0 ? [context(andMore(left))] : [])];
}
