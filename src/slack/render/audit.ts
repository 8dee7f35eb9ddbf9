/** The scorecard of an audit: the worst of it in place of the live message, every item with its setting in the thread. */
import type { KnownBlock } from '@slack/types';
import { type AuditState, auditStates } from '../../diagnosis/audit.js';
import { settingLines } from '../../diagnosis/audit-reading.js';
import type { Scorecard, ScoredItem } from '../../diagnosis/scorecard.js';
import { actions, context, header, list, paragraph, type RenderedMessage, textLength, withinLimits } from './blocks.js';
import { checkAgainButton } from './buttons.js';
import { andMore, firstOf, formatCount, slackLimits } from './limits.js';
import { awsPage, bold, cleanText, code, fallbackText, interval, type Piece, person } from './text.js';
import type { AskedBy } from './verdict.js';

const maxWorst = 5;
/** More than there are; what an older worker stored may hold any number. */
const maxItems = 40;
/** Room for the line that says what is left off. */
const pageText = slackLimits.messageText - 500;
const pageBlocks = slackLimits.blocks - 4;

const stateWords: Readonly<Record<AuditState, string>> = {
  'at-risk': 'At risk',
  missing: 'Missing',
  unknown: 'Not to be seen from here',
  'in-place': 'In place',
};

export function renderScorecard(scorecard: Scorecard, asked: AskedBy | null): RenderedMessage {
  const worst = scorecard.items.filter(({ state }) => state === 'at-risk' || state === 'missing');
  const { shown, more } = firstOf(worst, maxWorst);
  const blocks: KnownBlock[] = [
    headline(scorecard.headline),
    ...(scorecard.outcome === 'cancelled' && asked !== null && asked.cancelledBy !== null
      ? [paragraph(bold('Cancelled by: '), person(asked.cancelledBy), '.')]
      : []),
    ...(scorecard.remedy === null
      ? []
      : [paragraph(bold('What would make it possible: '), cleanText(scorecard.remedy, 500))]),
    ...(shown.length === 0 ? [] : [list([bold('First of all')], shown.map(shortItem), more)]),
    paragraph(...scope(scorecard, asked)),
    ...(scorecard.items.length === 0
      ? []
      : [context('Every precaution is in the thread, with why it matters and the setting.')]),
  ];
  return withinLimits(fallback(scorecard, shown), blocks, [
    actions(checkAgainButton(scorecard.checkId, 'Audit again')),
  ]);
}

/** Every item, grouped by state, in as few messages as they fit into. */
export function renderScorecardThread(scorecard: Scorecard): readonly RenderedMessage[] {
  const { shown, more } = firstOf(scorecard.items, maxItems);
  const groups = auditStates.flatMap((state) => {
    const items = shown.filter((item) => item.state === state);
    return items.map((item, index) => [
      ...(index === 0 ? [header(`${stateWords[state]} (${items.length})`)] : []),
      ...itemBlocks(item),
    ]);
  });
  const pages: KnownBlock[][] = [];
  for (const blocks of groups) {
    const page = pages.at(-1);
    if (page !== undefined && page.length + blocks.length <= pageBlocks && textLength([...page, ...blocks]) <= pageText)
      page.push(...blocks);
    else pages.push([...blocks]);
  }
  if (more > 0) pages.at(-1)?.push(context(andMore(more)));
  return pages.map((blocks, index) =>
    withinLimits(fallbackText(`The precautions against 502s, part ${index + 1} of ${pages.length}.`), blocks),
  );
}

function headline(sentence: string): KnownBlock {
  const cleaned = cleanText(sentence);
  return cleaned.length <= slackLimits.header ? header(cleaned) : paragraph(bold(cleaned));
}

function shortItem({ title, because, fix, state }: ScoredItem): Piece[] {
  return [
    bold(`${cleanText(title, 100)} (${stateWords[state].toLowerCase()}): `),
    cleanText(because, 300),
    ...(fix === null ? [] : [' ', bold('Do: '), cleanText(fix.action, 250)]),
  ];
}

function itemBlocks(item: ScoredItem): KnownBlock[] {
  const { title, because, state, fix, missing, matters, offers, why } = item;
  const intro: Piece[] = [bold(`${cleanText(title, 100)}: `), cleanText(because, 500)];
  if (state === 'in-place') return [paragraph(...intro)];
  const rows: Piece[][] = [];
  if (fix !== null) rows.push([bold('Do: '), cleanText(fix.action, 400)]);
  for (const { message, remedy } of missing.slice(0, 3)) {
    const what = message === because ? [] : [cleanText(message, 250), ' '];
    rows.push(remedy === undefined ? [...what, '–'] : [bold('Needs: '), ...what, cleanText(remedy, 400)]);
  }
  rows.push([bold('Why it matters: '), cleanText(matters, 300)]);
  rows.push([bold('What AWS offers: '), cleanText(offers, 450), ' ', awsPage(why, 'AWS’s page'), '.']);
  const setting = fix?.terraform ?? null;
  return [list(intro, rows), ...(setting === null ? [] : [preformatted(setting)])];
}

/** Lines as they are, indented; nothing in them is markup to Slack. */
function preformatted(value: string): KnownBlock {
  const lines = settingLines(value).map((line) => {
    const words = line.trimStart();
    return `${line.slice(0, line.length - words.length)}${cleanText(words, 150)}`;
  });
  const shown = lines
    .join('\n')
    .slice(0, 1_500)
    .replace(/[\uD800-\uDBFF]$/, '');
  return {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: shown.trim() === '' ? '–' : shown }] },
    ],
  };
}

function scope({ target, window }: Scorecard, asked: AskedBy | null): Piece[] {
  return [
    code(cleanText(target.distributionId ?? target.asked, 255)),
    ...(target.domainName === null ? [] : [` ${cleanText(target.domainName, 255)}`]),
    ', logs and metrics of ',
    ...interval(window.from, window.to),
    ...(asked === null ? [] : [', asked by ', person(asked.requesterId)]),
    '.',
  ];
}

function fallback(scorecard: Scorecard, worst: readonly ScoredItem[]): string {
  const first = worst.map(({ title }) => cleanText(title, 100));
  return fallbackText(
    cleanText(scorecard.headline, 1000),
    ...(first.length === 0 ? [] : [`First of all: ${first.join('; ')}.`]),
    ...(scorecard.items.length > maxItems ? [`${formatCount(scorecard.items.length)} items in all.`] : []),
  );
}
