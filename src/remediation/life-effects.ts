/** What each event of a proposal's life makes of it, and what it takes for that. Pure. */
import type { Effect, EventName, EventOf } from './life-events.js';
import type { Application, Proposal } from './proposal.js';

/** How long an approval holds past the expiry of the proposal, for the job that applies it. */
const graceMinutes = 15;

/** Until when an approval holds that no worker has taken up. */
export function approvalHoldsUntil({ expiresAt }: Proposal): Date {
  return new Date(Date.parse(expiresAt) + graceMinutes * 60_000);
}

/** Whether it was approved to be tried first. Breaking the glass never is. */
export function isTrial({ approvals, breakGlass }: Pick<Proposal, 'approvals' | 'breakGlass'>): boolean {
  return breakGlass === null && approvals.some(({ way }) => way === 'trial');
}

type Effects = { readonly [Name in EventName]: (proposal: Proposal, event: EventOf<Name>) => Effect };

export const effects: Effects = {
  approve: (proposal, { by, groups, at, quorum = 0, way, discounted = [] }) => {
    const { approvers, approvals, requester } = proposal;
    if (isExpired(proposal, at)) return { because: describeExpiry(proposal) };
    if (!approvers.users.includes(by) && !groups.some((group) => approvers.groups.includes(group)))
      return { because: 'You are not among the people who may approve this proposal.' };
    if (by === requester.userId && !approvers.selfApproval)
      return { because: 'You asked for this change, so somebody else has to approve it.' };
    const counted = approvals.filter(({ userId }) => !discounted.includes(userId));
    if (counted.some(({ userId }) => userId === by))
      return { because: 'You have approved this proposal already; it needs other people as well.' };
    const through = groups.filter((group) => approvers.groups.includes(group));
    const given = { ...(way === undefined ? {} : { way }), ...(through.length === 0 ? {} : { groups: through }) };
    const now = [...counted, { userId: by, at, ...given }];
    const remarks = [
      ...(way === undefined ? [] : ['As a trial on a part of the traffic first.']),
      ...(counted.length === approvals.length
        ? []
        : [
            `${approvals.length - counted.length} of the approvals before no longer counts: the person may no longer approve this.`,
          ]),
    ];
    return {
      to: now.length >= Math.max(1, approvers.quorum, quorum) ? 'approved' : 'pending',
      patch: { approvals: now },
      by,
      ...(remarks.length === 0 ? {} : { note: remarks.join(' ') }),
    };
  },
  'break-glass': (proposal, { by, reason, at }) => {
    if (isExpired(proposal, at)) return { because: describeExpiry(proposal) };
    if (reason.trim() === '') return { because: 'Break-glass needs a reason; it is shown to everybody.' };
    return { to: 'approved', patch: { breakGlass: { userId: by, reason, at } }, by, note: reason };
  },
  reject: (_proposal, { by, reason }) =>
    reason.trim() === ''
      ? { because: 'A rejection needs a reason, so that the person who asked knows what to change.' }
      : { to: 'rejected', by, note: reason },
  revoke: (_proposal, { by, reason }) => ({ to: 'revoked', by, note: reason ?? null }),
  expire: (proposal, { at, because = null }) => {
    const end = proposal.state === 'approved' ? approvalHoldsUntil(proposal) : new Date(proposal.expiresAt);
    if (Date.parse(at) < end.getTime()) return { because: `This proposal holds until ${utc(end.toISOString())}.` };
    return { to: 'expired', note: because };
  },
  rehearse: (_proposal, { would }) => ({ to: 'rehearsed', patch: { dryRun: true }, note: would }),
  try: (proposal) => {
    if (proposal.dryRun) return { because: 'This proposal is a dry run: it is described, and nothing is sent.' };
    if (!isApproved(proposal)) return { because: 'This proposal lacks approvals.' };
    return isTrial(proposal) ? { to: 'trying' } : { because: 'This proposal was not approved as a trial.' };
  },
  'end-trial': (_proposal, { by, because }) => ({ to: 'revoked', by, note: because }),
  begin: (proposal, { at }) => {
    const { dryRun, binding } = proposal;
    if (dryRun) return { because: 'This proposal is a dry run: it is described, and nothing is sent.' };
    if (!isApproved(proposal)) return { because: 'This proposal lacks approvals.' };
    // Where a trial is promoted, somebody has just said so.
    if (proposal.state !== 'trying' && Date.parse(at) >= approvalHoldsUntil(proposal).getTime())
      return {
        because: `The approval of this proposal held until ${utc(approvalHoldsUntil(proposal).toISOString())}.`,
      };
    const application: Application = {
      startedAt: at,
      sentAt: null,
      etagBefore: binding.etag,
      etagAfter: null,
      requestId: null,
      appliedAt: null,
      deployedAt: null,
    };
    return { to: 'applying', patch: { application } };
  },
  send: ({ application, binding }, { at, etag }) => {
    if (application === null) return { because: 'This proposal has not been taken up.' };
    if (application.sentAt !== null) return { because: 'The change has been sent already, and is never sent twice.' };
    if (etag !== binding.etag) return { because: 'The configuration is no longer the one that was approved.' };
    return { to: 'applying', patch: { application: { ...application, sentAt: at, etagBefore: etag } } };
  },
  retry: ({ application, history }, { because }) => {
    if (application === null || application.sentAt !== null)
      return { because: 'The change may have been sent, so it is not tried once more.' };
    const sinceVoid = history.slice(history.findLastIndex(({ event }) => event === 'void') + 1);
    if (sinceVoid.some(({ event }) => event === 'retry'))
      return { because: 'It has been taken up twice already, and was interrupted both times.' };
    return { to: 'approved', patch: { application: null }, note: because };
  },
  hold: ({ state }, { because }) => ({ to: state, note: because }),
  rebase: ({ state, binding: bound, application }, { binding, note, blastRadius }) => {
    if (binding.changeHash !== bound.changeHash || binding.subjectHash !== bound.subjectHash)
      return { because: 'What was approved has changed itself, so the approval cannot be carried over.' };
    if (application !== null && application.sentAt !== null)
      return { because: 'The change has been sent already; it is bound to the version it was sent for.' };
    const patch = { binding: { ...bound, etag: binding.etag }, ...(blastRadius === undefined ? {} : { blastRadius }) };
    return { to: state, patch, note };
  },
  void: (proposal, event) => {
    const { binding, expiresAt, because, refusedByAws, change, at, requestId = null } = event;
    const { blastRadius, forecast, successTest, trialRefusal } = event;
    const { application } = proposal;
    if (application !== null && application.sentAt !== null && refusedByAws !== true)
      return { because: 'The change may have been sent, so it cannot go back to be approved again.' };
    if (Date.parse(expiresAt) <= Date.parse(at)) return { because: 'The new expiry lies in the past.' };
    if (change !== undefined && !isSameWish(change, proposal.change))
      return { because: 'A proposal cannot become a proposal of something else.' };
    return {
      to: 'pending',
      patch: {
        binding,
        expiresAt,
        approvals: [],
        breakGlass: null,
        application: null,
        ...(change === undefined ? {} : { change }),
        ...(blastRadius === undefined ? {} : { blastRadius }),
        ...(forecast === undefined ? {} : { forecast }),
        ...(successTest === undefined ? {} : { successTest }),
        ...(trialRefusal === undefined ? {} : { trialRefusal }),
      },
      note: because,
      requestId,
    };
  },
  applied: ({ application }, { at, etagAfter, requestId }) => {
    if (application === null || application.sentAt === null)
      return { because: 'The change was never sent by cf502, so it was not applied by it.' };
    const patch = { application: { ...application, etagAfter, requestId, appliedAt: at } };
    return { to: 'applied', patch, requestId };
  },
  fail: (_proposal, { because, requestId = null }) => ({
    to: 'failed',
    patch: { failure: because },
    note: because,
    requestId,
  }),
  'turned-out-applied': ({ application }, { at, etagAfter, requestId, because }) => {
    if (application === null || application.sentAt === null)
      return { because: 'The change was never sent by cf502, so it was not applied by it.' };
    const patch = { failure: null, application: { ...application, etagAfter, requestId, appliedAt: at } };
    return { to: 'applied', patch, note: because, requestId };
  },
  deployed: ({ application }, { at, etagAfter = application?.etagAfter ?? null }) => {
    if (application === null) return { because: 'This proposal has not been applied.' };
    if (application.deployedAt !== null) return { because: 'This proposal is already marked as deployed.' };
    return { to: 'applied', patch: { application: { ...application, etagAfter, deployedAt: at } } };
  },
  verify: ({ application }, { proof }) =>
    judgeProven(application, proof.outcome === 'verified') ?? {
      to: 'verified',
      patch: { proof },
      note: proof.sentences[0] ?? null,
    },
  refute: ({ application }, { proof }) =>
    judgeProven(application, proof.outcome === 'not-verified') ?? {
      to: 'not-verified',
      patch: { proof },
      note: proof.sentences[0] ?? null,
    },
  'rolled-back': ({ id }, { rollbackId, by }) =>
    rollbackId === id
      ? { because: 'A proposal cannot take itself back.' }
      : { to: 'rolled-back', by, note: `Proposal ${rollbackId} has set the old value again.` },
  'message-posted': ({ state, message: posted }, { message }) =>
    posted === null
      ? { to: state, patch: { message } }
      : { because: 'This proposal has a card already, which is edited in place.' },
};

