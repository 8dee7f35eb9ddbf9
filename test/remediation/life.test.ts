import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lifeTable, maxHistory, takeStep } from '../../src/remediation/life.js';
import type { EventName, ProposalEvent } from '../../src/remediation/life-events.js';
import { type Proposal, type ProposalState, proposalStates } from '../../src/remediation/proposal.js';
import { proposal as aProposal, application, proofResult } from '../builders/proposal.js';

const at = '2026-11-22T22:05:00.000Z';
const late = '2026-11-22T23:05:00.000Z';
const approval = { userId: 'U0APPROVE', at };
const binding = aProposal().binding;

/** Each event as it is legal for the proposal of `inState`. */
const events: { readonly [Name in EventName]: ProposalEvent & { readonly name: Name } } = {
  approve: { name: 'approve', at, by: 'U0APPROVE', groups: ['S0APPROVE'] },
  'break-glass': { name: 'break-glass', at, by: 'U0GLASS', reason: 'The shop is down.' },
  reject: { name: 'reject', at, by: 'U0APPROVE', reason: 'The origin is being mended.' },
  revoke: { name: 'revoke', at, by: 'U0ONCALL1' },
  expire: { name: 'expire', at: late },
  rehearse: { name: 'rehearse', at, would: 'Would have sent OriginReadTimeout 60.' },
  try: { name: 'try', at },
  'end-trial': { name: 'end-trial', at, by: 'U0APPROVE', because: 'Ended by a person.' },
  begin: { name: 'begin', at },
  send: { name: 'send', at, etag: binding.etag },
  retry: { name: 'retry', at, because: 'The worker was killed before anything was sent.' },
  rebase: { name: 'rebase', at, binding: { ...binding, etag: 'E4OTHER' }, note: 'A comment was changed.' },
  void: {
    name: 'void',
    at,
    binding: { ...binding, etag: 'E5NEWER', subjectHash: 'd'.repeat(64) },
    expiresAt: '2026-11-22T22:35:00.000Z',
    because: 'Somebody changed the origin.',
    refusedByAws: true,
  },
  applied: { name: 'applied', at, etagAfter: 'E6AFTER', requestId: 'request-1' },
  fail: { name: 'fail', at, because: 'AWS did not allow it.' },
  hold: { name: 'hold', at, because: 'Slack does not say who is in the groups.' },
  'turned-out-applied': {
    name: 'turned-out-applied',
    at,
    etagAfter: 'E6AFTER',
    requestId: null,
    because: 'AWS has carried it out late.',
  },
  deployed: { name: 'deployed', at },
  verify: { name: 'verify', at, proof: proofResult() },
  refute: { name: 'refute', at, proof: proofResult({ outcome: 'not-verified' }) },
  'rolled-back': { name: 'rolled-back', at, rollbackId: 'prp_rollback0001', by: 'U0ONCALL1' },
  'message-posted': { name: 'message-posted', at, message: { channelId: 'C0INCIDEN', ts: '1700000000.000100' } },
};
const eventNames = Object.keys(events) as readonly EventName[];

/** A proposal in a state, as it would have come there; where an event needs more, `prepare` says so. */
function inState(state: ProposalState, prepare: Partial<Proposal> = {}): Proposal {
  const isPast = !['pending', 'expired', 'rejected'].includes(state);
  const isTaken = ['applying', 'applied', 'verified', 'not-verified', 'rolled-back'].includes(state);
  return aProposal({
    state,
    revision: 7,
    approvals: isPast ? [approval] : [],
    application: isTaken
      ? application({ appliedAt: state === 'applying' ? null : at, deployedAt: null, etagAfter: null })
      : null,
    ...prepare,
  });
}

/** What makes an event legal that the state alone does not. */
const prepared: { readonly [Name in EventName]?: Partial<Proposal> } = {
  try: { approvals: [{ ...approval, way: 'trial' }] },
  send: { application: application({ sentAt: null, appliedAt: null }) },
  retry: { application: application({ sentAt: null, appliedAt: null }) },
  'turned-out-applied': { application: application({ appliedAt: null, deployedAt: null }) },
  verify: { application: application({ deployedAt: at }) },
  refute: { application: application({ deployedAt: at }) },
};
const preparedFor = (state: ProposalState, name: EventName): Partial<Proposal> =>
  name === 'rebase' && state === 'applying'
    ? { application: application({ sentAt: null, appliedAt: null }) }
    : (prepared[name] ?? {});

