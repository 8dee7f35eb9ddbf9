/** Approve, Revoke, and what is decided about a trial: one click, one decision. */
import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Desk } from '../ask.js';
import { decide, findProposal, type Wish } from '../decide.js';
import { askOfButton } from './read-ask.js';

export function decisionButtonClicked(desk: Desk, wish: Exclude<Wish, { readonly reason: string }>) {
  return async ({
    body,
    action,
    ack,
    respond,
  }: SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs): Promise<void> => {
    await ack();
    const ask = askOfButton(body, respond);
    if (ask === null) return;
    const found = await findProposal(desk, ask, action.value ?? '');
    if (found !== null) await decide(desk, ask, found, wish);
  };
}
