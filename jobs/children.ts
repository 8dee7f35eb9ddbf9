/** Adds the collecting jobs of a check as children of its step job. */
import type { Queue } from 'bullmq';
import type { PlannedTask } from '../src/collectors/tasks.js';
import type { CheckStore } from '../src/platform/check-store.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { type CheckJob, type CollectJob, childJobId, keepFinished, type LogShardJob } from '../src/queue/queues.js';

export interface ChildQueues {
  readonly checks: Queue<CheckJob, void, string>;
  readonly collect: Queue<CollectJob, void, string>;
  readonly scanLogs: Queue<LogShardJob, void, string>;
}

/** Children have fixed ids: what is added twice exists once. The step job is waiting for children, or about to. */
export async function addChildren(
  store: CheckStore<CheckRequest>,
  queues: ChildQueues,
  request: CheckRequest,
  tasks: readonly PlannedTask[],
): Promise<void> {
  const { checkId } = request;
  await store.addTasks(
    checkId,
    tasks.map(({ id, title, task }) => ({ id, kind: task.kind, title, state: 'waiting', phrase: '' })),
  );
  // What takes longest begins first: the shards of the logs are queued by this one.
  const ordered = [...tasks].sort((a, b) => rankOf(a) - rankOf(b));
  for (const { id, title, task } of ordered) {
    await queues.collect.add(
      'collect',
      {
        v: 1,
        checkId,
        taskId: id,
        kind: task.kind,
        title: title.slice(0, 500),
        deadlineAt: request.deadlineAt,
        userId: request.requester.userId,
        task: { ...task },
      },
      {
        jobId: childJobId(checkId, id),
        parent: { id: checkId, queue: queues.checks.qualifiedName },
        // A child that dies must never leave its parent waiting: its evidence is then missing, and the verdict says so.
        ignoreDependencyOnFailure: true,
        attempts: 2,
        backoff: { type: 'fixed', delay: 1_000 },
        ...keepFinished,
      },
    );
  }
}

function rankOf({ task }: PlannedTask): number {
  return task.kind === 'access-logs' ? 0 : 1;
}
