/** The product's worker in a process of its own, with nothing changed but how long the steps of a change wait: made to be killed. */
import { startWorker } from '../../../jobs/worker.js';
import { loadConfig } from '../../../src/config.js';
import { createLog } from '../../../src/platform/log.js';
import { loadPolicy } from '../../../src/policy.js';
import { runProcess } from '../../../src/process.js';
import { benchPace } from './pace.js';

await runProcess(async () => {
  const config = loadConfig(['worker']);
  const log = createLog(config.logLevel, { process: 'worker' });
  const worker = await startWorker({
    config,
    policy: loadPolicy(config.policyFile),
    redisUrl: config.redisUrl ?? '',
    log,
    changePace: benchPace,
  });
  process.send?.('up');
  return () => worker.stop(1_000);
});