/** The law, written out once more: a change of the table has to be made here too. */
const legal: Readonly<Record<ProposalState, Partial<Record<EventName, ProposalState>>>> = {
  pending: {
    approve: 'approved',
    'break-glass': 'approved',
    reject: 'rejected',
    revoke: 'revoked',
    expire: 'expired',
    rebase: 'pending',
    fail: 'failed',
    'message-posted': 'pending',
  },
  approved: {
    revoke: 'revoked',
    expire: 'expired',
    rehearse: 'rehearsed',
    begin: 'applying',
    try: 'trying',
    hold: 'approved',
    rebase: 'approved',
    void: 'pending',
    fail: 'failed',
    'message-posted': 'approved',
  },
  trying: {
    begin: 'applying',
    hold: 'trying',
    rebase: 'trying',
    'end-trial': 'revoked',
    fail: 'failed',
    'message-posted': 'trying',
  },
  applying: {
    send: 'applying',
    retry: 'approved',
    rebase: 'applying',
    void: 'pending',
    applied: 'applied',
    fail: 'failed',
    'message-posted': 'applying',
  },
  applied: {
    deployed: 'applied',
    verify: 'verified',
    refute: 'not-verified',
    'rolled-back': 'rolled-back',
    'message-posted': 'applied',
  },
  verified: { 'rolled-back': 'rolled-back', 'message-posted': 'verified' },
  'not-verified': { 'rolled-back': 'rolled-back', 'message-posted': 'not-verified' },
  'rolled-back': { 'message-posted': 'rolled-back' },
  rehearsed: { 'message-posted': 'rehearsed' },
  rejected: { 'message-posted': 'rejected' },
  expired: { 'message-posted': 'expired' },
  revoked: { 'message-posted': 'revoked' },
  failed: { 'turned-out-applied': 'applied', 'message-posted': 'failed' },
};

describe('every state with every event', () => {
  const pairs = proposalStates.flatMap((state) => eventNames.map((name) => [state, name] as const));
  it(`is ${13 * 22} pairs`, () => expect(pairs).toHaveLength(286));

  it.each(pairs)('%s, %s', (state, name) => {
    const before = inState(state, preparedFor(state, name));
    const result = takeStep(before, events[name]);
    const to = legal[state][name];
    if (to === undefined) {
      expect(result).toEqual({ ok: false, because: expect.stringMatching(/^This proposal .+ and cannot .+\.$/) });
      return;
    }
    expect(result).toMatchObject({ ok: true, proposal: { state: to, revision: 8 } });
    if (!result.ok) return;
    expect(result.proposal.history.at(-1)).toMatchObject({ event: name, from: state, to, at: events[name].at });
  });

  it('is what the table says', () => {
    const asStates = Object.fromEntries(
      Object.entries(lifeTable).map(([state, row]) => [state, Object.keys(row).sort()]),
    );
    const expected = Object.fromEntries(Object.entries(legal).map(([state, row]) => [state, Object.keys(row).sort()]));
    expect(asStates).toEqual(expected);
  });
});

