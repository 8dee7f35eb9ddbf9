/** Queues for those who answer people: on one connection that fails fast, and usable before anybody is answered. */
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../platform/log.js';
import { createProducerConnection, translateRedisError, waitForRedis } from '../platform/redis.js';

const patienceMs = 10_000;

/**
 * Connects, and returns once every queue that `create` makes has looked at its Redis. BullMQ looks once in the life of a queue: one whose look
 * fails on a connection that fails fast throws that error from then on, however long Redis has been back.
 * @throws Failure `service-down`; nothing is left open then.
 */
export async function openQueues<
  Queues extends Readonly<Record<string, Pick<Queue, 'on' | 'waitUntilReady' | 'close'>>>,
>(
  redisUrl: string,
  log: Log,
  create: (redis: Redis) => Queues,
): Promise<{ readonly redis: Redis; readonly queues: Queues }> {
  const redis = createProducerConnection(redisUrl, log);
  let opened: Queues | null = null;
  try {
    await waitForRedis(redis, patienceMs);
    const queues = create(redis);
    opened = queues;
    for (const queue of Object.values(queues))
      queue.on('error', (error: Error) => log.debug({ error: error.message }, 'queue connection failed'));
    await Promise.all(Object.values(queues).map((queue) => queue.waitUntilReady()));
    return { redis, queues };
  } catch (error) {
    await Promise.allSettled(Object.values(opened ?? {}).map((queue) => queue.close()));
    redis.disconnect();
    throw translateRedisError(error);
  }
}
