/** One worker process: a BullMQ worker per queue, cancels heard from every bot, an orderly end. */
import { type Job, Worker } from 'bullmq';
import type { Config } from '../src/config.js';
import type { Log } from '../src/platform/log.js';
import { createWorkerConnection, waitForRedis } from '../src/platform/redis.js';
import type { Policy } from '../src/policy.js';
import { cancelChannel, childJobId, queueNames, shardTaskId } from '../src/queue/queues.js';
import { changeCardJob } from './change-card.js';
import type { ChangePace } from './change-services.js';
import { changeJob } from './changes.js';
import { checkJob } from './check.js';
import { collectJob } from './collect.js';
import { checkAtStart, doctorJob } from './doctor.js';
import { followUpJob } from './follow-up.js';
import { reportJob } from './report.js';
import type { ScanThreadData } from './scan-logs.js';
import { createServices, type WorkerServices } from './services.js';
import { startShipping } from './ship-audit.js';
import { sweepIntervalMs, sweepJob } from './sweep.js';

export interface RunningWorker {
  /** Stops taking jobs, gives those under way `graceMs`, then cancels them; BullMQ hands them to another worker. */
  stop(graceMs: number): Promise<void>;
  /** Tries every permission and logs what is missing. Never throws. */
  selfCheck(): Promise<void>;
}

export interface WorkerOptions {
  readonly config: Config;
  readonly policy: Policy;
  readonly redisUrl: string;
  readonly log: Log;
  /** The compiled thread that scans logs; a file, since a thread cannot load TypeScript. */
  readonly scanThread?: URL;
  /** How long the steps of a change wait; absent: as CloudFront and its logs need it. */
  readonly changePace?: ChangePace;
}

/**
 * A worker that dies is noticed when its locks run out: short enough for another to take over within the deadline of a check.
 * https://docs.bullmq.io/guide/workers/stalled-jobs
 */
const locks = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 2 } as const;
/** Far above what is ever needed: BullMQ waits when Slack asks to (`queue.rateLimit`) only where a limit is set. The pace is kept in poster.ts. */
const postLimit = { max: 1_000, duration: 60_000 } as const;

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { config, policy, redisUrl, log } = options;
  const services = createServices(config, policy, redisUrl, log, options.changePace);
  await waitForRedis(services.redis, 10_000);
  const shared = { connection: services.redis, prefix: config.redisPrefix, ...locks };
  const scanThread = options.scanThread ?? new URL('./scan-logs.js', import.meta.url);
  const threadData: ScanThreadData = { config, policy, redisUrl };
  const collecting = new Worker(queueNames.collect, collectJob(services), {
    ...shared,
    concurrency: config.workerConcurrency,
  });
  const scanning = new Worker(queueNames.scanLogs, scanThread, {
    ...shared,
    concurrency: services.scanThreads,
    useWorkerThreads: true,
    workerThreadsOptions: { workerData: threadData },
  });
  const shipping = await startShipping(services, shared);
  const workers: readonly Worker[] = [
    new Worker(queueNames.checks, checkJob(services), { ...shared, concurrency: 16 }),
    collecting,
    scanning,
    new Worker(queueNames.reports, reportJob(services), { ...shared, concurrency: 8, limiter: postLimit }),
    new Worker(queueNames.sweep, sweepJob(services), { ...shared, concurrency: 1 }),
    // A step may be taken up as often as workers die over it: it reads where the change stands, and nobody else tells the person.
    new Worker(queueNames.changes, changeJob(services), { ...shared, maxStalledCount: 20, concurrency: 16 }),
    new Worker(queueNames.changeCards, changeCardJob(services), { ...shared, concurrency: 8, limiter: postLimit }),
    new Worker(queueNames.followUps, followUpJob(services), { ...shared, concurrency: 1, limiter: postLimit }),
    new Worker(queueNames.doctor, doctorJob(services), { ...shared, concurrency: 1 }),
    ...(shipping === null ? [] : [shipping]),
  ];
  for (const worker of workers) watch(worker, log);
  await services.queues.sweep.upsertJobScheduler(
    'sweep',
    { every: sweepIntervalMs },
    { name: 'sweep', data: {}, opts: { removeOnComplete: true, removeOnFail: { count: 20 } } },
  );
  const stopListening = await hearCancels(services, redisUrl, [collecting, scanning]);
  log.info({ queues: workers.length }, 'worker is running');

  return {
    async stop(graceMs) {
      await stopListening();
      const closed = Promise.all(workers.map((worker) => worker.close()));
      const timer = setTimeout(() => {
        for (const worker of workers) worker.cancelAllJobs('shutdown');
      }, graceMs);
      await closed;
      clearTimeout(timer);
      await services.close();
      log.info({}, 'worker has stopped');
    },
    selfCheck: () => checkAtStart(services),
  };
}

function watch(worker: Worker, log: Log): void {
  worker.on('error', (error) => log.debug({ queue: worker.name, error: error.message }, 'worker connection failed'));
  worker.on('stalled', (jobId) => log.warn({ queue: worker.name, jobId }, 'job stalled and is taken over'));
  // A job whose lock is gone may already run elsewhere: two workers must not post to the same thread.
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, 'lock lost');
  });
  worker.on('failed', (job: Job | undefined, error) =>
    log.warn({ queue: worker.name, jobId: job?.id, error: error.message }, 'job attempt failed'),
  );
}

/** A cancel is published to all workers; the one that holds a job of the check aborts it. */
async function hearCancels(
  services: WorkerServices,
  redisUrl: string,
  workers: readonly Worker[],
): Promise<() => Promise<void>> {
  const { store, scans, log, config } = services;
  const subscriber = createWorkerConnection(redisUrl, log);
  subscriber.on('message', (_channel: string, checkId: string) => {
    Promise.all([store.read(checkId), scans.state(checkId)])
      .then(([record, scan]) => {
        const shards = Array.from({ length: scan?.shards ?? 0 }, (_, shard) => shardTaskId(shard));
        for (const id of [...(record?.tasks ?? []).map((task) => task.id), ...shards])
          for (const worker of workers) worker.cancelJob(childJobId(checkId, id), 'cancelled');
      })
      .catch((error: unknown) => log.warn({ checkId, error: String(error) }, 'cancel could not be carried out'));
  });
  await subscriber.subscribe(cancelChannel(config.redisPrefix));
  return async () => subscriber.disconnect();
}
