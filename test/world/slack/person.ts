/** A person in the workspace: types commands, mentions the bot, clicks, fills in modals. */

import type { Deliveries } from './delivery/deliveries.js';
import type { Delivery, DeliveryError } from './delivery/delivery.js';
import {
  channelReference,
  commandPayload,
  eventPayload,
  interactionJson,
  messageContainer,
  messageEvent,
} from './delivery/payloads.js';
import type { Conversation, ResponseUrls } from './delivery/response-urls.js';
import { actionOf, elementsIn, type Given, stateValues } from './elements.js';
import { isObject, type JsonObject, textOrNull } from './json.js';
import { type Block, type Message, messageJson } from './message.js';
import type { SlackChannel } from './seed.js';
import { type View, viewJson } from './view.js';
import { validateView } from './views.js';
import type { Inside } from './web-api/method.js';
import { SlackApiError } from './web-api/slack-api-error.js';

/** What came of something a person did. */
export interface Gesture {
  /** The delivery as it was when it was acknowledged or had failed. */
  readonly delivery: Delivery;
  /** null where nobody acknowledged in time. */
  readonly ackedInMs: number | null;
  /** Text that came with the acknowledgement. */
  readonly ackText: string | null;
  /** What Slack shows the person: the app was too slow or not there. */
  readonly error: DeliveryError | null;
  readonly triggerId: string;
  /** Empty where the payload carries none. */
  readonly responseUrl: string;
  /** What the app answered with the acknowledgement and through the response_url up to now, as it is now. */
  readonly responses: readonly Message[];
}

export interface ClickOptions {
  /** What the person chose, for an element that is no button. */
  readonly value?: Given;
  /** Which block, where several hold the action. */
  readonly blockId?: string;
  /** What stands in the other elements of the message, by action id. */
  readonly state?: Readonly<Record<string, Given>>;
}

export interface Mention {
  readonly message: Message;
  /** null where Slack tells the bot nothing, because it is not in the channel. */
  readonly delivery: Delivery | null;
}

export interface Person {
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
  /** Clicks in the modal on top, or in the home tab where no modal is open. */
  clickInView(actionId: string, options?: ClickOptions): Promise<Gesture>;
  useShortcut(message: Message, callbackId: string): Promise<Gesture>;
  useGlobalShortcut(callbackId: string): Promise<Gesture>;
  /** Submits the modal on top with these values by action id; `errors` are what the app found wrong, by block id. */
  submitView(values?: Readonly<Record<string, Given>>): Promise<Gesture & { readonly errors: JsonObject | null }>;
  closeView(): Promise<void>;
  openHome(): Promise<Delivery>;
}

/** The author of what Slack itself tells a person. */
const slackbot = 'USLACKBOT';

