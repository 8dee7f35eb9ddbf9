/** The worker process. */
import { loadConfig } from '../src/config.js';
import { Failure } from '../src/failure.js';
import { createLog } from '../src/platform/log.js';
import { loadPolicy } from '../src/policy.js';
import { runProcess } from '../src/process.js';
import { startWorker } from './worker.js';

await runProcess(async () => {
  const config = loadConfig(['worker']);
  const policy = loadPolicy(config.policyFile);
  const log = createLog(config.logLevel, { process: 'worker' });
  if (config.redisUrl === null)
    throw new Failure(
      'misconfigured',
      'REDIS_URL is not set. Bot and worker in two processes need one Redis to meet in; `npm start` runs both with a private one.',
    );
  const worker = await startWorker({ config, policy, redisUrl: config.redisUrl, log });
  if (config.selfCheck) void worker.selfCheck();
  return () => worker.stop(10_000);
});
