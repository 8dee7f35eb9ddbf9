/** A change from the typed command to the proof and back again, as people see it in Slack, with a real bot, worker jobs, Redis and the local AWS. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Proposal } from '../../src/remediation/proposal.js';
import { failuresBefore, trafficAfter } from '../jobs/change-traffic.js';
import {
  approver,
  type ChangeWorld,
  type ChangeWorldOptions,
  channelId,
  requester,
  startChangeWorld,
} from '../jobs/change-world.js';
import { changeRole } from '../world/change-roles.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';

let world: ChangeWorld;
afterEach(() => world.stop());

async function start(options: ChangeWorldOptions = {}): Promise<ChangeWorld> {
  world = await startChangeWorld({ bot: true, ...options });
  return world;
}

const minutes = (count: number): number => count * 60_000;
const read = (message: Message): string => renderAsText(message, { nameOf: (id) => world.slack.nameOf(id) });

/** The newest card with this in it. */
async function card(part: string): Promise<Message> {
  return world.slack.waitFor(
    (slack) =>
      slack
        .messages(channelId)
        .filter((message) => message.threadTs === null || message.threadTs === message.ts)
        .findLast((message) => read(message).includes(part)),
    { what: `a card with ${part}` },
  );
}

/** All of it as one text. */
const threadOf = (cardTs: string): string => world.slack.thread(channelId, cardTs).map(read).join('\n');

/** What stands in the thread of a card. */
async function told(cardTs: string, part: string): Promise<string> {
  return world.slack.waitFor(
    (slack) =>
      slack
        .thread(channelId, cardTs)
        .filter(({ ts }) => ts !== cardTs)
        .map(read)
        .find((text) => text.includes(part)),
    { what: `"${part}" in the thread` },
  );
}

async function typeAndSend(line: string): Promise<void> {
  const person = world.slack.person(requester);
  await person.typeCommand(channelId, '/cf502', line);
  await world.slack.waitFor((slack) => slack.view(requester));
  await person.submitView({ cf502_reason: 'The monthly report takes 45 s.' });
}

/** Approved by somebody else, applied and deployed. */
async function deployed(id: string): Promise<Proposal> {
  await world.approve(id);
  await world.untilState(id, 'applied');
  world.aws.deploy(world.distributionId);
  return world.until(id, ({ application }) => application?.deployedAt !== null);
}

/** The window of the test passes, and it is looked at until there is a result. */
async function proven(id: string): Promise<Proposal> {
  const isOver = ({ state }: Proposal): boolean => state === 'verified' || state === 'not-verified';
  await world.passUntil(minutes(17), async () => {
    const now = await world.changes.read(id);
    return now !== null && isOver(now);
  });
  return world.until(id, isOver);
}

type Config = Parameters<Parameters<ChangeWorld['aws']['editDistribution']>[1]>[0];

function setReadTimeout(seconds: number): void {
  world.aws.editDistribution(world.distributionId, (config) => ({
    ...config,
    Origins: mapOrigins(config, (origin) =>
      origin.CustomOriginConfig === undefined
        ? origin
        : { ...origin, CustomOriginConfig: { ...origin.CustomOriginConfig, OriginReadTimeout: seconds } },
    ),
  }));
}

const withAttempts = (config: Config) => mapOrigins(config, (origin) => ({ ...origin, ConnectionAttempts: 1 }));

type Origins = NonNullable<Config['Origins']>;
type Origin = NonNullable<Origins['Items']>[number];

function mapOrigins({ Origins: origins }: Config, edit: (origin: Origin) => Origin): Origins {
  return { Quantity: origins?.Quantity ?? 0, Items: (origins?.Items ?? []).map(edit) };
}

async function newestProposal(): Promise<Proposal> {
  const [id = ''] = await world.services.changes.proposals.listOf(world.distributionId, 1);
  return world.until(id, () => true);
}

