/** From a click or a form to a decision: who it is, whether they may, one step of the proposal, and the card at once. Every refusal is told. */
import { type Failure, toFailure } from '../failure.js';
import type { Changes, DecisionResult } from '../queue/changes.js';
import { judgeDecision } from '../remediation/approval.js';
import type { Decision, TrialDecision } from '../remediation/decision.js';
import type { Proposal } from '../remediation/proposal.js';
import { explainUnreadGroups, readApproverGroups } from './approver-groups.js';
import { type Ask, type Desk, refuseChange } from './ask.js';
import { withDeadline } from './deadline.js';
import { recordQuietly } from './record.js';
import { renderNotice } from './render/notice.js';
import { showCard } from './show-card.js';

const readTimeoutMs = 1_500;
const decideTimeoutMs = 4_000;

/** What a person wants to do, before Slack was asked who they are. */
export type Wish =
  | { readonly kind: 'approve'; readonly asTrial?: boolean }
  | { readonly kind: 'revoke' | 'promote-trial' | 'end-trial' }
  | { readonly kind: 'reject' | 'break-glass'; readonly reason: string };

export interface FoundProposal {
  readonly changes: Changes;
  readonly proposal: Proposal;
}

/** The proposal of a button or form where this person may look at it here; null where not, which they have then been told. */
export async function findProposal(desk: Desk, ask: Ask, proposalId: string): Promise<FoundProposal | null> {
  const found = await lookUp(desk, ask, proposalId);
  if (typeof found !== 'string') return found;
  await refuse(desk, ask, { proposalId, what: 'click', because: found });
  return null;
}

async function lookUp(desk: Desk, ask: Ask, proposalId: string): Promise<FoundProposal | string> {
  const refusal = refuseChange(desk, ask, null);
  if (refusal !== null) return refusal;
  const { changes } = desk;
  if (changes === null) return 'This installation of cf502 changes nothing.';
  if (!/^prp_[a-z0-9]{12}$/.test(proposalId)) return unknown;
  let proposal: Proposal | null;
  try {
    proposal = await withDeadline(changes.read(proposalId), readTimeoutMs, 'The queue did not answer in time.');
  } catch (error) {
    return explainAway(toFailure(error));
  }
  if (proposal === null) return unknown;
  if (proposal.place.channelId !== ask.channelId)
    return 'This button belongs to a proposal in another channel; use the card there.';
  return refuseChange(desk, ask, proposal.change.target.distributionId) ?? { changes, proposal };
}

const unknown = 'This proposal is so old that cf502 no longer knows it. Nothing was changed; propose it again.';

/** Makes the decision, or tells why not. */
export async function decide(desk: Desk, ask: Ask, { changes, proposal }: FoundProposal, wish: Wish): Promise<void> {
  const groups = await findGroups(desk, ask.userId, proposal, wish.kind);
  if (typeof groups === 'string')
    return await refuse(desk, ask, { proposalId: proposal.id, what: wish.kind, because: groups });
  let result: DecisionResult;
  try {
    const decision: Decision | TrialDecision = { ...wish, userId: ask.userId, groups };
    result = await withDeadline(
      changes.decide(proposal.id, decision, desk.now()),
      decideTimeoutMs,
      'The queue did not answer in time.',
    );
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'bug') throw failure;
    desk.log.error({ proposalId: proposal.id, kind: failure.kind, reason: failure.message }, 'decision not known');
    return await ask.tell(renderNotice(explainUndecided(failure)));
  }
  desk.log.info(
    { proposalId: proposal.id, decision: wish.kind, userId: ask.userId, result: result.state },
    'decision made or refused',
  );
  if (result.state === 'refused') {
    // A card that still shows what is no longer so would be clicked again.
    const { proposal: now } = result;
    await Promise.all([
      ask.tell(renderNotice(result.because)),
      now === null ? undefined : showCard(desk, changes, now),
    ]);
    return;
  }
  // The thread, and the loud notice of a broken glass, are the worker's: posted once, whatever dies in between.
  await showCard(desk, changes, result.proposal);
}

