/** The bot process: talks to Slack and to the queue. The work is done by the worker process. */
import { loadConfig } from './config.js';
import { Failure } from './failure.js';
import { createLog } from './platform/log.js';
import { loadPolicy } from './policy.js';
import { runProcess } from './process.js';
import { createChanges } from './queue/change-producer.js';
import { createDoctor } from './queue/doctor.js';
import { createChecks } from './queue/producer.js';
import { startBot } from './slack/app.js';

await runProcess(async () => {
  const config = loadConfig(['bot']);
  const policy = loadPolicy(config.policyFile);
  const log = createLog(config.logLevel, { process: 'bot' });
  if (config.redisUrl === null)
    throw new Failure(
      'misconfigured',
      'REDIS_URL: bot and worker in processes of their own need a Redis that both can reach; `npm start` runs both in one process and needs none.',
    );
  const checks = await createChecks({ redisUrl: config.redisUrl, prefix: config.redisPrefix, log });
  const changes = await createChanges({
    redisUrl: config.redisUrl,
    prefix: config.redisPrefix,
    policy: policy.changes ?? null,
    log,
  });
  const doctor = await createDoctor({ redisUrl: config.redisUrl, prefix: config.redisPrefix, log });
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
  return async () => {
    await bot.stop();
    await Promise.all([checks.close(), changes.close(), doctor.close()]);
  };
});
