/**
 * Applies one approved change: taken up, compared with the live configuration, claimed, sent once, and whatever comes of it stored. Every step is a
 * compare-and-set before the next thing is done, so that this may be interrupted anywhere and run again: what was not claimed is taken up once more,
 * what was claimed is never sent again but read (`resolve-change.ts`).
 */
import { type Failure, toFailure } from '../src/failure.js';
import type { AwsClients } from '../src/platform/aws.js';
import { cutSessionPolicy } from '../src/platform/change-session.js';
import {
  type LiveSubject,
  type PlannedWrite,
  readLive,
  sendWrite,
  type WriteAnswer,
} from '../src/platform/live-subject.js';
import { explainRefusal } from '../src/platform/update-errors.js';
import { describeUnkept } from '../src/platform/whole-config.js';
import { refuseApplication } from '../src/remediation/approval.js';
import { assertOnlyAllowed, planAttributes, planChange } from '../src/remediation/change-plan.js';
import { approvalHoldsUntil, isTrial } from '../src/remediation/life-effects.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { announcementPollMs, isBreakGlassTold } from './announce-break-glass.js';
import { beginTrial } from './begin-trial.js';
import { approverOf, failChange, type NextStep, over, takeChangeStep } from './change-steps.js';
import { checkApprovers, holdBack } from './check-approvers.js';
import { expireChange } from './expire-change.js';
import { compareLive } from './live-value.js';
import { turnOutApplied } from './look-again.js';
import { noteWrittenInto } from './prove-change.js';
import { reassess, refuseByBounds } from './reassess-change.js';
import { rehearseChange } from './rehearse-change.js';
import { resolveChange } from './resolve-change.js';
import type { WorkerServices } from './services.js';
import { voidApproval } from './void-approval.js';

/** @throws Failure where AWS or Redis cannot be reached now; the job is tried again. */
export async function applyChange(services: WorkerServices, id: string, signal: AbortSignal): Promise<NextStep> {
  const proposal = await services.changes.proposals.read(id);
  if (proposal === null) return over;
  if (proposal.state === 'applying' && isTrial(proposal)) {
    await services.changes.requests.trial(id, 0);
    return over;
  }
  if (proposal.state === 'applying') return resolveChange(services, proposal, signal, applyChange);
  if (proposal.state !== 'approved') return over;
  const at = services.now();
  if (at >= approvalHoldsUntil(proposal)) {
    await expireChange(services, proposal);
    return over;
  }
  const refusal = refuseApplication(proposal, services.policy.changes ?? null, at);
  if (refusal !== null) return failChange(services, id, `${refusal} Nothing was changed.`);
  const standing = await checkApprovers(services, proposal);
  if (standing.state === 'too-few') return failChange(services, id, `${standing.because} Nothing was changed.`);
  if (standing.state === 'unread') return holdBack(services, proposal, standing.because);
  if (!(await isBreakGlassTold(services, proposal))) return { state: 'later', delayMs: announcementPollMs };
  try {
    return await takeUp(services, proposal, signal);
  } catch (thrown) {
    return failUnlessTemporary(services, id, toFailure(thrown));
  }
}

