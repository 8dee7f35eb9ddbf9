/** The form of a proposal, sent. What is wrong with it is shown in it; what is right is proposed. */
import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { type Desk, refuseChange } from '../ask.js';
import { proposeFormSchema, readFormData } from '../form-data.js';
import { propose } from '../propose.js';
import { readProposeForm, reviewWish } from '../propose-form.js';
import { renderNotice } from '../render/notice.js';
import { askOfForm, valuesOf } from './read-ask.js';
import { foreignForm } from './unknown-form.js';

export function proposeFormSent(desk: Desk) {
  return async ({ body, view, ack }: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    const data = readFormData(proposeFormSchema, view.private_metadata);
    if (data === null) return await ack(foreignForm);
    const ask = askOfForm(desk, body, data);
    const { changes } = desk;
    const refusal = refuseChange(desk, ask, data.distributionId);
    if (refusal !== null || changes === null) {
      await ack();
      return await ask.tell(renderNotice(refusal ?? ''));
    }
    const wish = readProposeForm(data, valuesOf(view));
    if (wish.kind === 'errors') return await ack({ response_action: 'errors', errors: { ...wish.errors } });
    const review = await reviewWish(desk, changes, data, wish);
    if (review.kind === 'errors') return await ack({ response_action: 'errors', errors: { ...review.errors } });
    if (review.kind === 'show-again') return await ack({ response_action: 'update', view: review.view });
    await ack();
    const { distributionId, field } = data;
    const { originId, after, reason } = wish;
    // The form itself is the key: sent twice, it is one proposal.
    await propose(desk, ask, changes, `form ${view.id}`, {
      distributionId,
      originId,
      field,
      after,
      reason,
      checkId: review.checkId,
      rollbackOf: null,
    });
  };
}
