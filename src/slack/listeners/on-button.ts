/** What every button does first: the click is acknowledged before anything else, and read as an ask. */
import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Ask } from '../ask.js';
import { askOfButton } from './read-ask.js';

type Click = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

/** @param clicked is given what the button carries; not called for a button that is not in a message of a channel. */
export function onButton(clicked: (ask: Ask, value: string, body: BlockAction) => Promise<void>) {
  return async ({ body, action, ack, respond }: Click): Promise<void> => {
    await ack();
    const ask = askOfButton(body, respond);
    if (ask !== null) await clicked(ask, action.value ?? '', body);
  };
}
