/** Slack's limits on messages, and cutting to them. https://docs.slack.dev/reference/block-kit/blocks */

/** Lengths in UTF-16 units, as Slack's SDKs count. Ours are a little tighter where Slack's own is not published. */
export const slackLimits = {
  /** Blocks of one message. */
  blocks: 50,
  /** Top-level `text`: chat.update refuses 4,000 and more. */
  fallbackText: 3900,
  /** `header` block. */
  header: 150,
  /** One text element of ours: keeps whole messages readable, far below the 3,000 of a section. */
  element: 1000,
  /** All text of one message; Slack answers `msg_blocks_too_long` a little above 13,000. */
  messageText: 10_500,
  /** `table` block. */
  tableRows: 100,
  tableColumns: 20,
  /** All cells of a table together. */
  tableText: 9500,
  /** One cell: longer ones are unreadable in a table. */
  tableCell: 300,
  contextElements: 10,
  /** One element of a `context` block. */
  contextText: 2000,
  /** Title of a `plan` or `task_card`. */
  taskTitle: 150,
  /** Output of a `task_card`. */
  taskOutput: 250,
  /** Value of a button. */
  buttonValue: 2000,
} as const;

const ellipsis = '…';

/** The text, or its beginning with an ellipsis, in at most `max` UTF-16 units; never half a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = Math.max(0, max - ellipsis.length);
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return `${text.slice(0, end).trimEnd()}${ellipsis}`;
}

/** The first `max` items and how many were left off. */
export function firstOf<T>(items: readonly T[], max: number): { readonly shown: readonly T[]; readonly more: number } {
  return { shown: items.slice(0, max), more: Math.max(0, items.length - max) };
}

/** `… and 7 more`, with thousands separated. */
export function andMore(count: number): string {
  return `${ellipsis} and ${formatCount(count)} more`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? Math.round(count).toLocaleString('en-GB') : 'an unknown number of';
}
