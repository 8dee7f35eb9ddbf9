/** Ends what nobody has decided in time, or what was approved and could not be applied while the approval held: then it is said what it waited for. */
import type { Proposal } from '../src/remediation/proposal.js';
import { isBreakGlassUntold } from './announce-break-glass.js';
import { takeChangeStep } from './change-steps.js';
import type { WorkerServices } from './services.js';

export async function expireChange(services: WorkerServices, proposal: Proposal): Promise<void> {
  const because = proposal.state === 'approved' ? await describeWait(services, proposal) : null;
  await takeChangeStep(services, proposal.id, {
    name: 'expire',
    at: services.now().toISOString(),
    ...(because === null ? {} : { because: `${because} Nothing was sent, and nothing was changed.` }),
  });
}

async function describeWait(services: WorkerServices, proposal: Proposal): Promise<string> {
  if (await isBreakGlassUntold(services, proposal))
    return 'Slack did not take the message that tells the channel of the break-glass, and cf502 sends no change before that is told.';
  const last = proposal.history.findLast(
    ({ event }) => event === 'approve' || event === 'break-glass' || event === 'hold',
  );
  return last?.event === 'hold'
    ? 'Until the approval ran out, Slack did not say who is in the approver groups, so it was not known whether the approvals still count.'
    : 'It was approved, and could not be applied before the approval ran out.';
}
