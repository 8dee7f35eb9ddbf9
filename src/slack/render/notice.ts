/** Short messages to one person. What they typed is shown as text only. */
import type { RichTextElement } from '@slack/types';
import { list, paragraph, type RenderedMessage } from './blocks.js';
import { code, fallbackText, type Piece } from './text.js';

/** One or more sentences. */
export function renderNotice(...pieces: readonly Piece[]): RenderedMessage {
  const spoken = pieces.map((piece) => (typeof piece === 'string' ? piece : shown(piece))).join('');
  return { text: fallbackText(spoken), blocks: [paragraph(...pieces)] };
}

/** What is wrong with a command, and the line to type instead. */
export function renderCorrection(problem: string, corrections: readonly string[]): RenderedMessage {
  if (corrections.length === 0) return renderNotice(problem);
  return {
    text: fallbackText(problem, `Type: ${corrections.join(' or ')}`),
    blocks: [
      list(
        [problem, ' Type this instead:'],
        corrections.slice(0, 5).map((line) => [code(line)]),
      ),
    ],
  };
}

/** A link to a message of ours, as Slack gave it; plain words where it is not one. */
export function messageLink(permalink: string | null, label: string): Piece {
  return permalink !== null && /^https:\/\/[a-z0-9-]+(\.enterprise)?\.slack\.com\/[\w/?=&.-]{1,300}$/i.test(permalink)
    ? { type: 'link', url: permalink, text: label }
    : label;
}

function shown(element: RichTextElement): string {
  return 'text' in element && typeof element.text === 'string' ? element.text : '';
}
