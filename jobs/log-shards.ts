/**
 * The log scan of a check in several jobs: one lists the objects and cuts them into shards, as many threads as there are read those, and
 * whichever ends last puts them together. A thread that dies costs its shard alone, which another reads again.
 */

import { learnRate } from '../src/collectors/learn-rate.js';
import type { LogScanPlan } from '../src/collectors/log-scan.js';
import {
  logShardSchema,
  parseShardResult,
  readLogShard,
  type ShardResult,
  unreadShard,
} from '../src/collectors/log-shard.js';
import { mergeShardResults } from '../src/collectors/merge-shards.js';
import { Failure, failureKinds, toFailure } from '../src/failure.js';
import type { LogScanState, ShardProgress } from '../src/platform/log-scan-store.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { type LogShardJob, logShardJobSchema } from '../src/queue/queues.js';
import { acceptEvidence, type EvidenceOf } from './accept-evidence.js';
import { type AnyJob, defineJob, type JobRun, type Processor } from './define-job.js';
import { guessIfUseful } from './guess.js';
import { describeScan, readLogScan } from './read-log-scan.js';
import { type CollectServices, collectContext } from './services.js';
import { thinOut } from './thin-out.js';

export function logShardJob(services: CollectServices): Processor<AnyJob> {
  return defineJob(logShardJobSchema, services.log, async (run) => {
    const { checkId, shard } = run.data;
    const { store, scans } = services;
    const [record, scan] = await Promise.all([store.read(checkId), scans.state(checkId)]);
    if (record === null || record.verdict !== null || record.phase === 'cancelling' || scan === null) return;
    // Somebody died after it was read: what is left to do is what follows.
    const isRead = scan.ended.includes(shard);
    const result = isRead || scan.stoppedBecause !== null ? null : await readShard(services, run, scan);
    const { ended, wholeGroup } = await scans.endShard(checkId, shard, result === null ? null : JSON.stringify(result));
    if (ended < scan.shards && wholeGroup !== null) await mergeGroup(services, checkId, scan, wholeGroup);
    if (ended >= scan.shards) await finishLogScan(services, record.request, run.data.of);
    else await guessIfUseful(services, checkId);
  });
}

type ShardRun = JobRun<LogShardJob, AnyJob>;

async function readShard(services: CollectServices, { data, job, signal, log }: ShardRun, scan: LogScanState) {
  const { checkId, shard, deadlineAt, userId, of } = data;
  const share = logShardSchema.parse(data.share);
  const { store, scans } = services;
  const msLeft = Date.parse(deadlineAt) - services.now().getTime();
  const deadline = AbortSignal.timeout(Math.max(0, msLeft));
  const show = async (read: ShardProgress): Promise<void> => {
    await scans.setProgress(checkId, shard, read);
    const state = await scans.state(checkId);
    if (state === null) return;
    await store.setTask(checkId, {
      id: of.taskId,
      kind: of.kind,
      title: of.title,
      state: 'running',
      phrase: describeScan(state, services.now()),
    });
    await services.requestReport(checkId);
  };
  const progress = thinOut(show, log);
  const context = collectContext(services, userId, AbortSignal.any([signal, deadline]), () => undefined, log);
  const from = services.now().getTime();
  let latest: ShardProgress = { objects: 0, bytes: 0, failures: 0 };
  try {
    const result = await readLogShard(context, (scan.plan as LogScanPlan).options, share, (read) => {
      latest = read;
      progress.report(read);
    });
    await measure(services, result, services.now().getTime() - from);
    return result;
  } catch (thrown) {
    // A cancelled job, or one whose lock is gone, has nothing more to say.
    if (signal.aborted) throw signal.reason;
    const failure = deadline.aborted
      ? new Failure('timed-out', 'The deadline of the check passed before these were read.')
      : toFailure(thrown);
    if (failureKinds[failure.kind].retry && !deadline.aborted && job.attemptsMade + 1 < (job.opts.attempts ?? 1))
      throw failure;
    log.warn({ checkId, shard, kind: failure.kind, reason: failure.message }, 'shard of the logs not read');
    return unreadShard(share, failure);
  } finally {
    await progress.stop();
    // Many small shards would each be over before it was their turn to be shown. Not after the end of the shard: the last one shows the evidence.
    if (!signal.aborted) await show({ ...latest });
    context.aws.destroy();
  }
}

async function finishLogScan(services: CollectServices, request: CheckRequest, of: EvidenceOf): Promise<void> {
  const gathered = await readLogScan(services, request.checkId, services.now());
  if (gathered === null) return;
  await acceptEvidence(services, request, of, { kind: 'access-logs', gathered });
  await services.scans.discard(request.checkId);
}

async function mergeGroup(
  { scans }: CollectServices,
  checkId: string,
  scan: LogScanState,
  group: number,
): Promise<void> {
  const results = (await scans.resultsOf(checkId, group)).map(parseShardResult);
  if (results.length < 2) return;
  const { options } = scan.plan as LogScanPlan;
  await scans.mergeGroup(checkId, group, JSON.stringify(mergeShardResults(results, options)));
}

/** What one thread does here. */
async function measure(services: CollectServices, { bytes, read }: ShardResult, elapsedMs: number): Promise<void> {
  const learnt = learnRate(await services.scans.rate(), { objects: read, bytes, elapsedMs });
  if (learnt !== null) await services.scans.saveRate(learnt);
}
