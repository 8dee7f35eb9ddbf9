/** Runs the success test of a change on what was counted after the deployment, again and again while the logs are late, and says how it ended. */
import { toFailure } from '../src/failure.js';
import type { AwsClients } from '../src/platform/aws.js';
import { readLive } from '../src/platform/live-subject.js';
import { judgeProof } from '../src/remediation/judge-proof.js';
import { type Fingerprint, fingerprintOf, judgeClaim, type LiveClaim } from '../src/remediation/live-claim.js';
import type { Change, Proposal } from '../src/remediation/proposal.js';
import { proofWindow } from '../src/remediation/success-test.js';
import { type NextStep, over, takeChangeStep } from './change-steps.js';
import { countAfter } from './count-after.js';
import { liveValueOf } from './live-value.js';
import { collectContext, type WorkerServices } from './services.js';

/** Proposals of the distribution among which a roll-back that is under way is looked for. */
const mostLookedAt = 20;

export async function proveChange(services: WorkerServices, id: string, signal: AbortSignal): Promise<NextStep> {
  const { changes } = services;
  const proposal = await changes.proposals.read(id);
  const deployedAt = proposal?.application?.deployedAt ?? null;
  if (proposal === null || proposal.state !== 'applied' || deployedAt === null) return over;
  const window = proofWindow(proposal.successTest, deployedAt);
  const sinceEndMs = services.now().getTime() - Date.parse(window.to);
  const delays = changes.pace.proofDelaysMs;
  if (sinceEndMs < (delays[0] ?? 0)) return { state: 'later', delayMs: (delays[0] ?? 0) - sinceEndMs };
  const next = delays.find((delay) => delay > sinceEndMs);
  const isLastTry = next === undefined;
  const log = services.log.child({ proposalId: id });
  const context = collectContext(services, proposal.requester.userId, signal, () => undefined, log);
  try {
    const counted = await countAfter(services, context, proposal, window);
    // Read last: what is said of the live value holds when it is said.
    const live = await readClaim(services, context.aws, proposal, signal);
    if (live.state === 'not-ours' && (await isBeingTakenBack(services, proposal)))
      return { state: 'later', delayMs: changes.pace.deploymentPollMs };
    const judged = judgeProof(proposal.successTest, { ...counted, live }, isLastTry);
    if (judged.state === 'wait') {
      log.info({ because: judged.because }, 'success test waits');
      return { state: 'later', delayMs: (next ?? sinceEndMs) - sinceEndMs };
    }
    const { proof } = judged;
    const name = proof.outcome === 'verified' ? 'verify' : 'refute';
    await takeChangeStep(services, id, { name, at: services.now().toISOString(), proof });
    return over;
  } finally {
    context.aws.destroy();
  }
}

/** The note of what a change was written into, by which it is told later what else has moved. */
const writtenInto = 'written-into';

export async function noteWrittenInto(
  { changes }: WorkerServices,
  id: string,
  live: Parameters<typeof fingerprintOf>[0],
  change: Change,
): Promise<void> {
  await changes.proposals.note(id, writtenInto, JSON.stringify(fingerprintOf(live, change)));
}

/** @throws Failure where AWS cannot be reached now. */
async function readClaim(
  { changes }: WorkerServices,
  aws: AwsClients,
  { id, change, application }: Proposal,
  signal: AbortSignal,
): Promise<LiveClaim> {
  try {
    const live = await readLive(aws, change.target, signal);
    const etagAfter = application?.etagAfter ?? null;
    const hasMoved = live.etag === null || etagAfter === null ? null : live.etag !== etagAfter;
    const noted = await changes.proposals.readNote(id, writtenInto);
    return judgeClaim(
      change,
      liveValueOf(live, change),
      hasMoved,
      fingerprintOf(live.kind === 'distribution' ? live.config : live.attributes, change),
      noted === null ? null : (JSON.parse(noted) as Fingerprint),
    );
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    return {
      state: 'unread',
      because: `Whether the value is still live cannot be read: ${failure.message}`,
    };
  }
}

/** Then the proposal that takes it back says so in a moment. */
async function isBeingTakenBack({ changes }: WorkerServices, { id, change }: Proposal): Promise<boolean> {
  for (const otherId of await changes.proposals.listOf(change.target.distributionId, mostLookedAt)) {
    const other = await changes.proposals.read(otherId);
    if (other?.rollbackOf === id && (other.state === 'applying' || other.state === 'applied')) return true;
  }
  return false;
}
