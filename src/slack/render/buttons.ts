/** The buttons of cf502 and their ids. A button carries only an id; everything else is looked up on the click. */
import type { Button } from '@slack/types';
import type { ScanTotals } from '../../diagnosis/verdict.js';
import { formatCount, slackLimits } from './limits.js';
import { cleanText, plain } from './text.js';

export const actionIds = {
  cancel: 'cf502_cancel',
  checkAgain: 'cf502_check_again',
  readAllLogs: 'cf502_read_all_logs',
  /** These carry the id of a proposal. */
  approve: 'cf502_approve',
  approveTrial: 'cf502_approve_trial',
  promoteTrial: 'cf502_promote_trial',
  endTrial: 'cf502_end_trial',
  reject: 'cf502_reject',
  revoke: 'cf502_revoke',
  breakGlass: 'cf502_break_glass',
  rollBack: 'cf502_roll_back',
  /** Carries the id of a check and the number of one of its offers: `chk_…:0`. */
  proposeOffer: 'cf502_propose_offer',
} as const;

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
    accessibility_label: 'Run the same check again: up to now, unless the times were fixed',
  };
}

/** @param whole what reading all of the logs takes. */
export function readAllLogsButton(checkId: string, whole: ScanTotals): Button {
  const figures = `${formatCount(Math.max(1, Math.round(whole.bytes / 1e6)))} MB, about ${formatCount(Math.ceil(whole.seconds))} s, $${whole.dollars.toFixed(2)}`;
  return {
    type: 'button',
    action_id: actionIds.readAllLogs,
    text: plain(`Read all logs (${figures})`, 75),
    value: cleanText(checkId, slackLimits.buttonValue),
    accessibility_label: 'Read all logs of the same window, past the budget of a check',
  };
}
