/**
 * Whether a person may decide this about a proposal now. Who may is frozen in the proposal and read from the policy again at every click: the
 * narrower of the two holds for what applies a change, the wider for what stops one. Pure.
 */
import { judgeBounds } from './bounds.js';
import type { ChangePolicy } from './change-policy.js';
import { describeOpening, findNextOpening, isWindowOpen } from './change-windows.js';
import type { Decision } from './decision.js';
import { takeStep } from './life.js';
import type { ProposalEvent } from './life-events.js';
import type { Approval, Proposal } from './proposal.js';

export type Judgement =
  /** `proposal` is what `takeStep` makes of `event`: the state to be compared and set. */
  | { readonly ok: true; readonly event: ProposalEvent; readonly proposal: Proposal }
  /** `because` is a sentence for the person who clicked. */
  | { readonly ok: false; readonly because: string };

/** @param policy null where the policy file has no `changes` by now. */
export function judgeDecision(
  proposal: Proposal,
  decision: Decision,
  policy: ChangePolicy | null,
  now: Date,
): Judgement {
  const event = eventOf(proposal, decision, policy, now);
  const step = takeStep(proposal, event);
  const refusal = refuseDecision(proposal, decision, policy);
  // The state of the proposal is told before the rights of the person: it is what the card shows too.
  if (proposal.state !== 'pending' && !step.ok) return step;
  if (refusal !== null) return { ok: false, because: refusal };
  if (!step.ok) return step;
  const closed = decision.kind === 'approve' && step.proposal.state === 'approved' ? refuseByWindow(policy, now) : null;
  return closed === null
    ? { ok: true, event, proposal: step.proposal }
    : { ok: false, because: `${closed} ${describeWait(proposal, policy, now)}` };
}

/**
 * Whether what was approved may be applied at this moment: asked by the worker before it begins, since minutes may have passed.
 * @returns null where it may, else the sentence why not.
 */
export function refuseApplication(proposal: Proposal, policy: ChangePolicy | null, now: Date): string | null {
  const { distributionId } = proposal.change.target;
  if (policy === null) return 'The policy file no longer lets cf502 change anything.';
  if (!policy.distributions.includes(distributionId))
    return `The policy file no longer lets cf502 change distribution ${distributionId}.`;
  if (!proposal.dryRun && policy.mode === 'dry-run')
    return 'The policy file has been set to dry run since this was proposed, so nothing is sent.';
  // What was in force before may be put back however far it is.
  const { problems } = proposal.rollbackOf === null ? judgeBounds(proposal.change, null, policy) : { problems: [] };
  if (problems.length > 0) return problems.join(' ');
  if (proposal.breakGlass !== null) {
    return policy.breakGlass?.users.includes(proposal.breakGlass.userId) === true
      ? null
      : 'The person who used break-glass is no longer on the list of those who may.';
  }
  return refuseByCount(proposal, policy) ?? refuseByWindow(policy, now);
}

/** The approvals that still count: of people who may approve by what was frozen and by the policy of today, through the groups that they were in. */
export function standingApprovals(proposal: Proposal, policy: ChangePolicy): readonly Approval[] {
  const { approvals, approvers, requester } = proposal;
  const maySelf = approvers.selfApproval && policy.approvers.selfApproval;
  return approvals.filter(
    ({ userId, groups = [] }) =>
      isAmong(approvers, userId, groups) &&
      isAmong(policy.approvers, userId, groups) &&
      (userId !== requester.userId || maySelf),
  );
}

/** The groups that an approval hangs on: whoever is named in person, then and now, needs none. */
export function groupsNeeded({ approvers }: Proposal, { userId, groups = [] }: Approval, policy: ChangePolicy) {
  const isNamed = approvers.users.includes(userId) && policy.approvers.users.includes(userId);
  return isNamed ? [] : groups.filter((group) => policy.approvers.groups.includes(group));
}

/** @param gone those of whom Slack says that they are in none of the groups any more through which they had approved. */
export function refuseByCount(
  proposal: Proposal,
  policy: ChangePolicy,
  gone: ReadonlySet<string> = new Set(),
): string | null {
  const standing = standingApprovals(proposal, policy).filter(({ userId }) => !gone.has(userId));
  const given = new Set(proposal.approvals.map(({ userId }) => userId)).size;
  const counted = new Set(standing.map(({ userId }) => userId)).size;
  const quorum = Math.max(1, proposal.approvers.quorum, policy.approvers.quorum);
  if (counted >= quorum) return null;
  if (counted === given) return `The policy file now asks for ${quorum} approvals, and there are ${counted}.`;
  const lost = given - counted;
  return `${lost === 1 ? 'An approval' : `${lost} approvals`} of this proposal no longer ${lost === 1 ? 'counts' : 'count'}, since whoever gave ${lost === 1 ? 'it' : 'them'} may no longer approve changes of this distribution: ${quorum} ${quorum === 1 ? 'is' : 'are'} needed, and ${counted} ${counted === 1 ? 'stands' : 'stand'}.`;
}

