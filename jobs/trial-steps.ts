/** What the steps of a trial share: one compare-and-set before each write, an intent in the audit log before that, and what becomes of an answer. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { Failure } from '../src/failure.js';
import type { AwsClients } from '../src/platform/aws.js';
import { cutSessionPolicy } from '../src/platform/change-session.js';
import type { TrialOutcome } from '../src/platform/trial-store.js';
import { cutTrialPolicy, type TrialAnswer, type TrialGrant } from '../src/platform/trial-writes.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { takeTrialStep } from '../src/remediation/trial-life.js';
import type { Trial, TrialEvent, TrialWrite } from '../src/remediation/trial-record.js';
import { approverOf, type NextStep } from './change-steps.js';
import type { WorkerServices } from './services.js';

/** One look at a trial. */
export interface TrialRun {
  readonly services: WorkerServices;
  readonly proposal: Proposal;
  readonly trial: Trial;
  /** With the read role. */
  readonly reader: AwsClients;
  /** When this look began, by the clock that all workers have in common. */
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Looked at again at once: the state has moved on, or has to be read. */
export const again: NextStep = { state: 'later', delayMs: 0 };

export function soon({ services }: Pick<TrialRun, 'services'>): NextStep {
  return { state: 'later', delayMs: services.changes.pace.deploymentPollMs };
}

export function nowOf({ now }: Pick<TrialRun, 'now'>): string {
  return now.toISOString();
}

/** The claim of a write, as it is stamped and measured. Whoever is held up after it leaves it to be read. */
export interface ClaimClock {
  readonly at: string;
  /** Measured by a clock that nobody sets. */
  readonly isInTime: () => boolean;
}

export async function startClaim({ services }: Pick<TrialRun, 'services'>): Promise<ClaimClock> {
  const { proposals, pace } = services.changes;
  const startedAt = performance.now();
  const at = (await proposals.now()).toISOString();
  return { at, isInTime: () => performance.now() - startedAt < pace.sendWithinMs };
}

/** How long what was sent then may still arrive; null: no longer, or nothing was sent. */
export function waitForSettling(
  { services, now }: Pick<TrialRun, 'services' | 'now'>,
  sentAt: string | null,
): NextStep | null {
  const { settleMs, deploymentPollMs } = services.changes.pace;
  const waitMs = sentAt === null ? 0 : Date.parse(sentAt) + settleMs - now.getTime();
  return waitMs > 0 ? { state: 'later', delayMs: Math.min(waitMs, deploymentPollMs) } : null;
}

export async function takeTrialEvent(
  { changes }: WorkerServices,
  id: string,
  event: TrialEvent,
): Promise<TrialOutcome> {
  const outcome = await changes.trials.step(id, (trial) => takeTrialStep(trial, event));
  if (outcome.state === 'done') await changes.requests.card(id);
  return outcome;
}

/** @param because full sentences for people. */
export async function failTrial(run: TrialRun, because: string): Promise<NextStep> {
  await takeTrialEvent(run.services, run.proposal.id, { name: 'fail', at: nowOf(run), because });
  return again;
}

/** The caller reference of the copy, by which it is found again: one trial of a proposal makes one. */
export function callerReferenceOf(proposalId: string): string {
  return `cf502-trial-${proposalId}`;
}

/** What was sent and is not there: waited for, and then given up for good. It is never sent again. */
export function waitForSent(run: TrialRun): Promise<NextStep> | NextStep {
  const { sent } = run.trial;
  return (
    waitForSettling(run, sent?.at ?? null) ??
    failTrial(run, `It was interrupted while it was doing this: ${writeWords[sent?.write ?? 'copy']}.`)
  );
}

const writeWords: Readonly<Record<TrialWrite, string>> = {
  copy: 'copying the distribution',
  'change-staging': 'changing the staging distribution',
  'create-policy': 'making the continuous-deployment policy',
  'attach-policy': 'attaching the policy',
  'shift-to-weight': 'sending a part of the viewers to the staging distribution',
};

export interface TrialSend<Value> {
  readonly write: TrialWrite;
  readonly facts: Readonly<Record<string, string | number | null>>;
  readonly grants: readonly TrialGrant[];
  /** Where a distribution is written as a whole, which may ask for more where logging or Lambda@Edge is on. */
  readonly writes?: { readonly distributionId: string; readonly config: DistributionConfig };
  readonly call: (session: AwsClients) => Promise<TrialAnswer<Value>>;
  readonly taken: (value: Value) => TrialEvent;
}

/** Claims a forward write and sends it once, if nobody else has. */
export async function sendOnce<Value>(run: TrialRun, wanted: TrialSend<Value>): Promise<NextStep> {
  const { services, proposal } = run;
  const { id } = proposal;
  const { write } = wanted;
  return withSession(run, wanted, approverOf(proposal), async (session) => {
    await record(run, 'aws.write', { trial: write, ...wanted.facts });
    const { at, isInTime } = await startClaim(run);
    const claimed = await takeTrialEvent(services, id, { name: 'claim', at, write });
    if (claimed.state !== 'done') return again;
    // Held up for this long, it may have been given up for dead by another worker: it is left to be read.
    if (!isInTime()) return soon(run);
    const answer = await wanted.call(session);
    await recordAnswer(run, write, answer);
    switch (answer.state) {
      case 'taken':
        await takeTrialEvent(services, id, wanted.taken(answer.value));
        return again;
      case 'refused':
        return failTrial(run, `AWS refused ${writeWords[write]}: ${describeFailure(answer.failure)}`);
      case 'unknown':
        return soon(run);
    }
  });
}

/** A session of the change role, cut to this one write. */
export async function withSession<Result>(
  run: TrialRun,
  asked: Pick<TrialSend<unknown>, 'grants' | 'writes'>,
  approver: string,
  use: (session: AwsClients) => Promise<Result>,
): Promise<Result> {
  const { services, proposal } = run;
  const { roleArn, externalId } = services.policy.changes ?? {};
  if (roleArn === undefined)
    throw new Failure(
      'misconfigured',
      'The policy file names no changes.roleArn, so cf502 has no role to make changes with.',
    );
  const { writes } = asked;
  const base =
    writes === undefined
      ? null
      : cutSessionPolicy(
          roleArn,
          { kind: 'origin', originId: '', distributionId: writes.distributionId },
          writes.config,
        );
  const session = services.changes.openSession({
    roleArn,
    externalId: externalId ?? null,
    approver,
    policy: cutTrialPolicy(roleArn, asked.grants, base),
  });
  services.log.debug({ proposalId: proposal.id }, 'session of a trial');
  try {
    return await use(session);
  } finally {
    session.destroy();
  }
}

export async function record(
  { services, proposal }: Pick<TrialRun, 'services' | 'proposal'>,
  action: string,
  facts: Readonly<Record<string, string | number | null>>,
): Promise<void> {
  await services.changes.audit.append({ actor: approverOf(proposal), action, subject: proposal.id, facts });
}

export async function recordAnswer(run: TrialRun, trial: string, answer: TrialAnswer<unknown>): Promise<void> {
  if (answer.state === 'taken') return record(run, 'aws.write.taken', { trial, requestId: answer.requestId });
  if (answer.state === 'refused')
    return record(run, 'aws.write.refused', { trial, requestId: answer.requestId, errorName: answer.errorName });
  return record(run, 'aws.write.unanswered', { trial, error: answer.failure.message.slice(0, 300) });
}

/** For people: what failed, and what would help. */
export function describeFailure({ message, details }: Failure): string {
  const remedy = details['remedy'];
  return `${message}${typeof remedy === 'string' ? ` ${remedy}` : ''}`;
}
