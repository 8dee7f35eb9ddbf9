/** Takes an approval back because what was approved no longer holds, and asks again with what holds now, judged and stated anew. */
import { sayValue } from '../src/remediation/field-names.js';
import type { Change, Proposal } from '../src/remediation/proposal.js';
import { failChange, type NextStep, over, takeChangeStep } from './change-steps.js';
import { bindLive, liveValueOf } from './live-value.js';
import { evidenceHashOf, type Reassessment, refuseByBounds, restate } from './reassess-change.js';
import type { WorkerServices } from './services.js';

const minuteMs = 60_000;

/** AWS's refusal of the write. */
export interface WriteRefusal {
  readonly sentence: string;
  readonly requestId: string | null;
}

/**
 * @param now as read last: it is bound anew, since it has moved.
 * @param refusal null: nothing was sent.
 */
export async function voidApproval(
  services: WorkerServices,
  proposal: Proposal,
  now: Reassessment | string,
  refusal: WriteRefusal | null,
): Promise<NextStep> {
  const { id, change } = proposal;
  const requestId = refusal?.requestId ?? null;
  const fail = (because: string): Promise<NextStep> =>
    failChange(services, id, `${because} Nothing was changed by cf502.`, requestId);
  if (typeof now === 'string') return fail(now);
  const { live } = now.scene;
  const found = liveValueOf(live, change);
  if (!found.ok) return fail(found.because);
  const is = sayValue(change.field, found.value);
  if (found.value === change.after) return fail(`It is ${is} already: somebody else has set it.`);
  const moved: Change = { ...change, before: found.value };
  const hasMoved = found.value !== change.before;
  if (proposal.rollbackOf !== null && hasMoved)
    return fail(`There is nothing to take back any more: somebody else has set it to ${is}.`);
  // What was in force before may be put back however far it is.
  const outOfBounds = proposal.rollbackOf === null ? refuseByBounds(services, moved, now) : null;
  if (outOfBounds !== null)
    return fail(`${hasMoved ? `The value is now ${is}. ` : ''}${outOfBounds} Propose it again if it is still wanted.`);
  const because =
    refusal?.sentence ??
    (hasMoved
      ? `The value is now ${is} and no longer ${sayValue(change.field, change.before)}. Look at it again and approve it anew.`
      : 'Other settings of the same origin were changed since this was proposed. Look at it again and approve it anew.');
  const at = services.now();
  const minutes = services.policy.changes?.expiresAfterMinutes ?? 30;
  await takeChangeStep(services, id, {
    name: 'void',
    at: at.toISOString(),
    binding: bindLive(live, moved, evidenceHashOf(now)),
    expiresAt: new Date(at.getTime() + minutes * minuteMs).toISOString(),
    because,
    change: moved,
    ...restate(services, proposal, moved, now),
    ...(refusal === null ? {} : { refusedByAws: true, requestId }),
  });
  return over;
}
