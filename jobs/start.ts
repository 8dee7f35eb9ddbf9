/** Bot and worker in one process, with a private Redis where none is configured. */
import { join } from 'node:path';
import { loadConfig } from '../src/config.js';
import { createLog } from '../src/platform/log.js';
import { startPrivateRedis } from '../src/platform/private-redis.js';
import { loadPolicy } from '../src/policy.js';
import { runProcess } from '../src/process.js';
import { createChanges } from '../src/queue/change-producer.js';
import { createDoctor } from '../src/queue/doctor.js';
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
  const doctor = await createDoctor({ redisUrl, prefix: config.redisPrefix, log });
  const bot = await startBot({
    config,
    policy,
    checks,
    changes,
    audit: changes.audit,
    doctor,
    log,
    now: () => new Date(),
  });
  if (config.selfCheck) void worker.selfCheck();
  return async () => {
    await bot.stop();
    await worker.stop(10_000);
    await Promise.all([checks.close(), changes.close(), doctor.close()]);
    await redis?.stop();
  };
});
