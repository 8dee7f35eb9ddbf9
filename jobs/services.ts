/** What the jobs of one worker process share: connections, stores, clients. Built once, closed once. */
import { availableParallelism } from 'node:os';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { CollectContext } from '../src/collectors/collector.js';
import type { PlanOptions } from '../src/collectors/tasks.js';
import type { Config } from '../src/config.js';
import { type AwsClients, createAwsClients } from '../src/platform/aws.js';
import { type CheckStore, createCheckStore } from '../src/platform/check-store.js';
import type { Log } from '../src/platform/log.js';
import { createLogScanStore, type LogScanStore } from '../src/platform/log-scan-store.js';
import { logSettings } from '../src/platform/log-settings.js';
import { type NetworkSettings, networkSettings } from '../src/platform/network-settings.js';
import { createWorkerConnection } from '../src/platform/redis.js';
import type { Policy } from '../src/policy.js';
import { type CheckRequest, checkRequestSchema } from '../src/queue/checks.js';
import { type FollowUpJob, queueNames, type ReportJob } from '../src/queue/queues.js';
import { createReportRequests } from '../src/queue/reports.js';
import { type ChangePace, type ChangeServices, createChangeServices } from './change-services.js';
import type { ChildQueues } from './children.js';

/** Everything a collecting job needs: also built inside the scanning thread, which has no queues and no Slack. */
export interface CollectServices {
  readonly config: Config;
  readonly policy: Policy;
  readonly log: Log;
  readonly store: CheckStore<CheckRequest>;
  readonly scans: LogScanStore;
  /** Threads of one worker that scan logs. */
  readonly scanThreads: number;
  /** Asks for the live message to be edited soon. */
  readonly requestReport: (checkId: string) => Promise<void>;
  readonly network: NetworkSettings;
  readonly createAws: (userId: string) => AwsClients;
  readonly now: () => Date;
  /** Asks for the final message. */
  readonly requestReportNow: (checkId: string) => Promise<void>;
  /** For announcing that a check is over. */
  readonly redis: Redis;
  /** Where further collecting is asked for. */
  readonly queues: ChildQueues;
}

export interface WorkerServices extends CollectServices {
  readonly queues: ChildQueues & {
    readonly reports: Queue<ReportJob, void, string>;
    readonly sweep: Queue<Record<string, never>, void, string>;
    readonly followUps: Queue<FollowUpJob, void, string>;
  };
  readonly changes: ChangeServices;
  readonly close: () => Promise<void>;
}

/** @param redisUrl the server in use; differs from `config.redisUrl` where a private one was started. */
export function createServices(
  config: Config,
  policy: Policy,
  redisUrl: string,
  log: Log,
  pace?: ChangePace,
): WorkerServices {
  const redis = createWorkerConnection(redisUrl, log);
  const store = createCheckStore(redis, config.redisPrefix, (value) => checkRequestSchema.parse(value));
  const options = { connection: redis, prefix: config.redisPrefix };
  const queues: WorkerServices['queues'] = {
    checks: new Queue(queueNames.checks, options),
    collect: new Queue(queueNames.collect, options),
    scanLogs: new Queue(queueNames.scanLogs, options),
    reports: new Queue(queueNames.reports, options),
    sweep: new Queue(queueNames.sweep, options),
    followUps: new Queue(queueNames.followUps, options),
  };
  const changes = createChangeServices(redis, config.redisPrefix, pace);
  const allQueues = [...Object.values(queues), ...Object.values(changes.queues)];
  for (const queue of allQueues)
    queue.on('error', (error: Error) => log.debug({ error: error.message }, 'queue connection failed'));
  const reports = createReportRequests(queues.reports);
  return {
    config,
    policy,
    log,
    redis,
    store,
    scans: createLogScanStore(redis, config.redisPrefix),
    scanThreads: scanThreads(),
    queues,
    changes,
    network: networkSettings(config, policy),
    now: () => new Date(),
    createAws: (userId) =>
      createAwsClients({
        readRoleArn: policy.aws.readRoleArn ?? null,
        externalId: policy.aws.externalId ?? null,
        sessionUser: userId,
      }),
    requestReport: async (checkId) => reports.request(checkId, (await store.listActive()).length),
    requestReportNow: (checkId) => reports.requestNow(checkId),
    close: async () => {
      await Promise.all(allQueues.map((queue) => queue.close()));
      redis.disconnect();
    },
  };
}

/** One a core; a thread waits for S3 as well, so two on one core. */
export function scanThreads(): number {
  return Math.max(2, availableParallelism());
}

/** How far a check looks. The same for the planning and, later, for the bag: both must know the same tasks. */
export function planOptions(
  policy: Policy,
  asked: Required<Pick<PlanOptions, 'window' | 'pathPattern' | 'purpose'>> & Partial<Pick<CheckRequest, 'logs'>>,
): PlanOptions {
  const { maxLogBytes, maxLogSeconds, maxLogDollars } = policy.checks;
  return {
    purpose: asked.purpose,
    window: asked.window,
    pathPattern: asked.pathPattern,
    // Somebody saw what all of it takes, and asked for it.
    ...(asked.logs === 'all'
      ? { maxLogBytes: Number.MAX_SAFE_INTEGER }
      : { maxLogBytes, maxLogSeconds, maxLogDollars }),
    // An audit has no failure to send a request after.
    throughTheEdge: policy.probes.throughTheEdge && asked.purpose === 'check',
  };
}

/** The context of one collection; `onProgress` may be called often and is thinned out by the caller. */
export function collectContext(
  services: CollectServices,
  userId: string,
  signal: AbortSignal,
  onProgress: (phrase: string) => void,
  log: Log,
): CollectContext {
  return {
    signal,
    now: services.now,
    aws: services.createAws(userId),
    network: services.network,
    logs: logSettings(services.policy),
    log,
    onProgress,
  };
}
