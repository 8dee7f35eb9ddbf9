/** Whether a person may promote or end a trial now: by the same rules as approving and revoking. Pure. */
import { mayStop, refuseApproval, refuseByWindow, refuseWithoutPolicy } from './approval.js';
import type { ChangePolicy } from './change-policy.js';
import type { TrialDecision } from './decision.js';
import type { Proposal } from './proposal.js';
import { type TrialResult, takeTrialStep } from './trial-life.js';
import type { Trial } from './trial-record.js';

/** @param policy null where the policy file has no `changes` by now. */
export function judgeTrialDecision(
  proposal: Proposal,
  trial: Trial,
  decision: TrialDecision,
  policy: ChangePolicy | null,
  now: Date,
): TrialResult {
  const at = now.toISOString();
  const { userId: by } = decision;
  if (decision.kind === 'end-trial') {
    const step = takeTrialStep(trial, { name: 'abort', at, by, because: 'Ended by a person.' });
    if (!step.ok) return step;
    return by === proposal.requester.userId || mayStop(proposal, decision, policy)
      ? step
      : { ok: false, because: 'Only the person who asked, or one who may approve it, may end this trial.' };
  }
  const step = takeTrialStep(trial, { name: 'promote', at, by });
  if (!step.ok) return step;
  const because =
    refuseWithoutPolicy(proposal, policy) ??
    (policy?.mode === 'dry-run'
      ? 'The policy file has been set to dry run, so nothing is sent; end the trial.'
      : null) ??
    refuseApproval(proposal, decision, policy) ??
    refuseByWindow(policy, now);
  return because === null ? step : { ok: false, because };
}
