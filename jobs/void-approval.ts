/** Takes an approval back because what was approved no longer holds, and asks again with what holds now. */
import type { LiveSubject } from '../src/platform/live-subject.js';
import { sayValue } from '../src/remediation/field-names.js';
import type { Change, Proposal } from '../src/remediation/proposal.js';
import { failChange, type NextStep, over, takeChangeStep } from './change-steps.js';
import { bindLive, liveValueOf } from './live-value.js';
import type { WorkerServices } from './services.js';

const minuteMs = 60_000;

/**
 * @param live as read last; bound anew where AWS has refused what was sent, since it has moved by then.
 * @param refusal AWS's refusal of the write, as a sentence; null: nothing was sent.
 */
export async function voidApproval(
  services: WorkerServices,
  proposal: Proposal,
  live: LiveSubject,
  refusal: string | null,
): Promise<NextStep> {
  const { id, change } = proposal;
  const found = liveValueOf(live, change);
  if (!found.ok) return failChange(services, id, `${found.because} Nothing was changed.`);
  if (found.value === change.after) {
    const is = sayValue(change.field, change.after);
    return failChange(services, id, `It is ${is} already: somebody else has set it. Nothing was changed by cf502.`);
  }
  const moved: Change = { ...change, before: found.value };
  const because =
    refusal ??
    (found.value === change.before
      ? 'Other settings of the same origin were changed since this was proposed. Look at it again and approve it anew.'
      : `The value is now ${sayValue(change.field, found.value)} and no longer ${sayValue(change.field, change.before)}. Look at it again and approve it anew.`);
  const at = services.now();
  const minutes = services.policy.changes?.expiresAfterMinutes ?? 30;
  await takeChangeStep(services, id, {
    name: 'void',
    at: at.toISOString(),
    binding: bindLive(live, moved, proposal.binding.evidenceHash),
    expiresAt: new Date(at.getTime() + minutes * minuteMs).toISOString(),
    because,
    change: moved,
    ...(refusal === null ? {} : { refusedByAws: true }),
  });
  return over;
}
