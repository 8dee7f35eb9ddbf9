/** Deciding about a change in Slack, on the real Bolt over a local Slack: who may, who may not, in which state, and all at once. */
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ChangeBot,
  changePolicy,
  distribution,
  incidents,
  people,
  startChangeBot,
} from '../builders/change-bot.js';
import { lonelyButton, postAsBot } from '../builders/post-as-bot.js';
import { application, proposalId } from '../builders/proposal.js';
import { modes, type TestBotOptions } from '../builders/test-bot.js';
import { startStopwatch } from '../world/stopwatch.js';

const { onCall, approver, colleague, guest, partner } = people;

let running: ChangeBot | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

async function start(options: TestBotOptions = {}): Promise<ChangeBot> {
  running = await startChangeBot(options);
  return running;
}

/** Calls about groups, and how they ended. */
const groupCalls = ({ slack }: ChangeBot) => slack.calls.filter(({ method }) => method === 'usergroups.users.list');

describe.each(modes)('a decision over %s', (mode) => {
  it('is made by a click of somebody in the group, and the card shows it at once', async () => {
    const world = await start({ mode });
    const message = await world.propose();
    const gesture = await world.slack.person(approver).click(message, 'cf502_approve');
    expect(gesture).toMatchObject({ error: null, ackedInMs: expect.any(Number) });
    await world.slack.waitFor(() => world.card(message).includes('Approved by: @approver'));
    expect(world.card(message)).toContain('Approved: read time-out of api, 30 s → 60 s');
    expect(world.card(message)).not.toContain('[Approve]');
    expect(world.changes.made).toEqual([{ kind: 'approve', userId: approver, groups: ['S0APPROVE'] }]);
    expect(world.slack.ephemerals(approver)).toEqual([]);
    expect(world.slack.complaints).toEqual([]);
  });

  it('is made by a form with its reason', async () => {
    const world = await start({ mode });
    const message = await world.propose();
    const person = world.slack.person(approver);
    await person.click(message, 'cf502_reject');
    expect(await world.slack.waitFor((slack) => slack.view(approver))).toMatchObject({ title: 'Reject the proposal' });
    expect((await person.submitView({ cf502_reason: ' … ' })).errors).toEqual({
      cf502_reason: 'Give a reason; it is shown to whoever decides.',
    });
    expect((await person.submitView({ cf502_reason: 'Not during the sale <!channel>' })).errors).toBeNull();
    expect(world.slack.view(approver)).toBeNull();
    await world.slack.waitFor(() => world.card(message).includes('Rejected by: @approver'));
    expect(world.card(message)).toContain('“Not during the sale <!channel>”');
    expect(world.card(message)).not.toMatch(/\[.+\]/);
    expect(world.slack.complaints).toEqual([]);
  });
});

