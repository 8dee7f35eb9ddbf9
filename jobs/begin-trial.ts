/** Begins the trial that a change was approved as: whether it is possible is asked once more, and what it goes by is settled. */

import { isTrial } from '../src/remediation/life-effects.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { planTrial, refuseTrial } from '../src/remediation/trial.js';
import { planned } from '../src/remediation/trial-life.js';
import { failChange, type NextStep, over, takeChangeStep } from './change-steps.js';
import { distributionOf } from './read-change-scene.js';
import { collectContext, type WorkerServices } from './services.js';

const hourMs = 3_600_000;

export async function beginTrial(services: WorkerServices, proposal: Proposal, signal: AbortSignal): Promise<NextStep> {
  const { id, change, requester } = proposal;
  const terms = services.policy.changes?.trial;
  const instead = 'Nothing was changed. Propose it again, and approve it without a trial.';
  if (terms === undefined)
    return failChange(services, id, `The policy file no longer has changes.trial, so nothing is tried. ${instead}`);
  const log = services.log.child({ proposalId: id });
  const context = collectContext(services, requester.userId, signal, () => undefined, log);
  try {
    const refusal = refuseTrial(change, await distributionOf(context, change.target.distributionId));
    if (refusal !== null) return await failChange(services, id, `${refusal} ${instead}`);
  } finally {
    context.aws.destroy();
  }
  const { header, weight, minRequests } = planTrial(id, proposal.successTest.before, terms.weight);
  const now = await services.changes.proposals.now();
  await services.changes.trials.create(
    planned(id, {
      header,
      weight,
      minRequests,
      windowMinutes: terms.windowMinutes,
      startedAt: now.toISOString(),
      endsAt: new Date(now.getTime() + terms.mostHours * hourMs).toISOString(),
    }),
  );
  await takeChangeStep(services, id, { name: 'try', at: now.toISOString() });
  await services.changes.requests.trial(id, 0);
  return over;
}

/** The steps of the trial that would be run, for a dry run; empty where it was not approved as one. */
export function describeTrial(services: WorkerServices, proposal: Proposal): string {
  const terms = services.policy.changes?.trial;
  if (!isTrial(proposal) || terms === undefined) return '';
  const { steps } = planTrial(proposal.id, proposal.successTest.before, terms.weight);
  const listed = steps.map(({ does }, index) => `${index + 1}. ${does}`);
  return ` As a trial, in these steps, of which the last but one is the write above by UpdateDistributionWithStagingConfig: ${listed.join(' ')}`;
}
