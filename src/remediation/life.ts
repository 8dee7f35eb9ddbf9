/**
 * The life of a proposal: the table of states and events is the code. Pure; the store makes each step one compare-and-set on `revision`, so that
 * of two that happen at once one is refused and judged anew.
 */
import { effects } from './life-effects.js';
import type { Effect, EventName, EventOf, ProposalEvent, StepResult } from './life-events.js';
import type { Proposal, ProposalState, Step } from './proposal.js';

/** Steps kept in the history. */
export const maxHistory = 50;

type Row = { readonly [Name in EventName]?: readonly ProposalState[] };

/** State -> event -> the states it may lead to. What is not here is refused. */
export const lifeTable: Readonly<Record<ProposalState, Row>> = {
  pending: {
    approve: ['pending', 'approved'],
    'break-glass': ['approved'],
    reject: ['rejected'],
    revoke: ['revoked'],
    expire: ['expired'],
    rebase: ['pending'],
    fail: ['failed'],
    'message-posted': ['pending'],
  },
  approved: {
    revoke: ['revoked'],
    expire: ['expired'],
    rehearse: ['rehearsed'],
    begin: ['applying'],
    try: ['trying'],
    hold: ['approved'],
    rebase: ['approved'],
    void: ['pending'],
    fail: ['failed'],
    'message-posted': ['approved'],
  },
  trying: {
    begin: ['applying'],
    hold: ['trying'],
    rebase: ['trying'],
    'end-trial': ['revoked'],
    fail: ['failed'],
    'message-posted': ['trying'],
  },
  applying: {
    send: ['applying'],
    retry: ['approved'],
    rebase: ['applying'],
    void: ['pending'],
    applied: ['applied'],
    fail: ['failed'],
    'message-posted': ['applying'],
  },
  applied: {
    deployed: ['applied'],
    verify: ['verified'],
    refute: ['not-verified'],
    'rolled-back': ['rolled-back'],
    'message-posted': ['applied'],
  },
  verified: { 'rolled-back': ['rolled-back'], 'message-posted': ['verified'] },
  'not-verified': { 'rolled-back': ['rolled-back'], 'message-posted': ['not-verified'] },
  'rolled-back': { 'message-posted': ['rolled-back'] },
  rehearsed: { 'message-posted': ['rehearsed'] },
  rejected: { 'message-posted': ['rejected'] },
  expired: { 'message-posted': ['expired'] },
  revoked: { 'message-posted': ['revoked'] },
  failed: { 'turned-out-applied': ['applied'], 'message-posted': ['failed'] },
};

/** States in which a proposal keeps its distribution from having another: nobody knows yet what it will hold. */
export const statesInFlight: readonly ProposalState[] = ['pending', 'approved', 'trying', 'applying'];

/** States in which cf502's value is in the configuration, as far as is known: what can be rolled back and what drift is looked for. */
export const statesInForce: readonly ProposalState[] = ['applied', 'verified', 'not-verified'];

/** From the approval until CloudFront has it everywhere: two changes under way at once could not be told apart. Pure. */
export function hasDistribution({ state, application }: Proposal): boolean {
  return (
    state === 'approved' ||
    state === 'trying' ||
    state === 'applying' ||
    (state === 'applied' && (application?.deployedAt ?? null) === null)
  );
}

/** One step: `revision` goes up by one and the history says what happened; or nothing happens, and why. */
export function takeStep(proposal: Proposal, event: ProposalEvent): StepResult {
  const targets = lifeTable[proposal.state][event.name];
  if (targets === undefined) return { ok: false, because: describeRefusal(proposal, event.name) };
  const effect = effectOf(proposal, event);
  if ('because' in effect) return { ok: false, because: effect.because };
  if (!targets.includes(effect.to))
    return { ok: false, because: `A proposal cannot go from ${proposal.state} to ${effect.to} by ${event.name}.` };
  const step: Step = {
    at: event.at,
    event: event.name,
    from: proposal.state,
    to: effect.to,
    by: effect.by ?? null,
    note: effect.note ?? null,
    ...((effect.requestId ?? null) === null ? {} : { requestId: effect.requestId ?? '' }),
  };
  return {
    ok: true,
    proposal: {
      ...proposal,
      ...effect.patch,
      state: effect.to,
      revision: proposal.revision + 1,
      history: [...proposal.history, step].slice(-maxHistory),
    },
  };
}

function effectOf<Name extends EventName>(proposal: Proposal, event: EventOf<Name>): Effect {
  return effects[event.name](proposal, event);
}

/** What a state is, so that it can follow `This proposal `. */
const stands: Readonly<Record<ProposalState, string>> = {
  pending: 'still waits for approval',
  approved: 'is already approved',
  trying: 'is being tried on a part of the traffic',
  applying: 'is being applied at this moment',
  applied: 'is already applied',
  verified: 'is already applied and verified',
  'not-verified': 'is already applied, and its success test did not pass',
  'rolled-back': 'was applied and taken back',
  rehearsed: 'was a dry run and is over; nothing was sent',
  rejected: 'was rejected',
  expired: 'has expired',
  revoked: 'was revoked',
  failed: 'has failed',
};

/** What an event would do, so that it can follow `and cannot `. */
const does: Readonly<Record<EventName, string>> = {
  approve: 'be approved',
  'break-glass': 'be applied by break-glass',
  reject: 'be rejected',
  revoke: 'be revoked',
  expire: 'expire',
  rehearse: 'be rehearsed',
  try: 'be tried on a part of the traffic',
  'end-trial': 'end its trial',
  begin: 'be taken up',
  send: 'be sent',
  retry: 'be taken up once more',
  hold: 'be held back',
  rebase: 'be moved to a new version of the configuration',
  void: 'be sent back for approval',
  applied: 'be marked as applied',
  fail: 'fail',
  'turned-out-applied': 'turn out to be applied',
  deployed: 'be marked as deployed',
  verify: 'be marked as verified',
  refute: 'be marked as not verified',
  'rolled-back': 'be marked as rolled back',
  'message-posted': 'be given a card',
};

function describeRefusal({ state }: Proposal, name: EventName): string {
  if (name === 'revoke' && state === 'trying')
    return `This proposal ${stands[state]} and cannot ${does[name]}. End the trial instead: that takes away what it made.`;
  const instead =
    name === 'revoke' && (state === 'applying' || statesInForce.includes(state))
      ? ' Propose a roll-back instead, once it is applied.'
      : '';
  return `This proposal ${stands[state]} and cannot ${does[name]}.${instead}`;
}
