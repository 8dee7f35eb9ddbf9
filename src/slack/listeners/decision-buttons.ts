/** Approve, Revoke, and what is decided about a trial: one click, one decision. */
import type { Desk } from '../ask.js';
import { decide, findProposal, type Wish } from '../decide.js';
import { onButton } from './on-button.js';

export function decisionButtonClicked(desk: Desk, wish: Exclude<Wish, { readonly reason: string }>) {
  return onButton(async (ask, value) => {
    const found = await findProposal(desk, ask, value);
    if (found !== null) await decide(desk, ask, found, wish);
  });
}
