/** Newer kinds of block turned into ones that every Slack takes, for when Slack answers `invalid_blocks`. */
import type { Block, KnownBlock, PlanBlock, TableBlock } from '@slack/types';
import { list, paragraph, type RenderedMessage } from './blocks.js';
import { firstOf, slackLimits } from './limits.js';
import { bold, cleanText, type Piece } from './text.js';

/** Kinds that are not rolled out to every workspace or surface. */
export const degradableTypes = ['plan', 'task_card', 'table', 'data_visualization'] as const;
export type DegradableType = (typeof degradableTypes)[number];

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

/** The same message without the refused kinds of block; nothing that they said is lost but their layout. */
export function degrade(
  message: RenderedMessage,
  refused: ReadonlySet<string> = new Set(degradableTypes),
): RenderedMessage {
  return {
    text: message.text,
    blocks: message.blocks.map((block) => (refused.has(block.type) ? classic(block) : block)),
  };
}

function classic(block: KnownBlock): KnownBlock {
  switch (block.type) {
    case 'plan':
      return classicPlan(block);
    case 'task_card':
      return list([], [task(block)]);
    case 'table':
      return classicTable(block);
    default:
      return classicOther(block);
  }
}

function classicPlan(block: PlanBlock): KnownBlock {
  const { shown, more } = firstOf(block.tasks ?? [], 50);
  return list([bold(block.title)], shown.map(task), more);
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
function classicTable({ rows }: TableBlock): KnownBlock {
  const [head = [], ...body] = rows.map((row) => row.map(wordsOf));
  const items = body.map((row): Piece[] => {
    const rest = row.slice(1).flatMap((cell, index) => {
      const name = head[index + 1] ?? '';
      return cell === '' || cell === '–' ? [] : [`${name}: ${cell}`];
    });
    return [bold(row[0] ?? '–'), ...(rest.length === 0 ? [] : [`: ${rest.join('; ')}`])];
  });
  return list([], items);
}

/** Kinds that the types do not know (`data_visualization`): every word in them. */
function classicOther(block: Block): KnownBlock {
  const { type: _, block_id: __, ...content } = { block_id: '', ...block };
  return paragraph(cleanText(wordsOf(content), 3 * slackLimits.element));
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
