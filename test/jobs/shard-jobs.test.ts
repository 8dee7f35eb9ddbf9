/** In what order the shards of several checks are read. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { shardJobs } from '../../jobs/begin-log-scan.js';
import { type LogShardJob, queueNames } from '../../src/queue/queues.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

it('gives every check its first shards before any its later ones: a giant scan does not starve a small one', async () => {
  const shared = { connection: { url: redis.url, maxRetriesPerRequest: null }, prefix: redis.prefix() };
  const checks = new Queue(queueNames.checks, shared);
  const scanLogs = new Queue<LogShardJob>(queueNames.scanLogs, shared);
  const queue = async (checkId: string, shards: number): Promise<void> => {
    await checks.add('check', {}, { jobId: checkId });
    const of = { deadlineAt: '2026-11-20T10:00:00.000Z', userId: 'U0ONCALL1', taskId: 'logs', kind: 'k', title: 't' };
    const shares = Array.from({ length: shards }, () => ({ places: [], objects: [] }));
    await scanLogs.addBulk(shardJobs(checkId, checks.qualifiedName, of, shares));
  };
  const [giant, small, late] = ['chk_giant0000000', 'chk_small0000000', 'chk_late00000000'];

  await queue(giant, 12);
  const read: string[] = [];
  let askOthers = async (): Promise<void> => {
    askOthers = async () => undefined;
    // While the first shard of the giant is read the others are asked for.
    await queue(small, 2);
    await queue(late, 1);
  };
  const isOver = new Promise<void>((resolve) => {
    const worker = new Worker<LogShardJob>(
      scanLogs.name,
      async ({ data }) => {
        await askOthers();
        read.push(`${data.checkId} ${data.shard}`);
      },
      { ...shared, concurrency: 1 },
    );
    worker.on('completed', () => {
      if (read.length === 15) void worker.close().then(() => resolve());
    });
  });
  await isOver;
  expect(read.slice(0, 5)).toEqual([`${giant} 0`, `${small} 0`, `${late} 0`, `${giant} 1`, `${small} 1`]);
  await Promise.all([checks.close(), scanLogs.close()]);
});
