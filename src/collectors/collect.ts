/** Runs collectors: one task into gathered evidence whatever happens, or a whole check in this process. */
import type { EvidenceBag } from '../diagnosis/evidence.js';
import type { TaskProgress } from '../diagnosis/progress.js';
import type { Target } from '../diagnosis/target.js';
import { collectAccessLogs } from './access-logs.js';
import { collectAlarms } from './alarms.js';
import { mapBounded } from './bounded.js';
import { collectChanges } from './changes.js';
import { collectCloudFrontMetrics } from './cloudfront-metrics.js';
import type { CollectContext, CollectTask } from './collector.js';
import { collectDistribution } from './distribution.js';
import { collectEdgeFunctions } from './edge-functions.js';
import { collectEdgeTwin } from './edge-twin.js';
import { gather } from './gather.js';
import { collectKeepAlive } from './keep-alive.js';
import { collectLoadBalancer } from './load-balancer.js';
import { collectLogDelivery } from './log-delivery.js';
import { collectOriginProbe, collectPathProbe } from './origin-probe.js';
import {
  assembleBag,
  type BagOf,
  type CollectedTask,
  distributionTaskId,
  firstTasks,
  type PlannedTask,
  type PlanOptions,
  planDeeperTasks,
  planTasks,
} from './tasks.js';

/** Never rejects: what cannot be collected is `unavailable`, with the reason, what would supply it, and what was tried. */
export async function collect(context: CollectContext, task: CollectTask): Promise<CollectedTask> {
  switch (task.kind) {
    case 'distribution':
      return { kind: task.kind, gathered: await gather(context, () => collectDistribution(context, task)) };
    case 'access-logs':
      return { kind: task.kind, gathered: await gather(context, () => collectAccessLogs(context, task)) };
    case 'cloudfront-metrics':
      return { kind: task.kind, gathered: await gather(context, () => collectCloudFrontMetrics(context, task)) };
    case 'origin-probe':
      return { kind: task.kind, gathered: await gather(context, () => collectOriginProbe(context, task)) };
    case 'path-probe':
      return { kind: task.kind, gathered: await gather(context, () => collectPathProbe(context, task)) };
    case 'keep-alive':
      return { kind: task.kind, gathered: await gather(context, () => collectKeepAlive(context, task)) };
    case 'load-balancer':
      return { kind: task.kind, gathered: await gather(context, () => collectLoadBalancer(context, task)) };
    case 'edge-functions':
      return { kind: task.kind, gathered: await gather(context, () => collectEdgeFunctions(context, task)) };
    case 'changes':
      return { kind: task.kind, gathered: await gather(context, () => collectChanges(context, task)) };
    case 'edge-twin':
      return { kind: task.kind, gathered: await gather(context, () => collectEdgeTwin(context, task)) };
    case 'alarms':
      return { kind: task.kind, gathered: await gather(context, () => collectAlarms(context, task)) };
    case 'log-delivery':
      return { kind: task.kind, gathered: await gather(context, () => collectLogDelivery(context, task)) };
  }
}

/** A check as `collectAll` runs it. */
export interface CollectRequest extends BagOf, PlanOptions {
  readonly target: Target;
  /** Whether the paths that the logs show failing are asked for too. Default: true. */
  readonly failingPaths?: boolean;
}

/** Tasks under way at once in one process: probes and API calls wait more than they work. */
const tasksAtOnce = 16;

/**
 * Collects everything for one check in this process: the distribution first, then all that follows from it. Never rejects.
 *
 * @param onTask called with every change of every task, for the live display.
 */
export async function collectAll(
  context: CollectContext,
  request: CollectRequest,
  onTask: (progress: TaskProgress) => void,
): Promise<EvidenceBag> {
  const results: Record<string, CollectedTask> = {};
  const run = async ({ id, title, task }: PlannedTask): Promise<CollectedTask> => {
    const show = (state: TaskProgress['state'], phrase: string) =>
      onTask({ id, kind: task.kind, title, state, phrase });
    show('running', '');
    const ownContext = {
      ...context,
      log: context.log.child({ taskId: id }),
      onProgress: (phrase: string) => {
        context.onProgress(phrase);
        show('running', phrase);
      },
    };
    const result = await collect(ownContext, task);
    results[id] = result;
    const { gathered } = result;
    if (gathered.state === 'collected') show('done', '');
    else show('unavailable', gathered.reason.message);
    return result;
  };

  await mapBounded(firstTasks(request.target), 1, run);
  const distribution = results[distributionTaskId];
  const planned =
    distribution?.kind === 'distribution' && distribution.gathered.state === 'collected'
      ? planTasks(distribution.gathered.data, request)
      : [];
  for (const { id, title, task } of planned) onTask({ id, kind: task.kind, title, state: 'waiting', phrase: '' });
  await mapBounded(planned, tasksAtOnce, async (task) => {
    const result = await run(task);
    if (request.failingPaths === false || distribution?.kind !== 'distribution') return;
    if (distribution.gathered.state !== 'collected') return;
    if (result.kind !== 'access-logs' || result.gathered.state !== 'collected') return;
    // As soon as the logs are read, while the rest goes on.
    const deeper = planDeeperTasks(distribution.gathered.data, result.gathered.data);
    await mapBounded(deeper, tasksAtOnce, run);
  });
  return assembleBag(request, planned, results, context.now().toISOString());
}
