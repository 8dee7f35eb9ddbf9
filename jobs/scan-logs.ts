/** The thread in which BullMQ reads shards of logs: rows are parsed on an event loop of its own, never on the one that renews locks. */
import { workerData } from 'node:worker_threads';
import type { SandboxedJob } from 'bullmq';
import { Queue } from 'bullmq';
import type { Config } from '../src/config.js';
import { createAwsClients } from '../src/platform/aws.js';
import { createCheckStore } from '../src/platform/check-store.js';
import { createLog } from '../src/platform/log.js';
import { createLogScanStore } from '../src/platform/log-scan-store.js';
import { networkSettings } from '../src/platform/network-settings.js';
import { createWorkerConnection } from '../src/platform/redis.js';
import type { Policy } from '../src/policy.js';
import { checkRequestSchema } from '../src/queue/checks.js';
import { queueNames } from '../src/queue/queues.js';
import { createReportRequests } from '../src/queue/reports.js';
import { logShardJob } from './log-shards.js';
import { type CollectServices, scanThreads } from './services.js';

/** Handed over by jobs/worker.ts. */
export interface ScanThreadData {
  readonly config: Config;
  readonly policy: Policy;
  readonly redisUrl: string;
}

const { config, policy, redisUrl } = workerData as ScanThreadData;
const log = createLog(config.logLevel, { process: 'scan-thread' });
const redis = createWorkerConnection(redisUrl, log);
const options = { connection: redis, prefix: config.redisPrefix };
const queues = {
  checks: new Queue(queueNames.checks, options),
  collect: new Queue(queueNames.collect, options),
  scanLogs: new Queue(queueNames.scanLogs, options),
  reports: new Queue(queueNames.reports, options),
};
for (const queue of Object.values(queues))
  queue.on('error', (error) => log.debug({ error: error.message }, 'queue connection failed'));
const store = createCheckStore(redis, config.redisPrefix, (value) => checkRequestSchema.parse(value));
const reports = createReportRequests(queues.reports);

const services: CollectServices = {
  config,
  policy,
  log,
  store,
  scans: createLogScanStore(redis, config.redisPrefix),
  scanThreads: scanThreads(),
  redis,
  queues,
  network: networkSettings(config, policy),
  now: () => new Date(),
  createAws: (userId) =>
    createAwsClients({
      readRoleArn: policy.aws.readRoleArn ?? null,
      externalId: policy.aws.externalId ?? null,
      sessionUser: userId,
    }),
  requestReportNow: (checkId) => reports.requestNow(checkId),
  requestReport: async (checkId) => reports.request(checkId, (await store.listActive()).length),
};
const readShard = logShardJob(services);

/** BullMQ looks for a default export that declares three parameters (https://docs.bullmq.io/guide/workers/sandboxed-processors). */
export default async function scanLogs(
  job: SandboxedJob,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await readShard(job, token, signal);
}
