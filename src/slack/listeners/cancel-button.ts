/** The Cancel button of a running check. */
import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { type Desk, refuseAsk } from '../ask.js';
import { cancelByButton } from '../cancel-check.js';
import { renderNotice } from '../render/notice.js';
import { askOfButton } from './read-ask.js';

export function cancelButtonClicked(desk: Desk) {
  return async ({
    body,
    action,
    ack,
    respond,
  }: SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs): Promise<void> => {
    await ack();
    const ask = askOfButton(body, respond);
    if (ask === null) return;
    const refusal = refuseAsk(desk, ask, null);
    if (refusal !== null) return await ask.tell(renderNotice(refusal));
    await cancelByButton(desk, ask, action.value ?? '');
  };
}
