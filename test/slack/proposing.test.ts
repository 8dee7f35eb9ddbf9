/** Proposing a change in Slack: by the form of a command, by the button of an offer, and to roll one back. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Offer } from '../../src/remediation/offer.js';
import { renderOffer } from '../../src/slack/render/offer.js';
import {
  type ChangeBot,
  changePolicy,
  distribution,
  incidents,
  people,
  startChangeBot,
} from '../builders/change-bot.js';
import { aBag, aDistribution, anOrigin } from '../builders/evidence.js';
import { lonelyButton, postAsBot } from '../builders/post-as-bot.js';
import { application, proposal, proposalId } from '../builders/proposal.js';
import { modes, type TestBotOptions } from '../builders/test-bot.js';
import { renderAsText } from '../world/slack/render-as-text.js';

const { onCall, approver, colleague, partner } = people;
const checkId = 'chk_0123456789ab';

let running: ChangeBot | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

async function start(options: TestBotOptions = {}): Promise<ChangeBot> {
  running = await startChangeBot(options);
  return running;
}

const line = `propose ${distribution} --origin api --read-timeout 60`;

/** The form on this person's screen, read aloud. */
async function form({ slack }: ChangeBot, userId = onCall): Promise<string> {
  const view = await slack.waitFor((now) => now.view(userId));
  return `${view.title}\n${renderAsText({ text: '', blocks: view.blocks })}`;
}

describe.each(modes)('the form of /cf502 propose over %s', (mode) => {
  it('opens with the value now and the forecast, and proposes once', async () => {
    const world = await start({ mode });
    world.changes.show(distribution, checkId, aBag());
    const person = world.slack.person(onCall);
    const gesture = await person.typeCommand(incidents, '/cf502', line);
    expect(gesture).toMatchObject({ error: null, ackText: null });
    const shown = await form(world);
    expect(shown).toContain('Propose a change');
    expect(shown).toContain('Setting: read time-out (OriginReadTimeout)');
    expect(shown).toContain('Origin: api');
    expect(shown).toContain('Now: 30 s, by the newest check');
    expect(shown).toContain('What the evidence says');
    expect((await person.submitView({ cf502_reason: 'The report takes 45 s.' })).errors).toBeNull();
    await world.changes.until(({ drafts }) => drafts.length === 1);
    expect(world.changes.drafts[0]).toMatchObject({
      proposalId: expect.stringMatching(/^prp_[a-z0-9]{12}$/),
      distributionId: distribution,
      originId: 'api',
      field: 'read-timeout',
      after: 60,
      reason: 'The report takes 45 s.',
      checkId,
      requester: { userId: onCall, teamId: 'T0LOCAL01' },
      place: { channelId: incidents, threadTs: null },
      rollbackOf: null,
    });
    await world.told('The proposal is being made');
    expect(world.slack.view(onCall)).toBeNull();
    expect(world.slack.complaints).toEqual([]);
  });
});

