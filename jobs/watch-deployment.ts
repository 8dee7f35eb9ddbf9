/** Waits until CloudFront has a change everywhere, as a delayed job: between two looks no worker is held. */
import { toFailure } from '../src/failure.js';
import { readIsDeployed } from '../src/platform/live-subject.js';
import { statesInForce } from '../src/remediation/life.js';
import { isTrial } from '../src/remediation/life-effects.js';
import { proofWindow } from '../src/remediation/success-test.js';
import { isTrialOver } from '../src/remediation/trial-life.js';
import { approverOf, type NextStep, over, takeChangeStep } from './change-steps.js';
import type { WorkerServices } from './services.js';

/** How much later it is looked again where AWS does not let us look, or the distribution is gone. */
const refusedFactor = 20;

export async function watchDeployment(services: WorkerServices, id: string, signal: AbortSignal): Promise<NextStep> {
  const { changes } = services;
  const proposal = await changes.proposals.read(id);
  if (proposal === null || proposal.state !== 'applied' || proposal.application === null) return over;
  await markRolledBack(services, proposal.rollbackOf, id, approverOf(proposal));
  if (proposal.application.deployedAt !== null) return over;
  const reader = services.createAws(proposal.requester.userId);
  try {
    // Read first: what the trial does after that shows in the status.
    const trial = isTrial(proposal) ? await changes.trials.read(id) : null;
    const { isDeployed } = await readIsDeployed(reader, proposal.change.target, signal);
    if (!isDeployed) return { state: 'later', delayMs: changes.pace.deploymentPollMs };
    // The distribution is let go of only when cf502 has taken the trial's policy off it.
    if (trial?.remains.isPolicyAttached === true && !isTrialOver(trial))
      return { state: 'later', delayMs: changes.pace.deploymentPollMs };
    const etagAfter = trial?.etagAfter ?? null;
    const deployed = await takeChangeStep(services, id, {
      name: 'deployed',
      at: services.now().toISOString(),
      ...(etagAfter === null ? {} : { etagAfter }),
    });
    if (deployed.state !== 'done') return over;
    const { to } = proofWindow(proposal.successTest, services.now().toISOString());
    await changes.requests.prove(id, Math.max(0, Date.parse(to) - services.now().getTime()));
    return over;
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    services.log.warn({ proposalId: id, error: failure.message }, 'deployment cannot be watched');
    return { state: 'later', delayMs: changes.pace.deploymentPollMs * refusedFactor };
  } finally {
    reader.destroy();
  }
}

/** A change that has been taken back is marked so by the proposal that took it back, as soon as that is applied. */
async function markRolledBack(
  services: WorkerServices,
  originalId: string | null,
  rollbackId: string,
  by: string,
): Promise<void> {
  if (originalId === null) return;
  const original = await services.changes.proposals.read(originalId);
  if (original === null || !statesInForce.includes(original.state)) return;
  const at = services.now().toISOString();
  await takeChangeStep(services, originalId, { name: 'rolled-back', at, rollbackId, by });
}
