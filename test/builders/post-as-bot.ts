/** A message of the bot in the local Slack that the bot under test did not post itself: the worker's, or one of another version. */
import type { RenderedMessage } from '../../src/slack/render/blocks.js';
import type { LocalSlack } from '../world/slack/local-slack.js';
import type { Message } from '../world/slack/message.js';

export async function postAsBot(
  slack: LocalSlack,
  channel: string,
  message: Pick<RenderedMessage, 'text'> & { readonly blocks: readonly unknown[] },
  threadTs: string | null = null,
): Promise<Message> {
  const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${slack.environment.SLACK_BOT_TOKEN}`,
    },
    body: JSON.stringify({ channel, ...message, ...(threadTs === null ? {} : { thread_ts: threadTs }) }),
  });
  const posted: unknown = await answer.json();
  const ts = typeof posted === 'object' && posted !== null && 'ts' in posted ? String(posted.ts) : '';
  const found = slack.message(channel, ts);
  if (found === null) throw new Error(`The message was not posted: ${JSON.stringify(posted)}`);
  return found;
}

/** One button, as an earlier version or a forged request could have it. */
export function lonelyButton(actionId: string, value: string): Parameters<typeof postAsBot>[2] {
  const text = { type: 'plain_text', text: 'Click' };
  return {
    text: 'An answer.',
    blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: actionId, value, text }] }],
  };
}
