/** What was ruled out, what stayed open and what would settle it, what broke on our side, and how much was seen. */
import type { KnownBlock } from '@slack/types';
import type { Unavailability } from '../../diagnosis/evidence.js';
import { groupByReason } from '../../diagnosis/open-reasons.js';
import { groupByStage } from '../../diagnosis/stage.js';
import type { Coverage, Verdict } from '../../diagnosis/verdict.js';
import { header, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { andMore, firstOf, formatCount } from './limits.js';
import { bold, cleanText, fallbackText, type Piece, when } from './text.js';
import { coverageWords } from './words.js';

/** Of one part of the way. */
const maxTitles = 20;

export function renderOpenQuestions(verdict: Verdict): RenderedMessage {
  const ruledOut = formatCount(verdict.ruledOut.length);
  const open = formatCount(verdict.inconclusive.length);
  return withinLimits(
    fallbackText(
      `Causes ruled out: ${ruledOut}. Causes left open: ${open}.`,
      cleanText(coverageWords(verdict.coverage), 1500),
    ),
    [
      ...ruledOutBlocks(verdict),
      ...inconclusiveBlocks(verdict),
      ...crashedBlocks(verdict),
      ...coverageBlocks(verdict.coverage),
    ],
  );
}

function ruledOutBlocks(verdict: Verdict): KnownBlock[] {
  if (verdict.ruledOut.length === 0) return [];
  const items = groupByStage(verdict.ruledOut).map(({ stage, titles }): Piece[] => {
    const { shown, more } = firstOf(titles, maxTitles);
    const names = shown.map((title) => cleanText(title, 60)).join(', ');
    return [bold(`${stage}: `), names, ...(more === 0 ? ['.'] : [`, ${andMore(more)}.`])];
  });
  return [header('Ruled out'), list([], items)];
}

function inconclusiveBlocks(verdict: Verdict): KnownBlock[] {
  const { shown, more } = firstOf(groupByReason(verdict.inconclusive), 12);
  if (shown.length === 0) return [];
  const items = shown.map((entry): Piece[] => {
    const subjects = entry.subjects.slice(0, 3).map((subject) => cleanText(subject, 80));
    const first = entry.missing[0];
    const titles = firstOf(entry.titles, maxTitles);
    const names = titles.shown.map((title) => cleanText(title, 60)).join(', ');
    return [
      bold(titles.more === 0 ? names : `${names}, ${andMore(titles.more)}`),
      ...(subjects.length === 0 ? [] : [` (${subjects.join(', ')})`]),
      ': ',
      ...(first === undefined ? ['nothing decided it.'] : settle(first)),
      ...(entry.lead === null ? [] : [' ', bold('What speaks for it: '), cleanText(entry.lead, 200)]),
    ];
  });
  return [header('Left open, and what would settle it'), list([], items, more)];
}

function crashedBlocks(verdict: Verdict): KnownBlock[] {
  const { shown, more } = firstOf(verdict.crashed, 5);
  if (shown.length === 0) return [];
  return [
    header('Our own faults'),
    list(
      ['These checks broke; that is a fault of cf502 and says nothing about your distribution.'],
      shown.map(({ title, message }) => [bold(`${cleanText(title, 100)}: `), cleanText(message, 200)]),
      more,
    ),
  ];
}

function coverageBlocks(coverage: Coverage): KnownBlock[] {
  const { logs, metrics } = coverage;
  const items: Piece[][] = [];
  if (logs === null) items.push([bold('Access logs: '), 'none were read.']);
  else {
    const newest = logs.newestRow === null ? [] : [', the newest ', ...when(logs.newestRow)];
    items.push([bold('Access logs: '), cleanText(logs.source, 200), ', ', `${formatCount(logs.rows)} rows`, ...newest]);
    for (const note of logs.notes.slice(0, 8)) items.push([cleanText(note, 250)]);
  }
  if (metrics !== null) {
    const of502 = metrics.estimated502 === null ? '' : `, about ${formatCount(metrics.estimated502)} of them 502`;
    items.push([
      bold('CloudWatch: '),
      `${formatCount(metrics.requests)} requests, about ${formatCount(metrics.estimated5xx)} answered 5xx${of502}`,
    ]);
  }
  const missing = firstOf(coverage.missing, 10);
  for (const entry of missing.shown) items.push([bold(`Missing: ${cleanText(entry.what, 120)}: `), ...settle(entry)]);
  return [
    header('How much was seen'),
    list([], items, missing.more),
    // The notes of the scan say it too, with the time that it makes here.
    ...(logs?.notes.some((note) => note.includes('24 hours late')) === true
      ? []
      : [paragraph('Access logs are best effort and up to 24 hours late.')]),
  ];
}

/** What is missing and what would supply it. */
function settle({ message, remedy }: Unavailability): Piece[] {
  const what = cleanText(message, 250);
  return remedy === undefined ? [what] : [what, ' ', bold('Needs: '), cleanText(remedy, 250)];
}
