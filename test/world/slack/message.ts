/** What a message in the local Slack is. Messages are snapshots: an edit makes a new one, an old one never changes. */
import type { JsonObject } from './json.js';

export type Block = JsonObject;

/** One state that a message was in; the first is the original post. */
export interface MessageVersion {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface MessageFile {
  readonly id: string;
  readonly title: string;
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  /** The parent's ts; null on a message of the channel itself. */
  readonly threadTs: string | null;
  /** Id of the user who wrote it; the bot's user id for the bot. */
  readonly author: string;
  readonly byBot: boolean;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata: JsonObject | null;
  readonly files: readonly MessageFile[];
  /** The only person who can see it, for an ephemeral message; null where the whole channel can. */
  readonly visibleTo: string | null;
  readonly replyBroadcast: boolean;
  readonly deleted: boolean;
  /** Every version, oldest first, the present one last. */
  readonly versions: readonly MessageVersion[];
}

/** The message as the Web API and events show it. */
export function messageJson(message: Message, bot: { readonly botId: string; readonly teamId: string }): JsonObject {
  return {
    type: 'message',
    ...(message.visibleTo === null ? {} : { is_ephemeral: true }),
    user: message.author,
    team: bot.teamId,
    ts: message.ts,
    text: message.text,
    ...(message.byBot ? { bot_id: bot.botId } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(message.versions.length > 1
      ? { edited: { user: message.author, ts: `${Math.floor((message.versions.at(-1)?.at ?? 0) / 1000)}.000000` } }
      : {}),
    ...(message.files.length > 0
      ? { files: message.files.map((file) => ({ id: file.id, name: file.name, title: file.title })) }
      : {}),
  };
}
