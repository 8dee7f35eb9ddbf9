/** A message of ours as people read it. */
import type { RenderedMessage } from '../../src/slack/render/blocks.js';
import type { Block } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';

export function readMessage(message: RenderedMessage): string {
  // Through JSON, as it travels to Slack.
  const blocks: Block[] = JSON.parse(JSON.stringify(message.blocks));
  return renderAsText({ text: message.text, blocks });
}