/** Still `approved`: nothing is claimed while it is found out whether the approval holds. */
async function takeUp(services: WorkerServices, proposal: Proposal, signal: AbortSignal): Promise<NextStep> {
  const { id } = proposal;
  const today = await reassess(services, proposal, signal);
  if (typeof today === 'string') return failChange(services, id, `${today} Nothing was changed.`);
  const { live } = today.scene;
  const unkept = live.kind === 'distribution' ? describeUnkept(live.unkept) : null;
  if (unkept !== null) return failChange(services, id, `${unkept} Nothing was changed.`);
  const { comparison, binding } = compareLive(live, proposal);
  if (comparison === 'related-move') return voidApproval(services, proposal, today, null);
  // What was in force before may be put back however far it is.
  const outOfBounds = proposal.rollbackOf === null ? refuseByBounds(services, proposal.change, today) : null;
  if (outOfBounds !== null) return failChange(services, id, `${outOfBounds} Nothing was changed.`);
  if (proposal.dryRun) return rehearseChange(services, proposal, live);
  if (comparison === 'unrelated-move') {
    const note = 'Something else of the distribution was changed since the approval; what was approved is untouched.';
    await takeChangeStep(services, id, { name: 'rebase', at: now(services), binding, note });
  }
  if (isTrial(proposal)) return beginTrial(services, proposal, signal);
  const begun = await takeChangeStep(services, id, { name: 'begin', at: now(services) });
  if (begun.state !== 'done') return over;
  const session = openSession(services, begun.proposal, live);
  if (session === null) return failChange(services, id, noRole);
  try {
    return await send(services, begun.proposal, session, signal);
  } catch (thrown) {
    return giveBack(services, id, toFailure(thrown));
  } finally {
    session.destroy();
  }
}

const noRole =
  'The policy file names no changes.roleArn, so cf502 has no role to make changes with. Nothing was changed.';

/** `applying`, and provably nothing sent until the step `send`. */
async function send(
  services: WorkerServices,
  proposal: Proposal,
  session: AwsClients,
  signal: AbortSignal,
): Promise<NextStep> {
  const { id, change } = proposal;
  const live = await readLive(session, change.target, signal);
  const { comparison, binding } = compareLive(live, proposal);
  if (comparison === 'related-move')
    return voidApproval(services, proposal, await reassess(services, proposal, signal), null);
  if (comparison === 'unrelated-move') {
    const note = 'Something else of the distribution was changed in the same minute; what was approved is untouched.';
    await takeChangeStep(services, id, { name: 'rebase', at: now(services), binding, note });
  }
  const planned = planWrite(live, proposal);
  if (!planned.ok) return failChange(services, id, `${planned.because} Nothing was changed.`);
  const facts = {
    distribution: change.target.distributionId,
    field: change.field,
    before: change.before,
    after: change.after,
    etag: binding.etag,
    approver: approverOf(proposal),
  };
  await noteWrittenInto(services, id, live.kind === 'distribution' ? live.config : live.attributes, change);
  // What cannot be recorded is not done.
  await services.changes.audit.append({ actor: approverOf(proposal), action: 'aws.write', subject: id, facts });
  // Stamped by the clock that all workers share, and measured here by one that nobody sets.
  const claimedAt = performance.now();
  const at = (await services.changes.proposals.now()).toISOString();
  const claimed = await takeChangeStep(services, id, { name: 'send', at, etag: binding.etag });
  if (claimed.state !== 'done') return over;
  // Held up for this long, it may have been given up for dead by another worker: it is left to be read.
  if (!(performance.now() - claimedAt < services.changes.pace.sendWithinMs)) return later(services);
  const answer = await sendWrite(session, change.target, planned.write);
  return conclude(services, claimed.proposal, answer, signal);
}

