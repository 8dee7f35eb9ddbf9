/** Collects one piece of evidence for a check and stores it, whatever happens: evidence or the reason why there is none. */

import { collect } from '../src/collectors/collect.js';
import { collectTaskSchema } from '../src/collectors/tasks.js';
import type { Gathered } from '../src/diagnosis/evidence.js';
import { Failure, type FailureKind, failureKinds } from '../src/failure.js';
import { collectJobSchema } from '../src/queue/queues.js';
import { acceptEvidence } from './accept-evidence.js';
import { beginLogScan } from './begin-log-scan.js';
import { type AnyJob, defineJob, type Processor } from './define-job.js';
import { type CollectServices, collectContext } from './services.js';
import { thinOut } from './thin-out.js';

/** Less time than this before the deadline is not worth another try. */
const retryMarginMs = 5_000;

export function collectJob(services: CollectServices): Processor<AnyJob> {
  const { store } = services;
  return defineJob(collectJobSchema, services.log, async ({ data, job, signal }) => {
    const { checkId, taskId } = data;
    const log = services.log.child({ checkId, taskId });
    const record = await store.read(checkId);
    if (record === null || record.verdict !== null) return;
    const show = async (state: 'running' | 'done' | 'unavailable', phrase: string): Promise<void> => {
      await store.setTask(checkId, { id: taskId, kind: data.kind, title: data.title, state, phrase });
      await services.requestReport(checkId);
    };
    const msLeft = Date.parse(data.deadlineAt) - services.now().getTime();
    const stopped =
      record.phase === 'cancelling'
        ? new Failure('cancelled', 'The check was cancelled before this began.')
        : msLeft <= 0
          ? outOfTime()
          : null;
    await show('running', '');
    const task = collectTaskSchema.parse(data.task);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(outOfTime()), Math.max(0, msLeft));
    if (stopped !== null) deadline.abort(stopped);
    const progress = thinOut((phrase: string) => show('running', phrase), log);
    const context = collectContext(
      services,
      data.userId,
      AbortSignal.any([signal, deadline.signal]),
      progress.report,
      log,
    );
    try {
      const result =
        task.kind === 'access-logs'
          ? await beginLogScan(services, context, record.request, data, task)
          : await collect(context, task);
      await progress.stop();
      // The logs are read by jobs of their own now, the last of which hands the evidence in.
      if (result === null) return;
      if (
        isWorthRetrying(result.gathered) &&
        job.attemptsMade + 1 < (job.opts.attempts ?? 1) &&
        Date.parse(data.deadlineAt) - services.now().getTime() > retryMarginMs
      )
        throw new Failure(
          result.gathered.state === 'unavailable' ? (result.gathered.reason.kind as FailureKind) : 'bug',
          'Worth another try.',
        );
      await acceptEvidence(services, record.request, data, result);
    } finally {
      clearTimeout(timer);
      await progress.stop();
      context.aws.destroy();
    }
  });
}

function outOfTime(): Failure {
  return new Failure('timed-out', 'The deadline of the check passed before this was done.');
}

function isWorthRetrying(gathered: Gathered<unknown>): boolean {
  return (
    gathered.state === 'unavailable' &&
    gathered.reason.kind in failureKinds &&
    failureKinds[gathered.reason.kind as FailureKind].retry
  );
}
