/** A trial by continuous deployment, one step per run: what CloudFront needs minutes for lies in the queue meanwhile, and no worker is held. */
import { toFailure } from '../src/failure.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { isTrialOver } from '../src/remediation/trial-life.js';
import type { Trial } from '../src/remediation/trial-record.js';
import { failChange, type NextStep, over, takeChangeStep } from './change-steps.js';
import { cleanUpStep, describeRemains } from './clean-up-trial.js';
import { compareStep } from './compare-trial.js';
import { promoteStep } from './promote-trial.js';
import type { WorkerServices } from './services.js';
import { attachStep, changeStep, copyStep, weighStep } from './set-up-trial.js';
import { again, describeFailure, failTrial, nowOf, soon, type TrialRun, takeTrialEvent } from './trial-steps.js';

/** @throws Failure where AWS or Redis cannot be reached now; the job is tried again. */
export async function runTrial(services: WorkerServices, id: string, signal: AbortSignal): Promise<NextStep> {
  const { proposals, trials } = services.changes;
  const [proposal, trial] = [await proposals.read(id), await trials.read(id)];
  if (proposal === null || trial === null) {
    await trials.settle(id);
    return over;
  }
  if (isTrialOver(trial)) return finish(services, proposal, trial);
  if (trial.state === 'planned' && proposal.state !== 'trying') {
    // Nothing was made yet. Approved: the job that applies it is about to begin the trial.
    if (proposal.state !== 'approved') await trials.settle(id);
    return over;
  }
  const now = await proposals.now();
  const reader = services.createAws(proposal.requester.userId);
  const run: TrialRun = { services, proposal, trial, reader, now, signal };
  try {
    return await step(run);
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    services.log.error({ proposalId: id, kind: failure.kind, error: failure.message }, 'trial failed');
    const what = failure.kind === 'bug' ? 'cf502 failed while it was at this trial.' : describeFailure(failure);
    return await failTrial(run, what);
  } finally {
    reader.destroy();
  }
}

async function step(run: TrialRun): Promise<NextStep> {
  const { services, proposal, trial } = run;
  const isOpen = !['promoting', 'promoted', 'aborting'].includes(trial.state);
  if (isOpen && run.now.getTime() >= Date.parse(trial.terms.endsAt)) {
    const because = 'Nobody had promoted or ended it in the time that the policy file gives a trial.';
    await takeTrialEvent(services, proposal.id, { name: 'abort', at: nowOf(run), by: null, because });
    return again;
  }
  switch (trial.state) {
    case 'planned':
      return copyStep(run);
    case 'copied':
      return changeStep(run);
    case 'changed':
      return attachStep(run);
    case 'by-header':
      return weighStep(run);
    case 'by-weight':
    case 'compared':
      return compareStep(run);
    case 'promoting':
      return promoteStep(run);
    case 'promoted':
    case 'aborting':
      return cleanUpStep(run);
    case 'aborted':
    case 'failed':
      return soon(run);
  }
}

/** The proposal ends with its trial, unless it was promoted: then it lives on as every applied change. */
async function finish(services: WorkerServices, proposal: Proposal, trial: Trial): Promise<NextStep> {
  const { id } = proposal;
  if (trial.state !== 'promoted' && (proposal.state === 'trying' || proposal.state === 'applying')) {
    const { ending, failure, remains } = trial;
    if (trial.state === 'aborted' && ending !== null && proposal.state === 'trying')
      await takeChangeStep(services, id, { name: 'end-trial', at: services.now().toISOString(), ...ending });
    else
      await failChange(
        services,
        id,
        `The trial ended without being promoted. ${failure ?? ending?.because ?? ''}${describeRemains(remains)} The distribution has the value that it had.`,
      );
  }
  await services.changes.requests.card(id);
  await services.changes.trials.settle(id);
  return over;
}
