/** The Redis of this installation, for a command that runs beside it or while it is not running. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Config } from '../config.js';
import { Failure } from '../failure.js';
import { lastPortOf, startPrivateRedis } from '../platform/private-redis.js';

export interface OpenRedis {
  readonly redis: Redis;
  close(): Promise<void>;
}

/**
 * Connects to REDIS_URL; else to the private server of the data folder, which is started for as long as it is needed where it is not running.
 * @throws Failure `service-down` where it does not answer, `not-found` where there is none.
 */
export async function openRedis(config: Pick<Config, 'redisUrl' | 'dataFolder'>): Promise<OpenRedis> {
  if (config.redisUrl !== null) return connect(config.redisUrl);
  const folder = join(config.dataFolder, 'redis');
  if (!existsSync(folder))
    throw new Failure(
      'not-found',
      `There is no Redis to read: REDIS_URL is not set, and ${folder} does not exist. Run this where cf502 runs, with its settings.`,
    );
  const running = await connectToRunning(folder);
  if (running !== null) return running;
  const server = await startPrivateRedis({ folder, persistent: true });
  const opened = await connect(server.url);
  return {
    redis: opened.redis,
    close: async () => {
      await opened.close();
      await server.stop();
    },
  };
}

/** A port may have gone to another program since: the server is ours only if it says that it lives in our folder. */
async function connectToRunning(folder: string): Promise<OpenRedis | null> {
  const port = lastPortOf(folder);
  if (port === null) return null;
  try {
    const opened = await connect(`redis://127.0.0.1:${port}`);
    const [, dir] = (await opened.redis.config('GET', 'dir').catch(() => [])) as readonly string[];
    if (dir !== undefined && realpathSync(dir) === realpathSync(folder)) return opened;
    await opened.close();
  } catch {
    // Nobody, or somebody else, listens there.
  }
  return null;
}

/** One try: whoever typed the command sees at once that nobody listens there. */
async function connect(url: string): Promise<OpenRedis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: () => null,
    connectTimeout: 3_000,
    commandTimeout: 10_000,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new Failure('service-down', 'Redis does not answer; is it running, and is REDIS_URL right?', {
      cause: error,
    });
  }
  return { redis, close: async () => redis.disconnect() };
}
