/**
 * Brings everything that shows a proposal up to date with what is stored: the audit log first, then the card, then its thread. A projection: run as often
 * as anybody likes, each message is posted once.
 */
import type { Job } from 'bullmq';
import type { Origin } from '../src/diagnosis/evidence.js';
import { type ChangeCardJob, changeCardJobSchema } from '../src/queue/queues.js';
import { renderIac } from '../src/remediation/iac.js';
import { takeStep } from '../src/remediation/life.js';
import { isTrial } from '../src/remediation/life-effects.js';
import type { Proposal, Step } from '../src/remediation/proposal.js';
import type { RenderedMessage } from '../src/slack/render/blocks.js';
import { renderNotice } from '../src/slack/render/notice.js';
import { cardOptionsOf, renderProposal } from '../src/slack/render/proposal.js';
import { renderReach } from '../src/slack/render/proposal-reach.js';
import { renderIacLines, renderStep } from '../src/slack/render/proposal-thread.js';
import { admitUntold, announceBreakGlass } from './announce-break-glass.js';
import { defineJob, type Processor } from './define-job.js';
import { createPoster, type Poster } from './poster.js';
import { refusalNote, type StoredRefusal } from './propose-change.js';
import type { WorkerServices } from './services.js';
import { showTrial } from './trial-card.js';

/** Nobody has to look after these any more, once they are shown. */
const ends: readonly Proposal['state'][] = [
  'verified',
  'not-verified',
  'rolled-back',
  'rehearsed',
  'rejected',
  'expired',
  'revoked',
  'failed',
];
/** A card that was claimed this long ago and is not there was being posted by somebody who died. */
const cardPatienceMs = 30_000;

export function changeCardJob(services: WorkerServices): Processor<Job<unknown, void, string>> {
  const { proposals, queues } = services.changes;
  const poster = createPoster(services, queues.changeCards, proposals);
  return defineJob<ChangeCardJob, Job<unknown, void, string>>(
    changeCardJobSchema,
    services.log,
    async ({ data: { proposalId: id } }) => {
      const proposal = await proposals.read(id);
      if (proposal === null) return postRefusal(services, poster, id);
      await recordSteps(services, proposal);
      await announceBreakGlass(services, poster, proposal);
      const shown = await showCard(services, poster, proposal);
      if (shown === null) return;
      await postThread(services, poster, shown);
      await proposals.note(id, 'shown-revision', String(shown.revision));
      if (ends.includes(shown.state)) await proposals.settle(id, shown.revision);
    },
  );
}

/** There is no proposal, and somebody waits to hear why. */
async function postRefusal({ changes }: WorkerServices, poster: Poster, id: string): Promise<void> {
  const stored = await changes.proposals.readNote(id, refusalNote);
  if (stored === null) return;
  const { place, because } = JSON.parse(stored) as StoredRefusal;
  const message = { channelId: place.channelId, ts: '', threadTs: place.threadTs, permalink: null };
  await poster.postOnce(id, 'refusal-posted', message, renderNotice(because));
}

/** Each step into the audit log, in order. One job at a time per proposal does this, and what died between two lines is written again. */
async function recordSteps({ changes }: WorkerServices, proposal: Proposal): Promise<void> {
  const recorded = Number((await changes.proposals.readNote(proposal.id, 'recorded-revision')) ?? '0');
  if (recorded === 0) {
    const { change, requester, expiresAt, dryRun } = proposal;
    await changes.audit.append({
      actor: requester.userId,
      action: 'proposal.pending',
      subject: proposal.id,
      facts: {
        distribution: change.target.distributionId,
        field: change.field,
        before: change.before,
        after: change.after,
        expiresAt,
        dryRun,
      },
    });
    await changes.proposals.note(proposal.id, 'recorded-revision', '1');
  }
  for (const { step, revision } of numberSteps(proposal)) {
    if (revision <= recorded) continue;
    const wasApplied = step.event === 'applied' || step.event === 'turned-out-applied';
    if (step.event !== 'message-posted') {
      await changes.audit.append({
        actor: step.by,
        action: `proposal.${step.event}`,
        subject: proposal.id,
        facts: {
          from: step.from,
          to: step.to,
          revision,
          note: step.note,
          // Here as well as beside the write, since whoever made the write may have died before it was recorded.
          ...(step.requestId === undefined ? {} : { requestId: step.requestId }),
          ...(wasApplied ? { etagAfter: proposal.application?.etagAfter ?? null } : {}),
        },
      });
    }
    await changes.proposals.note(proposal.id, 'recorded-revision', String(revision));
  }
}

