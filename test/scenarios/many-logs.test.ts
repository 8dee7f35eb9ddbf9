/** A check whose logs are read in several jobs: every row once, in progress, cancelled, cut by a killed worker, past the budget, beside a small one. */
import { availableParallelism } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { LogScanPlan } from '../../src/collectors/log-scan.js';
import { createLogScanStore } from '../../src/platform/log-scan-store.js';
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
const written = 440;
/** Every tenth was delivered late as well, in an object of its own. */
const objects = written + written / 10;
const logged = written + written / 10;
/** Over this long they lie in several hours, hence in several shards: an hour stays together, and shards hold 200 objects otherwise. */
const spanMinutes = 190;

let world: World;
const workers: ProductProcess[] = [];
const undo: (() => void)[] = [];

beforeAll(async () => {
  world = await startWorld({ policy: 'checks: { deadlineSeconds: 60, maxLogBytes: 60000 }\n' });
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
  const startOf = Date.now() - spanMinutes * 60_000;
  const put = (id: string, index: number): void => {
    const at = new Date(startOf + index * 24_000);
    // Every tenth row was delivered twice in an object and once more in another of its hour: it counts once.
    const ids = index % 10 === 0 ? ['first', 'first', 'second'] : ['only'];
    const rows = ids.map((name) =>
      accessLogRow(at, {
        'sc-status': index % 4 === 0 ? '502' : '200',
        'x-edge-request-id': `${id}-${index}-${name}`,
      }),
    );
    for (const name of index % 10 === 0 ? ['', 'late'] : [''])
      world.aws.putBucketObject(
        logBucket,
        accessLogKey('cdn/', id, at, `${name}${String(index).padStart(6, '0')}`),
        renderAccessLog(rows),
      );
  };
  for (let index = 0; index < written; index += 1) put(large, index);
  for (let index = 0; index < 20; index += 1) put(small, index);
  await world.start('bot');
  workers.push(await world.start('worker'));
});
afterEach(() => {
  for (const lift of undo.splice(0)) lift();
});
afterAll(() => world.stop());

let minutes = spanMinutes + 10;
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
const worker = (): ProductProcess => workers.at(-1) as ProductProcess;
const verdictOf = (message: Message) => deliveredVerdict(world, worker(), checkIdOf(message) ?? '');
const all = { count: written / 4 + written / 20, requests: logged, source: 'access-logs' } as const;

/** Asks for the rest of a sampled check by its button, as a check of its own. */
async function readAll(sampled: Message): Promise<Message> {
  const { slack } = world;
  const before = new Set(slack.messages(channel).map(({ ts }) => ts));
  const click = await slack.person('U0ONCALL1').click(current(sampled), 'cf502_read_all_logs');
  expect(click.error).toBeNull();
  return slack.waitFor(() => slack.messages(channel).find((message) => message.byBot && !before.has(message.ts)), {
    what: 'the first message of the check that reads all',
  });
}

let sampled: Message;