function judgeProven(application: Application | null, fits: boolean): Effect | null {
  if (application === null || application.deployedAt === null)
    return { because: 'The change is not deployed yet, so nothing can be proven.' };
  return fits ? null : { because: 'The result of the success test says otherwise.' };
}

/** Looked at once more where it counts, whatever has been stored. */
function isApproved({ approvals, approvers, breakGlass }: Proposal): boolean {
  const people = new Set(approvals.map(({ userId }) => userId));
  return breakGlass !== null || people.size >= Math.max(1, approvers.quorum);
}

function isExpired({ expiresAt }: Proposal, at: string): boolean {
  return Date.parse(at) >= Date.parse(expiresAt);
}

function describeExpiry({ expiresAt }: Proposal): string {
  return `This proposal expired at ${utc(expiresAt)}; ask for it again.`;
}

function isSameWish(a: Proposal['change'], b: Proposal['change']): boolean {
  const { target: one } = a;
  const { target: other } = b;
  const isSameTarget =
    one.kind === 'origin'
      ? other.kind === 'origin' && one.originId === other.originId
      : other.kind === 'balancer' && one.arn === other.arn;
  return isSameTarget && one.distributionId === other.distributionId && a.field === b.field && a.after === b.after;
}

/** `2026-11-20 10:15 UTC`. */
function utc(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
