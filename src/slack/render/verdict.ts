/** The answer, in place of the live message: what, where, how sure, what to do, and what it rests on. Proof is in the thread. */
import type { KnownBlock } from '@slack/types';
import { describeTrend } from '../../diagnosis/load-trend.js';
import type { CheckProgress } from '../../diagnosis/progress.js';
import type { Cause, Verdict } from '../../diagnosis/verdict.js';
import { actions, context, header, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { checkAgainButton, readAllLogsButton } from './buttons.js';
import { firstOf, formatCount, slackLimits } from './limits.js';
import { bold, cleanText, code, fallbackText, interval, type Piece, person } from './text.js';
import { coverageWords, explainedWords, failureWords, layerWords, onsetPieces, strengthWords } from './words.js';

/** The parts of a check's progress that the answer shows; null where they are no longer kept. */
export type AskedBy = Pick<CheckProgress, 'requesterId' | 'cancelledBy' | 'pathPattern'>;

export function renderVerdict(verdict: Verdict, asked: AskedBy | null): RenderedMessage {
  const rows = facts(verdict, asked);
  const blocks: KnownBlock[] = [
    headline(verdict.headline),
    ...(rows.length === 0 ? [] : [list([], rows)]),
    ...furtherCauses(verdict),
    ...worthMending(verdict),
    paragraph(...scope(verdict, asked)),
    context(coverageWords(verdict.coverage)),
  ];
  const { whole } = verdict.coverage.logs ?? {};
  const buttons = [checkAgainButton(verdict.checkId)];
  if (whole !== undefined) buttons.push(readAllLogsButton(verdict.checkId, whole));
  return withinLimits(summary(verdict), blocks, [actions(...buttons)]);
}

function headline(sentence: string): KnownBlock {
  const cleaned = cleanText(sentence);
  return cleaned.length <= slackLimits.header ? header(cleaned) : paragraph(bold(cleaned));
}

function facts(verdict: Verdict, asked: AskedBy | null): Piece[][] {
  const best = verdict.causes[0];
  const rows: Piece[][] = [];
  if (verdict.outcome === 'cancelled' && asked !== null && asked.cancelledBy !== null)
    rows.push([bold('Cancelled by: '), person(asked.cancelledBy)]);
  if (verdict.layer !== null) rows.push([bold('Where: '), layerWords[verdict.layer]]);
  if (best !== undefined) {
    rows.push([bold('How sure: '), strengthWords[best.strength]]);
    if (best.cappedBecause !== null) rows.push([bold('Why not surer: '), best.cappedBecause]);
  }
  rows.push(...began(verdict));
  if (verdict.failures !== null) rows.push(counted(verdict.failures, best, verdict.unexplained));
  if (best !== undefined) rows.push([bold('What to do: '), best.remedy]);
  const lead = best === undefined ? verdict.inconclusive.find((entry) => entry.lead !== null) : undefined;
  if (lead?.lead) rows.push([bold('Strongest lead: '), lead.title, ': ', lead.lead]);
  if (verdict.nextTest !== null) rows.push([bold('What would settle it: '), verdict.nextTest]);
  if (verdict.crashed.length > 0)
    rows.push([
      bold('Checks that broke: '),
      `${formatCount(verdict.crashed.length)}, by a fault of cf502; see the thread`,
    ]);
  return rows;
}

/** When the 502s began, and how they follow the load. */
function began({ onset, load }: Verdict): Piece[][] {
  const rows: Piece[][] = [];
  if (onset !== null) rows.push([bold('Began: '), ...onsetPieces(onset)]);
  if (load !== null) rows.push([bold('Load: '), `the share of 502s ${describeTrend(load)}`]);
  return rows;
}

/** How much the best cause explains is in the headline; here, out of how many requests, and what remains. */
function counted(
  failures: NonNullable<Verdict['failures']>,
  best: Cause | undefined,
  unexplained: number | null,
): Piece[] {
  const remains =
    best === undefined || unexplained === null || unexplained === 0
      ? ''
      : `; ${formatCount(unexplained)} not explained`;
  return [bold('502s: '), `${failureWords(failures)}${remains}`];
}

function furtherCauses(verdict: Verdict): KnownBlock[] {
  const { shown, more } = firstOf(verdict.causes.slice(1), 4);
  if (shown.length === 0) return [];
  return [list([bold('Also found')], shown.map(shortCause), more)];
}

function worthMending(verdict: Verdict): KnownBlock[] {
  const { shown, more } = firstOf(verdict.alsoSeen, 3);
  if (shown.length === 0) return [];
  return [
    list(
      [bold('Not the cause of these 502s, but worth mending')],
      shown.map((cause) => [cause.claim]),
      more,
    ),
  ];
}

function shortCause(cause: Cause): Piece[] {
  const explained = explainedWords(cause);
  const words = [strengthWords[cause.strength], ...(explained === null ? [] : [`explains ${explained} 502s`])];
  return [cleanText(cause.claim, 400), ` (${words.join('; ')})`];
}

function scope(verdict: Verdict, asked: AskedBy | null): Piece[] {
  const { distributionId, domainName } = verdict.target;
  const name = distributionId ?? verdict.target.asked;
  return [
    code(cleanText(name, 255)),
    ...(domainName === null ? [] : [` ${cleanText(domainName, 255)}`]),
    ', ',
    ...interval(verdict.window.from, verdict.window.to),
    ...(asked === null || asked.pathPattern === null ? [] : [', paths like ', code(cleanText(asked.pathPattern, 255))]),
    ...(asked === null ? [] : [', asked by ', person(asked.requesterId)]),
    '.',
  ];
}

function summary(verdict: Verdict): string {
  const best = verdict.causes[0];
  return fallbackText(
    cleanText(verdict.headline, 1200),
    ...(verdict.layer === null ? [] : [`Where: ${layerWords[verdict.layer]}.`]),
    ...(best === undefined ? [] : [`What to do: ${cleanText(best.remedy, 500)}`]),
  );
}
