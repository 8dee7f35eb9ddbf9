/** What became of a change that somebody died over: never guessed and never sent again, but read from the live configuration. */
import { toFailure } from '../src/failure.js';
import { readLive } from '../src/platform/live-subject.js';
import { sayValue } from '../src/remediation/field-names.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { failChange, type NextStep, over, takeChangeStep } from './change-steps.js';
import { liveValueOf } from './live-value.js';
import { requestSecondLook } from './look-again.js';
import type { WorkerServices } from './services.js';

/** @param again takes it up once more, where provably nothing was sent. */
export async function resolveChange(
  services: WorkerServices,
  proposal: Proposal,
  signal: AbortSignal,
  again: (services: WorkerServices, id: string, signal: AbortSignal) => Promise<NextStep>,
): Promise<NextStep> {
  const { id, application } = proposal;
  const { changes } = services;
  const at = services.now().toISOString();
  const sentAt = application?.sentAt ?? null;
  if (sentAt === null) {
    // The claim is a compare-and-set on the revision that this step replaces: whoever may still be at work cannot make it any more.
    const because = 'The worker that had taken it up stopped before anything was sent.';
    const back = await takeChangeStep(services, id, { name: 'retry', at, because });
    if (back.state === 'refused' && back.proposal.state === 'applying')
      return failChange(services, id, `${back.because} Nothing was changed.`);
    return again(services, id, signal);
  }
  const { change } = proposal;
  const reader = services.createAws(proposal.requester.userId);
  try {
    const live = await readLive(reader, change.target, signal);
    const found = liveValueOf(live, change);
    if (found.ok && found.value === change.after) {
      const etagAfter = live.etag;
      await takeChangeStep(services, id, { name: 'applied', at, etagAfter, requestId: null });
      await record(services, id, 'applied');
      await changes.requests.watch(id, changes.pace.deploymentPollMs);
      return over;
    }
    // By the clock that the claim was stamped with: a worker whose own is ahead would give up a write that is still under way.
    const waitMs = Date.parse(sentAt) + changes.pace.settleMs - (await changes.proposals.now()).getTime();
    if (waitMs > 0) return { state: 'later', delayMs: waitMs };
    await requestSecondLook(services, proposal);
    await record(services, id, 'not applied');
    return failChange(
      services,
      id,
      describeMissing(proposal, found.ok ? found.value : null, found.ok ? null : found.because),
    );
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    await requestSecondLook(services, proposal);
    return failChange(
      services,
      id,
      `The change was sent and not answered for, and what became of it cannot be read: ${failure.message} Look at the distribution yourself.`,
    );
  } finally {
    reader.destroy();
  }
}

function describeMissing(
  { change: { field, before, after } }: Proposal,
  value: Proposal['change']['before'],
  gone: string | null,
): string {
  const start = 'The change was sent and not answered for. It has been looked for since:';
  if (gone !== null) return `${start} ${gone}`;
  return value === before
    ? `${start} the live configuration still holds ${sayValue(field, before)}, so nothing was changed. Propose it again.`
    : `${start} the live configuration holds ${sayValue(field, value)}, which is neither ${sayValue(field, before)} nor ${sayValue(field, after)}; somebody else has changed it.`;
}

async function record(services: WorkerServices, id: string, found: string): Promise<void> {
  await services.changes.audit.append({ actor: null, action: 'aws.write.resolved', subject: id, facts: { found } });
}