/** The write was sent: from here nothing is thrown away, and nothing is sent again. */
async function conclude(
  services: WorkerServices,
  proposal: Proposal,
  answer: WriteAnswer,
  signal: AbortSignal,
): Promise<NextStep> {
  const { id, change } = proposal;
  const { audit, requests, pace } = services.changes;
  // The step itself carries the request id into the record, and is written there until it is: this says it sooner, and in its own words.
  const record = (action: string, facts: Readonly<Record<string, string | null>>) =>
    audit
      .append({ actor: approverOf(proposal), action, subject: id, facts })
      .catch((error: unknown) => services.log.error({ proposalId: id, error: String(error) }, 'answer not recorded'));
  switch (answer.state) {
    case 'taken': {
      const { etag: etagAfter, requestId } = answer;
      const applied = await takeChangeStep(services, id, { name: 'applied', at: now(services), etagAfter, requestId });
      await record('aws.write.taken', { requestId, etagAfter });
      if (applied.state === 'refused' && applied.proposal.state === 'failed') {
        const because = 'It had been given up as not carried out, and AWS has said since that it has carried it out.';
        return turnOutApplied(services, proposal, { etagAfter, requestId, because });
      }
      await requests.watch(id, pace.deploymentPollMs);
      return over;
    }
    case 'refused': {
      const { errorName, requestId, failure } = answer;
      const { end, sentence } = explainRefusal(errorName, failure.details, change);
      await record('aws.write.refused', { requestId, errorName });
      if (end === 'failed') return failChange(services, id, sentence, requestId);
      let today: Awaited<ReturnType<typeof reassess>>;
      try {
        today = await reassess(services, proposal, signal);
      } catch (thrown) {
        const why = `It could not be read again: ${toFailure(thrown).message} Propose it again.`;
        return failChange(services, id, `${sentence} ${why}`, requestId);
      }
      return voidApproval(services, proposal, today, { sentence, requestId });
    }
    case 'unknown': {
      await record('aws.write.unanswered', { error: answer.failure.message.slice(0, 300) });
      services.log.warn({ proposalId: id, error: answer.failure.message }, 'write was not answered');
      // Read at once: where it was carried out, nobody needs to wait.
      return { state: 'later', delayMs: 0 };
    }
  }
}

function planWrite(
  live: LiveSubject,
  { change }: Proposal,
): { readonly ok: true; readonly write: PlannedWrite } | { readonly ok: false; readonly because: string } {
  try {
    if (live.kind === 'distribution') {
      const unkept = describeUnkept(live.unkept);
      if (unkept !== null) return { ok: false, because: unkept };
      const plan = planChange(live.config, change);
      if (!plan.ok) return plan;
      assertOnlyAllowed(live.config, plan.config, change);
      return { ok: true, write: { kind: 'distribution', config: plan.config, etag: live.etag } };
    }
    const plan = planAttributes(live.attributes, change);
    if (!plan.ok) return plan;
    assertOnlyAllowed(live.attributes, plan.attributes, change);
    return { ok: true, write: { kind: 'balancer', attributes: plan.send } };
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) };
  }
}

function openSession(services: WorkerServices, proposal: Proposal, live: LiveSubject): AwsClients | null {
  const { roleArn, externalId } = services.policy.changes ?? {};
  if (roleArn === undefined) return null;
  const config = live.kind === 'distribution' ? live.config : null;
  return services.changes.openSession({
    roleArn,
    externalId: externalId ?? null,
    approver: approverOf(proposal),
    policy: cutSessionPolicy(roleArn, proposal.change.target, config),
  });
}

/** Taken up and not sent: back to be taken up once more, unless AWS said no. */
async function giveBack(services: WorkerServices, id: string, failure: Failure): Promise<NextStep> {
  const proposal = await services.changes.proposals.read(id);
  // Claimed: it may have been sent, and is read by the next run.
  if ((proposal?.application?.sentAt ?? null) !== null) throw failure;
  const isTemporary = failure.kind === 'throttled' || failure.kind === 'service-down';
  if (!isTemporary) return failUnlessTemporary(services, id, failure);
  const because = `${failure.message} Nothing was sent.`;
  const back = await takeChangeStep(services, id, { name: 'retry', at: now(services), because });
  if (back.state === 'refused') return failChange(services, id, `${because} ${back.because}`);
  throw failure;
}

async function failUnlessTemporary(services: WorkerServices, id: string, failure: Failure): Promise<NextStep> {
  if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
  const remedy = failure.details['remedy'];
  const what = failure.kind === 'bug' ? 'cf502 failed while it was applying this.' : failure.message;
  if (failure.kind === 'bug') services.log.error({ proposalId: id, error: failure.message }, 'change failed');
  return failChange(services, id, `${what}${typeof remedy === 'string' ? ` ${remedy}` : ''} Nothing was changed.`);
}

function later({ changes }: WorkerServices): NextStep {
  return { state: 'later', delayMs: changes.pace.settleMs };
}

function now(services: WorkerServices): string {
  return services.now().toISOString();
}
