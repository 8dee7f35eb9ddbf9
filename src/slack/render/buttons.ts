/** The buttons of cf502 and their ids. A button carries only the id of the check; everything else is looked up on the click. */
import type { Button } from '@slack/types';
import { slackLimits } from './limits.js';
import { cleanText, plain } from './text.js';

export const actionIds = { cancel: 'cf502_cancel', checkAgain: 'cf502_check_again' } as const;

export function cancelButton(checkId: string): Button {
  return {
    type: 'button',
    action_id: actionIds.cancel,
    text: plain('Cancel', 75),
    value: cleanText(checkId, slackLimits.buttonValue),
    accessibility_label: 'Cancel this check',
    confirm: {
      title: plain('Cancel this check?', 100),
      text: plain('It stops for everybody in this channel. What was found so far is not shown.', 300),
      confirm: plain('Cancel the check', 30),
      deny: plain('Keep it running', 30),
      style: 'danger',
    },
  };
}

export function checkAgainButton(checkId: string, label: 'Check again' | 'Audit again' = 'Check again'): Button {
  return {
    type: 'button',
    action_id: actionIds.checkAgain,
    text: plain(label, 75),
    value: cleanText(checkId, slackLimits.buttonValue),
    accessibility_label: 'Run the same check again up to now',
  };
}
