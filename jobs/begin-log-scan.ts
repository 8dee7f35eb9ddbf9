/** The first of the jobs of a log scan: what there is, what of it is read, and its shards, which are queued. Parses no row. */
import { assembleLogScan } from '../src/collectors/assemble-log-scan.js';
import type { CollectContext } from '../src/collectors/collector.js';
import { gather } from '../src/collectors/gather.js';
import { withinReason } from '../src/collectors/learn-rate.js';
import { type AccessLogsTask, planLogScan } from '../src/collectors/log-scan.js';
import type { LogShard } from '../src/collectors/log-shard.js';
import { assumedRatePerThread, type ScanRate } from '../src/collectors/plan-log-scan.js';
import type { CollectedTask } from '../src/collectors/tasks.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { type CollectJob, childJobId, keepFinished, shardTaskId } from '../src/queue/queues.js';
import type { CollectServices } from './services.js';

/**
 * Plans the scan, which waits for S3 and for engines and parses no row.
 * @returns null where rows are to be read: then the evidence comes from the last shard.
 */
export async function beginLogScan(
  services: CollectServices,
  context: CollectContext,
  request: CheckRequest,
  job: CollectJob,
  task: AccessLogsTask,
): Promise<CollectedTask | null> {
  const { checkId } = request;
  const startedAt = context.now().getTime();
  const planned = await gather(context, async () => planLogScan(context, task, await rateHere(services)));
  if (planned.state === 'unavailable') return { kind: 'access-logs', gathered: planned };
  const { plan, shards, counted } = planned.data;
  if (shards.length === 0) {
    const gathered = await gather(context, () => assembleLogScan(plan, counted, context.now(), null));
    return { kind: 'access-logs', gathered: { ...gathered, elapsedMs: context.now().getTime() - startedAt } };
  }
  await services.scans.begin(checkId, plan, shards.length, startedAt);
  await services.queues.scanLogs.addBulk(shardJobs(checkId, services.queues.checks.qualifiedName, job, shards));
  context.onProgress(`${plan.cost.objects} log objects, ${megabytes(plan.cost.bytes)} MB`);
  return null;
}

/** What is queued for the shards of a check. @param parentQueue qualified name of the queue of checks. */
export function shardJobs(
  checkId: string,
  parentQueue: string,
  { deadlineAt, userId, taskId, kind, title }: Pick<CollectJob, 'deadlineAt' | 'userId' | 'taskId' | 'kind' | 'title'>,
  shards: readonly LogShard[],
) {
  return shards.map((shard, index) => ({
    name: 'shard',
    data: {
      v: 1 as const,
      checkId,
      shard: index,
      deadlineAt,
      userId,
      of: { taskId, kind, title },
      share: { ...shard },
    },
    opts: {
      jobId: childJobId(checkId, shardTaskId(index)),
      parent: { id: checkId, queue: parentQueue },
      ignoreDependencyOnFailure: true,
      attempts: 2,
      backoff: { type: 'fixed', delay: 1_000 },
      // The first shards of every check go before the second of any: a giant scan does not starve a small one.
      priority: index + 1,
      ...keepFinished,
    },
  }));
}

/** All scanning threads of all workers together. */
async function rateHere(services: CollectServices): Promise<ScanRate> {
  const [measured, workers] = await Promise.all([services.scans.rate(), services.queues.scanLogs.getWorkersCount()]);
  const perThread = withinReason(measured ?? assumedRatePerThread);
  const threads = Math.max(1, workers) * services.scanThreads;
  return {
    bytesPerSecond: perThread.bytesPerSecond * threads,
    objectsPerSecond: perThread.objectsPerSecond * threads,
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