/** Every step made one revision out of another, the first out of revision 1. */
function numberSteps({ history, revision }: Proposal): readonly { readonly step: Step; readonly revision: number }[] {
  return history.map((step, index) => ({ step, revision: revision - (history.length - 1 - index) }));
}

/** @returns the proposal with its card; null where there is none, and somebody else is at it or none can be posted. */
async function showCard(services: WorkerServices, poster: Poster, proposal: Proposal): Promise<Proposal | null> {
  const card = renderProposal(proposal, cardOptionsOf(services.policy.changes));
  if (proposal.message === null) return postCard(services, poster, proposal, card);
  const { channelId, ts } = proposal.message;
  const edited = await poster.mustEdit({ channelId, ts, threadTs: threadOf(proposal) ?? ts, permalink: null }, card);
  if (edited !== 'gone') return proposal;
  // Somebody deleted the card: the buttons are owed all the same.
  if (await services.changes.proposals.claim(proposal.id, `card-again-${proposal.state}`))
    await poster.mustPost(channelId, threadOf(proposal), card);
  return proposal;
}

async function postCard(
  services: WorkerServices,
  poster: Poster,
  proposal: Proposal,
  card: RenderedMessage,
): Promise<Proposal | null> {
  const { proposals } = services.changes;
  const { channelId, threadTs } = proposal.place;
  const age = services.now().getTime() - Date.parse(proposal.createdAt);
  const claimed =
    (await proposals.claim(proposal.id, 'card')) ||
    (age > cardPatienceMs && (await proposals.claim(proposal.id, 'card-again')));
  if (!claimed) return null;
  let ts: string | null;
  try {
    ts = await poster.mustPost(channelId, threadTs, card);
  } catch (error) {
    await proposals.unclaim(proposal.id, 'card');
    throw error;
  }
  if (ts === null) {
    services.log.error({ proposalId: proposal.id, channelId }, 'proposal has no card and none can be posted');
    return null;
  }
  const at = services.now().toISOString();
  const outcome = await proposals.step(proposal.id, (stored) =>
    takeStep(stored, { name: 'message-posted', at, message: { channelId, ts } }),
  );
  if (outcome.state !== 'done') return null;
  // Whatever happened while it was being posted is not on it.
  if (outcome.proposal.state !== proposal.state) await services.changes.requests.card(proposal.id);
  return outcome.proposal;
}

async function postThread(services: WorkerServices, poster: Poster, proposal: Proposal): Promise<void> {
  const threadTs = threadOf(proposal);
  if (threadTs === null || proposal.message === null) return;
  const message = { channelId: proposal.place.channelId, ts: proposal.message.ts, threadTs, permalink: null };
  for (const [page, names] of renderReach(proposal).entries())
    await poster.postOnce(proposal.id, `reach-${page}`, message, names);
  for (const { step, revision } of numberSteps(proposal)) {
    const rendered = renderStep(proposal, step);
    if (rendered !== null) await poster.postOnce(proposal.id, `step-${revision}`, message, rendered);
    if (step.event === 'applied' || step.event === 'turned-out-applied') {
      const kind = await originKind(services, proposal);
      const lines = renderIac(proposal.change, kind, proposal.blastRadius.tenants.length > 0);
      await poster.postOnce(proposal.id, `iac-${revision}`, message, renderIacLines(proposal, lines));
    }
  }
  await admitUntold(services, poster, proposal, message);
  if (isTrial(proposal)) await showTrial(services, poster, proposal, message);
}

/** As the newest check saw it; null where there was none. */
async function originKind({ store }: WorkerServices, { change: { target } }: Proposal): Promise<Origin['kind'] | null> {
  const checkId = await store.newestCheckOf(target.distributionId);
  const bag = checkId === null ? null : await store.readBag(checkId);
  if (bag === null || bag.distribution.state !== 'collected' || target.kind !== 'origin') return null;
  return bag.distribution.data.origins.find(({ id }) => id === target.originId)?.kind ?? null;
}

/** The thread in which it was asked for, else the card's own. */
function threadOf({ place, message }: Proposal): string | null {
  return place.threadTs ?? message?.ts ?? null;
}
