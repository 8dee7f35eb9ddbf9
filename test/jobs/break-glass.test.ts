/** A broken glass is told to the channel before anything is sent, whatever dies. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { renderAsText } from '../world/slack/render-as-text.js';
import { approver, type ChangeWorld, channelId, requester, startChangeWorld } from './change-world.js';

let world: ChangeWorld;
afterEach(() => world.stop());

const policy = `  approvers:
    users: [${approver}]
    groups: [S0APPROVE]
  breakGlass:
    users: [${requester}]
`;

async function start(bot = false): Promise<ChangeWorld> {
  world = await startChangeWorld({ policy, bot });
  return world;
}

const breakGlass = (id: string) =>
  world.changes.decide(
    id,
    { kind: 'break-glass', userId: requester, groups: [], reason: 'The shop is down.' },
    new Date(),
  );

/** What everybody sees without opening a thread. */
const alarms = (): string[] =>
  world.slack
    .messages(channelId)
    .map((message) => renderAsText(message, { nameOf: (id) => world.slack.nameOf(id) }))
    .filter((text) => text.startsWith('BREAK GLASS'));

/** A proposal that was asked for inside a thread. */
async function proposeInThread(): Promise<string> {
  const first = await world.propose({ field: 'connection-timeout', after: 8 });
  const { id } = await world.propose({ place: { channelId, threadTs: first.message?.ts ?? null } });
  return id;
}

describe('a broken glass', () => {
  it('is in the channel, with person, reason, change and approvers, before the write is sent', async () => {
    await start();
    const id = await proposeInThread();
    const held = world.aws.hold({ operation: 'UpdateDistribution', when: 'before' });
    await breakGlass(id);
    await held.reached;
    expect(alarms()).toEqual([expect.stringContaining('the read time-out of origin api')]);
    const [alarm = ''] = alarms();
    expect(alarm).toContain('from 30 s to 60 s');
    expect(alarm).toContain('“The shop is down.”');
    expect(alarm).toContain(`@${world.slack.nameOf(requester)}`);
    expect(alarm).toContain(`@${world.slack.nameOf(approver)}`);
    expect(alarm).toContain(world.slack.nameOf('S0APPROVE'));
    held.release();
    await world.untilState(id, 'applied');
    expect(alarms()).toHaveLength(1);
    expect(world.slack.complaints).toEqual([]);
  });

  it('is told by the sweep where every job was lost with the process that took the click', async () => {
    await start();
    const id = await proposeInThread();
    const { changes, changeCards } = world.services.changes.queues;
    await Promise.all([changes.pause(), changeCards.pause()]);
    await breakGlass(id);
    await Promise.all([changes.drain(true), changeCards.drain(true)]);
    await Promise.all([changes.resume(), changeCards.resume()]);
    await world.sweep();
    await world.untilState(id, 'applied');
    expect(alarms()).toHaveLength(1);
  });

  it('sends nothing while Slack does not take the message, and goes on when it does', async () => {
    await start();
    const id = await proposeInThread();
    const rule = world.slack.answer('chat.postMessage', { kind: 'cut' });
    await breakGlass(id);
    // The job that applies it has looked, and so has the one that posts.
    for (const end = Date.now() + 60_000; rule.served < 2 && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(rule.served).toBeGreaterThan(1);
    expect((await world.changes.read(id))?.application).toBeNull();
    expect(world.aws.writes).toEqual([]);
    rule.stop();
    await world.untilState(id, 'applied');
    expect(alarms()).toHaveLength(1);
  });

  it('expires where the channel was not told in all that time: it is said why, and nobody is told that it goes ahead', async () => {
    await start();
    const id = await proposeInThread();
    const { changeCards } = world.services.changes.queues;
    await changeCards.pause();
    await breakGlass(id);
    world.pass(46 * 60_000);
    await world.sweep();
    const expired = await world.untilState(id, 'expired', 'applied');
    expect(expired.history.at(-1)?.note).toContain('Slack did not take the message that tells the channel');
    await changeCards.resume();
    const { channelId: channel, ts } = expired.message ?? { channelId, ts: '' };
    const card = await world.slack.waitFor((slack) => {
      const message = slack.message(channel, ts);
      const text = message === null ? '' : renderAsText(message);
      return text.includes('Expired: ') ? text : undefined;
    });
    expect(card).toContain('BREAK GLASS: this was to go ahead without the approvals');
    expect(card).toContain('Nothing was sent, and nothing was changed.');
    await world.slack.waitFor((slack) =>
      slack.thread(channel, expired.place.threadTs ?? '').find((reply) => renderAsText(reply).startsWith('Expired.')),
    );
    expect(alarms()).toEqual([]);
    expect(world.aws.writes).toEqual([]);
  });

  it('goes ahead where the channel provably cannot be told, and says so', async () => {
    await start();
    const id = await proposeInThread();
    world.slack.setChannel({ ...world.slack.channel(channelId), archived: true });
    await breakGlass(id);
    await world.untilState(id, 'applied');
    expect(alarms()).toEqual([]);
    const actions = (await world.changes.audit.read(1, 100)).map(({ action }) => action);
    expect(actions.indexOf('break-glass.untold')).toBeGreaterThan(0);
    expect(actions.indexOf('break-glass.untold')).toBeLessThan(actions.indexOf('aws.write'));
  });
});
