import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createLog } from '../../src/platform/log.js';
import type { CheckMessage } from '../../src/queue/checks.js';
import { createChecks } from '../../src/queue/producer.js';
import { cancelChannel, queueNames } from '../../src/queue/queues.js';
import { checkRequest } from '../builders/check-request.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';
import { startStopwatch } from '../world/stopwatch.js';

const log = createLog('silent');
let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis({ persistent: true });
});
afterAll(() => redis.stop());

async function withChecks(
  run: (checks: Awaited<ReturnType<typeof createChecks>>, prefix: string) => Promise<void>,
): Promise<void> {
  const prefix = redis.prefix();
  const checks = await createChecks({ redisUrl: redis.url, prefix, log });
  try {
    await run(checks, prefix);
  } finally {
    await checks.close();
  }
}

const message: CheckMessage = {
  channelId: 'C0EXAMPLE01',
  ts: '1.2',
  threadTs: '1.2',
  permalink: 'https://example.slack.com/archives/C0EXAMPLE01/p12',
};

describe('starting a check', () => {
  it('enqueues one job under the id of the check', () =>
    withChecks(async (checks, prefix) => {
      const request = checkRequest();
      expect(await checks.start(request)).toEqual({ state: 'started', isWorked: false });
      const queue = new Queue(queueNames.checks, { connection: { url: redis.url }, prefix });
      expect((await queue.getJobs(['waiting'])).map((job) => job.id)).toEqual([request.checkId]);
      expect(await checks.request(request.checkId)).toEqual(request);
      await queue.close();
    }));

  it('counts as started where Redis does not let clients be listed', () =>
    withChecks(async (checks) => {
      const admin = new Redis(redis.url);
      await admin.call('ACL', 'SETUSER', 'default', '-client|list');
      try {
        const request = checkRequest();
        expect(await checks.start(request)).toEqual({ state: 'started', isWorked: true });
        expect(await checks.request(request.checkId)).toEqual(request);
      } finally {
        await admin.call('ACL', 'SETUSER', 'default', '+client|list');
        admin.disconnect();
      }
    }));

  it('joins the same check while it runs, and says where it is shown', () =>
    withChecks(async (checks) => {
      const first = checkRequest();
      await checks.start(first);
      await checks.attachMessage(first.checkId, message);
      const second = checkRequest();
      expect(await checks.start(second)).toEqual({ state: 'joined', checkId: first.checkId, message });
      expect(await checks.progress(second.checkId)).toBeNull();
    }));

  it.each([
    ['another target', { target: { kind: 'distribution-id', id: 'E2EXAMPLE12345' } as const }],
    ['another window', { windowAsked: 'since 2h' }],
    ['another path', { pathPattern: '/api/*' }],
    ['another channel', { place: { channelId: 'C0OTHER', threadTs: null } }],
  ])('does not join for %s', (_what, change) =>
    withChecks(async (checks) => {
      await checks.start(checkRequest());
      expect((await checks.start(checkRequest(change))).state).toBe('started');
    }),
  );

  it('reads all logs of two windows as two checks, though both were the last hour when they were asked for', () =>
    withChecks(async (checks) => {
      const window = { from: '2026-11-20T09:15:00.000Z', to: '2026-11-20T10:15:00.000Z' };
      const later = { from: '2026-11-20T10:15:00.000Z', to: '2026-11-20T11:15:00.000Z' };
      const start = (of: typeof window) => checks.start(checkRequest({ logs: 'all', window: of }));
      expect(await start(window)).toMatchObject({ state: 'started' });
      expect(await start(window)).toMatchObject({ state: 'joined' });
      expect(await start(later)).toMatchObject({ state: 'started' });
    }));

  it('takes a repeated delivery of one request for the same check', () =>
    withChecks(async (checks) => {
      const request = checkRequest();
      await checks.start(request);
      expect(await checks.start(request)).toMatchObject({ state: 'joined', checkId: request.checkId });
    }));

  it('starts one check when two people ask at the same instant', () =>
    withChecks(async (checks) => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => checks.start(checkRequest())));
      expect(answers.filter((answer) => answer.state === 'started')).toHaveLength(1);
    }));
});