function eventOf(proposal: Proposal, decision: Decision, policy: ChangePolicy | null, now: Date): ProposalEvent {
  const at = now.toISOString();
  const { userId: by } = decision;
  switch (decision.kind) {
    case 'approve': {
      const standing = policy === null ? proposal.approvals : standingApprovals(proposal, policy);
      const discounted = proposal.approvals.filter((one) => !standing.includes(one)).map(({ userId }) => userId);
      return {
        name: 'approve',
        at,
        by,
        groups: decision.groups,
        quorum: policy?.approvers.quorum ?? 1,
        ...(decision.asTrial === true ? { way: 'trial' as const } : {}),
        ...(discounted.length === 0 ? {} : { discounted }),
      };
    }
    case 'break-glass':
      return { name: 'break-glass', at, by, reason: decision.reason };
    case 'reject':
      return { name: 'reject', at, by, reason: decision.reason };
    case 'revoke':
      return { name: 'revoke', at, by };
  }
}

function refuseDecision(proposal: Proposal, decision: Decision, policy: ChangePolicy | null): string | null {
  switch (decision.kind) {
    case 'approve':
      return (
        refuseWithoutPolicy(proposal, policy) ??
        (decision.asTrial === true ? refuseAsTrial(proposal, policy) : null) ??
        refuseApproval(proposal, decision, policy)
      );
    case 'break-glass':
      return refuseWithoutPolicy(proposal, policy) ?? refuseBreakGlass(decision, policy);
    case 'reject':
      return mayStop(proposal, decision, policy)
        ? null
        : 'Only those who may approve this proposal may reject it; the person who asked may revoke it.';
    case 'revoke':
      return decision.userId === proposal.requester.userId || mayStop(proposal, decision, policy)
        ? null
        : 'Only the person who asked, or one who may approve it, may revoke this proposal.';
  }
}

/** Why this proposal cannot be tried first, as far as is known without looking at AWS; null: it can. */
export function refuseAsTrial({ trialRefusal, rollbackOf }: Proposal, policy: ChangePolicy | null): string | null {
  if (rollbackOf !== null)
    return 'It cannot be tried on a part of the traffic first: taking a change back must not wait.';
  if (trialRefusal === undefined) return 'This proposal was made before trials were possible; propose it again.';
  if (trialRefusal !== null) return trialRefusal;
  return policy?.trial === undefined
    ? 'It cannot be tried on a part of the traffic first: the policy file has no changes.trial.'
    : null;
}

export function refuseWithoutPolicy({ change }: Proposal, policy: ChangePolicy | null): string | null {
  const { distributionId } = change.target;
  if (policy === null) return 'The policy file no longer lets cf502 change anything; revoke this proposal.';
  return policy.distributions.includes(distributionId)
    ? null
    : `The policy file no longer lets cf502 change distribution ${distributionId}; revoke this proposal.`;
}

export function refuseApproval(
  proposal: Proposal,
  { userId, groups }: Pick<Decision, 'userId' | 'groups'>,
  policy: ChangePolicy | null,
): string | null {
  if (policy === null) return null;
  if (!isAmong(proposal.approvers, userId, groups) || !isAmong(policy.approvers, userId, groups)) {
    const inGroups = policy.approvers.groups.length > 0 ? ' by name or by user group' : '';
    return `You are not among the people who may approve changes of this distribution; the policy file lists them${inGroups}.`;
  }
  if (userId === proposal.requester.userId && !(proposal.approvers.selfApproval && policy.approvers.selfApproval))
    return 'You asked for this change, so somebody else has to approve it.';
  return null;
}

function refuseBreakGlass({ userId }: Decision, policy: ChangePolicy | null): string | null {
  const users = policy?.breakGlass?.users ?? [];
  if (users.length === 0) return 'The policy file lets nobody use break-glass.';
  return users.includes(userId) ? null : 'You are not on the list of people who may use break-glass.';
}

export function refuseByWindow(policy: ChangePolicy | null, now: Date): string | null {
  const windows = policy?.windows;
  if (windows === undefined || isWindowOpen(windows, now)) return null;
  const opening = findNextOpening(windows, now);
  const next = opening === null ? '' : ` The next change window opens on ${describeOpening(opening)}.`;
  const glass =
    (policy?.breakGlass?.users.length ?? 0) > 0
      ? ' Those on the break-glass list may apply it now, with a reason.'
      : '';
  return `Changes may not be applied at this time.${next}${glass}`;
}

function describeWait({ expiresAt }: Proposal, policy: ChangePolicy | null, now: Date): string {
  const opening = findNextOpening(policy?.windows ?? [], now);
  return opening !== null && opening.getTime() < Date.parse(expiresAt)
    ? 'Approve it then.'
    : 'This proposal will have expired by then; ask for it again when the window is open.';
}

/** Whoever may approve by either list, and whoever may break the glass, may stop a change. */
export function mayStop(
  { approvers }: Proposal,
  { userId, groups }: Pick<Decision, 'userId' | 'groups'>,
  policy: ChangePolicy | null,
): boolean {
  return (
    isAmong(approvers, userId, groups) ||
    (policy !== null && isAmong(policy.approvers, userId, groups)) ||
    policy?.breakGlass?.users.includes(userId) === true
  );
}

function isAmong(
  approvers: { readonly users: readonly string[]; readonly groups: readonly string[] },
  userId: string,
  groups: readonly string[],
): boolean {
  return approvers.users.includes(userId) || groups.some((group) => approvers.groups.includes(group));
}