describe('a step', () => {
  const refusal = (proposal: Proposal, event: ProposalEvent): string => {
    const result = takeStep(proposal, event);
    return result.ok ? 'was allowed' : result.because;
  };
  const quorum2 = { users: ['U0SECOND'], groups: ['S0APPROVE'], quorum: 2, selfApproval: false };

  it('counts approvals of different people up to the quorum', () => {
    const first = takeStep(aProposal({ approvers: quorum2 }), events.approve);
    expect(first).toMatchObject({ ok: true, proposal: { state: 'pending', approvals: [{ userId: 'U0APPROVE' }] } });
    if (!first.ok) return;
    expect(refusal(first.proposal, events.approve)).toMatch(/already/);
    const second = takeStep(first.proposal, { name: 'approve', at, by: 'U0SECOND', groups: [] });
    expect(second).toMatchObject({ ok: true, proposal: { state: 'approved', revision: 3 } });
  });

  it('takes a higher quorum of the policy for the one that holds', () => {
    expect(takeStep(aProposal(), { ...events.approve, quorum: 2 })).toMatchObject({ proposal: { state: 'pending' } });
  });

  it('changes nothing of what it was given', () => {
    const before = Object.freeze(inState('pending'));
    takeStep(before, events.approve);
    expect(before).toEqual(inState('pending'));
  });

  it.each<[string, Proposal, ProposalEvent, RegExp]>([
    ['approval by a stranger', inState('pending'), { ...events.approve, groups: [] }, /not among the people/],
    ['approval by whoever asked', inState('pending'), { ...events.approve, by: 'U0ONCALL1' }, /somebody else/],
    ['approval after its time', inState('pending'), { ...events.approve, at: late }, /expired at 2026-11-22 22:31 UTC/],
    ['break-glass without a reason', inState('pending'), { ...events['break-glass'], reason: '  ' }, /needs a reason/],
    ['break-glass after its time', inState('pending'), { ...events['break-glass'], at: late }, /expired/],
    ['rejection without a reason', inState('pending'), { ...events.reject, reason: '' }, /needs a reason/],
    ['expiry before its time', inState('pending'), { ...events.expire, at }, /holds until 2026-11-22 22:31 UTC/],
    ['expiry of a fresh approval', inState('approved'), { ...events.expire, at: '2026-11-22T22:40:00.000Z' }, /22:46/],
    ['beginning a dry run', inState('approved', { dryRun: true }), events.begin, /dry run/],
    ['beginning without approvals', inState('approved', { approvals: [] }), events.begin, /lacks approvals/],
    [
      'beginning with one person twice',
      inState('approved', { approvers: quorum2, approvals: [approval, approval] }),
      events.begin,
      /lacks approvals/,
    ],
    ['beginning long after the approval', inState('approved'), { ...events.begin, at: late }, /held until/],
    ['sending twice', inState('applying'), events.send, /never sent twice/],
    [
      'sending for another version',
      inState('applying', preparedFor('applying', 'send')),
      { ...events.send, etag: 'E9OTHER' },
      /no longer the one/,
    ],
    ['retrying what may have been sent', inState('applying'), events.retry, /may have been sent/],
    [
      'retrying a third time',
      inState('applying', {
        ...preparedFor('applying', 'retry'),
        history: [{ at, event: 'retry', from: 'applying', to: 'approved', by: null, note: null }],
      }),
      events.retry,
      /twice already/,
    ],
    [
      'rebasing what has changed itself',
      inState('approved'),
      { ...events.rebase, binding: { ...binding, subjectHash: 'e'.repeat(64) } },
      /cannot be carried over/,
    ],
    ['rebasing what was sent', inState('applying'), events.rebase, /sent already/],
    [
      'voiding what may have been sent',
      inState('applying'),
      { ...events.void, refusedByAws: false },
      /may have been sent/,
    ],
    [
      'voiding into something else',
      inState('approved'),
      { ...events.void, change: { ...aProposal().change, after: 90 } },
      /something else/,
    ],
    ['voiding into the past', inState('approved'), { ...events.void, expiresAt: at }, /in the past/],
    ['applied without sending', inState('applying', preparedFor('applying', 'send')), events.applied, /never sent/],
    [
      'deployed twice',
      inState('applied', { application: application({ deployedAt: at }) }),
      events.deployed,
      /already/,
    ],
    ['verified before it is deployed', inState('applied'), events.verify, /not deployed yet/],
    [
      'verified by a test that failed',
      inState('applied', preparedFor('applied', 'verify')),
      { ...events.verify, proof: proofResult({ outcome: 'not-verified' }) },
      /says otherwise/,
    ],
    [
      'rolled back by itself',
      inState('applied'),
      { ...events['rolled-back'], rollbackId: aProposal().id },
      /take itself back/,
    ],
    [
      'a second card',
      inState('pending', { message: { channelId: 'C0INCIDEN', ts: '1.1' } }),
      events['message-posted'],
      /has a card already/,
    ],
    ['revoking what is applied', inState('applied'), events.revoke, /roll-back instead/],
  ])('refuses %s', (_what, proposal, event, because) => {
    expect(refusal(proposal, event)).toMatch(because);
  });

  it('makes a voided proposal wait for new approvals of what is live now', () => {
    const voided = takeStep(inState('applying', { breakGlass: { userId: 'U0GLASS', reason: 'r', at } }), {
      ...events.void,
      name: 'void',
      change: { ...aProposal().change, before: 45 },
    });
    expect(voided).toMatchObject({
      ok: true,
      proposal: {
        state: 'pending',
        approvals: [],
        breakGlass: null,
        application: null,
        change: { before: 45, after: 60 },
        binding: { etag: 'E5NEWER' },
        expiresAt: '2026-11-22T22:35:00.000Z',
      },
    });
  });

  it('lets a dry run end without ever being taken up', () => {
    expect(takeStep(inState('approved', { dryRun: true }), events.rehearse)).toMatchObject({
      ok: true,
      proposal: { state: 'rehearsed', application: null },
    });
  });
});

