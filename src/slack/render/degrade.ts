/** Newer kinds of block turned into ones that every Slack takes, for when Slack answers `invalid_blocks`. */
import type { Block, KnownBlock, TableBlock } from '@slack/types';
import { list, paragraph, type RenderedMessage, textLength } from './blocks.js';
import { firstOf, slackLimits } from './limits.js';
import { bold, cleanText, elements, type Piece } from './text.js';

/** Kinds that are not rolled out to every workspace or surface. */
export const degradableTypes = ['plan', 'task_card', 'table', 'data_visualization'] as const;

const statusWords: Readonly<Record<string, string>> = {
  pending: 'waiting',
  in_progress: 'running',
  complete: 'done',
  error: 'not available',
};

/** Whether `degrade` would change anything. */
export function isDegradable(
  message: RenderedMessage,
  refused: ReadonlySet<string> = new Set(degradableTypes),
): boolean {
  return message.blocks.some((block) => refused.has(block.type));
}

/** The same message without the refused kinds of block; what they said is kept as far as it fits, only the layout is lost. */
export function degrade(
  message: RenderedMessage,
  refused: ReadonlySet<string> = new Set(degradableTypes),
): RenderedMessage {
  const blocks = message.blocks.map((block) => {
    if (!refused.has(block.type)) return block;
    const rest = textLength(message.blocks.filter((other) => other !== block));
    return classic(block, slackLimits.messageText - rest);
  });
  return { text: message.text, blocks };
}

/** @param room how long the text of the block may become. */
function classic(block: KnownBlock, room: number): KnownBlock {
  if (block.type === 'plan') return listWithin([bold(block.title)], (block.tasks ?? []).map(task), room);
  if (block.type === 'task_card') return list([], [task(block)]);
  if (block.type === 'table') return listWithin([], rowsOf(block), room);
  return classicOther(block, room);
}

function listWithin(intro: readonly Piece[], items: readonly (readonly Piece[])[], room: number): KnownBlock {
  // Room for the intro and the line that says how many are left off.
  let left = room - 300;
  const fitting = items.findIndex((item) => {
    left -= textLength(elements(item));
    return left < 0;
  });
  const { shown, more } = firstOf(items, fitting === -1 ? items.length : fitting);
  return list(intro, shown, more);
}

function task(card: unknown): Piece[] {
  if (typeof card !== 'object' || card === null) return ['–'];
  const title = 'title' in card && typeof card.title === 'string' ? card.title : '–';
  const status = 'status' in card && typeof card.status === 'string' ? card.status : '';
  const output = 'output' in card ? wordsOf(card.output) : '';
  return [
    cleanText(title, slackLimits.taskTitle),
    ': ',
    bold(statusWords[status] ?? 'waiting'),
    ...(output === '' ? [] : [`, ${cleanText(output, slackLimits.taskOutput)}`]),
  ];
}

/** Each row as a bullet: its first cell, then the others with their column's name. */
function rowsOf({ rows }: TableBlock): Piece[][] {
  const [head = [], ...body] = rows.map((row) => row.map(wordsOf));
  return body.map((row) => {
    const rest = row.slice(1).flatMap((cell, index) => {
      const name = head[index + 1] ?? '';
      return cell === '' || cell === '–' ? [] : [`${name}: ${cell}`];
    });
    return [bold(row[0] ?? '–'), ...(rest.length === 0 ? [] : [`: ${rest.join('; ')}`])];
  });
}

/** Kinds that the types do not know (`data_visualization`): every word in them. */
function classicOther(block: Block, room: number): KnownBlock {
  return paragraph(cleanText(wordsOf(block), Math.max(50, Math.min(room, slackLimits.element))));
}

function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value))
    return value
      .map(wordsOf)
      .filter((word) => word !== '')
      .join(' ');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .filter(([key]) => !['type', 'style', 'block_id', 'task_id', 'status', 'emoji'].includes(key))
    .map(([, entry]) => wordsOf(entry))
    .filter((word) => word !== '')
    .join(' ');
}
