/** Looks after proposals that something died under: whatever their state calls for is asked for again, and those that are too old expire. */
import { toFailure } from '../src/failure.js';
import { approvalHoldsUntil } from '../src/remediation/life-effects.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { proofWindow } from '../src/remediation/success-test.js';
import { expireChange } from './expire-change.js';
import type { WorkerServices } from './services.js';

/** A card is asked for by whoever made the step; only what has not moved for this long is looked after here. */
const cardGraceMs = 10_000;

/** What a proposal needs from somebody now. Pure. */
export type Need = 'expire' | 'apply' | 'watch' | 'prove' | null;

export function needOf(proposal: Proposal, now: Date): Need {
  const { state, expiresAt, application } = proposal;
  if (state === 'pending') return now >= new Date(expiresAt) ? 'expire' : null;
  if (state === 'approved') return now >= approvalHoldsUntil(proposal) ? 'expire' : 'apply';
  if (state === 'applying') return 'apply';
  if (state === 'applied') return (application?.deployedAt ?? null) === null ? 'watch' : 'prove';
  return null;
}

export async function sweepChanges(services: WorkerServices): Promise<void> {
  const { proposals, trials, requests } = services.changes;
  for (const id of await trials.listOpen()) await requests.trial(id, 0);
  for (const id of await proposals.listOpen()) {
    try {
      const proposal = await proposals.read(id);
      if (proposal === null) await proposals.forget(id);
      else await lookAfter(services, proposal);
    } catch (error) {
      // One record that cannot be read, written by another version perhaps, must not keep the sweep from the others.
      services.log.error({ proposalId: id, error: toFailure(error).message }, 'proposal could not be looked after');
    }
  }
}

async function lookAfter(services: WorkerServices, proposal: Proposal): Promise<void> {
  const { id } = proposal;
  const { requests } = services.changes;
  const now = services.now();
  // Asking is free where the job is there: while one waits or runs, no second is added.
  switch (needOf(proposal, now)) {
    case 'expire':
      await expireChange(services, proposal);
      return;
    case 'apply':
      await requests.apply(id);
      break;
    case 'watch':
      await requests.watch(id, 0);
      break;
    case 'prove': {
      const { to } = proofWindow(proposal.successTest, proposal.application?.deployedAt ?? now.toISOString());
      await requests.prove(id, Math.max(0, Date.parse(to) - now.getTime()));
      break;
    }
    case null:
      break;
  }
  const movedAt = Date.parse(proposal.history.at(-1)?.at ?? proposal.createdAt);
  if (now.getTime() - movedAt > cardGraceMs && !(await isShown(services, proposal))) await requests.card(id);
}

async function isShown({ changes }: WorkerServices, { id, revision }: Proposal): Promise<boolean> {
  return (await changes.proposals.readNote(id, 'shown-revision')) === String(revision);
}