describe('the form', () => {
  it('says loudly where there is no evidence', async () => {
    const world = await start();
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', line);
    const shown = await form(world);
    expect(shown).toContain('No check of E2EXAMPLE1ABCD in the last day: unknown. Run /cf502 check first to know.');
    expect(shown).toContain('This could not be held against evidence.');
    expect(shown).toContain('Now: not known to cf502 yet');
  });

  it('forecasts anew where another value was filled in, before it proposes that', async () => {
    const world = await start();
    world.changes.show(distribution, checkId, aBag());
    const person = world.slack.person(onCall);
    await person.typeCommand(incidents, '/cf502', line);
    await form(world);
    await person.submitView({ cf502_value: '45s', cf502_reason: 'Slow reports.' });
    expect(world.changes.drafts).toEqual([]);
    expect(await form(world)).toContain('The forecast below is of what you filled in now.');
    const again = world.slack.view(onCall);
    expect(JSON.stringify(again?.blocks)).toContain('Slow reports.');
    await person.submitView({});
    await world.changes.until(({ drafts }) => drafts.length === 1);
    expect(world.changes.drafts[0]).toMatchObject({ after: 45, reason: 'Slow reports.' });
  });

  it.each([
    ['no reason', { cf502_reason: '' }, { cf502_reason: expect.stringContaining('Give a reason') }],
    ['no value', { cf502_value: 'soon', cf502_reason: 'x' }, { cf502_value: expect.stringContaining('“soon”') }],
    [
      'a value that is there already',
      { cf502_value: '30', cf502_reason: 'x' },
      { cf502_value: expect.stringContaining('is 30 s already') },
    ],
    [
      'a step too far',
      { cf502_value: '119', cf502_reason: 'x' },
      { cf502_value: expect.stringContaining('more than the read time-out may move at once') },
    ],
  ])('shows what is wrong at its place: %s', async (_, values, errors) => {
    const world = await start();
    world.changes.show(distribution, checkId, aBag());
    const person = world.slack.person(onCall);
    await person.typeCommand(incidents, '/cf502', line);
    await form(world);
    expect((await person.submitView(values)).errors).toEqual(errors);
    expect(world.slack.view(onCall)).not.toBeNull();
    expect(world.changes.drafts).toEqual([]);
  });

  it('lets the origin be chosen where it was not named, and shows its forecast first', async () => {
    const world = await start();
    const person = world.slack.person(onCall);
    world.changes.show(
      distribution,
      checkId,
      aBag({ distribution: aDistribution({ origins: [anOrigin({ id: 'api' }), anOrigin({ id: 'static' })] }) }),
    );
    await person.typeCommand(incidents, '/cf502', `propose ${distribution} --connection-timeout 5`);
    expect(await form(world)).toContain('It is shown once the origin is known');
    await person.submitView({ cf502_origin: 'static', cf502_reason: 'It is slow to connect.' });
    const shown = await form(world);
    expect(shown).toContain('Origin: static');
    expect(shown).toContain('The forecast below is of what you filled in now.');
    expect(world.changes.drafts).toEqual([]);
    await person.submitView({});
    await world.changes.until(({ drafts }) => drafts.length === 1);
    expect(world.changes.drafts[0]).toMatchObject({ originId: 'static', field: 'connection-timeout', after: 5 });
  });

  it('names the only origin itself', async () => {
    const world = await start();
    world.changes.show(distribution, checkId, aBag());
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', `propose ${distribution} --read-timeout 60`);
    expect(await form(world)).toContain('Origin: api');
  });

  it('takes the id of an origin in words where nothing is known of the distribution', async () => {
    const world = await start();
    const person = world.slack.person(onCall);
    await person.typeCommand(incidents, '/cf502', `propose ${distribution} --read-timeout 60`);
    await form(world);
    expect((await person.submitView({ cf502_reason: 'x' })).errors).toEqual({
      cf502_origin: expect.stringContaining('Write the id of the origin'),
    });
    await person.submitView({ cf502_origin: 'api', cf502_reason: 'x' });
    await person.submitView({});
    await world.changes.until(({ drafts }) => drafts.length === 1);
    expect(world.changes.drafts[0]).toMatchObject({ originId: 'api', checkId: null });
  });

  it.each([
    [
      'a distribution that may not be changed',
      changePolicy,
      'propose E2OTHER12345AB --read-timeout 60',
      'may not change distribution',
    ],
    ['a policy without changes', 'version: 1', line, 'changes nothing'],
    [
      'a wrong line',
      changePolicy,
      `propose ${distribution} --read-timout 60`,
      `/cf502 propose ${distribution} --read-timeout 60`,
    ],
    ['a domain name', changePolicy, 'propose www.example.com --read-timeout 60', 'a name of the policy file'],
  ])('does not open for %s, and says why', async (_, policy, text, part) => {
    const world = await start({ policy });
    const gesture = await world.slack.person(onCall).typeCommand(incidents, '/cf502', text);
    expect(gesture.ackText).toContain(part);
    expect(world.slack.calls.some(({ method }) => method === 'views.open')).toBe(false);
  });

  it('does not open for people of another workspace', async () => {
    const world = await start();
    const gesture = await world.slack.person(partner).typeCommand('C0SHARED1', '/cf502', line);
    expect(gesture.ackText).toContain('only people of the workspace');
  });

  it.each(['away', 'hanging'] as const)('says that the queue is %s in place of opening', async (how) => {
    const world = await start();
    world.changes.behave(how);
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', line);
    await world.told('so nothing was proposed');
    expect(world.slack.view(onCall)).toBeNull();
  });

  it('says so where Slack does not open it', async () => {
    const world = await start();
    world.slack.answer('views.open', { kind: 'error', error: 'expired_trigger_id' });
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', line);
    await world.told('within the three seconds');
  });

  it('says that the queue went away between opening and sending', async () => {
    const world = await start();
    const person = world.slack.person(onCall);
    await person.typeCommand(incidents, '/cf502', line);
    await form(world);
    world.changes.behave('away');
    await person.submitView({ cf502_reason: 'x' });
    await world.told('so nothing was proposed');
  });

  it('cannot open from a mention, which is answered with the line to type', async () => {
    const world = await start();
    await world.slack.person(onCall).mention(incidents, line);
    await world.told(`/cf502 ${line}`);
  });

  it('judges what comes back by the policy of that moment', async () => {
    const world = await start();
    const person = world.slack.person(onCall);
    await person.typeCommand(incidents, '/cf502', line);
    const view = await world.slack.waitFor((slack) => slack.view(onCall));
    Object.assign(view, { privateMetadata: view.privateMetadata.replace(distribution, 'E2OTHER12345AB') });
    await person.submitView({ cf502_reason: 'x' });
    await world.told('may not change distribution E2OTHER12345AB');
    expect(world.changes.drafts).toEqual([]);
  });
});

