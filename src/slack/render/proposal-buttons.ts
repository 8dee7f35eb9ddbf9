/** The buttons of a card. Each carries the id of the proposal and nothing else: everything is looked up on the click. */
import type { Button } from '@slack/types';
import { sayValue } from '../../remediation/field-names.js';
import type { Proposal } from '../../remediation/proposal.js';
import { actionIds } from './buttons.js';
import { stepSpoken, subjectSpoken, targetName } from './change-words.js';
import { slackLimits } from './limits.js';
import { reachSpoken } from './proposal-reach.js';
import { cleanText, plain } from './text.js';

/** Slack's limits on a confirmation: https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
const confirmTitle = 100;
const confirmText = 300;
const confirmButton = 30;
const label = 75;

export function approveButton(proposal: Proposal): Button {
  return {
    ...button(proposal, actionIds.approve, 'Approve', 'primary', 'Approve'),
    confirm: {
      title: plain(proposal.dryRun ? 'Approve this dry run?' : 'Approve this change?', confirmTitle),
      text: plain(`${willSend(proposal)} Reaches ${reachSpoken(proposal.blastRadius)}.`, confirmText),
      confirm: plain('Approve', confirmButton),
      deny: plain('Not now', confirmButton),
      style: 'primary',
    },
  };
}

/** The same approval, of the same change, by the more careful way. */
export function approveTrialButton(proposal: Proposal): Button {
  const remaining = proposal.approvers.quorum - proposal.approvals.length - 1;
  const begins = proposal.dryRun
    ? 'Dry run: nothing is sent.'
    : `${remaining > 0 ? `With ${remaining} more, a` : 'A'} staging distribution gets this value, and then a part of the viewers.`;
  return {
    ...button(proposal, actionIds.approveTrial, 'Approve as a trial', undefined, 'Approve as a trial'),
    confirm: {
      title: plain('Approve this as a trial?', confirmTitle),
      text: plain(
        `${begins} Both are compared, and an approver promotes it or ends it. One approval as a trial makes it a trial.`,
        confirmText,
      ),
      confirm: plain('Approve as a trial', confirmButton),
      deny: plain('Not now', confirmButton),
      style: 'primary',
    },
  };
}

export function promoteTrialButton(proposal: Proposal): Button {
  return {
    ...button(proposal, actionIds.promoteTrial, 'Promote', 'primary', 'Promote'),
    confirm: {
      title: plain('Promote this trial?', confirmTitle),
      text: plain(
        `All viewers then get ${subjectSpoken(proposal.change, 40)} ${stepSpoken(proposal.change)} (UpdateDistributionWithStagingConfig). Reaches ${reachSpoken(proposal.blastRadius)}.`,
        confirmText,
      ),
      confirm: plain('Promote it', confirmButton),
      deny: plain('Not now', confirmButton),
      style: 'primary',
    },
  };
}

export function endTrialButton(proposal: Proposal): Button {
  return {
    ...button(proposal, actionIds.endTrial, 'End the trial', undefined, 'End the trial'),
    confirm: {
      title: plain('End this trial?', confirmTitle),
      text: plain(
        'All viewers go back to the configuration as it is, and the staging distribution and its policy are deleted.',
        confirmText,
      ),
      confirm: plain('End it', confirmButton),
      deny: plain('Keep it', confirmButton),
    },
  };
}

export function rejectButton(proposal: Proposal): Button {
  return button(proposal, actionIds.reject, 'Reject …', undefined, 'Reject');
}

export function revokeButton(proposal: Proposal): Button {
  return {
    ...button(proposal, actionIds.revoke, 'Revoke', undefined, 'Revoke'),
    confirm: {
      title: plain('Revoke this proposal?', confirmTitle),
      text: plain('It cannot be approved any more. Whoever asked, and approvers, may revoke it.', confirmText),
      confirm: plain('Revoke it', confirmButton),
      deny: plain('Keep it', confirmButton),
    },
  };
}

export function breakGlassButton(proposal: Proposal): Button {
  return button(proposal, actionIds.breakGlass, 'Break glass …', 'danger', 'Go ahead without approval');
}

export function rollBackButton(proposal: Proposal): Button {
  const { change } = proposal;
  return {
    ...button(proposal, actionIds.rollBack, 'Roll back', 'danger', 'Propose to roll back'),
    confirm: {
      title: plain('Propose to roll this back?', confirmTitle),
      text: plain(
        `A new proposal sets ${subjectSpoken(change, 40)} back to ${sayValue(change.field, change.before)}, and nothing else. It needs an approval, also by whoever approved this one.`,
        confirmText,
      ),
      confirm: plain('Propose it', confirmButton),
      deny: plain('Leave it', confirmButton),
      style: 'danger',
    },
  };
}

/** What an approval leads to, for the dialog in front of it. */
function willSend({ change, binding, dryRun, approvers, approvals }: Proposal): string {
  const call =
    change.target.kind === 'origin'
      ? `UpdateDistribution, If-Match ${cleanText(binding.etag, 24)}`
      : 'ModifyLoadBalancerAttributes';
  const what = `${subjectSpoken(change, 40)} ${stepSpoken(change)}`;
  if (dryRun) return `Dry run: nothing is sent. It would set ${what} (${call}).`;
  const remaining = approvers.quorum - approvals.length - 1;
  return remaining > 0 ? `With ${remaining} more, it sets ${what} (${call}).` : `cf502 then sets ${what} (${call}).`;
}

function button(
  { id, change }: Proposal,
  actionId: string,
  text: string,
  style: 'primary' | 'danger' | undefined,
  verb: string,
): Button {
  const spoken = `${verb}: ${sayValue(change.field, change.after)} for ${targetName(change.target, 24)}`;
  return {
    type: 'button',
    action_id: actionId,
    text: plain(text, label),
    value: cleanText(id, slackLimits.buttonValue),
    accessibility_label: cleanText(spoken, label),
    ...(style === undefined ? {} : { style }),
  };
}
