/** Posting and editing as the worker owes it: rate limits wait in the queue, a refusal is told apart from silence, nothing is posted twice. */
import { type Queue, RateLimitError } from 'bullmq';
import type { Failure } from '../src/failure.js';
import type { CheckMessage } from '../src/queue/checks.js';
import { createSlackClients } from '../src/slack/clients.js';
import { postMessage, updateMessage } from '../src/slack/post.js';
import type { RenderedMessage } from '../src/slack/render/blocks.js';
import { degrade } from '../src/slack/render/degrade.js';
import { toSlackFailure } from '../src/slack/slack-failure.js';
import type { WorkerServices } from './services.js';

/** How long a workspace's refusal of newer blocks is remembered; roll-outs reach it later. */
const refusedBlocksSeconds = 3_600;

/**
 * chat.update is Tier 3, 50 and more a minute for the workspace (https://docs.slack.dev/apis/web-api/rate-limits). Edits of progress take at most
 * this many of them, whatever the number of checks and workers: the rest is for verdicts.
 */
const progressEditsPerMinute = 30;

export interface Poster {
  /** Edits if that is possible now; a failure other than a rate limit is dropped, since the next edit says more. */
  edit(message: CheckMessage, rendered: RenderedMessage): Promise<'done' | 'dropped'>;
  /** Edits, or throws a Failure that BullMQ retries. `gone`: the message cannot be edited any more. */
  mustEdit(message: CheckMessage, rendered: RenderedMessage): Promise<'done' | 'gone' | 'undeliverable'>;
  /** Posts, or throws a Failure that BullMQ retries. @returns the new message's ts, null where the channel refuses us. */
  mustPost(channelId: string, threadTs: string | null, rendered: RenderedMessage): Promise<string | null>;
  /** Posts into the thread once, whatever dies in between. `unsure`: Slack never answered, so it is not posted again. */
  postOnce(
    checkId: string,
    what: string,
    message: Pick<CheckMessage, 'channelId'> & { readonly threadTs: string | null },
    rendered: RenderedMessage,
  ): Promise<'done' | 'unsure' | 'refused'>;
}

/** Where it is kept what was posted: with the check, or with the proposal. */
export interface Claims {
  claim(id: string, what: string): Promise<boolean>;
  unclaim(id: string, what: string): Promise<void>;
  note(id: string, name: string, value: string): Promise<void>;
  readNote(id: string, name: string): Promise<string | null>;
}

/** @param queue whose jobs post: it is the one that waits when Slack asks to. */
export function createPoster(
  services: WorkerServices,
  queue: Pick<Queue, 'rateLimit'>,
  store: Claims = services.store,
): Poster {
  const { config, log, redis } = services;
  const slack = createSlackClients(config.slack, log);
  const refusedKey = `${config.redisPrefix}:slack:refused-blocks`;

  /** A workspace that refused newer blocks is sent classic ones straight away, so that each message costs one call. */
  const form = async (rendered: RenderedMessage): Promise<RenderedMessage> =>
    (await redis.exists(refusedKey)) === 1 ? degrade(rendered) : rendered;
  const rememberRefusal = (): void => {
    redis
      .set(refusedKey, '1', 'EX', refusedBlocksSeconds)
      .catch((error: unknown) => log.debug({ error: String(error) }, 'refusal not remembered'));
  };

  /** A 429 is for the method and the workspace: the whole queue waits, and this job comes back untouched. */
  const waitIfLimited = async (failure: Failure): Promise<void> => {
    if (failure.kind !== 'throttled') return;
    const seconds = failure.details['retryAfterSeconds'];
    const retryAfterMs = (typeof seconds === 'number' ? seconds : 5) * 1000;
    log.warn({ retryAfterMs }, 'slack asks to wait');
    await queue.rateLimit(retryAfterMs);
    throw new RateLimitError();
  };

  const post = async (channelId: string, threadTs: string | null, rendered: RenderedMessage): Promise<string> =>
    postMessage(slack.mustDeliver, { channelId, threadTs }, await form(rendered), rememberRefusal);

  /** One counter for all workers; a minute that is used up drops the edit, since a later one, or the verdict, says more. */
  const mayEdit = async (): Promise<boolean> => {
    const minute = `${config.redisPrefix}:slack:edits:${Math.floor(services.now().getTime() / 60_000)}`;
    const [[, used] = [null, 0]] = (await redis.multi().incr(minute).expire(minute, 120).exec()) ?? [];
    return Number(used) <= progressEditsPerMinute;
  };

  return {
    async edit(message, rendered) {
      if (!(await mayEdit())) return 'dropped';
      try {
        await updateMessage(slack.progress, message, await form(rendered), rememberRefusal);
        return 'done';
      } catch (error) {
        const failure = toSlackFailure(error);
        await waitIfLimited(failure);
        log.debug({ kind: failure.kind, details: failure.details }, 'progress edit dropped');
        return 'dropped';
      }
    },

    async mustEdit(message, rendered) {
      try {
        await updateMessage(slack.mustDeliver, message, await form(rendered), rememberRefusal);
        return 'done';
      } catch (error) {
        const failure = toSlackFailure(error);
        await waitIfLimited(failure);
        if (failure.kind === 'service-down') throw failure;
        if (failure.kind === 'not-found') return 'gone';
        log.error({ kind: failure.kind, details: failure.details }, 'slack refused the verdict');
        return 'undeliverable';
      }
    },

    async mustPost(channelId, threadTs, rendered) {
      try {
        return await post(channelId, threadTs, rendered);
      } catch (error) {
        const failure = toSlackFailure(error);
        await waitIfLimited(failure);
        if (failure.kind === 'service-down') throw failure;
        return null;
      }
    },

    async postOnce(checkId, what, message, rendered) {
      if ((await store.readNote(checkId, what)) !== null) return 'done';
      // Claimed before and no result noted: whoever claimed it died while Slack was being asked.
      if (!(await store.claim(checkId, what))) return 'unsure';
      let ts: string;
      try {
        ts = await post(message.channelId, message.threadTs, rendered);
      } catch (error) {
        const failure = toSlackFailure(error);
        // No answer at all: Slack may have posted it, and posting twice is worse than saying that it may be missing.
        if (failure.kind === 'service-down' && failure.details['statusCode'] === undefined) return 'unsure';
        await store.unclaim(checkId, what);
        await waitIfLimited(failure);
        if (failure.kind === 'service-down') throw failure;
        log.error(
          { checkId, what, kind: failure.kind, details: failure.details },
          'slack refused a message of the thread',
        );
        return 'refused';
      }
      await store.note(checkId, what, ts);
      return 'done';
    },
  };
}