describe('cancelling', () => {
  it('marks the check, tells every worker, and cannot be done twice to one that is unknown', () =>
    withChecks(async (checks, prefix) => {
      const request = checkRequest();
      await checks.start(request);
      const subscriber = new Redis(redis.url);
      await subscriber.subscribe(cancelChannel(prefix));
      const heard = new Promise<string>((resolve) =>
        subscriber.once('message', (_channel, checkId) => resolve(checkId)),
      );
      expect(await checks.cancel(request.checkId, 'U0EXAMPLE02')).toEqual({ state: 'cancelling' });
      expect(await heard).toBe(request.checkId);
      expect(await checks.progress(request.checkId)).toMatchObject({ phase: 'cancelling', cancelledBy: 'U0EXAMPLE02' });
      expect(await checks.cancel('chk_unknown00000', 'U0EXAMPLE02')).toEqual({ state: 'unknown' });
      subscriber.disconnect();
    }));

  it('finds the newest running check of a channel', () =>
    withChecks(async (checks) => {
      const older = checkRequest({ acceptedAt: new Date(Date.now() - 60_000).toISOString() });
      const newer = checkRequest({ asked: 'shop', windowAsked: 'since 3h' });
      await checks.start(newer);
      await checks.start(older);
      expect(await checks.findRunning('C0EXAMPLE01', null)).toBe(newer.checkId);
      expect(await checks.findRunning('C0EXAMPLE01', 'e1example12345')).toBe(older.checkId);
      expect(await checks.findRunning('C0OTHER', null)).toBeNull();
    }));
});

describe('while Redis is away', () => {
  it('leaves a running check alone when a repeated delivery of it fails', () =>
    withChecks(async (checks) => {
      const request = checkRequest();
      await checks.start(request);
      redis.pause();
      await expect(checks.start(request)).rejects.toMatchObject({ kind: 'service-down' });
      redis.resume();
      expect(await checks.request(request.checkId)).toEqual(request);
    }));

  it('fails within two seconds when it does not answer, and what reached it late is not run', () =>
    withChecks(async (checks, prefix) => {
      const request = checkRequest();
      redis.pause();
      const since = startStopwatch();
      await expect(checks.start(request)).rejects.toMatchObject({ kind: 'service-down' });
      expect(since.elapsedMs()).toBeLessThan(2_500);
      redis.resume();
      // Redis answers in order: when this comes back, whatever was sent before has been carried out.
      const admin = new Redis(redis.url);
      const queue = new Queue(queueNames.checks, { connection: { url: redis.url }, prefix });
      await queue.waitUntilReady();
      expect(await admin.exists(`${prefix}:check:${request.checkId}`)).toBe(0);
      await queue.close();
      admin.disconnect();
    }));

  it('fails at once when the connection is gone, and works again when it is back', () =>
    withChecks(async (checks) => {
      await redis.kill();
      const since = startStopwatch();
      await expect(checks.start(checkRequest())).rejects.toMatchObject({ kind: 'service-down' });
      expect(since.elapsedMs()).toBeLessThan(2_500);
      await redis.restart();
      expect(await startOnceBack(checks)).toMatchObject({ state: 'started' });
    }));

  it('takes back what may have been sent, and does not flood a Redis that has come back', () =>
    withChecks(async (checks, prefix) => {
      const sent = Array.from({ length: 20 }, () => checkRequest());
      redis.pause();
      const answers = await Promise.allSettled(sent.map((request) => checks.start(request)));
      expect(answers.map((answer) => answer.status)).toEqual(sent.map(() => 'rejected'));
      await redis.kill();
      // Nothing of these is sent, once the client has noticed.
      for (let asked = 0; asked < 500; asked++) {
        await new Promise(setImmediate);
        await expect(checks.start(checkRequest())).rejects.toMatchObject({ kind: 'service-down' });
      }
      await redis.restart();
      const started = await startOnceBack(checks);
      const admin = new Redis(redis.url);
      // Past the interval at which withdrawals are tried again.
      await new Promise((resolve) => setTimeout(resolve, 2_200));
      const readOpen = () => admin.zrange(`${prefix}:open-checks`, '0', '-1');
      let open = await readOpen();
      while (open.length > 1) open = await readOpen();
      const calls = Number(/cmdstat_eval:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1]);
      admin.disconnect();
      expect(open).toEqual([started.checkId]);
      // The client itself sends once more what was under way: a creation and a withdrawal of each; then each is withdrawn.
      expect(calls).toBeGreaterThan(0);
      expect(calls).toBeLessThan(4 * sent.length);
    }));
});

/** The first check that is not refused. */
async function startOnceBack(checks: Awaited<ReturnType<typeof createChecks>>) {
  for (;;) {
    const request = checkRequest({ asked: 'again' });
    const answer = await checks.start(request).catch(() => null);
    if (answer !== null) return { checkId: request.checkId, state: answer.state };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
