/** `@cf502 …`, the same words as the command; it works in threads, and the check lives in the thread. */
import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { Ask, Desk } from '../ask.js';
import { cancelRunning } from '../cancel-check.js';
import { examine } from '../examine.js';
import { listProposals } from '../list-proposals.js';
import { planReply, type ReplyPlan } from '../plan-reply.js';
import { recordCommand } from '../record.js';
import { renderCorrection } from '../render/notice.js';
import { startCheck } from '../start-check.js';
import { commands } from '../surface.js';
import { askOfMention } from './read-ask.js';

export function mention(desk: Desk) {
  return async ({ event, body }: SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs): Promise<void> => {
    const ask = askOfMention(desk, event, body);
    if (ask === null) return;
    const plan = planReply(desk, ask, spoken(event.text, desk.identity.botUserId), `@${desk.identity.botName}`);
    const recorded = recordCommand(desk, ask, spoken(event.text, desk.identity.botUserId), plan.kind);
    await carryOut(desk, ask, plan);
    await recorded;
  };
}

async function carryOut(desk: Desk, ask: Ask, plan: ReplyPlan): Promise<void> {
  switch (plan.kind) {
    case 'answer':
      return await ask.tell(plan.message);
    case 'check':
      return await startCheck(desk, ask, plan.command);
    case 'cancel':
      return await cancelRunning(desk, ask, plan.command.asked);
    case 'propose': {
      const problem = 'Slack opens a form for a command only, not for a mention.';
      return await ask.tell(renderCorrection(problem, [`${commands.cf502} ${plan.line}`]));
    }
    case 'proposals':
      return await listProposals(desk, ask);
    case 'doctor':
      return await examine(desk, ask);
  }
}

/** What follows the mention of the bot, wherever in the message it stands: `hey <@U0BOT> check E123`. */
function spoken(text: string, botUserId: string): string {
  const at = text.search(new RegExp(`<@${botUserId}(\\|[^>]*)?>`));
  return at === -1 ? text : text.slice(text.indexOf('>', at) + 1);
}
