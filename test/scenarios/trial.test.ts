/** A trial as people see it in Slack, with a real bot, worker jobs, Redis and the local AWS. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { approver, channelId, requester, startChangeWorld } from '../jobs/change-world.js';
import { onTrials, type TrialWorld, trialPolicy } from '../jobs/trial-world.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';

let world: TrialWorld;
afterEach(() => world.stop());

async function start(policy = trialPolicy()): Promise<void> {
  world = onTrials(await startChangeWorld({ bot: true, policy }));
}

/** Without the breaks of its lines. */
const read = (message: Message): string =>
  renderAsText(message, { nameOf: (id) => world.slack.nameOf(id) }).replaceAll(/\s+/g, ' ');
const minutes = (count: number): number => count * 60_000;

/** The newest message with this in it, in the channel or in a thread of it. */
async function shown(part: string): Promise<Message> {
  return world.slack.waitFor(
    (slack) =>
      slack
        .messages(channelId)
        .flatMap((message) => [message, ...slack.thread(channelId, message.ts)])
        .findLast((message) => read(message).includes(part)),
    { what: `a message with ${part}` },
  );
}

async function proposed(): Promise<Message> {
  await world.slack
    .person(requester)
    .typeCommand(channelId, '/cf502', `propose ${world.distributionId} --origin api --read-timeout 60`);
  await world.slack.waitFor((slack) => slack.view(requester));
  await world.slack.person(requester).submitView({ cf502_reason: 'The monthly report takes 45 s.' });
  return shown('Approval needed');
}

async function idOf(): Promise<string> {
  const [newest] = await world.changes.live();
  return newest?.id ?? '';
}

describe('a trial in Slack', () => {
  it('is approved, told step by step, promoted by a click and taken away', async () => {
    await start();
    const card = await proposed();
    expect(read(card)).toContain('[Approve as a trial]');
    await world.slack.person(approver).click(card, 'cf502_approve_trial');
    expect(read(await shown('On trial: '))).toContain('[End the trial]');
    expect(read(await shown('On trial: '))).toContain('Approved as a trial by: ');
    const id = await idOf();
    await world.untilTrial(id, 'by-weight');
    await world.eventually('weight everywhere', async () => (await world.trial(id))?.observedFrom !== null);
    await shown('differs in nothing else');
    await shown('5 % of the viewers go to the staging distribution');
    await world.count(id, [20_000, 4], [2_000, 0]);
    world.pass(minutes(7));
    const choice = await shown('Promote it or end it');
    expect(read(choice)).toContain('Better: 0 of 2,000 requests');
    expect(read(choice)).toContain('[Promote]');

    await world.slack.person(requester).click(choice, 'cf502_promote_trial');
    await world.slack.waitFor((slack) =>
      slack
        .ephemerals(requester)
        .some((message) => JSON.stringify(message).includes('somebody else has to approve it')),
    );
    expect(world.readTimeout()).toBe(30);

    await world.slack.person(approver).click(choice, 'cf502_promote_trial');
    await world.untilState(id, 'applied');
    await world.eventually('a clean account', () => world.isClean());
    expect(world.readTimeout()).toBe(60);
    await shown('Deployed');
    await shown('The staging distribution and the policy of the trial are deleted');
    expect(read(await shown('This trial is promoted'))).not.toContain('[Promote]');
    expect(world.slack.complaints).toEqual([]);
  });

  it('is ended by a click on the card', async () => {
    await start();
    const card = await proposed();
    await world.slack.person(approver).click(card, 'cf502_approve_trial');
    const id = await idOf();
    await world.untilTrial(id, 'by-header', 'by-weight');
    await world.slack.person(requester).click(await shown('On trial: '), 'cf502_end_trial');
    await shown('The trial is being ended');
    await world.eventually('an end', async () => (await world.changes.read(id))?.state === 'revoked');
    await shown('The trial is over');
    expect(read(await shown('Revoked: '))).not.toContain('[');
    expect(world.isClean()).toBe(true);
    expect(world.slack.complaints).toEqual([]);
  });

  it.each([
    ['HTTP/3', { HttpVersion: 'http2and3' as const }, 'HTTP/3'],
    ['a disabled distribution', { Enabled: false }, 'disabled'],
  ])('is not offered for %s, and the card says why', async (_what, differing, because) => {
    await start();
    world.aws.editDistribution(world.distributionId, (config) => ({ ...config, ...differing }));
    world.aws.deploy(world.distributionId);
    const card = read(await proposed());
    expect(card).toContain('Trial: It cannot be tried on a part of the traffic first');
    expect(card).toContain(because);
    expect(card).not.toContain('[Approve as a trial]');
  });

  it('is not offered where the policy file does not allow it, and the card says so', async () => {
    await start(`  approvers:\n    users: [${approver}]\n`);
    const card = read(await proposed());
    expect(card).toContain('the policy file has no changes.trial');
    expect(card).not.toContain('[Approve as a trial]');
  });
});
