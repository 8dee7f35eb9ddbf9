/** response_url: five answers within thirty minutes, seen only by who asked unless told otherwise. */
import { randomBytes } from 'node:crypto';
import { isObject, type JsonObject, textOrNull } from '../json.js';
import type { Message } from '../message.js';
import { readArguments } from '../web-api/arguments.js';
import { isEmpty, readContent } from '../web-api/content.js';
import type { Inside } from '../web-api/method.js';
import { SlackApiError } from '../web-api/slack-api-error.js';

/** docs.slack.dev/interactivity/handling-user-interaction: up to 5 times within 30 minutes. */
const usesMax = 5;
const lifetimeMs = 30 * 60_000;

/** What an answer belongs to. */
export interface Conversation {
  readonly url: string;
  readonly userId: string;
  readonly channel: string;
  /** The message that was clicked; null for a command. */
  readonly source: { readonly channel: string; readonly ts: string } | null;
  /** What was answered through it so far, oldest first, as it is now. */
  responses(): readonly Message[];
}

export interface ResponseUrls {
  mint(userId: string, channel: string, source: Message | null): Conversation;
  /** Applies what the app answered in its acknowledgement, which is no use of the address; the error where Slack refuses it. */
  answer(conversation: Conversation, body: JsonObject): string | null;
  /** Applies what the app posted to the address. */
  use(id: string, body: unknown): { readonly status: number; readonly error: string | null };
}

interface Entry {
  readonly conversation: Conversation;
  readonly at: number;
  readonly posted: { readonly channel: string; readonly ts: string }[];
  uses: number;
}

export function createResponseUrls(inside: Inside): ResponseUrls {
  const entries = new Map<string, Entry>();

  /** The message that replace_original and delete_original mean: the clicked one, or the command's last answer. */
  const originalOf = (entry: Entry): Message => {
    const place = entry.conversation.source ?? entry.posted.at(-1);
    const original = place === undefined ? null : inside.workspace.message(place.channel, place.ts);
    if (original === null || !original.byBot) throw new SlackApiError('message_not_found');
    return original;
  };

  const apply = (entry: Entry, body: JsonObject): void => {
    if (body['delete_original'] === true) {
      const original = originalOf(entry);
      inside.workspace.remove(original.channel, original.ts);
      return;
    }
    const content = readContent(readArguments(body), inside);
    if (isEmpty(content)) throw new SlackApiError('no_text');
    if (body['replace_original'] === true) {
      const original = originalOf(entry);
      inside.workspace.edit(original.channel, original.ts, { text: content.text ?? '', blocks: content.blocks ?? [] });
      return;
    }
    const message = inside.workspace.post({
      channel: entry.conversation.channel,
      author: inside.identity.botUserId,
      byBot: true,
      text: content.text ?? '',
      blocks: content.blocks ?? [],
      threadTs: textOrNull(body['thread_ts']),
      visibleTo: body['response_type'] === 'in_channel' ? null : entry.conversation.userId,
    });
    entry.posted.push({ channel: message.channel, ts: message.ts });
  };

  /** The error, or null where it was applied. */
  const tryToApply = (entry: Entry, body: JsonObject): string | null => {
    try {
      apply(entry, body);
      return null;
    } catch (thrown) {
      if (thrown instanceof SlackApiError) return thrown.code;
      throw thrown;
    }
  };

  return {
    mint: (userId, channel, source) => {
      const id = randomBytes(16).toString('hex');
      const posted: Entry['posted'] = [];
      const conversation: Conversation = {
        url: `${inside.baseUrl()}/respond/${id}`,
        userId,
        channel,
        source: source === null ? null : { channel: source.channel, ts: source.ts },
        responses: () => posted.flatMap((place) => inside.workspace.message(place.channel, place.ts) ?? []),
      };
      entries.set(id, { conversation, at: inside.now(), posted, uses: 0 });
      return conversation;
    },
    answer: (conversation, body) => {
      const entry = [...entries.values()].find((each) => each.conversation === conversation);
      return entry === undefined ? 'expired_url' : tryToApply(entry, body);
    },
    use: (id, body) => {
      const entry = entries.get(id);
      if (entry === undefined || inside.now() - entry.at > lifetimeMs) return { status: 404, error: 'expired_url' };
      if (entry.uses >= usesMax) return { status: 404, error: 'used_url' };
      if (!isObject(body)) return { status: 400, error: 'invalid_payload' };
      const error = tryToApply(entry, body);
      if (error !== null) return { status: 400, error };
      entry.uses += 1;
      return { status: 200, error: null };
    },
  };
}
