/** Trigger ids: a person's gesture, good for opening one modal within three seconds. */
import { randomBytes } from 'node:crypto';
import { SlackApiError } from './web-api/slack-api-error.js';

/** docs.slack.dev/interactivity/handling-user-interaction: a trigger id expires in 3 seconds. */
const lifetimeMs = 3000;

export interface Triggers {
  mint(userId: string): string;
  /** The person whose gesture it was; the trigger is used up. @throws SlackApiError */
  take(triggerId: string): string;
}

export function createTriggers(now: () => number): Triggers {
  const live = new Map<string, { readonly userId: string; readonly at: number; used: boolean }>();
  let count = 0;
  return {
    mint: (userId) => {
      count += 1;
      const id = `${Math.floor(now() / 1000)}.${count}.${randomBytes(16).toString('hex')}`;
      live.set(id, { userId, at: now(), used: false });
      return id;
    },
    take: (triggerId) => {
      const trigger = live.get(triggerId);
      if (trigger === undefined) throw new SlackApiError('invalid_trigger_id');
      if (trigger.used) throw new SlackApiError('exchanged_trigger_id');
      if (now() - trigger.at > lifetimeMs) throw new SlackApiError('expired_trigger_id');
      trigger.used = true;
      return trigger.userId;
    },
  };
}
