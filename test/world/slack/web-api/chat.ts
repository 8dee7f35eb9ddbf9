/** chat.*: what the app says, corrects and takes back. */
import { messageJson } from '../message.js';
import type { SlackChannel } from '../seed.js';
import type { Arguments } from './arguments.js';
import { isEmpty, readContent } from './content.js';
import { type Inside, type Method, ownMessage, visibleChannel } from './method.js';
import { SlackApiError } from './slack-api-error.js';

/** chat.update refuses more; chat.postMessage cuts at 40,000. */
const updateTextMax = 4000;

/** The channel to post into; a user id stands for the person's direct messages. */
function channelToPostIn(args: Arguments, inside: Inside): SlackChannel {
  const asked = args.text('channel');
  if (asked === null) throw new SlackApiError('channel_not_found');
  const channel = inside.workspace.users.has(asked)
    ? inside.workspace.openDirectMessage(asked, inside.identity.botUserId)
    : visibleChannel(inside, asked);
  if (channel.archived) throw new SlackApiError('is_archived');
  if (!channel.members.includes(inside.identity.botUserId) && !inside.scopes.has('chat:write.public'))
    throw new SlackApiError('not_in_channel');
  return channel;
}

/** The ts of the thread's parent; a reply's own ts is understood, as Slack does, and complained about. */
function threadOf(args: Arguments, channel: SlackChannel, inside: Inside): string | null {
  const asked = args.text('thread_ts');
  if (asked === null) return null;
  if (!/^\d{10}\.\d{6}$/.test(asked)) throw new SlackApiError('invalid_thread_ts');
  const parent = inside.workspace.message(channel.id, asked);
  if (parent === null || parent.visibleTo !== null) throw new SlackApiError('thread_not_found');
  if (parent.threadTs !== null) inside.complain(`thread_ts ${asked} is a reply; name its parent ${parent.threadTs}`);
  return parent.threadTs ?? parent.ts;
}

const postMessage: Method = {
  tier: 'message',
  token: 'bot',
  scopes: ['chat:write'],
  run: (args, inside) => {
    const channel = channelToPostIn(args, inside);
    const content = readContent(args, inside);
    if (isEmpty(content)) throw new SlackApiError('no_text');
    const message = inside.workspace.post({
      channel: channel.id,
      author: inside.identity.botUserId,
      byBot: true,
      text: content.text ?? '',
      blocks: content.blocks ?? [],
      metadata: content.metadata,
      threadTs: threadOf(args, channel, inside),
      replyBroadcast: args.flag('reply_broadcast'),
    });
    return { channel: channel.id, ts: message.ts, message: messageJson(message, inside.identity) };
  },
};

const postEphemeral: Method = {
  tier: 4,
  token: 'bot',
  scopes: ['chat:write'],
  run: (args, inside) => {
    const channel = channelToPostIn(args, inside);
    if (!channel.members.includes(inside.identity.botUserId)) throw new SlackApiError('not_in_channel');
    const user = args.needText('user');
    if (!channel.members.includes(user)) throw new SlackApiError('user_not_in_channel');
    const content = readContent(args, inside);
    if (isEmpty(content)) throw new SlackApiError('no_text');
    const message = inside.workspace.post({
      channel: channel.id,
      author: inside.identity.botUserId,
      byBot: true,
      text: content.text ?? '',
      blocks: content.blocks ?? [],
      threadTs: threadOf(args, channel, inside),
      visibleTo: user,
    });
    return { message_ts: message.ts };
  },
};

const update: Method = {
  tier: 3,
  token: 'bot',
  scopes: ['chat:write'],
  run: (args, inside) => {
    const channel = visibleChannel(inside, args.needText('channel'));
    if (channel.archived) throw new SlackApiError('is_archived');
    const before = ownMessage(inside, channel.id, args.needText('ts'), 'cant_update_message');
    if ((args.text('text') ?? '').length > updateTextMax) throw new SlackApiError('msg_too_long');
    const content = readContent(args, inside);
    if (content.text === null && content.blocks === null && content.metadata === null)
      throw new SlackApiError('no_text');
    const message = inside.workspace.edit(channel.id, before.ts, {
      ...(content.text === null ? {} : { text: content.text }),
      ...(content.blocks === null ? {} : { blocks: content.blocks }),
      ...(content.metadata === null ? {} : { metadata: content.metadata }),
    });
    return {
      channel: channel.id,
      ts: message.ts,
      text: message.text,
      message: messageJson(message, inside.identity),
    };
  },
};

const remove: Method = {
  tier: 3,
  token: 'bot',
  scopes: ['chat:write'],
  run: (args, inside) => {
    const channel = visibleChannel(inside, args.needText('channel'));
    const message = ownMessage(inside, channel.id, args.needText('ts'), 'cant_delete_message');
    inside.workspace.remove(channel.id, message.ts);
    return { channel: channel.id, ts: message.ts };
  },
};

const getPermalink: Method = {
  tier: 'special',
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const channel = visibleChannel(inside, args.needText('channel'));
    const message = inside.workspace.message(channel.id, args.needText('message_ts'));
    if (message === null || message.visibleTo !== null) throw new SlackApiError('message_not_found');
    const path = `archives/${channel.id}/p${message.ts.replace('.', '')}`;
    const thread = message.threadTs === null ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
    return {
      channel: channel.id,
      permalink: `https://${inside.identity.teamDomain}.slack.com/${path}${thread}`,
    };
  },
};

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};
