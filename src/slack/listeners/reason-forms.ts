/** Reject and Break glass: a click opens a form for the reason, and the form makes the decision. */
import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import type { Desk } from '../ask.js';
import { decide, findProposal, foresee, refuse } from '../decide.js';
import { type ReasonFormData, readFormData, reasonFormSchema } from '../form-data.js';
import { judgeReason, openView } from '../propose-form.js';
import { inputs, renderBreakGlassForm, renderRejectForm } from '../render/forms.js';
import { showCard } from '../show-card.js';
import { forms } from '../surface.js';
import { onButton } from './on-button.js';
import { askOfForm, valuesOf } from './read-ask.js';
import { foreignForm } from './unknown-form.js';

type Kind = 'reject' | 'break-glass';

export function reasonButtonClicked(desk: Desk, kind: Kind) {
  return onButton(async (ask, value, body) => {
    const found = await findProposal(desk, ask, value);
    if (found === null) return;
    // Nobody should write a reason for what they may not do anyway.
    const because = await foresee(desk, ask, found, kind);
    if (because !== null) {
      await Promise.all([
        refuse(desk, ask, { proposalId: found.proposal.id, what: kind, because }),
        // The button may stand on a card of a state that is over.
        showCard(desk, found.changes, found.proposal),
      ]);
      return;
    }
    const data: ReasonFormData = {
      v: 1,
      proposalId: found.proposal.id,
      channelId: ask.channelId,
      threadTs: ask.threadTs,
    };
    const form = { privateMetadata: JSON.stringify(data), proposal: found.proposal };
    const view =
      kind === 'reject'
        ? renderRejectForm({ ...form, callbackId: forms.reject })
        : renderBreakGlassForm({ ...form, callbackId: forms.breakGlass });
    await openView(desk, ask, body.trigger_id, view);
  });
}

export function reasonFormSent(desk: Desk, kind: Kind) {
  return async ({ body, view, ack }: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    const data = readFormData(reasonFormSchema, view.private_metadata);
    if (data === null) return await ack(foreignForm);
    const reason = (valuesOf(view)[inputs.reason] ?? '').trim();
    const problem = judgeReason(reason);
    if (problem !== null) return await ack({ response_action: 'errors', errors: { [inputs.reason]: problem } });
    await ack();
    const ask = askOfForm(desk, body, data);
    const found = await findProposal(desk, ask, data.proposalId);
    if (found !== null) await decide(desk, ask, found, { kind, reason });
  };
}
