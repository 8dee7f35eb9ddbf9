/** Whether those who approved by a user group are still in it, asked of Slack before the change is applied or its trial promoted: time has passed since the click. */
import { groupsNeeded, refuseByCount } from '../src/remediation/approval.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { readApproverGroups } from '../src/slack/approver-groups.js';
import { createSlackClients } from '../src/slack/clients.js';
import { type NextStep, takeChangeStep } from './change-steps.js';
import type { WorkerServices } from './services.js';

export type Standing =
  | { readonly state: 'enough' }
  /** `because`: for a person. */
  | { readonly state: 'too-few' | 'unread'; readonly because: string };

export async function checkApprovers(services: WorkerServices, proposal: Proposal): Promise<Standing> {
  const policy = services.policy.changes;
  if (policy === undefined || proposal.breakGlass !== null) return { state: 'enough' };
  const asked = proposal.approvals
    .map((approval) => ({ userId: approval.userId, groups: groupsNeeded(proposal, approval, policy) }))
    .filter(({ groups }) => groups.length > 0);
  if (asked.length === 0) return { state: 'enough' };
  const { interactive } = createSlackClients(services.config.slack, services.log);
  const readings = await Promise.all(
    asked.map(async ({ userId, groups }) => ({ userId, ...(await readApproverGroups(interactive, groups, userId)) })),
  );
  const out = readings.filter(({ groups }) => groups.length === 0);
  if (refuseByCount(proposal, policy, new Set(out.map(({ userId }) => userId))) === null) return { state: 'enough' };
  // Whoever could not be asked about may still be in: only those are waited for.
  const certain = new Set(out.filter(({ unread }) => unread === null).map(({ userId }) => userId));
  const because = refuseByCount(proposal, policy, certain);
  if (because !== null) return { state: 'too-few', because };
  return {
    state: 'unread',
    because:
      'Slack does not say who is in the approver groups, so that it is not known whether the approvals still count. Nothing was changed; it is tried again while the approval holds.',
  };
}

/** Told once per approval, and once more where its trial is to be promoted, however often it is tried. */
export async function holdBack(services: WorkerServices, proposal: Proposal, because: string): Promise<NextStep> {
  const { id, history } = proposal;
  const isTold = history.findLastIndex(({ event }) => event === 'hold') > history.findLastIndex(isStart);
  if (!isTold) await takeChangeStep(services, id, { name: 'hold', at: services.now().toISOString(), because });
  return { state: 'later', delayMs: services.changes.pace.heldBackMs };
}

function isStart({ to, from, event }: Proposal['history'][number]): boolean {
  return event === 'try' || (to === 'approved' && from === 'pending');
}