describe('the life of a change', () => {
  it('goes from the command through approval, write, deployment and proof to the roll-back', async () => {
    await start();
    await typeAndSend(`propose ${world.distributionId} --origin api --read-timeout 60`);
    const asked = await card('Approval needed');
    expect(read(asked)).toContain('30 s → 60 s');
    expect(read(asked)).toContain('[Approve]');
    expect(read(asked)).toContain(
      'This could not be held against evidence: No evidence of this distribution is at hand',
    );

    await world.slack.person(approver).click(asked, 'cf502_approve');
    await told(asked.ts, 'Applied: ');
    await told(asked.ts, 'aws_cloudfront_distribution');
    expect(world.readTimeout()).toBe(60);
    expect(world.aws.writes).toMatchObject([
      { principal: { assumedRole: { roleArn: changeRole, tags: { SlackUser: approver } } } },
    ]);

    world.aws.deploy(world.distributionId);
    await told(asked.ts, 'Deployed');
    const { id } = await newestProposal();
    const inPlace = await world.until(id, ({ application }) => application?.deployedAt !== null);
    // Counted as well, they would be nearly half of all.
    failuresBefore(world, inPlace, 500);
    trafficAfter(world, inPlace, { requests: 600, failures: 0 });
    const verified = await proven(id);
    expect(verified.proof?.after).toEqual({ requests: 600, failures: 0 });
    await told(asked.ts, 'Verified: ');
    await told(asked.ts, 'The logs hold 600 of the 600 requests that CloudWatch counted (100 %).');
    expect(read(await card('Applied and verified'))).toContain('[Roll back');

    await world.slack.person(requester).click(await card('Applied and verified'), 'cf502_roll_back');
    const back = await card('Approval needed');
    expect(read(back)).toContain('60 s → 30 s');
    await world.slack.person(approver).click(back, 'cf502_approve');
    await card('Rolled back');
    expect(world.readTimeout()).toBe(30);
    expect(world.aws.writes.map(({ changed }) => changed)).toEqual([
      [{ path: 'Origins.Items.0.CustomOriginConfig.OriginReadTimeout', before: 30, after: 60 }],
      [{ path: 'Origins.Items.0.CustomOriginConfig.OriginReadTimeout', before: 60, after: 30 }],
    ]);
    world.aws.deploy(world.distributionId);
    const takenBack = await newestProposal();
    const again = await world.until(takenBack.id, ({ application }) => application?.deployedAt !== null);
    trafficAfter(world, again, { requests: 600, failures: 2 });
    expect((await proven(again.id)).state).toBe('verified');
    await told(back.ts, 'Roll-back verified: the value is 30 s again');
    expect(world.slack.complaints).toEqual([]);
  });

  it('ends as not verified, with the figures, where failures go on', async () => {
    await start();
    const { id } = await world.propose();
    trafficAfter(world, await deployed(id), { requests: 600, failures: 90 });
    const ended = await proven(id);
    expect(ended).toMatchObject({ state: 'not-verified', proof: { after: { requests: 600, failures: 90 } } });
    expect(ended.proof?.interval?.low).toBeGreaterThan(0.1);
  });

  it('waits for logs that are late, and in the end says what is missing', async () => {
    await start();
    const { id } = await world.propose();
    await deployed(id);
    const ended = await proven(id);
    expect(ended.state).toBe('not-verified');
    expect(ended.proof?.sentences.join(' ')).toContain('No log row of after the deployment has arrived yet.');
  });

  it('is not verified from the sliver of the logs that has come', async () => {
    await start();
    const { id } = await world.propose();
    trafficAfter(world, await deployed(id), { requests: 2_000, failures: 0, logged: 450 });
    const ended = await proven(id);
    expect(ended.state).toBe('not-verified');
    expect(ended.proof?.sentences.join(' ')).toContain(
      'The logs hold 450 of the 2,000 requests that CloudWatch counted (23 %); at least 90 % are needed (logs are late).',
    );
  });

  it('is never verified by figures of a value that somebody else has put back', async () => {
    await start();
    const { id } = await world.propose();
    const inPlace = await deployed(id);
    setReadTimeout(30);
    world.aws.deploy(world.distributionId);
    trafficAfter(world, inPlace, { requests: 600, failures: 0 });
    const ended = await proven(id);
    expect(ended.state).toBe('not-verified');
    expect(ended.proof?.sentences[0]).toBe(
      'Not verified: The live value is 30 s and no longer 60 s: it was changed again after cf502 had set it.',
    );
  });

  it.each([
    [
      'a comment',
      (config: Config) => ({ ...config, Comment: 'another' }),
      'verified',
      /^Verified, though other settings were changed since \(Comment\): /,
    ],
    [
      'an origin',
      (config: Config) => ({ ...config, Origins: withAttempts(config) }),
      'not-verified',
      /changed since as well \(Origins\)/,
    ],
  ] as const)('says so where %s was changed meanwhile', async (_what, edit, state, sentence) => {
    await start();
    const { id } = await world.propose();
    const inPlace = await deployed(id);
    world.aws.editDistribution(world.distributionId, edit);
    world.aws.deploy(world.distributionId);
    trafficAfter(world, inPlace, { requests: 600, failures: 0 });
    const ended = await proven(id);
    expect(ended.state).toBe(state);
    expect(ended.proof?.sentences.join(' ')).toMatch(sentence);
  });

  it('taken back has a test of its own, which never says to roll back', async () => {
    await start();
    const { id } = await world.propose();
    await deployed(id);
    const back = await world.propose({ rollbackOf: id, reason: null });
    expect(back.successTest.sentence).toContain('The live value must be 30 s again.');
    trafficAfter(world, await deployed(back.id), { requests: 600, failures: 300 });
    const ended = await proven(back.id);
    expect(ended.proof?.sentences[0]).toMatch(
      /^Roll-back verified: the value is 30 s again; 502s and 504s were 300 of 600/,
    );
    const shown = await card('Roll-back verified');
    expect(read(shown)).not.toContain('[Roll back');
    expect(threadOf(shown.ts)).not.toMatch(/roll it back/);
  });

  it('is written down: every click, step and write, in one chain', async () => {
    await start();
    const { id } = await world.propose();
    await world.changes.decide(id, { kind: 'approve', userId: requester, groups: [] }, new Date());
    await world.approve(id);
    await world.untilState(id, 'applied');
    await world.slack.waitFor((slack) =>
      slack.messages(channelId).some(({ ts }) => threadOf(ts).includes('Applied: ')),
    );
    const actions = (await world.changes.audit.read(1, 100)).map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining([
        'proposal.asked',
        'proposal.pending',
        'decision.approve',
        'decision.refused',
        'proposal.approve',
        'aws.write',
        'aws.write.taken',
        'proposal.applied',
      ]),
    );
    expect(actions.indexOf('aws.write')).toBeLessThan(actions.indexOf('aws.write.taken'));
    expect(actions.indexOf('decision.approve')).toBeLessThan(actions.indexOf('aws.write'));
  });
});

describe('what becomes of one that nobody looks after', () => {
  it('expires by the sweep, and its card says so', async () => {
    await start();
    const { id } = await world.propose();
    world.pass(minutes(31));
    await world.sweep();
    await world.untilState(id, 'expired');
    await card('Expired');
  });

  it('expires at the click where the sweep has not been by', async () => {
    await start();
    const { id } = await world.propose();
    const late = new Date(Date.now() + minutes(31));
    const result = await world.changes.decide(id, { kind: 'approve', userId: approver, groups: [] }, late);
    expect(result).toMatchObject({ state: 'refused', because: expect.stringContaining('expired') });
    expect(world.aws.writes).toEqual([]);
  });

  it('is applied although the job was lost with the process that should have asked for it', async () => {
    await start();
    const { id } = await world.propose();
    const { changes: queue } = world.services.changes.queues;
    await queue.pause();
    await world.approve(id);
    await queue.drain(true);
    await queue.resume();
    await world.sweep();
    await world.untilState(id, 'applied');
    expect(world.aws.writes).toHaveLength(1);
  });
});
