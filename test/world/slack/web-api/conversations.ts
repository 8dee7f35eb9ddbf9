/** conversations.*: channels, their history and threads, page by page. */
import type { JsonObject } from '../json.js';
import { type Message, messageJson } from '../message.js';
import type { SlackChannel } from '../seed.js';
import type { Arguments } from './arguments.js';
import { type Inside, type Method, requireScope, scopeFamily, visibleChannel } from './method.js';
import { SlackApiError } from './slack-api-error.js';

function channelJson(channel: SlackChannel, inside: Inside): JsonObject {
  const isMember = channel.members.includes(inside.identity.botUserId);
  if (channel.kind === 'im') {
    const user = channel.members.find((member) => member !== inside.identity.botUserId);
    return { id: channel.id, is_im: true, is_archived: false, is_open: true, user };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: false,
    is_private: channel.kind === 'private',
    is_archived: channel.archived,
    is_member: isMember,
    is_shared: channel.externallyShared,
    is_ext_shared: channel.externallyShared,
    is_org_shared: false,
    num_members: channel.members.length,
    context_team_id: inside.identity.teamId,
  };
}

/** One page of `items`; the cursor is the position where the next page starts. */
export function page<Item>(
  items: readonly Item[],
  args: Arguments,
  standard: number,
): { readonly items: readonly Item[]; readonly metadata: JsonObject; readonly more: boolean } {
  const limit = args.integer('limit', standard, 1, 999);
  const cursor = args.text('cursor');
  const start = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64').toString('utf8').replace('next:', ''));
  if (!Number.isInteger(start) || start < 0) throw new SlackApiError('invalid_cursor');
  const more = start + limit < items.length;
  return {
    items: items.slice(start, start + limit),
    metadata: { next_cursor: more ? Buffer.from(`next:${start + limit}`).toString('base64') : '' },
    more,
  };
}

function within(args: Arguments): (message: Message) => boolean {
  const oldest = Number(args.text('oldest') ?? 0);
  const latest = Number(args.text('latest') ?? Number.MAX_SAFE_INTEGER);
  const inclusive = args.flag('inclusive');
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

/** A channel whose messages the bot may read. */
function readableChannel(args: Arguments, inside: Inside): SlackChannel {
  const channel = visibleChannel(inside, args.needText('channel'));
  requireScope(inside, `${scopeFamily(channel)}:history`);
  if (!channel.members.includes(inside.identity.botUserId)) throw new SlackApiError('not_in_channel');
  return channel;
}

function shown(message: Message, args: Arguments, inside: Inside): JsonObject {
  const replies = message.threadTs === null ? inside.workspace.thread(message.channel, message.ts).slice(1) : [];
  return {
    ...messageJson(message, inside.identity),
    ...(replies.length > 0
      ? { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }
      : {}),
    ...(args.flag('include_all_metadata') && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

const history: Method = {
  tier: 3,
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const channel = readableChannel(args, inside);
    const newestFirst = inside.workspace.timeline(channel.id).filter(within(args)).reverse();
    const part = page(newestFirst, args, 100);
    return {
      messages: part.items.map((message) => shown(message, args, inside)),
      has_more: part.more,
      response_metadata: part.metadata,
    };
  },
};

const replies: Method = {
  tier: 3,
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const channel = readableChannel(args, inside);
    const asked = inside.workspace.message(channel.id, args.needText('ts'));
    if (asked === null || asked.visibleTo !== null) throw new SlackApiError('thread_not_found');
    const [parent, ...rest] = inside.workspace.thread(channel.id, asked.threadTs ?? asked.ts);
    const part = page(rest.filter(within(args)), args, 1000);
    const messages = parent === undefined ? part.items : [parent, ...part.items];
    return {
      messages: messages.map((message) => shown(message, args, inside)),
      has_more: part.more,
      response_metadata: part.metadata,
    };
  },
};

const info: Method = {
  tier: 3,
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const channel = visibleChannel(inside, args.needText('channel'));
    requireScope(inside, `${scopeFamily(channel)}:read`);
    return { channel: channelJson(channel, inside) };
  },
};

const members: Method = {
  tier: 4,
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const channel = visibleChannel(inside, args.needText('channel'));
    requireScope(inside, `${scopeFamily(channel)}:read`);
    const part = page(channel.members, args, 100);
    return { members: part.items, response_metadata: part.metadata };
  },
};

const open: Method = {
  tier: 3,
  token: 'bot',
  scopes: ['im:write'],
  run: (args, inside) => {
    const users = args.needText('users').split(',');
    const [user] = users;
    if (users.length !== 1 || user === undefined || !inside.workspace.users.has(user))
      throw new SlackApiError(users.length > 1 ? 'method_not_supported_for_channel_type' : 'user_not_found');
    const channel = inside.workspace.openDirectMessage(user, inside.identity.botUserId);
    return { channel: args.flag('return_im') ? channelJson(channel, inside) : { id: channel.id } };
  },
};

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.history': history,
  'conversations.info': info,
  'conversations.members': members,
  'conversations.open': open,
  'conversations.replies': replies,
};