const offer: Offer = {
  change: {
    target: { kind: 'origin', distributionId: distribution, originId: 'api' },
    field: 'keep-alive-timeout',
    before: 5,
    after: 3,
  },
  checkId: 'short-origin-keepalive',
  claim: 'The origin closes idle connections after 4.0 s and CloudFront keeps them for 5 s.',
  forecast: { stance: 'supports', sentences: ['412 of 530 failures came on reused connections.'], touched: null },
  sentence: 'Lower CloudFront’s keep-alive to 3 s. 412 of 530 failures came on reused connections.',
};

describe('the button of an offer', () => {
  it('proposes what the evidence asks for, and goes', async () => {
    const world = await start();
    world.changes.offer(checkId, [offer]);
    const parent = world.slack.person(onCall).say(incidents, 'an answer');
    const message = await postAsBot(world.slack, incidents, renderOffer(checkId, 0, offer, null), parent.ts);
    expect(world.card(message)).toContain('keep-alive time-out (OriginKeepaliveTimeout) of origin api');
    expect(world.card(message)).toContain('5 s → 3 s');
    await world.slack.person(colleague).click(message, 'cf502_propose_offer');
    await world.changes.until(({ drafts }) => drafts.length === 1);
    expect(world.changes.drafts[0]).toMatchObject({
      originId: 'api',
      field: 'keep-alive-timeout',
      after: 3,
      checkId,
      reason: null,
      requester: { userId: colleague },
      place: { channelId: incidents, threadTs: parent.ts },
    });
    await world.slack.waitFor(() => world.card(message).includes('Asked for by @colleague'));
    expect(world.card(message)).not.toContain('[Propose');
  });

  it('clicked by several at once is one proposal', async () => {
    const world = await start();
    world.changes.offer(checkId, [offer]);
    const message = await postAsBot(world.slack, incidents, renderOffer(checkId, 0, offer, null));
    await Promise.all(
      [onCall, colleague, approver, onCall].map(
        async (userId) => await world.slack.person(userId).click(message, 'cf502_propose_offer'),
      ),
    );
    await world.slack.waitFor((slack) => slack.ephemerals(onCall).length === 2);
    expect(new Set(world.changes.drafts.map((draft) => draft.proposalId)).size).toBe(1);
  });

  it('shows the proposal that there is already', async () => {
    const world = await start();
    world.changes.offer(checkId, [offer]);
    await world.propose({ change: offer.change });
    const message = await postAsBot(world.slack, incidents, renderOffer(checkId, 0, offer, null));
    await world.slack.person(colleague).click(message, 'cf502_propose_offer');
    await world.told('The same change is proposed already', colleague);
    expect(world.changes.drafts).toEqual([]);
  });

  it.each([`${checkId}:7`, `${checkId}`, 'x', '', 'chk_zzzzzzzzzzzz:0'])(
    'with the value %j is answered',
    async (value) => {
      const world = await start();
      world.changes.offer(checkId, [offer]);
      const message = await postAsBot(world.slack, incidents, lonelyButton('cf502_propose_offer', value));
      await world.slack.person(onCall).click(message, 'cf502_propose_offer');
      await world.told('so old that cf502 no longer knows');
      expect(world.changes.drafts).toEqual([]);
    },
  );
});

