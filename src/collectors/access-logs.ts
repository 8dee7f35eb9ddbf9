/** Scans the access logs of a distribution over a window, all of it in this process. In the worker `jobs/log-shards.ts` does the same in several. */

import { assembleLogScan } from './assemble-log-scan.js';
import type { Collector } from './collector.js';
import { planLogScan } from './log-scan.js';
import { type LogShard, readLogShard, type ShardResult } from './log-shard.js';
import { assumedRatePerThread } from './plan-log-scan.js';

/**
 * 502s are the rows whose `sc-status` is 502. A custom error response that gives viewers another status hides them there; then the notes say
 * how many rows blame the origin all the same.
 * @throws Failure `not-found` where logging is off, `access-denied` where the bucket or all of its objects cannot be read.
 */
export const collectAccessLogs: Collector<'access-logs'> = async (context, task) => {
  const { plan, shards, counted } = await planLogScan(context, task, assumedRatePerThread);
  const done = { objects: 0, failures: 0 };
  const readAll = async function* (): AsyncGenerator<ShardResult> {
    yield* counted;
    for (const shard of shards) yield await readOne(shard);
  };
  const readOne = async (shard: LogShard): Promise<ShardResult> => {
    let latest = { objects: 0, failures: 0 };
    const result = await readLogShard(context, plan.options, shard, (progress) => {
      latest = progress;
      const found = done.failures + latest.failures;
      context.onProgress(
        `${done.objects + latest.objects} of ${plan.cost.objects} log objects${found > 0 ? `, ${found} 502s so far` : ''}`,
      );
    });
    done.objects += latest.objects;
    done.failures += latest.failures;
    return result;
  };
  return await assembleLogScan(plan, readAll(), context.now(), null);
};