describe('who may', () => {
  it('needs no group where the person is named', async () => {
    const world = await start();
    const message = await world.propose();
    world.slack.answer('usergroups.users.list', { kind: 'error', error: 'internal_error' });
    await world.slack.person(colleague).click(message, 'cf502_approve');
    await world.changes.until(({ made }) => made.length === 1);
    expect(groupCalls(world)).toEqual([]);
  });

  it('does not let the person who asked approve, in the group or not', async () => {
    const world = await start();
    const message = await world.propose();
    await world.slack.person(onCall).click(message, 'cf502_approve');
    await world.told('You are not among the people who may approve');
    world.slack.setUserGroup({ id: 'S0APPROVE', handle: 'approvers', members: [onCall] });
    await world.slack.person(onCall).click(message, 'cf502_approve');
    await world.told('somebody else has to approve it');
    expect(world.changes.made).toEqual([]);
    expect(world.card(message)).toContain('[Approve]');
  });

  it('asks Slack again at every click: whoever left the group approves nothing', async () => {
    const world = await start();
    const message = await world.propose({}, {});
    world.slack.setUserGroup({ id: 'S0APPROVE', handle: 'approvers', members: [] });
    await world.slack.person(approver).click(message, 'cf502_approve');
    await world.told('You are not among the people who may approve', approver);
    expect(world.changes.made).toEqual([]);
    expect(groupCalls(world)).toHaveLength(1);
  });

  it.each([
    [
      'is refused',
      { kind: 'error' as const, error: 'internal_error' },
      'Slack did not say who is in the approver groups',
    ],
    ['is throttled', { kind: 'rate-limited' as const, retryAfterSeconds: 30 }, 'Slack asks cf502 to slow down'],
    ['never answers', { kind: 'hang' as const }, 'Slack did not say who is in the approver groups'],
    ['knows no such group', { kind: 'error' as const, error: 'no_such_subteam' }, 'no longer exists, or is disabled'],
  ])('lets nobody through where the reading of the group %s', async (_, rule, part) => {
    const world = await start();
    const message = await world.propose();
    world.slack.answer('usergroups.users.list', rule);
    await world.slack.person(approver).click(message, 'cf502_approve');
    expect(await world.told(part, approver)).toContain('Nothing was changed.');
    expect(world.changes.asked).toEqual([]);
    expect(world.audit.events).toContainEqual(
      expect.objectContaining({ actor: approver, action: 'decision.refused', subject: proposalId }),
    );
  });

  it('says which scope is missing', async () => {
    const world = await start();
    const message = await world.propose();
    world.slack.revokeScopes('usergroups:read');
    await world.slack.person(approver).click(message, 'cf502_approve');
    await world.told('lacks the scope usergroups:read', approver);
    expect(world.changes.asked).toEqual([]);
  });

  it.each(['cf502_approve', 'cf502_revoke', 'cf502_reject', 'cf502_break_glass'])(
    'tells a guest who clicks %s that this is not theirs to decide',
    async (actionId) => {
      const world = await start();
      const message = await world.propose();
      await world.slack.person(guest).click(message, actionId);
      await world.told(/not (among|on)|Only/, guest);
      expect(world.slack.view(guest)).toBeNull();
      expect(world.changes.made).toEqual([]);
      expect(world.card(message)).toContain('[Approve]');
    },
  );

  it.each(['cf502_approve', 'cf502_reject', 'cf502_revoke', 'cf502_break_glass', 'cf502_roll_back'])(
    'refuses somebody of another workspace who clicks %s',
    async (actionId) => {
      const world = await start();
      const message = await postAsBot(world.slack, 'C0SHARED1', lonelyButton(actionId, proposalId));
      await world.slack.person(partner).click(message, actionId);
      await world.told('only people of the workspace', partner);
      expect(world.changes.asked).toEqual([]);
      expect(world.changes.drafts).toEqual([]);
    },
  );

  it('keeps to the lists of channels and people in the policy file', async () => {
    const world = await start({
      policy: `${changePolicy}\ndistributions:\n  shop: { id: ${distribution}, users: [U0ONCALL1] }`,
    });
    const message = await world.propose();
    await world.slack.person(approver).click(message, 'cf502_approve');
    await world.told('You may not ask about distribution', approver);
    expect(world.changes.asked).toEqual([]);
  });

  it('lets the person who asked revoke, also where Slack does not say who is in the groups', async () => {
    const world = await start();
    const message = await world.propose();
    world.slack.answer('usergroups.users.list', { kind: 'error', error: 'internal_error' });
    await world.slack.person(onCall).click(message, 'cf502_revoke');
    await world.slack.waitFor(() => world.card(message).includes('Revoked by: @on-call'));
    expect((await world.kept()).state).toBe('revoked');
  });
});

describe('breaking the glass', () => {
  it('takes a reason, and says what it does before', async () => {
    const world = await start();
    const message = await world.propose();
    const person = world.slack.person(onCall);
    await person.click(message, 'cf502_break_glass');
    const view = await world.slack.waitFor((slack) => slack.view(onCall));
    expect(JSON.stringify(view.blocks)).toContain('without the approvals that the policy asks for');
    await person.submitView({ cf502_reason: 'The shop is down.' });
    await world.slack.waitFor(() => world.card(message).includes('BREAK GLASS: this goes ahead'));
    expect(world.card(message)).toContain('@on-call chose to go ahead without an approval');
    expect(world.changes.made).toEqual([
      { kind: 'break-glass', userId: onCall, groups: [], reason: 'The shop is down.' },
    ]);
  });

  it('is refused to those who are not listed, before they write a reason', async () => {
    const world = await start();
    const message = await world.propose();
    await world.slack.person(approver).click(message, 'cf502_break_glass');
    await world.told('not on the list of people who may use break-glass', approver);
    expect(world.slack.view(approver)).toBeNull();
  });

  it('has no button where the policy has none, and a forged one is refused', async () => {
    const world = await start({ policy: changePolicy.replace(/\n {2}breakGlass.*/, '') });
    const message = await world.propose({}, { card: { mayBreakGlass: false, windows: null } });
    expect(world.card(message)).not.toContain('Break glass');
    const forged = await postAsBot(world.slack, incidents, lonelyButton('cf502_break_glass', proposalId));
    await world.slack.person(onCall).click(forged, 'cf502_break_glass');
    await world.told('lets nobody use break-glass');
  });
});