/** A form must open within three seconds of the click, so Slack's answer about groups is not waited for longer than this. */
const foreseeTimeoutMs = 1_000;

/**
 * Whether it is certain already that this decision would be refused, asked before a form for its reason is opened.
 * @returns the sentence to tell, or null: then the form opens, and everything is judged when it is sent.
 */
export async function foresee(
  desk: Desk,
  ask: Ask,
  { proposal }: FoundProposal,
  kind: 'reject' | 'break-glass',
): Promise<string | null> {
  const policy = desk.policy.changes ?? null;
  let groups: readonly string[] | string;
  try {
    groups = await withDeadline(findGroups(desk, ask.userId, proposal, kind), foreseeTimeoutMs, 'Slack is slow.');
  } catch {
    return null;
  }
  if (typeof groups === 'string') return null;
  const judged = judgeDecision(
    proposal,
    { kind, userId: ask.userId, groups, reason: 'yet to be given' },
    policy,
    desk.now(),
  );
  return judged.ok ? null : judged.because;
}

/**
 * The groups that this person is in, as far as they matter.
 * @returns a sentence where they matter and Slack does not say.
 */
async function findGroups(
  desk: Desk,
  userId: string,
  proposal: Proposal,
  kind: Wish['kind'],
): Promise<readonly string[] | string> {
  const policy = desk.policy.changes?.approvers;
  if (policy === undefined || !dependsOnGroups(userId, proposal, policy, kind)) return [];
  const reading = await readApproverGroups(
    desk.clients.interactive,
    [...policy.groups, ...proposal.approvers.groups],
    userId,
  );
  // Whoever is in one of the groups that could be read has their right from that one.
  return reading.groups.length === 0 && reading.unread !== null ? explainUnreadGroups(reading.unread) : reading.groups;
}

/** Whoever is named in person needs no group, and who may break the glass is always named in person. */
function dependsOnGroups(
  userId: string,
  { approvers, requester }: Proposal,
  policy: { readonly users: readonly string[] },
  kind: Wish['kind'],
): boolean {
  const isNamedThen = approvers.users.includes(userId);
  const isNamedNow = policy.users.includes(userId);
  switch (kind) {
    case 'break-glass':
      return false;
    case 'approve':
    case 'promote-trial':
      return !(isNamedThen && isNamedNow);
    case 'reject':
      return !(isNamedThen || isNamedNow);
    case 'revoke':
    case 'end-trial':
      return !(isNamedThen || isNamedNow || userId === requester.userId);
  }
}

/** Tells a refusal of the bot's own to the person, and keeps it; what `Changes.decide` refuses it records itself. */
export async function refuse(
  desk: Desk,
  ask: Ask,
  refused: { readonly proposalId: string; readonly what: string; readonly because: string },
): Promise<void> {
  await Promise.all([
    ask.tell(renderNotice(refused.because)),
    recordQuietly(desk, {
      actor: ask.userId,
      action: 'decision.refused',
      subject: refused.proposalId.slice(0, 40),
      facts: { decision: refused.what, because: refused.because, channel: ask.channelId, team: ask.teamId },
    }),
  ]);
}

/** Why a click cannot be looked into now. */
function explainAway(failure: Failure): string {
  if (failure.kind === 'bug') throw failure;
  return 'The queue of cf502 (Redis) does not answer, so nothing was decided and nothing was changed. Try again in a minute; if it stays like this, tell whoever runs cf502.';
}

function explainUndecided(failure: Failure): string {
  return failure.kind === 'service-down' || failure.kind === 'timed-out' || failure.kind === 'throttled'
    ? 'The queue and the audit log of cf502 (Redis) did not answer in time. What cannot be recorded is not done; should it have been taken all the same, the card shows it. Clicking again does nothing twice.'
    : `${failure.message} So nothing was decided; tell whoever runs cf502.`;
}
