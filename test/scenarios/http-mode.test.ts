/** The same product when Slack calls it over HTTP, bot and worker in one process with a Redis of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { customOrigin } from '../world/aws/distribution-config.js';
import { faultyTls } from '../world/origin-faults.js';
import type { ProductProcess } from '../world/product.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { plant } from './plant.js';

const channel = 'C0INCIDEN';
const id = 'E11HTTPMODE123';
let world: World;
let product: ProductProcess;
const folder = mkdtempSync(join(tmpdir(), 'cf502-http-'));

beforeAll(async () => {
  world = await startWorld();
  const origin = await world.host('http.shop.example', {
    address: '127.0.0.33',
    tls: await faultyTls('self-signed', world.authority, ['http.shop.example']),
  });
  plant(world, {
    id,
    config: { origins: [customOrigin({ DomainName: 'http.shop.example', config: { HTTPSPort: origin.port } })] },
    failures: [{ share: 1, detailedResult: 'OriginConnectError' }],
  });
  product = await world.start('all', { SLACK_MODE: 'http', REDIS_URL: '', CF502_DATA_FOLDER: folder });
  const port = /"port":(\d+)/.exec(product.output)?.[1] ?? '';
  world.slack.useHttp(`http://127.0.0.1:${port}/slack/events`);
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('answers a mention in a thread there, and the command in the channel', async () => {
  const { slack } = world;
  const alarm = slack.person('U0COLLEAG').say(channel, 'Alarm: 502s on the shop');
  await slack.person('U0ONCALL1').mention(channel, `check ${id}`, { threadTs: alarm.ts });
  const answer = await slack.waitFor(
    () =>
      slack.thread(channel, alarm.ts).find((message) => message.byBot && renderAsText(message).includes('self-signed')),
    { timeoutMs: 100_000, what: 'the verdict in the thread' },
  );
  expect(answer.threadTs).toBe(alarm.ts);
  const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${id} --since 30m`);
  expect(gesture.error).toBeNull();
  await slack.waitFor(
    () => slack.messages(channel).find((message) => message.byBot && renderAsText(message).includes('self-signed')),
    { timeoutMs: 100_000, what: 'the verdict in the channel' },
  );
  expect(slack.complaints).toEqual([]);
});

it('ends in order, and its Redis with it', async () => {
  expect(await product.stop()).toBe(0);
});
