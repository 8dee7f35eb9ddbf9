/** Bot and worker in one process, with a private Redis where none is configured. */
import { join } from 'node:path';
import { loadConfig } from '../src/config.js';
import { createLog } from '../src/platform/log.js';
import { startPrivateRedis } from '../src/platform/private-redis.js';
import { loadPolicy } from '../src/policy.js';
import { runProcess } from '../src/process.js';
import { createChanges } from '../src/queue/change-producer.js';
import { createChecks } from '../src/queue/producer.js';
import { startBot } from '../src/slack/app.js';
import { startWorker } from './worker.js';

await runProcess(async () => {
  const config = loadConfig(['bot', 'worker']);
  const policy = loadPolicy(config.policyFile);
  const log = createLog(config.logLevel);
  const redis =
    config.redisUrl === null
      ? await startPrivateRedis({ folder: join(config.dataFolder, 'redis'), persistent: true })
      : null;
  const redisUrl = config.redisUrl ?? redis?.url ?? '';
  const checks = await createChecks({ redisUrl, prefix: config.redisPrefix, log });
  const worker = await startWorker({ config, policy, redisUrl, log });
  const changes = await createChanges({ redisUrl, prefix: config.redisPrefix, policy: policy.changes ?? null, log });
  const bot = await startBot({ config, policy, checks, changes, audit: changes.audit, log, now: () => new Date() });
  return async () => {
    await bot.stop();
    await worker.stop(10_000);
    await Promise.all([checks.close(), changes.close()]);
    await redis?.stop();
  };
});
