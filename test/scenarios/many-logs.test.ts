/** A check whose logs are read in several jobs: every row once, in progress, cancelled, cut by a killed worker, past the budget, beside a small one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { accessLogKey, accessLogRow, renderAccessLog } from '../world/access-logs.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import type { ProductProcess } from '../world/product.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { logBucket } from './plant.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';

const channel = 'C0INCIDEN';
const large = 'E9MANYLOGS1234';
const small = 'E9FEWLOGS12345';
/** Shards hold at most 500 objects. */
const objects = 1_200;
const logged = objects + objects / 10;

let world: World;
const workers: ProductProcess[] = [];
const undo: (() => void)[] = [];

beforeAll(async () => {
  world = await startWorld({ policy: 'checks: { deadlineSeconds: 60 }\n' });
  const origin = await world.host('many.shop.example', { address: '127.0.0.32' });
  for (const id of [large, small]) {
    world.aws.putDistribution({
      id,
      domainName: `d${id.toLowerCase().slice(1, 14)}.cloudfront.net`,
      config: distributionConfig({
        aliases: ['www.shop.example'],
        logging: { bucket: logBucket, prefix: 'cdn/' },
        origins: [
          customOrigin({
            DomainName: 'many.shop.example',
            config: { HTTPPort: origin.port, OriginProtocolPolicy: 'http-only' },
          }),
        ],
      }),
    });
  }
  const startOf = Date.now() - 50 * 60_000;
  const put = (id: string, index: number): void => {
    const at = new Date(startOf + index * 2_000);
    // Every tenth object was delivered twice over: its row counts once.
    const ids = index % 10 === 0 ? ['first', 'first', 'second'] : ['only'];
    const rows = ids.map((name) =>
      accessLogRow(at, {
        'sc-status': index % 4 === 0 ? '502' : '200',
        'x-edge-request-id': `${id}-${index}-${name}`,
      }),
    );
    world.aws.putBucketObject(
      logBucket,
      accessLogKey('cdn/', id, at, String(index).padStart(6, '0')),
      renderAccessLog(rows),
    );
  };
  for (let index = 0; index < objects; index += 1) put(large, index);
  for (let index = 0; index < 20; index += 1) put(small, index);
  await world.start('bot');
  workers.push(await world.start('worker'));
}, 60_000);
afterEach(() => {
  for (const lift of undo.splice(0)) lift();
});
afterAll(() => world.stop());

let minutes = 60;
async function ask(id: string): Promise<Message> {
  minutes += 1;
  const { slack } = world;
  const before = new Set(slack.messages(channel).map(({ ts }) => ts));
  const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${id} --since ${minutes}m`);
  expect(gesture.error).toBeNull();
  return slack.waitFor(
    () =>
      slack
        .messages(channel)
        .find((message) => message.byBot && !before.has(message.ts) && renderAsText(message).includes(id)),
    { what: 'the first message of the check' },
  );
}

const current = (message: Message): Message => world.slack.message(channel, message.ts) ?? message;
const read = (message: Message): string => renderAsText(current(message));
const verdictOf = (message: Message) =>
  deliveredVerdict(world, workers.at(-1) as ProductProcess, checkIdOf(message) ?? '');
const failures = objects / 4 + 60;

describe('a check with many log objects', () => {
  it('counts every row once, whatever shard it was in, and shows how far it is', async () => {
    const seen: string[] = [];
    const watch = setInterval(() => seen.push(...(message === null ? [] : [read(message)])), 50);
    let message: Message | null = null;
    message = await ask(large);
    const verdict = await verdictOf(message);
    clearInterval(watch);
    expect(verdict.failures).toEqual({ count: failures, requests: logged, source: 'access-logs' });
    expect(verdict.coverage.logs).toMatchObject({ rows: logged });
    expect(seen.some((text) => /\d+ of 1200 log objects, \d+ of \d+ MB/.test(text))).toBe(true);
  }, 60_000);
});