describe('rolling back', () => {
  const inForce = { state: 'applied', revision: 5, application: application() } as const;

  it('proposes to restore the one setting', async () => {
    const world = await start();
    const message = await world.propose(inForce);
    await world.slack.person(approver).click(message, 'cf502_roll_back');
    await world.changes.until(({ drafts }) => drafts.length === 1);
    expect(world.changes.drafts[0]).toMatchObject({
      originId: 'api',
      field: 'read-timeout',
      after: 30,
      rollbackOf: proposalId,
      requester: { userId: approver },
    });
    await world.told('The proposal is being made', approver);
  });

  it('clicked by two at once is one proposal', async () => {
    const world = await start();
    const message = await world.propose(inForce);
    await Promise.all(
      [approver, colleague].map(async (userId) => await world.slack.person(userId).click(message, 'cf502_roll_back')),
    );
    await world.told('being made', approver);
    await world.told('being made', colleague);
    expect(world.changes.drafts).toHaveLength(1);
  });

  it('is refused where nothing is in force, and the card is brought up to date', async () => {
    const world = await start();
    const message = await world.propose(inForce);
    world.changes.hold({ ...(await world.kept()), state: 'rolled-back', revision: 6 });
    await world.slack.person(approver).click(message, 'cf502_roll_back');
    await world.told('There is nothing to roll back', approver);
    await world.slack.waitFor(() => !world.card(message).includes('[Roll back]'));
    expect(world.changes.drafts).toEqual([]);
  });
});

describe('proposals, doctor, help and the record', () => {
  it('lists what is under way, with its card', async () => {
    const world = await start();
    const person = world.slack.person(onCall);
    await person.typeCommand(incidents, '/cf502', 'proposals');
    await world.told('No proposal is under way');
    await world.propose();
    world.changes.hold(
      proposal({
        id: 'prp_otherplace00',
        change: { ...proposal().change, target: { kind: 'origin', distributionId: 'E2SECRET12ABCD', originId: 'x' } },
      }),
    );
    await person.typeCommand(incidents, '/cf502', 'proposals');
    expect(await world.told('waits for approval')).toContain(
      'read time-out of origin api of E2EXAMPLE1ABCD, 30 s → 60 s',
    );
  });

  it('lists nothing of distributions that this person may not ask about', async () => {
    const world = await start({
      policy: `${changePolicy}\ndistributions:\n  shop: { id: ${distribution}, users: [U0APPROVE] }`,
    });
    await world.propose();
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', 'proposals');
    await world.told('No proposal is under way');
  });

  it('has everything tried, and says what is missing', async () => {
    const asked: (string | null)[] = [];
    const world = await start({
      doctor: {
        examine: async (userId) => {
          asked.push(userId);
          return {
            format: 'cf502.doctor/1',
            at: new Date().toISOString(),
            items: [
              { part: 'redis', state: 'ok', what: 'Redis answers.', permission: null, remedy: null },
              {
                part: 'logs',
                state: 'missing',
                what: 'The log bucket may not be read.',
                permission: 's3:GetObject',
                remedy: 'Grant s3:GetObject on the log bucket.',
              },
            ],
          };
        },
      },
    });
    const gesture = await world.slack.person(onCall).typeCommand(incidents, '/cf502', 'doctor');
    expect(gesture.ackText).toContain('Trying every permission');
    expect(await world.told('The log bucket may not be read.')).toContain('Grant s3:GetObject on the log bucket.');
    expect(asked).toEqual([onCall]);
  });

  it.each([
    ['with changes', changePolicy, true],
    ['without', 'version: 1', false],
  ])('helps only with what there is: %s', async (_, policy, mayChange) => {
    const world = await start({ policy });
    const help = await world.slack.person(onCall).typeCommand(incidents, '/cf502', 'help');
    const read = renderAsText(help.responses[0] ?? { text: '', blocks: [] });
    expect(read.includes('/cf502 propose')).toBe(mayChange);
    expect(read).not.toContain('/cf502 doctor');
  });

  it('records every command, and reading goes on where it cannot be recorded', async () => {
    const world = await start();
    const person = world.slack.person(onCall);
    await person.typeCommand(incidents, '/cf502', `check ${distribution}`);
    await world.checks.until(({ attached }) => attached.size === 1);
    await world.slack.waitFor(() => world.audit.events.length === 1);
    expect(world.audit.events).toEqual([
      {
        actor: onCall,
        action: 'command',
        subject: null,
        facts: { line: `check ${distribution}`, outcome: 'check', channel: incidents, team: 'T0LOCAL01' },
      },
    ]);
    world.audit.behave('away');
    await person.typeCommand(incidents, '/cf502', 'check E2OTHER12345AB');
    await world.checks.until(({ attached }) => attached.size === 2);
  });
});
