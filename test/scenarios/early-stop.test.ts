/** A check that leaves logs unread once the cause is told apart: what is said of them, and that they are not taken for hours without requests. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createCheckStore } from '../../src/platform/check-store.js';
import { createLogScanStore } from '../../src/platform/log-scan-store.js';
import { checkRequestSchema } from '../../src/queue/checks.js';
import { accessLogKey, accessLogRow, renderAccessLog } from '../world/access-logs.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { findRefusingPort } from '../world/ports.js';
import type { ProductProcess } from '../world/product.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { logBucket, putMetrics } from './plant.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';

const channel = 'C0INCIDEN';
const id = 'E9EARLYSTOP123';
/** Each in a shard of its own, since two of them are more than one holds. */
const objectsPerHour = 150;
const hours = 6;
const hourMs = 3_600_000;
/** The middle of an hour that is over, and of those before. */
const newestMiddle = Math.floor(Date.now() / hourMs) * hourMs - hourMs / 2;
const middleOf = (index: number): Date => new Date(newestMiddle - index * hourMs);
/** As many requests of one S3 client as a shard has under way at once. */
const atOnce = 16;

let world: World;
let worker: ProductProcess;
let redis: Redis;
const rowsOf = (index: number, object: number) =>
  // The newest hour is small, so that the others are worth leaving out.
  Array.from({ length: index === 0 ? 2 : 20 }, (_, row) =>
    accessLogRow(new Date(middleOf(index).getTime() + object * 10_000), {
      // They began in the newest hour: what CloudWatch counted in the others does not ask for reading them.
      ...(index === 0 ? { 'sc-status': '502', 'x-edge-detailed-result-type': 'OriginConnectError' } : {}),
      'x-edge-request-id': `${index}-${object}-${row}`,
    }),
  );

beforeAll(async () => {
  world = await startWorld({ policy: 'checks: { deadlineSeconds: 60, firstGuessSeconds: 1 }\n' });
  redis = new Redis(world.redis.url);
  const address = '127.0.0.33';
  world.dns.set('closed.shop.example', { a: [address] });
  world.aws.putDistribution({
    id,
    domainName: 'd9earlystop123.cloudfront.net',
    additionalMetrics: 'Enabled',
    config: distributionConfig({
      aliases: ['www.shop.example'],
      logging: { bucket: logBucket, prefix: 'cdn/' },
      origins: [
        customOrigin({
          DomainName: 'closed.shop.example',
          config: { HTTPPort: await findRefusingPort(address), OriginProtocolPolicy: 'http-only' },
        }),
      ],
    }),
  });
  const all = [];
  for (let index = 0; index < hours; index += 1)
    for (let object = 0; object < objectsPerHour; object += 1) {
      const rows = rowsOf(index, object);
      all.push(...rows);
      const key = accessLogKey('cdn/', id, middleOf(index), String(object).padStart(6, '0'));
      world.aws.putBucketObject(logBucket, key, renderAccessLog(rows));
    }
  putMetrics(world, id, all);
  await world.start('bot');
  worker = await world.start('worker');
});
afterAll(async () => {
  redis.disconnect();
  await world.stop();
});

const nameOf = (index: number): string => `.${middleOf(index).toISOString().slice(0, 13).replace('T', '-')}.`;
const readOf = (index: number): number =>
  world.aws.calls.filter(({ operation, url }) => operation === 'GetObject' && url.includes(nameOf(index))).length;

it('reads no more once the newest logs prove the cause, and does not take the rest for hours without requests', async () => {
  const { slack, aws } = world;
  const holdOf = (index: number) =>
    aws.hold({ service: 's3', operation: 'GetObject', url: nameOf(index), when: 'before' });
  const newest = holdOf(0);
  // Nothing of the others is read as long as these are held.
  const others = Array.from({ length: hours - 1 }, (_, index) =>
    Array.from({ length: atOnce }, () => holdOf(index + 1)),
  );
  const gesture = await slack
    .person('U0ONCALL1')
    .typeCommand(channel, '/cf502', `check ${id} --since ${hours * 60 + 60}m`);
  expect(gesture.error).toBeNull();
  const message = await slack.waitFor(
    () => slack.messages(channel).find((one) => one.byBot && renderAsText(one).includes(id)),
    { what: 'the first message of the check' },
  );
  const checkId = checkIdOf(message) ?? '';
  const store = createCheckStore(redis, '{cf502}', (value) => checkRequestSchema.parse(value));
  const scans = createLogScanStore(redis, '{cf502}');
  // There is a pace to tell the time that is left by, and everything else is in.
  const isReady = async (): Promise<boolean> => {
    const [record, scan] = await Promise.all([store.read(checkId), scans.state(checkId)]);
    const open = record?.tasks.filter(({ state }) => state === 'waiting' || state === 'running') ?? [];
    return scan !== null && Date.now() - scan.startedAtMs > 600 && open.every(({ kind }) => kind === 'access-logs');
  };
  while (!(await isReady()));
  newest.release();
  while ((await scans.state(checkId))?.stoppedBecause === null);
  for (const hold of others.flat()) hold.release();

  const verdict = await deliveredVerdict(world, worker, checkId);
  expect(verdict).toMatchObject({
    outcome: 'cause-found',
    causes: [{ checkId: 'refused-connection', strength: 'proven' }],
    unexplained: 0,
  });
  expect(verdict.headline).not.toContain('CloudWatch counts');
  const unread = Array.from({ length: hours }, (_, index) => index).filter((index) => readOf(index) === 0);
  expect(unread).toContain(hours - 1);
  // Whoever is at work on another hour when the newest ends reads that one still.
  const { onset } = verdict;
  expect(onset?.state).toBe(unread.includes(1) ? 'before-window' : 'began');
  expect((onset?.at ?? onset?.to)?.slice(0, 16)).toBe(middleOf(0).toISOString().slice(0, 16));
  const notes = verdict.coverage.logs?.notes ?? [];
  expect(notes[0]).toMatch(
    /^\d+ of 900 log objects had been read when this was written, the newest first\. The causes were told apart by then: /,
  );
  expect(notes[1]).toMatch(/^Not read: /);
  const text = slack
    .thread(channel, message.ts)
    .map((reply) => renderAsText(reply))
    .join('\n');
  expect(text).toMatch(
    unread.includes(1) ? /before \d\d:\d\d UTC, the first rows read show them/ : /Began: .* between/,
  );
}, 60_000);
