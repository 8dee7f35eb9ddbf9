/** One check, as a step job: first the distribution, then everything that follows from it, then the verdict. */
import { type Job, WaitingChildrenError } from 'bullmq';
import {
  type CollectedTask,
  distributionTaskId,
  firstTasks,
  type PlannedTask,
  planTasks,
} from '../src/collectors/tasks.js';
import { refuseCheck } from '../src/policy.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { type CheckJob, checkJobSchema, keepFinished } from '../src/queue/queues.js';
import { addChildren } from './children.js';
import { concludeCheck, refuse } from './conclude.js';
import { defineJob, type Processor } from './define-job.js';
import { guessAfterMs } from './guess.js';
import { planOptions, type WorkerServices } from './services.js';

type StepJob = Job<unknown, void, string>;

/**
 * BullMQ allows no de-duplication on the parent of a flow, so this is a plain job that adds its own children and waits for them
 * (https://docs.bullmq.io/patterns/process-step-jobs). Children have fixed ids: a step that is run again adds none twice.
 */
export function checkJob(services: WorkerServices): Processor<StepJob> {
  const { store } = services;
  return defineJob<CheckJob, StepJob>(checkJobSchema, services.log, async ({ data, job, token, log }) => {
    const { checkId } = data;
    const record = await store.read(checkId);
    // No record: the person was told that nothing was started, and this job reached Redis late.
    if (record === null) return log.warn({ checkId }, 'check was withdrawn before it began');
    if (record.verdict !== null) return;
    let { step } = data;
    const waitFor = async (tasks: readonly PlannedTask[], next: CheckJob['step']): Promise<void> => {
      await addChildren(services.store, services.queues, record.request, tasks);
      await job.updateData({ ...data, step: next });
      step = next;
      await services.requestReport(checkId);
      if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    };
    if (step === 'begin') {
      await store.setRunning(checkId);
      if (record.request.purpose === 'check') await askForGuess(services, record.request);
      await waitFor(firstTasks(record.request.target), 'plan');
    }
    if (step === 'plan') {
      const distribution = (await store.readEvidence(checkId, distributionTaskId)) as CollectedTask | null;
      const latest = await store.read(checkId);
      if (
        distribution?.kind === 'distribution' &&
        distribution.gathered.state === 'collected' &&
        latest?.phase !== 'cancelling'
      ) {
        const { data: found } = distribution.gathered;
        const { place, requester } = record.request;
        const refusal = refuseCheck(services.policy, {
          distributionId: found.id,
          channelId: place.channelId,
          userId: requester.userId,
        });
        if (refusal !== null) return refuse(services, checkId, refusal);
        await waitFor(planTasks(found, planOptions(services.policy, record.request)), 'conclude');
      }
    }
    await concludeCheck(services, checkId);
  });
}

/** By then there is a first answer, whatever is still being read. */
async function askForGuess(
  { queues, policy, now }: WorkerServices,
  { checkId, acceptedAt }: CheckRequest,
): Promise<void> {
  const delay = Math.max(0, Date.parse(acceptedAt) + guessAfterMs(policy) - now().getTime());
  await queues.reports.add(
    'guess',
    { v: 1, checkId },
    { jobId: `${checkId}.guess`, delay, attempts: 3, ...keepFinished },
  );
}
