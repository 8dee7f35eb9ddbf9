/** A form that this version does not know: whoever sent it is told, and nothing is done. */
import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewResponseAction, ViewSubmitAction } from '@slack/bolt';
import { paragraph } from '../render/blocks.js';
import { plain } from '../render/text.js';
import { forms } from '../surface.js';

/** Takes the place of the form, with what was written in it lost. */
export const foreignForm: ViewResponseAction = {
  response_action: 'update',
  view: {
    type: 'modal',
    title: plain('Nothing was done', 24),
    close: plain('Close', 24),
    blocks: [
      paragraph(
        'This form comes from another version of cf502 and no longer does anything. Ask again for a fresh one.',
      ),
    ],
  },
};

const known: ReadonlySet<string> = new Set(Object.values(forms));

export async function unknownFormSent({
  view,
  ack,
}: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> {
  if (!known.has(view.callback_id)) await ack(foreignForm);
}
