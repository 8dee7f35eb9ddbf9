/** A change from the typed command to the proof and back again, as people see it in Slack, with a real bot, worker jobs, Redis and the local AWS. */
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  approver,
  type ChangeWorld,
  type ChangeWorldOptions,
  channelId,
  logBucket,
  requester,
  startChangeWorld,
} from '../jobs/change-world.js';
import { accessLogRow, uploadAccessLogs } from '../world/access-logs.js';
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

/** Requests of after the deployment, one in a second, `failures` of them 504. */
function logTraffic(from: Date, requests: number, failures: number): void {
  const rows = Array.from({ length: requests }, (_, index) => {
    const at = new Date(from.getTime() + (index * minutes(14)) / requests);
    return accessLogRow(at, {
      'cs-uri-stem': '/api/report',
      'x-edge-request-id': `after-${index}`.padEnd(54, 'A'),
      ...(index < failures ? { 'sc-status': '504', 'x-edge-detailed-result-type': 'OriginCommError' } : {}),
    });
  });
  uploadAccessLogs(world.aws, logBucket, '', world.distributionId, rows);
}

describe('the life of a change', () => {
  it('goes from the command through approval, write, deployment and proof to the roll-back', async () => {
    await start();
    await typeAndSend(`propose ${world.distributionId} --origin api --read-timeout 60`);
    const asked = await card('Approval needed');
    expect(read(asked)).toContain('30 s → 60 s');
    expect(read(asked)).toContain('[Approve]');
    expect(read(asked)).toContain('The evidence does not support this');

    await world.slack.person(approver).click(asked, 'cf502_approve');
    await told(asked.ts, 'Applied: ');
    await told(asked.ts, 'aws_cloudfront_distribution');
    expect(world.readTimeout()).toBe(60);
    expect(world.aws.writes).toMatchObject([
      { principal: { assumedRole: { roleArn: changeRole, tags: { SlackUser: approver } } } },
    ]);

    world.aws.deploy(world.distributionId);
    await told(asked.ts, 'Deployed');
    const deployedAt = new Date(Date.now());
    logTraffic(new Date(deployedAt.getTime() + minutes(1)), 600, 0);
    await world.passUntil(minutes(16), () => threadOf(asked.ts).includes('Verified: '));
    await told(asked.ts, 'Verified: ');
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
    expect(world.slack.complaints).toEqual([]);
  });

  it('ends as not verified, with the figures, where failures go on', async () => {
    await start();
    const { id } = await world.propose();
    await world.approve(id);
    await world.untilState(id, 'applied');
    world.aws.deploy(world.distributionId);
    await world.until(id, ({ application }) => application?.deployedAt !== null);
    logTraffic(new Date(Date.now() + minutes(1)), 600, 90);
    await world.passUntil(minutes(16), async () => (await world.changes.read(id))?.state === 'not-verified');
    const ended = await world.untilState(id, 'not-verified');
    expect(ended.proof?.after).toEqual({ requests: 600, failures: 90 });
    expect(ended.proof?.interval?.low).toBeGreaterThan(0.1);
  });

  it('waits for logs that are late, and in the end says what is missing', async () => {
    await start();
    const { id } = await world.propose();
    await world.approve(id);
    await world.untilState(id, 'applied');
    world.aws.deploy(world.distributionId);
    await world.until(id, ({ application }) => application?.deployedAt !== null);
    await world.passUntil(minutes(16), async () => (await world.changes.read(id))?.state === 'not-verified');
    const ended = await world.untilState(id, 'not-verified');
    expect(ended.proof?.sentences.join(' ')).toContain('No log row of after the deployment has arrived yet.');
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
