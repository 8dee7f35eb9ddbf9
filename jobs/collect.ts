/** Collects one piece of evidence for a check and stores it, whatever happens: evidence or the reason why there is none. */

import { collect } from '../src/collectors/collect.js';
import { type CollectedTask, collectTaskSchema, distributionTaskId, planDeeperTasks } from '../src/collectors/tasks.js';
import { describeEvidence } from '../src/diagnosis/describe-evidence.js';
import type { Gathered } from '../src/diagnosis/evidence.js';
import { Failure, type FailureKind, failureKinds } from '../src/failure.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { collectJobSchema } from '../src/queue/queues.js';
import { addChildren } from './children.js';
import { concludeIfDecided } from './conclude.js';
import { type AnyJob, defineJob, type Processor } from './define-job.js';
import { type CollectServices, collectContext } from './services.js';

/** How often the live message's phrase is stored while a collector reports progress. */
const progressIntervalMs = 500;
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
    const progress = thinOut((phrase) => show('running', phrase), log);
    const context = collectContext(
      services,
      data.userId,
      AbortSignal.any([signal, deadline.signal]),
      progress.report,
      log,
    );
    try {
      const result = await collect(context, task);
      await progress.stop();
      if (
        isWorthRetrying(result.gathered) &&
        job.attemptsMade + 1 < (job.opts.attempts ?? 1) &&
        Date.parse(data.deadlineAt) - services.now().getTime() > retryMarginMs
      )
        throw new Failure(
          result.gathered.state === 'unavailable' ? (result.gathered.reason.kind as FailureKind) : 'bug',
          'Worth another try.',
        );
      await store.saveEvidence(checkId, taskId, result);
      if (record.request.purpose === 'check') await lookDeeper(services, record.request, result);
      const { gathered } = result;
      await show(
        gathered.state === 'collected' ? 'done' : 'unavailable',
        describeEvidence(result.kind, gathered as Gathered<never>),
      );
      log.info({ state: gathered.state, elapsedMs: gathered.elapsedMs }, 'evidence collected');
      await concludeIfDecided(services, checkId);
    } finally {
      clearTimeout(timer);
      await progress.stop();
      context.aws.destroy();
    }
  });
}

/** Once the logs say which paths fail, those are asked for too; as siblings of this job, before it ends, so that their parent waits for them. */
async function lookDeeper(services: CollectServices, request: CheckRequest, result: CollectedTask): Promise<void> {
  if (!services.policy.probes.failingPaths) return;
  if (result.kind !== 'access-logs' || result.gathered.state !== 'collected') return;
  const read = (await services.store.readEvidence(request.checkId, distributionTaskId)) as CollectedTask | null;
  if (read?.kind !== 'distribution' || read.gathered.state !== 'collected') return;
  const tasks = planDeeperTasks(read.gathered.data, result.gathered.data);
  if (tasks.length > 0) await addChildren(services.store, services.queues, request, tasks);
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

/** Lets one phrase through per interval, the newest; writes never overlap, so that an old phrase cannot overwrite a new one. */
function thinOut(write: (phrase: string) => Promise<void>, log: CollectServices['log']) {
  let latest: string | null = null;
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    if (latest === null) return;
    const phrase = latest;
    latest = null;
    writing = writing
      .then(() => write(phrase))
      .catch((error: unknown) => log.debug({ error: String(error) }, 'progress not stored'));
  }, progressIntervalMs);
  timer.unref();
  return {
    report: (phrase: string): void => {
      latest = phrase;
    },
    stop: async (): Promise<void> => {
      clearInterval(timer);
      latest = null;
      await writing;
    },
  };
}
