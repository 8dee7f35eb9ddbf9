/** The steps of a proposal's life that the worker makes. */
import type { StepOutcome } from '../src/platform/proposal-store.js';
import { takeStep } from '../src/remediation/life.js';
import type { ProposalEvent } from '../src/remediation/life-events.js';
import type { Proposal } from '../src/remediation/proposal.js';
import type { WorkerServices } from './services.js';

/** What a job does after it has run: nothing, or it lies in the queue and no worker waits for it. */
export type NextStep = { readonly state: 'over' } | { readonly state: 'later'; readonly delayMs: number };
export const over: NextStep = { state: 'over' };

export async function takeChangeStep(
  { changes }: WorkerServices,
  id: string,
  event: ProposalEvent,
): Promise<StepOutcome> {
  const outcome = await changes.proposals.step(id, (proposal) => takeStep(proposal, event));
  if (outcome.state === 'done') await changes.requests.card(id);
  return outcome;
}

/** @param because full sentences for people. */
export async function failChange(
  services: WorkerServices,
  id: string,
  because: string,
  requestId: string | null = null,
): Promise<NextStep> {
  await takeChangeStep(services, id, { name: 'fail', at: services.now().toISOString(), because, requestId });
  return over;
}

/** Who stands for the change: CloudTrail shows this person. */
export function approverOf({ breakGlass, approvals, requester }: Proposal): string {
  return breakGlass?.userId ?? approvals.at(-1)?.userId ?? requester.userId;
}
