/** What a person in the channel sees when a part dies in the middle: real processes killed, a real Redis paused, Slack and AWS misbehaving. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import { createChecks } from '../../src/queue/producer.js';
import { checkRequest } from '../builders/check-request.js';
import { customOrigin } from '../world/aws/distribution-config.js';
import { faultyTls } from '../world/origin-faults.js';
import type { ProductProcess } from '../world/product.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { logBucket, plant } from './plant.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';

const channel = 'C0INCIDEN';
const id = 'E9STAYINGUP123';
const logObjects = new RegExp(`${logBucket}/cdn/.*\\.gz`);

let world: World;
let worker: ProductProcess;
const undo: (() => void)[] = [];

beforeAll(async () => {
  world = await startWorld({ policy: 'checks: { deadlineSeconds: 12 }\n' });
  const origin = await world.host('up.shop.example', {
    address: '127.0.0.31',
    tls: await faultyTls('expired', world.authority, ['up.shop.example']),
  });
  plant(world, {
    id,
    config: { origins: [customOrigin({ DomainName: 'up.shop.example', config: { HTTPSPort: origin.port } })] },
    failures: [{ share: 1, detailedResult: 'OriginConnectError' }],
  });
  [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
}, 60_000);
afterEach(() => {
  for (const lift of undo.splice(0)) lift();
});
afterAll(() => world.stop());

let minutes = 60;
/** Asks for a window of its own each time, so that no check joins an earlier one. */
async function ask(): Promise<Message> {
  minutes += 1;
  const { slack } = world;
  const before = new Set(slack.messages(channel).map(({ ts }) => ts));
  const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${id} --since ${minutes}m`);
  expect(gesture.error).toBeNull();
  return slack.waitFor(() => slack.messages(channel).find((message) => message.byBot && !before.has(message.ts)), {
    what: 'the first message of the check',
  });
}

const current = (message: Message): Message => world.slack.message(channel, message.ts) ?? message;
const read = (message: Message): string => renderAsText(current(message));
const thread = (message: Message): readonly Message[] => world.slack.thread(channel, message.ts).slice(1);
const delivered = (message: Message, by = worker) => deliveredVerdict(world, by, checkIdOf(message) ?? '');

describe('AWS misbehaves', () => {
  it('gives the verdict at the deadline when the logs never come, and says that they are missing', async () => {
    undo.push(world.aws.fail({ service: 's3', url: logObjects, how: 'hang' }));
    const message = await ask();
    const verdict = await delivered(message);
    expect(verdict.causes.map(({ checkId }) => checkId)).toEqual(['expired-certificate']);
    expect(verdict.causes[0]?.strength).toBe('supported');
    expect(verdict.coverage.logs).toBeNull();
    expect(verdict.coverage.missing.map(({ kind }) => kind)).toEqual(['timed-out']);
  }, 40_000);

  it('names the permission when the distribution may not be read', async () => {
    undo.push(world.aws.fail({ service: 'cloudfront', operation: 'GetDistribution', how: 'access-denied' }));
    const message = await ask();
    expect((await delivered(message)).outcome).toBe('failed');
    expect(thread(message).map(renderOne).join('\n') + read(message)).toContain('cloudfront:GetDistribution');
  }, 40_000);
});

describe('somebody cancels', () => {
  it('stops the collecting in the other process, says who, and takes the button away', async () => {
    undo.push(world.aws.fail({ service: 's3', url: logObjects, how: 'hang' }));
    const message = await ask();
    await world.aws.waitForCall((call) => call.service === 's3' && call.operation === 'GetObject');
    const began = performance.now();
    const click = await world.slack.person('U0COLLEAG').click(current(message), 'cf502_cancel');
    expect(click.error).toBeNull();
    expect((await delivered(message)).outcome).toBe('cancelled');
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(read(message)).toContain('U0COLLEAG');
    expect(read(message)).not.toContain('[Cancel]');
  }, 40_000);
});

describe('the bot dies', () => {
  it('gives a check that the bot accepted and never announced its message', async () => {
    const checks = await createChecks({ redisUrl: world.redis.url, prefix: '{cf502}', log: createLog('silent') });
    const request = checkRequest({
      checkId: 'chk_unannounced1',
      asked: id,
      target: { kind: 'distribution-id', id },
      place: { channelId: channel, threadTs: null },
      requester: { userId: 'U0ONCALL1', teamId: world.slack.identity.teamId },
      acceptedAt: new Date(Date.now() - 20_000).toISOString(),
    });
    await checks.start(request);
    await checks.close();
    expect((await deliveredVerdict(world, worker, request.checkId)).outcome).toBe('cause-found');
    expect(world.slack.messages(channel).filter((message) => checkIdOf(message) === request.checkId)).toHaveLength(1);
  }, 40_000);
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
    const verdict = await deliveredVerdict(world, worker, request.checkId);
    expect(verdict.outcome).toBe('failed');
  }, 40_000);
});

describe('no worker is left', () => {
  it('says so in the message once the deadline has passed, and gives the answer when a worker is back', async () => {
    await worker.kill();
    const message = await ask();
    await world.slack.waitFor(() => read(message).includes('No worker of cf502 is running'), {
      timeoutMs: 35_000,
      what: 'the message saying that nobody works',
    });
    worker = await world.start('worker');
    await delivered(message);
    expect(read(message)).not.toContain('No worker');
  }, 70_000);
});

describe('Slack misbehaves', () => {
  it('delivers the verdict after answers of 500 and 429', async () => {
    const failing = world.slack.answer('chat.update', { kind: 'http', status: 500, times: 2 });
    const limited = world.slack.answer('chat.update', { kind: 'rate-limited', retryAfterSeconds: 1, times: 1 });
    undo.push(
      () => failing.stop(),
      () => limited.stop(),
    );
    const message = await ask();
    await delivered(message);
    expect(failing.served + limited.served).toBe(3);
    expect(read(message)).toContain('expired');
  }, 40_000);

  it('adopts a check whose first message Slack refused for a while', async () => {
    const rule = world.slack.answer('chat.postMessage', { kind: 'http', status: 500, times: 2 });
    undo.push(() => rule.stop());
    const before = world.slack.messages(channel).length;
    minutes += 1;
    await world.slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${id} --since ${minutes}m`);
    const message = await world.slack.waitFor(
      () => world.slack.messages(channel).find((each, index) => index >= before && checkIdOf(each) !== null),
      { timeoutMs: 40_000, what: 'the answer in a message that the worker posted' },
    );
    await delivered(message);
    expect(rule.served).toBe(2);
  }, 60_000);

  it('never posts twice what Slack took without saying so, and tells that a part may be missing', async () => {
    const rule = world.slack.answer('chat.postMessage', {
      kind: 'cut',
      applyFirst: true,
      times: 1,
      when: (args) => args['thread_ts'] !== undefined,
    });
    undo.push(() => rule.stop());
    const message = await ask();
    await delivered(message);
    const texts = thread(message).map(({ text }) => text);
    expect(rule.served).toBe(1);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.at(-1)).toContain('may be missing');
  }, 40_000);

  it('uses classic blocks in a workspace that refuses the newer ones', async () => {
    world.slack.refuseBlocks('plan', 'task_card', 'table');
    undo.push(() => world.slack.takeBlocks('plan', 'task_card', 'table'));
    const message = await ask();
    await delivered(message);
    expect(read(message)).toContain('expired');
    const types = [message, ...thread(message)].flatMap((each) => current(each).blocks.map((block) => block['type']));
    expect(types).not.toContain('table');
    expect(thread(message).length).toBeGreaterThan(1);
  }, 40_000);
});

describe('Redis goes away', () => {
  it('tells the person within three seconds that nothing was started, and means it', async () => {
    const { slack, redis } = world;
    const before = slack.messages(channel).length;
    redis.pause();
    undo.push(() => redis.resume());
    const began = performance.now();
    const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${id} --since 50m`);
    const told = await slack.waitFor(() =>
      slack.ephemerals('U0ONCALL1').find((message) => /nothing was started/i.test(message.text)),
    );
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(gesture.error).toBeNull();
    expect(told.text).toContain('Redis');
    redis.resume();
    const message = await ask();
    await delivered(message);
    // Jobs are taken in order: had the refused one been queued, it would have been begun before this one.
    expect(slack.messages(channel).length).toBe(before + 1);
  }, 40_000);
});

function renderOne(message: Message): string {
  return renderAsText(message);
}
