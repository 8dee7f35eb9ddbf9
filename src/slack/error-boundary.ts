/** Where everything ends that a listener throws: it is logged once, and whoever asked is told a plain sentence. */
import { z } from 'zod';
import { type Failure, failureKinds } from '../failure.js';
import type { Log } from '../platform/log.js';
import { fetchWithin, interactiveTimeoutMs, type SlackClients } from './clients.js';
import { formPlaceSchema, readFormData } from './form-data.js';
import { postEphemeral } from './post.js';
import { renderNotice } from './render/notice.js';
import { toSlackFailure } from './slack-failure.js';

/** The parts of a delivery that say how to reach whoever sent it. */
const reachableSchema = z.object({
  trigger_id: z.string().optional(),
  event_id: z.string().optional(),
  response_url: z.url().optional(),
  event: z
    .object({
      user: z.string(),
      channel: z.string(),
      thread_ts: z.string().optional(),
    })
    .optional(),
  /** A form: it has no response URL, and carries the place where it was asked for. */
  view: z.object({ private_metadata: z.string() }).optional(),
  user: z.object({ id: z.string() }).optional(),
});

export interface CaughtError {
  readonly error: Error;
  readonly body: unknown;
}

/** The handler for `app.error`; never throws. */
export function createErrorBoundary(clients: Pick<SlackClients, 'interactive'>, log: Log) {
  return async ({ error, body }: CaughtError): Promise<void> => {
    const failure = toSlackFailure(originalOf(error));
    const parsed = reachableSchema.safeParse(body);
    const reach = parsed.success ? parsed.data : {};
    const reference = (reach.event_id ?? reach.trigger_id ?? 'unknown').slice(-12);
    const { level } = failureKinds[failure.kind];
    log[level]({ kind: failure.kind, reason: failure.message, reference, stack: failure.stack }, 'a listener failed');
    const message = renderNotice(sentence(failure, reference));
    try {
      if (reach.response_url !== undefined) {
        await fetchWithin(interactiveTimeoutMs)(reach.response_url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...message, response_type: 'ephemeral', replace_original: false }),
        });
      } else if (reach.event !== undefined) {
        const { user, channel, thread_ts: threadTs = null } = reach.event;
        await postEphemeral(clients.interactive, { channelId: channel, threadTs }, user, message);
      } else if (reach.view !== undefined && reach.user !== undefined) {
        const place = readFormData(formPlaceSchema, reach.view.private_metadata);
        if (place !== null) await postEphemeral(clients.interactive, place, reach.user.id, message);
      }
    } catch (untold) {
      log.warn({ reference, reason: toSlackFailure(untold).message }, 'nobody could be told of a failure');
    }
  };
}

function sentence(failure: Failure, reference: string): string {
  if (failureKinds[failure.kind].audience === 'user') return failure.message;
  return `cf502 failed at this, and it is not your doing. Try again; if it fails again, tell whoever runs cf502 this reference: ${reference}.`;
}

/** What a listener threw, out of the wrappers that Bolt puts around it. */
function originalOf(error: Error): unknown {
  if ('originals' in error && Array.isArray(error.originals)) return error.originals[0];
  return 'original' in error && error.original instanceof Error ? error.original : error;
}
