/** Minutes after a write was given up as not carried out: whether AWS has carried it out after all. A request may be late, however long it was waited for. */
import { toFailure } from '../src/failure.js';
import { readLive } from '../src/platform/live-subject.js';
import { hashJson } from '../src/remediation/binding.js';
import { sayValue } from '../src/remediation/field-names.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { type NextStep, over, takeChangeStep } from './change-steps.js';
import { liveValueOf } from './live-value.js';
import type { WorkerServices } from './services.js';

/** Proposals of the distribution among which the same wish is looked for. */
const mostLookedAt = 50;

/** Asked for before it is given up, so that nothing can come between the two. */
export async function requestSecondLook(services: WorkerServices, { id, application }: Proposal): Promise<void> {
  const [first] = services.changes.pace.secondLooksMs;
  if (first === undefined || (application?.sentAt ?? null) === null) return;
  await services.changes.requests.lookAgain(id, await untilDue(services, application?.sentAt ?? '', first));
}

export async function lookAgain(services: WorkerServices, id: string, signal: AbortSignal): Promise<NextStep> {
  const { proposals, pace } = services.changes;
  const proposal = await proposals.read(id);
  const sentAt = proposal?.application?.sentAt ?? null;
  if (proposal === null || sentAt === null) return over;
  // It is about to be given up.
  if (proposal.state === 'applying') return { state: 'later', delayMs: pace.settleMs };
  if (proposal.state !== 'failed') return over;
  const reader = services.createAws(proposal.requester.userId);
  try {
    const live = await readLive(reader, proposal.change.target, signal);
    const found = liveValueOf(live, proposal.change);
    if (found.ok && found.value === proposal.change.after && !(await isOfAnother(services, proposal, sentAt))) {
      const is = sayValue(proposal.change.field, found.value);
      return await turnOutApplied(services, proposal, {
        etagAfter: live.etag,
        requestId: null,
        because: `It had been given up as not carried out, and the live configuration holds ${is} now: AWS has carried it out late, or somebody else has set the same value since.`,
      });
    }
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    services.log.warn({ proposalId: id, error: failure.message }, 'second look failed');
  } finally {
    reader.destroy();
  }
  const since = (await proposals.now()).getTime() - Date.parse(sentAt);
  const next = pace.secondLooksMs.find((delay) => delay > since);
  return next === undefined ? over : { state: 'later', delayMs: next - since };
}

/** `failed` -> `applied`: watched, proven and taken back as every other change from here. */
export async function turnOutApplied(
  services: WorkerServices,
  { id }: Pick<Proposal, 'id'>,
  found: { readonly etagAfter: string | null; readonly requestId: string | null; readonly because: string },
): Promise<NextStep> {
  const { audit, requests, pace } = services.changes;
  const at = services.now().toISOString();
  const outcome = await takeChangeStep(services, id, { name: 'turned-out-applied', at, ...found });
  if (outcome.state !== 'done') return over;
  await requests.watch(id, pace.deploymentPollMs);
  const facts = { found: 'applied late', requestId: found.requestId };
  await audit.append({ actor: null, action: 'aws.write.resolved', subject: id, facts });
  return over;
}

/** Whether a later proposal has set the same value: then what is live is that one's. */
async function isOfAnother({ changes }: WorkerServices, proposal: Proposal, sentAt: string): Promise<boolean> {
  const { change, id } = proposal;
  for (const other of await changes.proposals.listOf(change.target.distributionId, mostLookedAt)) {
    const it = other === id ? null : await changes.proposals.read(other).catch(() => null);
    const application = it?.application ?? null;
    if (it === null || application === null || it.state === 'failed' || (application.sentAt ?? '') < sentAt) continue;
    const isSameWish = it.change.field === change.field && it.change.after === change.after;
    if (isSameWish && hashJson(it.change.target) === hashJson(change.target)) return true;
  }
  return false;
}

async function untilDue({ changes }: WorkerServices, sentAt: string, delay: number): Promise<number> {
  return Math.max(0, Date.parse(sentAt) + delay - (await changes.proposals.now()).getTime());
}
