/** Posting and editing our messages: refused kinds of block are replaced, and as the last resort the sentence alone is sent. */
import type { WebClient } from '@slack/web-api';
import type { Failure } from '../failure.js';
import type { RenderedMessage } from './render/blocks.js';
import { degrade, isDegradable } from './render/degrade.js';
import { slackErrorOf, toSlackFailure } from './slack-failure.js';

export interface Place {
  readonly channelId: string;
  /** null: in the channel itself. */
  readonly threadTs: string | null;
}

/** Codes with which Slack refuses the blocks rather than the call. */
const blockErrors: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'unsupported_block',
]);

/**
 * Posts a message.
 * @returns its ts.
 * @throws Failure `not-allowed` where Slack does not let us post there (`details.slackError`), `throttled`, `service-down`, …
 */
export async function postMessage(
  client: WebClient,
  place: Place,
  message: RenderedMessage,
  onRefusedBlocks?: () => void,
): Promise<string> {
  return await withFallbacks(
    message,
    async (form) => {
      const posted = await client.chat.postMessage({
        channel: place.channelId,
        ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
        ...form,
        mrkdwn: false,
        unfurl_links: false,
        unfurl_media: false,
      });
      return posted.ts ?? '';
    },
    onRefusedBlocks,
  );
}

/** Replaces the content of a message of ours. @throws Failure, `not-found` where it is gone or can no longer be edited. */
export async function updateMessage(
  client: WebClient,
  at: { readonly channelId: string; readonly ts: string },
  message: RenderedMessage,
  onRefusedBlocks?: () => void,
): Promise<void> {
  await withFallbacks(
    message,
    async (form) => {
      await client.chat.update({ channel: at.channelId, ts: at.ts, ...form });
    },
    onRefusedBlocks,
  );
}

/** Shows a message to one person only. */
export async function postEphemeral(
  client: WebClient,
  place: Place,
  userId: string,
  message: RenderedMessage,
): Promise<void> {
  await withFallbacks(message, async (form) => {
    await client.chat.postEphemeral({
      channel: place.channelId,
      user: userId,
      ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
      ...form,
    });
  });
}

/** The link to a message of ours; null where Slack does not give one. */
export async function findPermalink(client: WebClient, channelId: string, ts: string): Promise<string | null> {
  try {
    const answer = await client.chat.getPermalink({ channel: channelId, message_ts: ts });
    return answer.permalink ?? null;
  } catch {
    // A link is a convenience; nothing waits for it.
    return null;
  }
}

/** @param onRefusedBlocks told when Slack refused the newer kinds of block and took the classic ones. */
async function withFallbacks<T>(
  message: RenderedMessage,
  send: (form: RenderedMessage) => Promise<T>,
  onRefusedBlocks?: () => void,
): Promise<T> {
  const forms = [
    message,
    ...(isDegradable(message) ? [degrade(message)] : []),
    // An empty list takes the blocks away from a message that is being edited.
    { text: message.text, blocks: [] },
  ];
  let refused: Failure | null = null;
  for (const form of forms) {
    try {
      const sent = await send(form);
      if (refused !== null) onRefusedBlocks?.();
      return sent;
    } catch (error) {
      const failure = toSlackFailure(error);
      if (!blockErrors.has(slackErrorOf(failure) ?? '')) throw failure;
      refused = failure;
    }
  }
  throw refused ?? toSlackFailure(new Error('no form of the message was tried'));
}
