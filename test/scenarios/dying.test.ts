/** A worker or Redis killed in the middle of a check: what was begun is taken over once the locks of the dead run out. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { customOrigin } from '../world/aws/distribution-config.js';
import { faultyTls } from '../world/origin-faults.js';
import type { ProductProcess } from '../world/product.js';
import type { Message } from '../world/slack/message.js';
import { startWorld, type World } from '../world/world.js';
import { logBucket, plant } from './plant.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';

const channel = 'C0INCIDEN';
const id = 'E10DYINGPARTS1';
const logObjects = new RegExp(`${logBucket}/cdn/.*\\.gz`);

let world: World;
let worker: ProductProcess;

beforeAll(async () => {
  world = await startWorld({ policy: 'checks: { deadlineSeconds: 50 }\n' });
  const origin = await world.host('up.shop.example', {
    address: '127.0.0.32',
    tls: await faultyTls('expired', world.authority, ['up.shop.example']),
  });
  plant(world, {
    id,
    config: { origins: [customOrigin({ DomainName: 'up.shop.example', config: { HTTPSPort: origin.port } })] },
    failures: [{ share: 1, detailedResult: 'OriginConnectError' }],
  });
  [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
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

const thread = (message: Message): readonly Message[] => world.slack.thread(channel, message.ts).slice(1);
const delivered = (message: Message, by = worker) => deliveredVerdict(world, by, checkIdOf(message) ?? '');

describe('what dies in the middle', () => {
  it('has its check finished by another, and nothing is posted twice', async () => {
    const lift = world.aws.fail({ service: 's3', url: logObjects, how: 'hang' });
    const message = await ask();
    await world.aws.waitForCall((call) => call.service === 's3' && call.operation === 'GetObject');
    await worker.kill();
    lift();
    worker = await world.start('worker');
    const verdict = await delivered(message);
    expect(verdict.causes.map(({ checkId }) => checkId)).toEqual(['expired-certificate']);
    expect(new Set(thread(message).map(({ text }) => text)).size).toBe(thread(message).length);
    expect(world.slack.messages(channel).filter((each) => each.ts === message.ts)).toHaveLength(1);
  });

  it('picks a check up again when a killed Redis is back', async () => {
    const lift = world.aws.fail({ service: 's3', url: logObjects, how: 'hang' });
    const seen = world.aws.calls.length;
    const message = await ask();
    await world.aws.waitForCall(
      (call) => call.service === 's3' && call.operation === 'GetObject' && world.aws.calls.lastIndexOf(call) >= seen,
    );
    await world.redis.kill();
    lift();
    await world.redis.restart();
    const verdict = await delivered(message);
    expect(verdict.causes.map(({ checkId }) => checkId)).toEqual(['expired-certificate']);
  });
});