describe('any sequence of events', () => {
  const people = ['U0ONCALL1', 'U0APPROVE', 'U0SECOND', 'U0STRANGE'] as const;
  const allowed = ['U0APPROVE', 'U0SECOND'];
  const times = ['2026-11-22T22:05:00.000Z', '2026-11-22T22:20:00.000Z', '2026-11-22T22:40:00.000Z', late];
  /** Half of them drawn from what is legal at the moment, or next to nothing would ever get as far as applying. */
  const aWish = fc.record({
    name: fc.constantFrom(...eventNames),
    legal: fc.option(fc.nat(), { freq: 12 }),
    by: fc.constantFrom(...people),
    at: fc.oneof({ weight: 9, arbitrary: fc.constant(at) }, { weight: 1, arbitrary: fc.constantFrom(...times) }),
    isSame: fc.boolean(),
  });
  const onward = ['approve', 'begin', 'send', 'applied'] as const;
  const likely: readonly EventName[] = [
    ...onward,
    ...onward,
    ...onward,
    ...onward,
    'void',
    'retry',
    'rebase',
    'rehearse',
  ];
  type Wish = typeof aWish extends fc.Arbitrary<infer T> ? T : never;
  function eventOf({ state }: Proposal, wish: Wish): ProposalEvent {
    const names = likely.filter((name) => lifeTable[state][name] !== undefined);
    const name = wish.legal === null ? wish.name : (names[wish.legal % Math.max(1, names.length)] ?? wish.name);
    const event: ProposalEvent = { ...events[name], at: wish.at };
    if (event.name === 'approve') return { ...event, by: wish.by, groups: [] };
    if (event.name === 'reject' || event.name === 'revoke') return { ...event, by: wish.by };
    if (event.name === 'send') return { ...event, etag: wish.isSame ? binding.etag : 'E5NEWER' };
    if (event.name === 'void') return { ...event, expiresAt: '2026-11-22T23:30:00.000Z', refusedByAws: wish.isSame };
    return event;
  }
  const aStart = fc.record({
    quorum: fc.integer({ min: 1, max: 2 }),
    selfApproval: fc.boolean(),
    dryRun: fc.boolean(),
  });

  it('never applies without the approvals, never twice, and always moves on by one revision', () => {
    let reached = 0;
    fc.assert(
      fc.property(
        aStart,
        fc.array(aWish, { minLength: 12, maxLength: 60 }),
        ({ quorum, selfApproval, dryRun }, wishes) => {
          let current = aProposal({ dryRun, approvers: { users: allowed, groups: [], quorum, selfApproval } });
          let [begun, sent, applied] = [0, 0, 0];
          let standing = new Set<string>();
          let glass = false;
          // Kept and looked at once: `expect` takes longer than a step.
          const wrong: string[] = [];
          for (const wish of wishes) {
            const event = eventOf(current, wish);
            const result = takeStep(current, event);
            if (!result.ok) {
              if (!result.because.endsWith('.')) wrong.push(result.because);
              continue;
            }
            const { revision } = result.proposal;
            if (revision !== current.revision + 1) wrong.push(`${event.name}: ${current.revision} to ${revision}`);
            if (event.name === 'approve') {
              expect(allowed).toContain(event.by);
              expect(event.by === 'U0ONCALL1' && !selfApproval).toBe(false);
              standing.add(event.by);
            }
            if (event.name === 'break-glass') glass = true;
            if (event.name === 'void') [standing, glass] = [new Set(), false];
            if (event.name === 'begin') {
              begun += 1;
              expect(dryRun).toBe(false);
              expect(glass || standing.size >= quorum).toBe(true);
            }
            if (event.name === 'send') sent += 1;
            if (event.name === 'applied') applied += 1;
            current = result.proposal;
          }
          expect(wrong).toEqual([]);
          reached += applied;
          expect(applied).toBeLessThanOrEqual(1);
          expect(applied).toBeLessThanOrEqual(sent);
          expect(sent).toBeLessThanOrEqual(begun);
        },
      ),
      { numRuns: 2_000 },
    );
    // What never comes so far shows nothing.
    expect(reached).toBeGreaterThan(20);
  });

  it('keeps a history that ends with what happened last, and no longer than its limit', () => {
    let current = inState('approved');
    for (let index = 0; index < 120; index++) {
      const result = takeStep(current, { ...events.rebase, at: new Date(Date.parse(at) + index).toISOString() });
      if (result.ok) current = result.proposal;
    }
    expect(current.history).toHaveLength(maxHistory);
    expect(current.history.at(-1)?.at).toBe(new Date(Date.parse(at) + 119).toISOString());
  });
});
