/** A person in the workspace: types commands, mentions the bot, clicks, uses shortcuts, fills in modals. */

import type { Deliveries } from './delivery/deliveries.js';
import type { Delivery, DeliveryError } from './delivery/delivery.js';
import { channelReference, commandPayload, eventPayload, messageContainer, messageEvent } from './delivery/payloads.js';
import type { ResponseUrls } from './delivery/response-urls.js';
import {
  actionTs,
  type ClickOptions,
  describeGesture,
  type Gesture,
  type Hands,
  interact,
  stateAt,
  touched,
} from './gesture.js';
import { type Block, type Message, messageJson } from './message.js';
import { createPersonViews, type PersonViews } from './person-views.js';
import type { SlackChannel } from './seed.js';
import type { Inside } from './web-api/method.js';

export interface Mention {
  readonly message: Message;
  /** null where Slack tells the bot nothing, because it is not in the channel. */
  readonly delivery: Delivery | null;
}

export interface Person extends PersonViews {
  readonly id: string;
  typeCommand(channel: string, command: string, text?: string): Promise<Gesture>;
  /** Writes `@bot text`, in a thread where `threadTs` is given; in the direct messages with the bot, plain text. */
  mention(channel: string, text: string, options?: { readonly threadTs?: string }): Promise<Mention>;
  /** Writes something that is not for the bot. */
  say(
    channel: string,
    text: string,
    options?: { readonly threadTs?: string; readonly blocks?: readonly Block[] },
  ): Message;
  /** Writes to the bot directly. */
  directMessage(text: string): Promise<Mention>;
  /** Clicks in the message as this person last saw it, which may be older than what is there now. */
  click(message: Message, actionId: string, options?: ClickOptions): Promise<Gesture>;
  useShortcut(message: Message, callbackId: string): Promise<Gesture>;
  useGlobalShortcut(callbackId: string): Promise<Gesture>;
}

/** The author of what Slack itself tells a person. */
const slackbot = 'USLACKBOT';

/** @throws Error where there is no such user. */
export function createPerson(
  userId: string,
  inside: Inside,
  deliveries: Deliveries,
  responseUrls: ResponseUrls,
): Person {
  const { workspace, identity } = inside;
  const user = workspace.users.get(userId);
  if (user === undefined)
    throw new Error(`There is no user ${userId}; there are: ${[...workspace.users.keys()].join(', ')}`);
  const hands: Hands = { user, inside, deliveries, responseUrls };

  /** A channel this person can write in. */
  const place = (idOrName: string): SlackChannel => {
    const channel = workspace.channel(idOrName);
    if (channel === null) throw new Error(`There is no channel ${idOrName}.`);
    if (channel.kind !== 'public' && !channel.members.includes(userId))
      throw new Error(`${userId} cannot see ${idOrName}.`);
    if (channel.archived) throw new Error(`${idOrName} is archived: nobody can write there.`);
    return channel;
  };

  const tellFailure = (channel: string, command: string, error: DeliveryError): void => {
    const text = `${command} failed with the error "${error}"`;
    workspace.post({ channel, author: slackbot, byBot: false, text, visibleTo: userId });
  };

  const writeToBot = async (channel: SlackChannel, text: string, threadTs: string | null): Promise<Mention> => {
    const message = workspace.post({ channel: channel.id, author: userId, byBot: false, text, threadTs });
    if (!channel.members.includes(identity.botUserId)) return { message, delivery: null };
    const event = messageEvent(message, user, channel, identity);
    const payload = eventPayload(event, identity, channel.externallyShared, inside.now());
    return { message, delivery: await deliveries.deliverEvent(payload) };
  };

  return {
    ...createPersonViews(hands),
    id: userId,

    typeCommand: async (channelName, command, text = '') => {
      const channel = place(channelName);
      const triggerId = inside.triggers.mint(userId);
      const conversation = responseUrls.mint(userId, channel.id, null);
      const responseUrl = conversation.url;
      const payload = commandPayload({ user, channel, command, text, responseUrl, triggerId, identity });
      const delivery = await deliveries.deliver('slash_commands', payload);
      if (delivery.error !== null) tellFailure(channel.id, command, delivery.error);
      const { ack } = delivery;
      if (ack !== null) {
        const refused = responseUrls.answer(conversation, typeof ack === 'string' ? { text: ack } : ack);
        if (refused !== null) inside.complain(`The acknowledgement of ${command} cannot be shown: ${refused}`);
      }
      return describeGesture(delivery, triggerId, conversation);
    },

    mention: async (channelName, text, options = {}) => {
      const channel = place(channelName);
      const name = `<@${identity.botUserId}>`;
      const whole = channel.kind === 'im' || text.includes(name) ? text : `${name} ${text}`;
      return await writeToBot(channel, whole, options.threadTs ?? null);
    },

    say: (channelName, text, options = {}) =>
      workspace.post({
        channel: place(channelName).id,
        author: userId,
        byBot: false,
        text,
        threadTs: options.threadTs ?? null,
        blocks: options.blocks ?? [],
      }),

    directMessage: async (text) =>
      await writeToBot(workspace.openDirectMessage(userId, identity.botUserId), text, null),

    click: async (message, actionId, options = {}) => {
      if (message.visibleTo !== null && message.visibleTo !== userId)
        throw new Error(`${userId} cannot see that message: it is for ${message.visibleTo} only.`);
      const channel = place(message.channel);
      const present = workspace.message(message.channel, message.ts) ?? message;
      const payload = {
        ...touched(inside, message.blocks, actionId, options),
        container: messageContainer(message),
        channel: channelReference(channel),
        ...(message.visibleTo === null ? { message: messageJson(present, identity) } : {}),
        state: { values: stateAt(message.blocks, actionId, options) },
      };
      return await interact(hands, payload, responseUrls.mint(userId, channel.id, present));
    },

    useShortcut: async (message, callbackId) => {
      const channel = place(message.channel);
      const payload = {
        type: 'message_action',
        callback_id: callbackId,
        action_ts: actionTs(inside),
        channel: channelReference(channel),
        message_ts: message.ts,
        message: messageJson(message, identity),
      };
      return await interact(hands, payload, responseUrls.mint(userId, channel.id, message));
    },

    useGlobalShortcut: async (callbackId) =>
      await interact(hands, { type: 'shortcut', callback_id: callbackId, action_ts: actionTs(inside) }, null),
  };
}
