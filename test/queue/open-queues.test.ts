import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { createLog } from '../../src/platform/log.js';
import { openQueues } from '../../src/queue/open-queues.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

const log = createLog('silent');
let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());

const open = (meanwhile: (connection: { disconnect(reconnect: boolean): void }) => void) =>
  openQueues(server.url, log, (connection) => {
    const queues = { checks: new Queue('checks', { connection, prefix: server.prefix() }) };
    meanwhile(connection);
    return queues;
  });

describe('opening queues', () => {
  it('is over when they can be used, also after the connection was lost', async () => {
    const { redis, queues } = await open(() => undefined);
    const lost = new Promise((resolve) => redis.once('close', resolve));
    const back = new Promise((resolve) => redis.once('ready', resolve));
    redis.disconnect(true);
    await lost;
    await back;
    expect((await queues.checks.add('check', {})).id).toBe('1');
    await queues.checks.close();
    redis.disconnect();
  });

  it('fails where the connection is lost meanwhile: BullMQ would throw that error for ever', async () => {
    await expect(open((connection) => connection.disconnect(true))).rejects.toMatchObject({ kind: 'service-down' });
  });
});
