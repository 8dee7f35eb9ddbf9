/** The state of the workspace: people, channels, messages with their versions. Every change is announced. */
import type { Changes } from './changes.js';
import { isObject } from './json.js';
import type { Block, Message } from './message.js';
import type { SlackChannel, SlackUser, UserGroup } from './seed.js';

export interface NewMessage {
  readonly channel: string;
  readonly author: string;
  readonly byBot: boolean;
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly threadTs?: string | null;
  readonly visibleTo?: string | null;
  readonly metadata?: Message['metadata'];
  readonly files?: Message['files'];
  readonly replyBroadcast?: boolean;
}

export type MessageEdit = Partial<Pick<Message, 'text' | 'blocks' | 'metadata' | 'files'>>;

export interface Seed {
  readonly users: readonly SlackUser[];
  readonly channels: readonly SlackChannel[];
  readonly userGroups: readonly UserGroup[];
}

export type Workspace = ReturnType<typeof createWorkspace>;

/** Slack gives every block an id where the app gave none; interactions name it. */
function withBlockIds(blocks: readonly Block[], nextId: () => string): readonly Block[] {
  return blocks.map((block) =>
    isObject(block) && typeof block['block_id'] !== 'string' ? { ...block, block_id: nextId() } : block,
  );
}

export function createWorkspace(seed: Seed, changes: Changes, now: () => number) {
  const users = new Map(seed.users.map((user) => [user.id, user]));
  const channels = new Map(seed.channels.map((channel) => [channel.id, channel]));
  const userGroups = new Map(seed.userGroups.map((group) => [group.id, group]));
  /** In order of posting; a key is `channel ts`. */
  const messages = new Map<string, Message>();
  let lastMicroseconds = 0;
  let blockCount = 0;

  const nextBlockId = () => {
    blockCount += 1;
    return `b${blockCount.toString(36).padStart(4, '0')}`;
  };
  /** Unique and rising in the whole workspace, as a ts is within a channel. */
  const nextTs = () => {
    lastMicroseconds = Math.max(lastMicroseconds + 1, now() * 1000);
    return `${Math.floor(lastMicroseconds / 1e6)}.${String(lastMicroseconds % 1e6).padStart(6, '0')}`;
  };
  const put = (message: Message, kind: 'message-posted' | 'message-updated' | 'message-deleted') => {
    messages.set(`${message.channel} ${message.ts}`, message);
    changes.emit({ kind, message });
    return message;
  };
  const mustFind = (channel: string, ts: string): Message => {
    const found = messages.get(`${channel} ${ts}`);
    if (found === undefined || found.deleted) throw new Error(`There is no message ${ts} in ${channel}.`);
    return found;
  };

  return {
    users,
    channels,
    userGroups,
    nextTs,
    withBlockIds: (blocks: readonly Block[]) => withBlockIds(blocks, nextBlockId),

    /** By id, `#name` or name. */
    channel(idOrName: string): SlackChannel | null {
      const name = idOrName.replace(/^#/, '');
      return channels.get(idOrName) ?? [...channels.values()].find((channel) => channel.name === name) ?? null;
    },

    /** Name of a user, channel or group. */
    nameOf(id: string): string | null {
      return users.get(id)?.name ?? channels.get(id)?.name ?? userGroups.get(id)?.handle ?? null;
    },

    setChannel(channel: SlackChannel): void {
      channels.set(channel.id, channel);
    },

    /** The direct-message channel of a person and the bot, made where there is none yet. */
    openDirectMessage(userId: string, botUserId: string): SlackChannel {
      const existing = [...channels.values()].find((each) => each.kind === 'im' && each.members.includes(userId));
      if (existing !== undefined) return existing;
      const made: SlackChannel = {
        id: `D${userId.slice(1)}`,
        name: 'directmessage',
        kind: 'im',
        archived: false,
        externallyShared: false,
        members: [userId, botUserId],
      };
      channels.set(made.id, made);
      return made;
    },

    post(given: NewMessage): Message {
      const blocks = withBlockIds(given.blocks ?? [], nextBlockId);
      return put(
        {
          channel: given.channel,
          ts: nextTs(),
          threadTs: given.threadTs ?? null,
          author: given.author,
          byBot: given.byBot,
          text: given.text,
          blocks,
          metadata: given.metadata ?? null,
          files: given.files ?? [],
          visibleTo: given.visibleTo ?? null,
          replyBroadcast: given.replyBroadcast ?? false,
          deleted: false,
          versions: [{ text: given.text, blocks, at: now() }],
        },
        'message-posted',
      );
    },

    edit(channel: string, ts: string, edit: MessageEdit): Message {
      const before = mustFind(channel, ts);
      const blocks = edit.blocks === undefined ? before.blocks : withBlockIds(edit.blocks, nextBlockId);
      const text = edit.text ?? before.text;
      const versions = [...before.versions, { text, blocks, at: now() }];
      return put({ ...before, ...edit, text, blocks, versions }, 'message-updated');
    },

    remove(channel: string, ts: string): Message {
      return put({ ...mustFind(channel, ts), deleted: true }, 'message-deleted');
    },

    /** The message as it is now; null where there is none or it was deleted. */
    message(channel: string, ts: string): Message | null {
      const found = messages.get(`${channel} ${ts}`);
      return found === undefined || found.deleted ? null : found;
    },

    /** Everything that exists now, ephemerals included, in order of posting. */
    all(): readonly Message[] {
      return [...messages.values()].filter((message) => !message.deleted);
    },

    /** What everybody in the channel sees in it, threads not opened. */
    timeline(channel: string): readonly Message[] {
      return [...messages.values()].filter(
        (each) =>
          each.channel === channel &&
          !each.deleted &&
          each.visibleTo === null &&
          (each.threadTs === null || each.replyBroadcast),
      );
    },

    /** The parent and its replies. */
    thread(channel: string, ts: string): readonly Message[] {
      return [...messages.values()].filter(
        (each) =>
          each.channel === channel &&
          !each.deleted &&
          each.visibleTo === null &&
          (each.ts === ts || each.threadTs === ts),
      );
    },

    ephemerals(userId: string): readonly Message[] {
      return [...messages.values()].filter((each) => each.visibleTo === userId && !each.deleted);
    },
  };
}
