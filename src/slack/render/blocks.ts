/** The few shapes of block that cf502 uses, and keeping a whole message inside Slack's limits. */
import type { Button, KnownBlock, RichTextBlock, RichTextList, RichTextSection, TableBlock } from '@slack/types';
import { andMore, cut, slackLimits } from './limits.js';
import { cleanText, elements, type Piece, plain } from './text.js';

/** A message as handed to chat.postMessage or chat.update. */
export interface RenderedMessage {
  /** A full sentence for notifications, screen readers and where Slack refuses the blocks. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export function header(value: string): KnownBlock {
  return { type: 'header', text: plain(value, slackLimits.header) };
}

export function paragraph(...pieces: readonly Piece[]): RichTextBlock {
  return { type: 'rich_text', elements: [section(pieces)] };
}

/** A paragraph, then bullets. */
export function list(intro: readonly Piece[], items: readonly (readonly Piece[])[], more = 0): RichTextBlock {
  const bullets: RichTextList = {
    type: 'rich_text_list',
    style: 'bullet',
    elements: [...items, ...(more > 0 ? [[andMore(more)]] : [])].map(section),
  };
  const parts: (RichTextSection | RichTextList)[] = [];
  if (intro.length > 0) parts.push(section(intro));
  if (bullets.elements.length > 0) parts.push(bullets);
  return { type: 'rich_text', elements: parts.length > 0 ? parts : [section(['–'])] };
}

/** Small grey lines. */
export function context(...lines: readonly string[]): KnownBlock {
  return {
    type: 'context',
    elements: lines.slice(0, slackLimits.contextElements).map((line) => plain(line, slackLimits.contextText)),
  };
}

export function actions(...buttons: readonly Button[]): KnownBlock {
  return { type: 'actions', elements: [...buttons] };
}

/**
 * A table with its head in the first row. Rows past Slack's limits are left off; the caller says so beside it.
 * @returns the block and how many rows were left off.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignRight: ReadonlySet<number> = new Set(),
): { readonly block: TableBlock; readonly more: number } {
  const columns = head.slice(0, slackLimits.tableColumns);
  const cells = [columns.map((name) => cleanText(name, slackLimits.tableCell))];
  let budget = slackLimits.tableText - lengthOf(cells[0] ?? []);
  for (const row of rows) {
    if (cells.length >= slackLimits.tableRows) break;
    const cleaned = columns.map((_, column) => cleanText(row[column] ?? '', slackLimits.tableCell));
    budget -= lengthOf(cleaned);
    if (budget < 0) break;
    cells.push(cleaned);
  }
  return {
    block: {
      type: 'table',
      rows: cells.map((row) => row.map((cell) => ({ type: 'raw_text', text: cell }))),
      column_settings: columns.map((_, column) => (alignRight.has(column) ? { align: 'right' } : { is_wrapped: true })),
    },
    more: rows.length - (cells.length - 1),
  };
}

/**
 * The message inside Slack's limits on the number of blocks and on all text together: what does not fit is left off at the end, before the
 * blocks of `keepLast`, and a line says so.
 */
export function withinLimits(
  fallback: string,
  blocks: readonly KnownBlock[],
  keepLast: readonly KnownBlock[] = [],
): RenderedMessage {
  const room = slackLimits.blocks - keepLast.length - 1;
  let budget = slackLimits.messageText - keepLast.reduce((sum, block) => sum + textLength(block), 0);
  const kept: KnownBlock[] = [];
  for (const block of blocks) {
    budget -= textLength(block);
    if (kept.length >= room || budget < 0) {
      kept.push(context('The rest did not fit into a Slack message.'));
      break;
    }
    kept.push(block);
  }
  return { text: cut(fallback, slackLimits.fallbackText), blocks: [...kept, ...keepLast] };
}

/** The text that a block shows, in UTF-16 units. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + textLength(entry), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, entry]) =>
      sum + (typeof entry === 'string' && (key === 'text' || key === 'title') ? entry.length : textLength(entry)),
    0,
  );
}

function section(pieces: readonly Piece[]): RichTextSection {
  return { type: 'rich_text_section', elements: elements(pieces.length > 0 ? pieces : ['–']) };
}

function lengthOf(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.length, 0);
}
