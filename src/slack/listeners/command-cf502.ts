/** `/cf502 …`: what was typed is answered at once, the work comes after. */
import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { Desk } from '../ask.js';
import { cancelRunning } from '../cancel-check.js';
import { planReply } from '../plan-reply.js';
import { startCheck } from '../start-check.js';
import { askOfCommand } from './read-ask.js';

export function commandCf502(desk: Desk) {
  return async ({ command, ack, respond }: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    const ask = askOfCommand(command, respond);
    const plan = planReply(desk, ask, command.text, command.command);
    await ack({ ...plan.message, response_type: 'ephemeral' });
    if (plan.kind === 'check') await startCheck(desk, ask, plan.command);
    if (plan.kind === 'cancel') await cancelRunning(desk, ask, plan.command.asked);
  };
}
