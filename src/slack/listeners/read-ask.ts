/** What arrives from Slack, read as an ask. */
import type { BlockAction, MessageShortcut, RespondFn, SlashCommand, ViewOutput, ViewSubmitAction } from '@slack/bolt';
import type { AppMentionEvent } from '@slack/types';
import type { Ask, Desk } from '../ask.js';
import { postEphemeral } from '../post.js';
import type { RenderedMessage } from '../render/blocks.js';
import { toSlackFailure } from '../slack-failure.js';

export function askOfCommand(command: SlashCommand, respond: RespondFn): Ask {
  return {
    deliveryId: command.trigger_id,
    userId: command.user_id,
    teamId: command.team_id,
    enterpriseId: command.enterprise_id ?? null,
    channelId: command.channel_id,
    // Slack does not let people type commands in threads.
    threadTs: null,
    tell: tellByResponse(respond, null),
  };
}

/** @returns null for mentions that are not a person's: bots, and messages without an author. */
export function askOfMention(
  desk: Desk,
  event: AppMentionEvent,
  body: { readonly event_id: string; readonly team_id: string },
): Ask | null {
  if (event.user === undefined || event.bot_id !== undefined || event.subtype === 'bot_message') return null;
  const { user, channel } = event;
  const threadTs = event.thread_ts ?? null;
  return {
    deliveryId: body.event_id,
    userId: user,
    teamId: event.user_team ?? event.team ?? body.team_id,
    enterpriseId: null,
    channelId: channel,
    threadTs: threadTs ?? event.ts,
    // In a thread that nobody has answered yet Slack would not show it.
    tell: (message) => postEphemeral(desk.clients.interactive, { channelId: channel, threadTs }, user, message),
  };
}

export function askOfShortcut(shortcut: MessageShortcut, respond: RespondFn): Ask {
  const threadTs: unknown = shortcut.message['thread_ts'];
  const thread = typeof threadTs === 'string' ? threadTs : null;
  return {
    deliveryId: shortcut.trigger_id,
    userId: shortcut.user.id,
    teamId: shortcut.user.team_id ?? shortcut.team?.id ?? '',
    enterpriseId: shortcut.enterprise?.id ?? shortcut.team?.enterprise_id ?? null,
    channelId: shortcut.channel.id,
    threadTs: thread ?? shortcut.message_ts,
    tell: tellByResponse(respond, thread),
  };
}

/** @returns null where the button is not in a message of a channel. */
export function askOfButton(body: BlockAction, respond: RespondFn): Ask | null {
  const channelId = body.channel?.id;
  if (channelId === undefined) return null;
  const threadTs: unknown = body.message?.['thread_ts'];
  const thread = typeof threadTs === 'string' ? threadTs : null;
  return {
    deliveryId: body.trigger_id,
    userId: body.user.id,
    teamId: body.user.team_id ?? body.team?.id ?? '',
    enterpriseId: body.enterprise?.id ?? null,
    channelId,
    threadTs: thread,
    tell: tellByResponse(respond, thread),
  };
}

/** @param place where the form was asked for: its answers go there, since Slack gives a form no response URL. */
export function askOfForm(
  desk: Desk,
  body: ViewSubmitAction,
  place: { readonly channelId: string; readonly threadTs: string | null },
): Ask {
  const userId = body.user.id;
  return {
    deliveryId: body.trigger_id,
    userId,
    teamId: body.user.team_id ?? body.team?.id ?? '',
    enterpriseId: body.enterprise?.id ?? null,
    channelId: place.channelId,
    threadTs: place.threadTs,
    tell: async (message) => {
      try {
        await postEphemeral(desk.clients.interactive, place, userId, message);
      } catch (error) {
        // Where the bot is no member it cannot say anything; what was decided is decided.
        desk.log.warn({ userId, reason: toSlackFailure(error).message }, 'answer to a form not shown');
      }
    },
  };
}

/** What stands in the inputs of a form, by block id: text, or the value of what was chosen. */
export function valuesOf({ state }: Pick<ViewOutput, 'state'>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(state.values).map(([blockId, elements]) => {
      const element = Object.values(elements)[0];
      return [blockId, element?.selected_option?.value ?? element?.value ?? ''];
    }),
  );
}

function tellByResponse(respond: RespondFn, threadTs: string | null): (message: RenderedMessage) => Promise<void> {
  return async (message) => {
    await respond({
      ...message,
      response_type: 'ephemeral',
      replace_original: false,
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
    });
  };
}
