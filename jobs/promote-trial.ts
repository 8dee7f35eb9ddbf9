/**
 * Promotes a trial that somebody has promoted: looked at once more, claimed like every change by the proposal's own compare-and-set, sent once, and
 * believed only when the live configuration shows it.
 */
import { readDistribution } from '../src/platform/trial-reads.js';
import { promoteStaging } from '../src/platform/trial-writes.js';
import { describeUnkept } from '../src/platform/whole-config.js';
import { refuseApplication } from '../src/remediation/approval.js';
import { statesInForce } from '../src/remediation/life.js';
import { findLeaf } from '../src/remediation/live-config.js';
import { assertPromotion, withPolicy } from '../src/remediation/trial-diff.js';
import { approverOf, type NextStep, takeChangeStep } from './change-steps.js';
import { checkApprovers, holdBack } from './check-approvers.js';
import { compareLive } from './live-value.js';
import { noteWrittenInto } from './prove-change.js';
import { readPrimary, readStaging } from './read-trial.js';
import { reassess, refuseByBounds } from './reassess-change.js';
import { refuseOther } from './set-up-trial.js';
import {
  again,
  describeFailure,
  failTrial,
  nowOf,
  record,
  recordAnswer,
  soon,
  startClaim,
  type TrialRun,
  takeTrialEvent,
  waitForSettling,
  withSession,
} from './trial-steps.js';

/** `promoting` -> `promoted`; the proposal goes `trying` -> `applying` -> `applied`. */
export async function promoteStep(run: TrialRun): Promise<NextStep> {
  const { services, proposal } = run;
  const { id, state, application } = proposal;
  if (statesInForce.includes(state) || state === 'rolled-back') {
    await takeTrialEvent(services, id, { name: 'promoted', at: nowOf(run) });
    return again;
  }
  if (state === 'applying' && (application?.sentAt ?? null) !== null) return resolvePromotion(run, null);
  const refusal = await refusePromotion(run);
  if (refusal !== null) return refusal;
  const [primary, staging] = [await readPrimary(run, run.trial.remains.policyId ?? ''), await readStaging(run)];
  if (typeof primary === 'string') return failTrial(run, primary);
  if (staging === null) return failTrial(run, 'The staging distribution is gone; somebody else deleted it.');
  if (!primary.isDeployed || !staging.isDeployed) return soon(run);
  const unkept = describeUnkept(staging.unkept);
  if (unkept !== null) return failTrial(run, unkept);
  const other = refuseOther(() => assertPromotion(primary.config, staging.config, proposal.change));
  if (other !== null) return failTrial(run, other);
  const live = { kind: 'distribution', config: primary.config, etag: primary.etag } as const;
  const { comparison, binding } = compareLive(live, proposal);
  if (comparison === 'unrelated-move') {
    const note =
      'The distribution was changed elsewhere since, by the trial’s policy at least; what was approved is untouched.';
    const moved = await takeChangeStep(services, id, { name: 'rebase', at: nowOf(run), binding, note });
    if (moved.state !== 'done') return again;
  }
  if (state === 'trying') {
    const begun = await takeChangeStep(services, id, { name: 'begin', at: nowOf(run) });
    if (begun.state === 'refused') return failTrial(run, begun.because);
    if (begun.state !== 'done') return again;
  }
  // As it will be once the trial's policy is off again.
  await noteWrittenInto(services, id, withPolicy(primary.config, ''), proposal.change);
  return sendPromotion(run, [primary.etag, staging.etag], staging.id);
}

/** Hours have passed since it was approved: everything is asked again that is asked before any change is applied. @returns null where it may be promoted. */
async function refusePromotion(run: TrialRun): Promise<NextStep | null> {
  const { services, proposal, trial, now, signal } = run;
  const refusal = refuseApplication(proposal, services.policy.changes ?? null, now);
  if (refusal !== null) return failTrial(run, refusal);
  const standing = await checkApprovers(services, proposal);
  if (standing.state === 'too-few') return failTrial(run, standing.because);
  if (standing.state === 'unread')
    return now.getTime() >= Date.parse(trial.terms.endsAt)
      ? failTrial(run, `${standing.because} The time that the policy file gives a trial is over.`)
      : holdBack(services, proposal, standing.because);
  const today = await reassess(services, proposal, signal);
  if (typeof today === 'string') return failTrial(run, today);
  const outOfBounds = refuseByBounds(services, proposal.change, today);
  return outOfBounds === null ? null : failTrial(run, outOfBounds);
}

async function sendPromotion(run: TrialRun, etags: readonly [string, string], stagingId: string): Promise<NextStep> {
  const { services, proposal, trial } = run;
  const { id, change } = proposal;
  const { distributionId } = change.target;
  const actions = [
    'cloudfront:UpdateDistributionWithStagingConfig',
    'cloudfront:UpdateDistribution',
    'cloudfront:GetDistribution',
  ];
  const grants = [
    { actions, resource: `distribution/${distributionId}` },
    { actions, resource: `distribution/${stagingId}` },
  ] as const;
  const promoter = trial.history.findLast(({ event }) => event === 'promote')?.by ?? approverOf(proposal);
  return withSession(run, { grants }, promoter, async (session) => {
    const facts = {
      trial: 'promote',
      distribution: distributionId,
      staging: stagingId,
      etags: etags.join(', '),
      promoter,
    };
    await record(run, 'aws.write', { ...facts, field: change.field, before: change.before, after: change.after });
    const { at, isInTime } = await startClaim(run);
    const claimed = await takeChangeStep(services, id, { name: 'send', at, etag: etags[0] });
    if (claimed.state !== 'done') return again;
    if (!isInTime()) return soon(run);
    const answer = await promoteStaging(session, { id: distributionId, stagingId, etags });
    await recordAnswer(run, 'promote', answer);
    const now = { ...run, proposal: claimed.proposal };
    switch (answer.state) {
      case 'taken':
        return resolvePromotion(now, answer.requestId);
      case 'refused':
        return failTrial(run, `AWS refused to promote it, and nothing was changed: ${describeFailure(answer.failure)}`);
      case 'unknown':
        return soon(run);
    }
  });
}

/** It was sent: never sent again, but read. */
async function resolvePromotion(run: TrialRun, requestId: string | null): Promise<NextStep> {
  const { services, proposal, reader, signal } = run;
  const { id, change, application } = proposal;
  const { pace } = services.changes;
  const live = await readDistribution(reader, change.target.distributionId, signal);
  const found =
    live === null || change.target.kind !== 'origin'
      ? null
      : findLeaf(live.config, change.target.originId, change.field);
  if (live !== null && found?.ok === true && found.value === change.after) {
    await takeChangeStep(services, id, { name: 'applied', at: nowOf(run), etagAfter: live.etag, requestId });
    await takeTrialEvent(services, id, { name: 'promoted', at: nowOf(run) });
    await services.changes.requests.watch(id, pace.deploymentPollMs);
    return again;
  }
  return (
    waitForSettling(run, application?.sentAt ?? null) ??
    failTrial(run, 'The promotion was sent and the live configuration does not show it, so nothing was changed.')
  );
}