export function createPerson(
  userId: string,
  inside: Inside,
  deliveries: Deliveries,
  responseUrls: ResponseUrls,
): Person {
  const { workspace, identity } = inside;
  const found = workspace.users.get(userId);
  if (found === undefined)
    throw new Error(`There is no user ${userId}; there are: ${[...workspace.users.keys()].join(', ')}`);
  const user = found;

  /** A channel this person can write in. */
  const place = (idOrName: string): SlackChannel => {
    const channel = workspace.channel(idOrName);
    if (channel === null) throw new Error(`There is no channel ${idOrName}.`);
    if (channel.kind !== 'public' && !channel.members.includes(userId))
      throw new Error(`${userId} cannot see ${idOrName}.`);
    if (channel.archived) throw new Error(`${idOrName} is archived: nobody can write there.`);
    return channel;
  };

  const tellFailure = (channel: string, what: string, error: DeliveryError): void => {
    workspace.post({
      channel,
      author: slackbot,
      byBot: false,
      text: `${what} failed with the error "${error}"`,
      visibleTo: userId,
    });
  };

  const gesture = (delivery: Delivery, triggerId: string, conversation: Conversation | null): Gesture => ({
    delivery,
    ackedInMs: delivery.error === null ? delivery.ackedInMs : null,
    ackText: typeof delivery.ack === 'string' ? delivery.ack : textOrNull(delivery.ack?.['text']),
    error: delivery.error,
    triggerId,
    responseUrl: conversation?.url ?? '',
    get responses() {
      return conversation?.responses() ?? [];
    },
  });

  const interact = async (payload: JsonObject, conversation: Conversation | null): Promise<Gesture> => {
    const triggerId = inside.triggers.mint(userId);
    const delivery = await deliveries.deliver('interactive', {
      ...interactionJson(user, identity),
      ...payload,
      trigger_id: triggerId,
      ...(conversation === null ? {} : { response_url: conversation.url }),
    });
    return gesture(delivery, triggerId, conversation);
  };

  const pick = (blocks: readonly Block[], actionId: string, options: ClickOptions) => {
    const elements = elementsIn(blocks);
    const placed = elements.find(
      (each) => each.element['action_id'] === actionId && (options.blockId ?? each.blockId) === each.blockId,
    );
    if (placed !== undefined) return placed;
    const there = elements.map((each) => String(each.element['action_id'])).join(', ');
    throw new Error(`There is nothing to click named ${actionId}; there is: ${there === '' ? 'nothing' : there}`);
  };

  const actionsJson = (blocks: readonly Block[], actionId: string, options: ClickOptions): JsonObject => ({
    type: 'block_actions',
    actions: [actionOf(pick(blocks, actionId, options), options.value, `${(inside.now() / 1000).toFixed(6)}`)],
  });

  const stateWith = (blocks: readonly Block[], actionId: string, options: ClickOptions): JsonObject =>
    stateValues(blocks, { ...options.state, ...(options.value === undefined ? {} : { [actionId]: options.value }) });

  const writeToBot = async (channel: SlackChannel, text: string, threadTs: string | null): Promise<Mention> => {
    const message = workspace.post({ channel: channel.id, author: userId, byBot: false, text, threadTs });
    if (!channel.members.includes(identity.botUserId)) return { message, delivery: null };
    const event = messageEvent(message, user, channel, identity);
    const payload = eventPayload(event, identity, channel.externallyShared, inside.now());
    return { message, delivery: await deliveries.deliverEvent(payload) };
  };

  const topView = (): View => {
    const view = inside.views.top(userId);
    if (view === null) throw new Error(`No modal is open on the screen of ${userId}.`);
    return view;
  };

  /** What the app's acknowledgement of a submission does to the modal. */
  const applyToView = (view: View, ack: JsonObject | string | null): JsonObject | null => {
    if (!isObject(ack) || ack['response_action'] === undefined) {
      inside.views.close(view);
      return null;
    }
    const action = ack['response_action'];
    if (action === 'errors') return isObject(ack['errors']) ? ack['errors'] : {};
    if (action === 'clear') {
      inside.views.closeAll(userId);
      return null;
    }
    const next = ack['view'];
    if (!isObject(next) || (action !== 'update' && action !== 'push'))
      throw new SlackApiError(`The app answered the submission with what Slack does not know: ${JSON.stringify(ack)}`);
    const problems = validateView(next, inside.refusedBlocks);
    if (problems.length > 0)
      throw new SlackApiError(`Slack refuses the view in the answer: ${JSON.stringify(problems)}`);
    if (action === 'push') inside.views.push(next, userId);
    else inside.views.update({ viewId: view.id, externalId: null }, next, null);
    return null;
  };

  return {
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
        try {
          responseUrls.answer(conversation, typeof ack === 'string' ? { text: ack } : ack);
        } catch (thrown) {
          inside.complain(`The acknowledgement of ${command} cannot be shown: ${String(thrown)}`);
        }
      }
      return gesture(delivery, triggerId, conversation);
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
      return await interact(
        {
          ...actionsJson(message.blocks, actionId, options),
          container: messageContainer(message),
          channel: channelReference(channel),
          ...(message.visibleTo === null ? { message: messageJson(present, identity) } : {}),
          state: { values: stateWith(message.blocks, actionId, options) },
        },
        responseUrls.mint(userId, channel.id, present),
      );
    },

    clickInView: async (actionId, options = {}) => {
      const view = inside.views.top(userId) ?? inside.views.home(userId);
      if (view === null) throw new Error(`${userId} has neither a modal nor a home tab of the app.`);
      const values = stateWith(view.blocks, actionId, options);
      return await interact(
        {
          ...actionsJson(view.blocks, actionId, options),
          container: { type: 'view', view_id: view.id },
          view: viewJson(view, identity, values),
        },
        null,
      );
    },

    useShortcut: async (message, callbackId) => {
      const channel = place(message.channel);
      return await interact(
        {
          type: 'message_action',
          callback_id: callbackId,
          action_ts: `${(inside.now() / 1000).toFixed(6)}`,
          channel: channelReference(channel),
          message_ts: message.ts,
          message: messageJson(message, identity),
        },
        responseUrls.mint(userId, channel.id, message),
      );
    },

    useGlobalShortcut: async (callbackId) =>
      await interact(
        { type: 'shortcut', callback_id: callbackId, action_ts: `${(inside.now() / 1000).toFixed(6)}` },
        null,
      ),

    submitView: async (values = {}) => {
      const view = topView();
      const state = stateValues(view.blocks, values);
      const done = await interact(
        { type: 'view_submission', view: viewJson(view, identity, state), response_urls: [] },
        null,
      );
      const errors = done.error === null ? applyToView(view, done.delivery.ack) : null;
      return { ...done, responses: [], errors };
    },

    closeView: async () => {
      const view = topView();
      inside.views.close(view);
      if (view.source['notify_on_close'] !== true) return;
      await interact({ type: 'view_closed', view: viewJson(view, identity), is_cleared: false }, null);
    },

    openHome: async () => {
      const channel = workspace.openDirectMessage(userId, identity.botUserId);
      const view = inside.views.home(userId);
      const event = {
        type: 'app_home_opened',
        user: userId,
        channel: channel.id,
        tab: 'home',
        event_ts: workspace.nextTs(),
        ...(view === null ? {} : { view: viewJson(view, identity) }),
      };
      return await deliveries.deliverEvent(eventPayload(event, identity, false, inside.now()));
    },
  };
}
