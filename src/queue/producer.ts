/** The checks as the bot sees them, on BullMQ. Every call fails fast when Redis is away. */
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Failure } from '../failure.js';
import { createCheckStore } from '../platform/check-store.js';
import type { Log } from '../platform/log.js';
import { translateRedisError } from '../platform/redis.js';
import { type CheckRequest, type Checks, checkRequestSchema, progressOf } from './checks.js';
import { openQueues } from './open-queues.js';
import { type CheckJob, cancelChannel, keepFinished, queueNames, type ReportJob } from './queues.js';
import { createReportRequests } from './reports.js';
import { createWithdrawals } from './withdrawals.js';

export interface ProducerOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly log: Log;
}

export async function createChecks(options: ProducerOptions): Promise<Checks & { close(): Promise<void> }> {
  const { log, prefix } = options;
  const { redis, queues } = await openQueues(options.redisUrl, log, (connection) => ({
    checks: new Queue<CheckJob, void, string>(queueNames.checks, { connection, prefix }),
    reports: new Queue<ReportJob, void, string>(queueNames.reports, { connection, prefix }),
  }));
  const { checks, reports } = queues;
  const store = createCheckStore(redis, prefix, (value) => checkRequestSchema.parse(value));
  const reportRequests = createReportRequests(reports);
  const withdrawals = createWithdrawals(redis, store, log);

  // With the offline queue off a command on a broken connection throws at once; a connecting one would wait inside BullMQ.
  const demandReady = (): void => {
    if (redis.status !== 'ready') throw new Failure('service-down', 'Redis is not reachable.');
  };

  const ask = async <T>(run: () => Promise<T>): Promise<T> => {
    demandReady();
    try {
      return await run();
    } catch (error) {
      throw translateRedisError(error);
    }
  };

  /** The check is queued whatever the answer: a Redis that forbids CLIENT LIST, or is slow at it, must not make it look refused. */
  const isWorked = async (): Promise<boolean> => {
    try {
      return (await checks.getWorkersCount()) > 0;
    } catch (error) {
      log.debug({ error: String(error) }, 'workers not counted');
      return true;
    }
  };

  return {
    async start(request: CheckRequest) {
      // Outside the `try`: where nothing was sent, nothing is to be taken back.
      demandReady();
      const token = randomUUID();
      try {
        return await ask(async () => {
          if (!(await store.create(request, token)))
            return { state: 'joined', checkId: request.checkId, message: await messageOf(request.checkId) } as const;
          const job = await checks.add(
            'check',
            { v: 1, checkId: request.checkId, step: 'begin' },
            {
              jobId: request.checkId,
              deduplication: { id: sameCheck(request) },
              attempts: 3,
              backoff: { type: 'fixed', delay: 500 },
              ...keepFinished,
            },
          );
          const runningId = job.id ?? request.checkId;
          if (runningId === request.checkId) return { state: 'started', isWorked: await isWorked() } as const;
          await store.withdraw(request.checkId, token);
          return { state: 'joined', checkId: runningId, message: await messageOf(runningId) } as const;
        });
      } catch (error) {
        withdrawals.takeBack(request.checkId, token);
        throw error;
      }
    },

    async attachMessage(checkId, message) {
      await ask(async () => {
        await store.attachMessage(checkId, message);
        await reportRequests.requestNow(checkId);
      });
    },

    async cancel(checkId, byUserId) {
      return ask(async () => {
        if (await store.cancel(checkId, byUserId)) {
          await redis.publish(cancelChannel(prefix), checkId);
          await reportRequests.requestNow(checkId);
          return { state: 'cancelling' } as const;
        }
        return { state: (await store.read(checkId)) === null ? 'unknown' : 'already-over' } as const;
      });
    },

    async findRunning(channelId, asked) {
      return ask(async () => {
        for (const checkId of [...(await store.listActive())].reverse()) {
          const record = await store.read(checkId);
          if (record === null || record.phase === 'over' || record.request.place.channelId !== channelId) continue;
          if (asked === null || record.request.asked.toLowerCase() === asked.toLowerCase()) return checkId;
        }
        return null;
      });
    },

    async progress(checkId) {
      const record = await ask(() => store.read(checkId));
      return record === null ? null : progressOf(record);
    },
    message: (checkId) => ask(() => messageOf(checkId)),
    request: (checkId) => ask(async () => (await store.read(checkId))?.request ?? null),

    async close() {
      withdrawals.close();
      await Promise.all([checks.close(), reports.close()]);
      redis.disconnect();
    },
  };

  async function messageOf(checkId: string) {
    return (await store.read(checkId))?.message ?? null;
  }
}

/** Two requests are the same check when these agree. */
function sameCheck({
  purpose,
  requester,
  place,
  target,
  window,
  windowAsked,
  pathPattern,
  logs,
}: CheckRequest): string {
  const what = target.kind === 'distribution-id' ? target.id : target.domainName.toLowerCase();
  // All logs are read of the window that was priced, however long ago it was “the last hour”.
  const when = logs === 'all' ? `${window.from} ${window.to}` : windowAsked;
  const parts = [requester.teamId, place.channelId, what, when, pathPattern ?? ''];
  return [...parts, ...(purpose === 'audit' ? ['audit'] : []), ...(logs === 'all' ? ['all-logs'] : [])].join(':');
}
