/** What a person in the channel sees when a part dies in the middle: a real Redis paused, Slack and AWS misbehaving. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import { createChecks } from '../../src/queue/producer.js';
import { checkRequest } from '../builders/check-request.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startStopwatch } from '../world/stopwatch.js';
import type { World } from '../world/world.js';
import { channel, type Incident, logObjects, startIncident } from './incident.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';

let incident: Incident;
let world: World;
const undo: (() => void)[] = [];

beforeAll(async () => {
  incident = await startIncident('E9STAYINGUP123', '127.0.0.31');
  ({ world } = incident);
});
afterEach(() => {
  for (const lift of undo.splice(0)) lift();
});
afterAll(() => world.stop());

describe('AWS misbehaves', () => {
  it('gives the verdict at the deadline when the logs never come, and says that they are missing', async () => {
    undo.push(world.aws.fail({ service: 's3', url: logObjects, how: 'hang' }));
    const message = await incident.ask();
    const verdict = await incident.delivered(message);
    expect(verdict.causes.map(({ checkId }) => checkId)).toEqual(['expired-certificate']);
    expect(verdict.causes[0]?.strength).toBe('supported');
    expect(verdict.coverage.logs).toBeNull();
    expect(verdict.coverage.missing.map(({ kind }) => kind)).toEqual(['timed-out']);
  });

  it('names the permission when the distribution may not be read', async () => {
    undo.push(world.aws.fail({ service: 'cloudfront', operation: 'GetDistribution', how: 'access-denied' }));
    const message = await incident.ask();
    expect((await incident.delivered(message)).outcome).toBe('failed');
    expect(
      incident
        .thread(message)
        .map((each) => renderAsText(each))
        .join('\n') + incident.read(message),
    ).toContain('cloudfront:GetDistribution');
  });
});

describe('somebody cancels', () => {
  it('stops the collecting in the other process, says who, and takes the button away', async () => {
    undo.push(world.aws.fail({ service: 's3', url: logObjects, how: 'hang' }));
    const message = await incident.ask();
    await world.aws.waitForCall((call) => call.service === 's3' && call.operation === 'GetObject');
    const since = startStopwatch();
    const click = await world.slack.person('U0COLLEAG').click(incident.current(message), 'cf502_cancel');
    expect(click.error).toBeNull();
    expect((await incident.delivered(message)).outcome).toBe('cancelled');
    expect(since.elapsedMs()).toBeLessThan(6_000);
    expect(incident.read(message)).toContain('U0COLLEAG');
    expect(incident.read(message)).not.toContain('[Cancel]');
  });
});

describe('the bot dies', () => {
  it('gives a check that the bot accepted and never announced its message', async () => {
    const checks = await createChecks({ redisUrl: world.redis.url, prefix: '{cf502}', log: createLog('silent') });
    const request = checkRequest({
      checkId: 'chk_unannounced1',
      asked: incident.id,
      target: { kind: 'distribution-id', id: incident.id },
      place: { channelId: channel, threadTs: null },
      requester: { userId: 'U0ONCALL1', teamId: world.slack.identity.teamId },
      acceptedAt: new Date(Date.now() - 20_000).toISOString(),
    });
    await checks.start(request);
    await checks.close();
    expect((await deliveredVerdict(world, incident.worker, request.checkId)).outcome).toBe('cause-found');
    expect(world.slack.messages(channel).filter((message) => checkIdOf(message) === request.checkId)).toHaveLength(1);
  });
});

describe('a job fails for good', () => {
  it('leaves its check with an answer, never a hang', async () => {
    const checks = await createChecks({ redisUrl: world.redis.url, prefix: '{cf502}', log: createLog('silent') });
    // The target passes the bot's schema and not the collectors': the first child cannot even begin.
    const request = checkRequest({
      checkId: 'chk_failingchild',
      asked: 'no id at all',
      target: { kind: 'distribution-id', id: 'no id at all' },
      place: { channelId: channel, threadTs: null },
      requester: { userId: 'U0ONCALL1', teamId: world.slack.identity.teamId },
      acceptedAt: new Date(Date.now() - 20_000).toISOString(),
      deadlineAt: new Date(Date.now() + 300_000).toISOString(),
    });
    await checks.start(request);
    await checks.close();
    const verdict = await deliveredVerdict(world, incident.worker, request.checkId);
    expect(verdict.outcome).toBe('failed');
  });
});

describe('Slack misbehaves', () => {
  it('delivers the verdict after answers of 500 and 429', async () => {
    const failing = world.slack.answer('chat.update', { kind: 'http', status: 500, times: 2 });
    const limited = world.slack.answer('chat.update', { kind: 'rate-limited', retryAfterSeconds: 1, times: 1 });
    undo.push(
      () => failing.stop(),
      () => limited.stop(),
    );
    const message = await incident.ask();
    await incident.delivered(message);
    expect(failing.served + limited.served).toBe(3);
    expect(incident.read(message)).toContain('expired');
  });

  it('never posts twice what Slack took without saying so, and tells that a part may be missing', async () => {
    const rule = world.slack.answer('chat.postMessage', {
      kind: 'cut',
      applyFirst: true,
      times: 1,
      when: (args) => args['thread_ts'] !== undefined,
    });
    undo.push(() => rule.stop());
    const message = await incident.ask();
    await incident.delivered(message);
    const texts = incident.thread(message).map(({ text }) => text);
    expect(rule.served).toBe(1);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.at(-1)).toContain('may be missing');
  });

  it('uses classic blocks in a workspace that refuses the newer ones', async () => {
    world.slack.refuseBlocks('plan', 'task_card', 'table');
    undo.push(() => world.slack.takeBlocks('plan', 'task_card', 'table'));
    const message = await incident.ask();
    await incident.delivered(message);
    expect(incident.read(message)).toContain('expired');
    const types = [message, ...incident.thread(message)].flatMap((each) =>
      incident.current(each).blocks.map((block) => block['type']),
    );
    expect(types).not.toContain('table');
    expect(incident.thread(message).length).toBeGreaterThan(1);
  });
});

describe('Redis goes away', () => {
  it('tells the person within three seconds that nothing was started, and means it', async () => {
    const { slack, redis } = world;
    const before = slack.messages(channel).length;
    redis.pause();
    undo.push(() => redis.resume());
    const since = startStopwatch();
    const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${incident.id} --since 50m`);
    const told = await slack.waitFor(() =>
      slack.ephemerals('U0ONCALL1').find((message) => /nothing was started/i.test(message.text)),
    );
    expect(since.elapsedMs()).toBeLessThan(3_000);
    expect(gesture.error).toBeNull();
    expect(told.text).toContain('Redis');
    redis.resume();
    const message = await incident.ask();
    await incident.delivered(message);
    // Jobs are taken in order: had the refused one been queued, it would have been begun before this one.
    expect(slack.messages(channel).length).toBe(before + 1);
  });
});
