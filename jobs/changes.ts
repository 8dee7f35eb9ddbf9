/** The queue of changes: one job per step that a worker takes. What it waits for lies in the queue, delayed. */
import { DelayedError, type Job } from 'bullmq';
import { type ChangeJob, changeJobSchema } from '../src/queue/queues.js';
import { applyChange } from './apply-change.js';
import { type NextStep, over } from './change-steps.js';
import { defineJob, type Processor } from './define-job.js';
import { lookAgain } from './look-again.js';
import { proposeChange } from './propose-change.js';
import { proveChange } from './prove-change.js';
import { runTrial } from './run-trial.js';
import type { WorkerServices } from './services.js';
import { watchDeployment } from './watch-deployment.js';

export function changeJob(services: WorkerServices): Processor<Job<unknown, void, string>> {
  return defineJob<ChangeJob, Job<unknown, void, string>>(
    changeJobSchema,
    services.log,
    async ({ data, job, token, signal }) => {
      const next = await takeStep(services, data, signal);
      if (next.state === 'over') return;
      await job.moveToDelayed(Date.now() + Math.max(0, Math.round(next.delayMs)), token);
      throw new DelayedError();
    },
  );
}

async function takeStep(services: WorkerServices, data: ChangeJob, signal: AbortSignal): Promise<NextStep> {
  switch (data.kind) {
    case 'propose':
      await proposeChange(services, data.draft, signal);
      return over;
    case 'apply':
      return applyChange(services, data.proposalId, signal);
    case 'watch':
      return watchDeployment(services, data.proposalId, signal);
    case 'prove':
      return proveChange(services, data.proposalId, signal);
    case 'trial':
      return runTrial(services, data.proposalId, signal);
    case 'look-again':
      return lookAgain(services, data.proposalId, signal);
  }
}