describe('a check with many log objects', () => {
  it('reads a sample of every hour where all is past the budget, says so, and offers the rest with its figures', async () => {
    sampled = await ask(large);
    const verdict = await verdictOf(sampled);
    expect(verdict.failures?.requests).toBeLessThan(logged);
    expect(verdict.coverage.logs?.whole).toMatchObject({ objects });
    expect(verdict.coverage.logs?.notes[0]).toMatch(/^Only a sample was read: \d+ of 484 log objects/);
    expect(read(sampled)).toMatch(/\[Read all logs \(1 MB, about \d+ s, \$0\.00\)\]/);
  });

  it('counts every row once, whatever shard it was in, and shows how far it is', async () => {
    const seen = new Set<string>();
    const message = await readAll(sampled);
    const watch = setInterval(() => seen.add(read(message)), 50);
    const verdict = await verdictOf(message);
    clearInterval(watch);
    expect(verdict.failures).toEqual(all);
    expect(verdict.coverage.logs?.whole).toBeUndefined();
    expect([...seen].some((text) => /\d+ of 484 log objects, \d+ of \d+ MB/.test(text))).toBe(true);
  });

  it('answers a small one that is asked for meanwhile', async () => {
    const [giant, little] = [await readAll(sampled), await ask(small)];
    const [whole, part] = await Promise.all([verdictOf(giant), verdictOf(little)]);
    expect(whole.failures).toEqual(all);
    expect(part.failures?.requests).toBeGreaterThan(0);
  });

  it('says how many seconds are left while objects are awaited', async () => {
    undo.push(world.aws.fail({ service: 's3', operation: 'GetObject', url: /\.0000\d\d\.gz/, how: 'hang' }));
    const message = await readAll(sampled);
    await world.slack.waitFor(
      () => (/\d+ of 484 log objects, \d+ of \d+ MB, about \d+ s left/.test(read(message)) ? message : undefined),
      { what: 'the seconds that are left', timeoutMs: 30_000 },
    );
    undo.splice(0).map((lift) => lift());
    const click = await world.slack.person('U0COLLEAG').click(current(message), 'cf502_cancel');
    expect(click.error).toBeNull();
    expect((await verdictOf(message)).outcome).toBe('cancelled');
  }, 60_000);

  it('begins to read no object any more when it is cancelled', async () => {
    await nobodyScans();
    undo.push(world.aws.fail({ service: 's3', operation: 'GetObject', how: 'hang' }));
    const before = gets().length;
    const message = await readAll(sampled);
    // Every thread has as many under way as it ever has: whatever came next would begin because one of these was let go.
    const atOnce = 16 * Math.min(3, Math.max(2, availableParallelism()));
    await world.aws.waitForCall(() => gets().length === before + atOnce);
    const click = await world.slack.person('U0COLLEAG').click(current(message), 'cf502_cancel');
    expect(click.error).toBeNull();
    expect((await verdictOf(message)).outcome).toBe('cancelled');
    await nobodyScans();
    expect(gets()).toHaveLength(before + atOnce);
  }, 60_000);

  it('loses only what a killed worker was reading, which another reads again', async () => {
    const lift = world.aws.fail({ service: 's3', operation: 'GetObject', url: /\.00000\d\.gz/, how: 'hang' });
    const before = world.aws.calls.length;
    const message = await readAll(sampled);
    const checkId = checkIdOf(message) ?? '';
    await world.aws.waitForCall(
      (call) => /\.00000\d\.gz/.test(call.url) && world.aws.calls.lastIndexOf(call) >= before,
    );
    const redis = new Redis(world.redis.url);
    const scans = createLogScanStore(redis, '{cf502}');
    let state = await scans.state(checkId);
    // The newest are read by then, or about to be; the oldest wait for an answer that does not come.
    while (state === null || state.ended.length === 0) state = await scans.state(checkId);
    await worker().kill();
    state = (await scans.state(checkId)) ?? state;
    redis.disconnect();
    expect(state.ended.length).toBeLessThan(state.shards);
    lift();
    workers.push(await world.start('worker'));
    expect((await verdictOf(message)).failures).toEqual(all);

    const { shardHours, hours } = state.plan as LogScanPlan;
    const inEnded = hours.filter(({ hour }) =>
      state.ended.some((shard) => (shardHours[shard]?.[1] ?? '~') <= hour && hour <= (shardHours[shard]?.[0] ?? '')),
    );
    const keys = gets(before).map(({ url }) => url);
    for (const { hour, objects: inHour } of inEnded) {
      const ofHour = keys.filter((url) => url.includes(`.${hour.slice(0, 13).replace('T', '-')}.`));
      expect({ hour, read: ofHour.length }).toEqual({ hour, read: inHour });
    }
    expect(inEnded.length).toBeGreaterThan(0);
    expect(keys.length).toBeGreaterThan(objects);
  }, 60_000);
});

function gets(from = 0): World['aws']['calls'] {
  return world.aws.calls.slice(from).filter(({ operation }) => operation === 'GetObject');
}

async function nobodyScans(): Promise<void> {
  const queue = new Queue('scan-logs', { connection: { url: world.redis.url }, prefix: '{cf502}' });
  while ((await queue.getActiveCount()) > 0) await new Promise((resolve) => setImmediate(resolve));
  await queue.close();
}
