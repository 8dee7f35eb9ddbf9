/** A button that this version does not know, of an older or newer one: it is answered all the same. */
import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { renderNotice } from '../render/notice.js';
import { actionIds } from '../surface.js';
import { askOfButton } from './read-ask.js';

const known: ReadonlySet<string> = new Set(Object.values(actionIds));

export async function unknownButtonClicked({
  body,
  action,
  ack,
  respond,
}: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs): Promise<void> {
  if (known.has(action.action_id)) return;
  await ack();
  await askOfButton(body, respond)?.tell(
    renderNotice(
      'This button comes from another version of cf502 and no longer does anything. Ask again for a fresh answer.',
    ),
  );
}
