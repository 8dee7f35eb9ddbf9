/** `/cf502 …`: what was typed is answered at once, the work comes after. */
import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { Desk } from '../ask.js';
import { cancelRunning } from '../cancel-check.js';
import { examine } from '../examine.js';
import { listProposals } from '../list-proposals.js';
import { planReply } from '../plan-reply.js';
import { openProposeForm } from '../propose-form.js';
import { recordCommand } from '../record.js';
import { startCheck } from '../start-check.js';
import { askOfCommand } from './read-ask.js';

export function commandCf502(desk: Desk) {
  return async ({ command, ack, respond }: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    const ask = askOfCommand(command, respond);
    const plan = planReply(desk, ask, command.text, command.command);
    // A form says everything itself.
    if (plan.kind === 'propose') await ack();
    else await ack({ ...plan.message, response_type: 'ephemeral' });
    // Beside the work: a log that is slow must not delay a form, and one that is away must not keep anybody from reading.
    const recorded = recordCommand(desk, ask, command.text, plan.kind);
    if (plan.kind === 'check') await startCheck(desk, ask, plan.command);
    if (plan.kind === 'cancel') await cancelRunning(desk, ask, plan.command.asked);
    if (plan.kind === 'propose') await openProposeForm(desk, ask, plan.command, command.trigger_id);
    if (plan.kind === 'proposals') await listProposals(desk, ask);
    if (plan.kind === 'doctor') await examine(desk, ask);
    await recorded;
  };
}
