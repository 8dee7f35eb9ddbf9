/** `@cf502 …`, the same words as the command; it works in threads, and the check lives in the thread. */
import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { Desk } from '../ask.js';
import { cancelRunning } from '../cancel-check.js';
import { planReply } from '../plan-reply.js';
import { startCheck } from '../start-check.js';
import { askOfMention } from './read-ask.js';

export function mention(desk: Desk) {
  return async ({ event, body }: SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs): Promise<void> => {
    const ask = askOfMention(desk, event, body);
    if (ask === null) return;
    const plan = planReply(desk, ask, spoken(event.text, desk.identity.botUserId), `@${desk.identity.botName}`);
    switch (plan.kind) {
      case 'answer':
        return await ask.tell(plan.message);
      case 'check':
        return await startCheck(desk, ask, plan.command);
      case 'cancel':
        return await cancelRunning(desk, ask, plan.command.asked);
    }
  };
}

/** What follows the mention of the bot, wherever in the message it stands: `hey <@U0BOT> check E123`. */
function spoken(text: string, botUserId: string): string {
  const at = text.search(new RegExp(`<@${botUserId}(\\|[^>]*)?>`));
  return at === -1 ? text : text.slice(text.indexOf('>', at) + 1);
}
