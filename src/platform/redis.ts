/** Connections to Redis: those that answer a person fail fast, those that process jobs wait. */
import { Redis } from 'ioredis';
import { Failure } from '../failure.js';
import type { Log } from './log.js';

/** How long a person may be kept waiting for Redis: an answer is owed within 3 s, so a command gets less. */
const commandTimeoutMs = 1_500;

/** For the bot: commands fail at once while Redis is away, and after 1.5 s when it does not answer. */
export function createProducerConnection(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2_000,
  });
  return watched(redis, log);
}

/** For workers: waits for Redis for as long as it takes, as BullMQ demands of them. */
export function createWorkerConnection(url: string, log: Log): Redis {
  return watched(new Redis(url, { maxRetriesPerRequest: null }), log);
}

/** ioredis emits an error for each failed reconnect; one line per outage is enough. */
function watched(redis: Redis, log: Log): Redis {
  let down = false;
  redis.on('error', (error: Error) => {
    if (!down) log.warn({ error: error.message }, 'redis connection failed');
    down = true;
  });
  redis.on('ready', () => {
    if (down) log.info({}, 'redis connection is back');
    down = false;
  });
  return redis;
}

/** Resolves when the connection is usable. @throws Failure `service-down` after `timeoutMs`. */
export async function waitForRedis(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const onReady = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      redis.off('ready', onReady);
      reject(new Failure('service-down', 'Redis does not answer; is it running, and is REDIS_URL right?'));
    }, timeoutMs);
    redis.once('ready', onReady);
  });
}

/** A Redis error as a Failure. Every error on a fail-fast connection means the same to the caller: Redis could not be used. */
export function translateRedisError(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('service-down', 'Redis does not answer.', { cause: error });
}