describe('a button that is old, foreign or forged', () => {
  const rejected = { state: 'rejected', revision: 2 } as const;
  const expired = { expiresAt: new Date(Date.now() - 1_000).toISOString() };
  const applied = { state: 'applied', revision: 4, application: application() } as const;

  it.each([
    ['cf502_approve', rejected, 'was rejected'],
    ['cf502_approve', expired, 'expired'],
    ['cf502_approve', applied, 'is already applied'],
    ['cf502_reject', applied, 'is already applied'],
    ['cf502_revoke', applied, 'Propose a roll-back instead'],
    ['cf502_break_glass', rejected, 'was rejected'],
  ])('%s on what has moved on is answered, and the card is brought up to date', async (actionId, now, part) => {
    const world = await start();
    // The card still shows the buttons of the state before.
    const message = await world.propose();
    const kept = await world.kept();
    world.changes.hold({ ...kept, ...now });
    const person = world.slack.person(actionId === 'cf502_break_glass' ? onCall : colleague);
    await person.click(message, actionId);
    await world.told(part, person.id);
    expect(world.slack.view(person.id)).toBeNull();
    expect(world.changes.made).toEqual([]);
    if (now !== expired) await world.slack.waitFor(() => !world.card(message).includes('[Approve]'));
  });

  it.each([
    ['prp_zzzzzzzzzzzz', 'no longer knows it'],
    ['{"x":1}', 'no longer knows it'],
    ['', 'no longer knows it'],
  ])('with the value %j is answered', async (value, part) => {
    const world = await start();
    for (const actionId of ['cf502_approve', 'cf502_reject', 'cf502_roll_back']) {
      const message = await postAsBot(world.slack, incidents, lonelyButton(actionId, value));
      expect((await world.slack.person(approver).click(message, actionId)).error).toBeNull();
    }
    await world.slack.waitFor((slack) => slack.ephemerals(approver).length === 3);
    await world.told(part, approver);
    expect(world.changes.asked).toEqual([]);
  });

  it('of another channel decides nothing', async () => {
    const world = await start();
    await world.propose({}, { channel: 'C0PRIVATE' });
    const message = await postAsBot(world.slack, incidents, lonelyButton('cf502_approve', proposalId));
    await world.slack.person(approver).click(message, 'cf502_approve');
    await world.told('in another channel', approver);
    expect(world.changes.asked).toEqual([]);
  });

  it('decides nothing where the policy file changes nothing any more', async () => {
    const world = await start({ policy: 'version: 1' });
    const message = await world.propose();
    await world.slack.person(approver).click(message, 'cf502_approve');
    await world.told('changes nothing: its policy file has no section', approver);
    expect(world.changes.asked).toEqual([]);
  });

  it('of a form of another version says so in its place', async () => {
    const world = await start();
    const message = await world.propose();
    const person = world.slack.person(approver);
    await person.click(message, 'cf502_reject');
    const view = await world.slack.waitFor((slack) => slack.view(approver));
    // What an older version had put into it.
    Object.assign(view, { privateMetadata: '{"v":0}' });
    await person.submitView({ cf502_reason: 'no' });
    expect(world.slack.view(approver)?.title).toBe('Nothing was done');
    expect(world.changes.asked).toEqual([]);
  });
});

