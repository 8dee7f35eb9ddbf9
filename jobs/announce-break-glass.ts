/**
 * A broken glass is told to the whole channel before anything is sent. Owed from the moment of the decision: the job of the card posts it and the
 * sweep asks for that job again, so that it is lost with no process; and the job that applies the change waits until it is out.
 */
import { Failure } from '../src/failure.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { renderBreakGlassAlarm, renderBreakGlassUntold } from '../src/slack/render/break-glass.js';
import type { Poster } from './poster.js';
import type { WorkerServices } from './services.js';

/** How soon it is looked again whether it is out. */
export const announcementPollMs = 1_000;

/** One for each time that somebody breaks the glass of a proposal. */
const nameOf = ({ breakGlass }: Proposal, what: string): string => `break-glass-${what}-${breakGlass?.at ?? ''}`;

/** Whether the channel knows, or provably cannot be told: only then is anything sent. */
export async function isBreakGlassTold(services: WorkerServices, proposal: Proposal): Promise<boolean> {
  if (!(await isBreakGlassUntold(services, proposal))) return true;
  await services.changes.requests.card(proposal.id);
  return false;
}

/** Whether somebody broke the glass, and it is not known that the channel was told. */
export async function isBreakGlassUntold({ changes }: WorkerServices, proposal: Proposal): Promise<boolean> {
  if (proposal.breakGlass === null) return false;
  return (await changes.proposals.readNote(proposal.id, nameOf(proposal, 'told'))) === null;
}

/** @throws Failure where Slack does not answer; then it is posted again, since twice is better than not at all. */
export async function announceBreakGlass(services: WorkerServices, poster: Poster, proposal: Proposal): Promise<void> {
  const { id, breakGlass, place, state } = proposal;
  const { proposals, requests, audit } = services.changes;
  // Nothing goes ahead any more that has expired or was revoked meanwhile.
  if (state !== 'approved') return;
  if (breakGlass === null || (await proposals.readNote(id, nameOf(proposal, 'told'))) !== null) return;
  const tries = nameOf(proposal, 'tries');
  const tried = Number((await proposals.readNote(id, tries)) ?? '0');
  const message = { channelId: place.channelId, threadTs: null };
  const outcome = await poster.postOnce(id, nameOf(proposal, String(tried)), message, renderBreakGlassAlarm(proposal));
  if (outcome === 'unsure') {
    await proposals.note(id, tries, String(tried + 1));
    throw new Failure('service-down', 'Slack did not answer, so the broken glass may not have been told.');
  }
  if (outcome === 'refused') {
    services.log.error({ proposalId: id, channelId: place.channelId }, 'slack refused the message of a broken glass');
    await audit.append({
      actor: null,
      action: 'break-glass.untold',
      subject: id,
      facts: { channel: place.channelId, person: breakGlass.userId },
    });
  }
  await proposals.note(id, nameOf(proposal, 'told'), outcome);
  await requests.apply(id);
}

/** Said in the thread, where that can be posted to: nobody must believe that the channel knows. */
export async function admitUntold(
  { changes }: WorkerServices,
  poster: Poster,
  proposal: Proposal,
  message: Parameters<Poster['postOnce']>[2],
): Promise<void> {
  if (proposal.breakGlass === null) return;
  if ((await changes.proposals.readNote(proposal.id, nameOf(proposal, 'told'))) !== 'refused') return;
  await poster.postOnce(proposal.id, nameOf(proposal, 'untold'), message, renderBreakGlassUntold());
}
