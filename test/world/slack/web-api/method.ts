/** The contract of one Web API method, and what it may touch. */
import type { Changes } from '../changes.js';
import type { Files } from '../files.js';
import type { JsonObject } from '../json.js';
import type { Message } from '../message.js';
import type { Identity, SlackChannel } from '../seed.js';
import type { Triggers } from '../triggers.js';
import type { Views } from '../views.js';
import type { Workspace } from '../workspace.js';
import type { Arguments } from './arguments.js';
import { SlackApiError } from './slack-api-error.js';

/** Tier of docs.slack.dev/apis/web-api/rate-limits; `message` is one per second and channel, `special` is not told. */
export type Tier = 1 | 2 | 3 | 4 | 'message' | 'special';

/** What the methods work on: the inside of the local Slack. */
export interface Inside {
  readonly identity: Identity;
  readonly workspace: Workspace;
  readonly views: Views;
  readonly files: Files;
  readonly triggers: Triggers;
  readonly changes: Changes;
  readonly scopes: Set<string>;
  readonly refusedBlocks: Set<string>;
  readonly now: () => number;
  /** `http://127.0.0.1:port`. */
  readonly baseUrl: () => string;
  /** Address of a new Socket Mode connection, with its ticket. */
  readonly openSocketUrl: () => string;
  readonly complain: (complaint: string) => void;
}

export interface Method {
  readonly tier: Tier;
  /** Which token it takes; `none` also works without. */
  readonly token: 'bot' | 'app' | 'none';
  /** Scopes of which one is enough; empty where none is needed. A method that needs one by kind of channel checks it itself. */
  readonly scopes: readonly string[];
  /** @throws SlackApiError for an answer with `ok: false`. */
  readonly run: (args: Arguments, inside: Inside) => JsonObject | Promise<JsonObject>;
}

/** @throws SlackApiError `missing_scope` where none of them was granted. */
export function requireScope(inside: Inside, ...anyOf: readonly string[]): void {
  if (anyOf.length === 0 || anyOf.some((scope) => inside.scopes.has(scope))) return;
  throw new SlackApiError('missing_scope', { needed: anyOf.join(','), provided: [...inside.scopes].join(',') });
}

/** Scope family of the channel's kind: `channels`, `groups` or `im`. */
export function scopeFamily(channel: SlackChannel): string {
  return { public: 'channels', private: 'groups', im: 'im' }[channel.kind];
}

/** A channel that the bot can see: what is private and without the bot does not exist for it. */
export function visibleChannel(inside: Inside, idOrName: string): SlackChannel {
  const channel = inside.workspace.channel(idOrName);
  if (channel === null) throw new SlackApiError('channel_not_found');
  if (channel.kind !== 'public' && !channel.members.includes(inside.identity.botUserId))
    throw new SlackApiError('channel_not_found');
  return channel;
}

/** The bot's own message that an edit or a deletion is about. */
export function ownMessage(inside: Inside, channel: string, ts: string, notOurs: string): Message {
  const message = inside.workspace.message(channel, ts);
  if (message === null || message.visibleTo !== null) throw new SlackApiError('message_not_found');
  if (!message.byBot) throw new SlackApiError(notOurs);
  return message;
}