describe('several at once', () => {
  it.each([
    ['the same person twice', [colleague, colleague]],
    ['two people', [colleague, approver]],
    ['five clicks of two people', [colleague, approver, colleague, approver, colleague]],
  ])('%s: one decision is made, everybody is answered', async (_, clickers) => {
    const world = await start();
    const message = await world.propose();
    const gestures = await Promise.all(
      clickers.map(async (userId) => await world.slack.person(userId).click(message, 'cf502_approve')),
    );
    expect(gestures.map(({ error }) => error)).toEqual(clickers.map(() => null));
    await world.changes.until(({ asked }) => asked.length === clickers.length);
    expect(world.changes.made).toHaveLength(1);
    const refused = clickers.length - 1;
    await world.slack.waitFor(
      (slack) => [colleague, approver].flatMap((userId) => slack.ephemerals(userId)).length === refused,
    );
    await world.slack.waitFor(() => !world.card(message).includes('[Approve]'));
    expect((await world.kept()).approvals).toHaveLength(1);
  });

  it('approving and rejecting at once ends in one of them, which the card shows', async () => {
    const world = await start();
    const message = await world.propose();
    await world.slack.person(approver).click(message, 'cf502_reject');
    await world.slack.waitFor((slack) => slack.view(approver));
    await Promise.all([
      world.slack.person(colleague).click(message, 'cf502_approve'),
      world.slack.person(approver).submitView({ cf502_reason: 'Not now.' }),
    ]);
    await world.changes.until(({ asked }) => asked.length === 2);
    expect(world.changes.made).toHaveLength(1);
    const { state } = await world.kept();
    const title = state === 'approved' ? 'Approved:' : 'Rejected:';
    await world.slack.waitFor(() => world.card(message).startsWith(title));
  });

  it('two are needed: the first is counted on the card, the second decides', async () => {
    const world = await start({ policy: changePolicy.replace('groups:', 'quorum: 2, groups:') });
    const message = await world.propose({
      approvers: { users: [colleague], groups: ['S0APPROVE'], quorum: 2, selfApproval: false },
    });
    await world.slack.person(colleague).click(message, 'cf502_approve');
    await world.slack.waitFor(() => world.card(message).includes('So far 1 of 2: @colleague'));
    expect(world.card(message)).toContain('[Approve]');
    await world.slack.person(colleague).click(message, 'cf502_approve');
    await world.told('You have approved this proposal already', colleague);
    await world.slack.person(approver).click(message, 'cf502_approve');
    await world.slack.waitFor(() => world.card(message).startsWith('Approved:'));
    expect(world.card(message)).toContain('Approved by: @colleague');
    expect(world.card(message)).toContain('Approved by: @approver');
  });
});

describe('when parts are away', () => {
  it.each(['cf502_approve', 'cf502_reject', 'cf502_revoke', 'cf502_roll_back'])(
    'answers a click on %s where the queue is away',
    async (actionId) => {
      const world = await start();
      const message = await world.propose();
      const forged = await postAsBot(world.slack, incidents, lonelyButton(actionId, proposalId));
      world.changes.behave('away');
      await world.slack.person(colleague).click(forged, actionId);
      await world.told('nothing was decided and nothing was changed', colleague);
      expect(world.card(message)).toContain('[Approve]');
    },
  );

  it('answers within three seconds where the queue hangs', async () => {
    const world = await start();
    const message = await world.propose();
    world.changes.behave('hanging');
    const since = startStopwatch();
    const gesture = await world.slack.person(colleague).click(message, 'cf502_approve');
    expect(gesture).toMatchObject({ error: null, ackedInMs: expect.any(Number) });
    await world.told('(Redis) does not answer', colleague);
    expect(since.elapsedMs()).toBeLessThan(3_000);
  });

  it('stands by its decision where Slack does not take the card', async () => {
    const world = await start();
    const message = await world.propose();
    world.slack.answer('chat.update', { kind: 'error', error: 'internal_error' });
    await world.slack.person(colleague).click(message, 'cf502_approve');
    await world.changes.until(({ made }) => made.length === 1);
    expect((await world.kept()).state).toBe('approved');
  });

  it('tells whoever sent a form that broke, and that it is not their doing', async () => {
    const world = await start();
    const message = await world.propose();
    const person = world.slack.person(approver);
    await person.click(message, 'cf502_reject');
    await world.slack.waitFor((slack) => slack.view(approver));
    Object.defineProperty(world.changes, 'decide', { value: () => Promise.reject(new TypeError('boom')) });
    await person.submitView({ cf502_reason: 'no' });
    await world.told('it is not your doing', approver);
  });

  it('records a refusal where it can, and refuses all the same where it cannot', async () => {
    const world = await start();
    const message = await world.propose();
    world.audit.behave('away');
    world.slack.answer('usergroups.users.list', { kind: 'error', error: 'internal_error' });
    await world.slack.person(approver).click(message, 'cf502_approve');
    await world.told('Slack did not say', approver);
    expect(world.changes.asked).toEqual([]);
  });
});
