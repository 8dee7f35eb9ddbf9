/**
 * Takes away what a trial has made, in the one order that AWS allows: policy off the distribution, policy deleted, staging distribution disabled and
 * deleted. Every step reads what there is, so that it may be interrupted and repeated; what cannot be taken away is named to a person.
 */
import { findPolicy, findStaging, readDistribution, readPolicy } from '../src/platform/trial-reads.js';
import {
  deleteDistribution,
  deletePolicy,
  type TrialAnswer,
  type TrialGrant,
  updateDistribution,
} from '../src/platform/trial-writes.js';
import { describeUnkept } from '../src/platform/whole-config.js';
import { withPolicy } from '../src/remediation/trial-diff.js';
import { listRemains } from '../src/remediation/trial-life.js';
import type { TrialEvent, TrialRemains } from '../src/remediation/trial-record.js';
import { approverOf, type NextStep, over } from './change-steps.js';
import { readStaging } from './read-trial.js';
import {
  again,
  callerReferenceOf,
  describeFailure,
  failTrial,
  nowOf,
  record,
  recordAnswer,
  soon,
  type TrialRun,
  type TrialSend,
  takeTrialEvent,
  waitForSettling,
  withSession,
} from './trial-steps.js';

/** CloudFront needs minutes; what is still there after a day needs a person. */
const giveUpMs = 24 * 3_600_000;

/** One step of the cleaning of a trial that is `aborting` or `promoted`. */
export async function cleanUpStep(run: TrialRun): Promise<NextStep> {
  const { trial, now } = run;
  const since = trial.history.findLast(({ event }) => ['abort', 'fail', 'promoted'].includes(event))?.at ?? '';
  if (now.getTime() - Date.parse(since) > giveUpMs)
    return failTrial(run, 'It was tried for a day, and AWS did not let go of it.');
  if (trial.state === 'aborting') {
    // What was sent may still arrive.
    const wait = waitForSettling(run, trial.sent?.at ?? null);
    if (wait !== null) return wait;
    const found = await look(run);
    if (found !== null) return take(run, found);
  }
  const { isPolicyAttached, policyId, stagingDistributionId } = trial.remains;
  if (isPolicyAttached) return detach(run, policyId ?? '');
  if (policyId !== null) return removePolicy(run, policyId);
  if (stagingDistributionId !== null) return removeStaging(run);
  return trial.state === 'aborting' ? take(run, { name: 'ended', at: nowOf(run) }) : over;
}

/** What there is, where it differs from what is known: an answer may have been lost. */
async function look(run: TrialRun): Promise<TrialEvent | null> {
  const { reader, proposal, trial, signal } = run;
  const { remains } = trial;
  const staging =
    remains.stagingDistributionId === null
      ? await findStaging(reader, callerReferenceOf(proposal.id), signal)
      : await readStaging(run);
  const stagingDomainName = staging?.domainName ?? trial.stagingDomainName;
  const known = remains.policyId === null ? null : await readPolicy(reader, remains.policyId, signal);
  const policyId =
    known !== null
      ? remains.policyId
      : stagingDomainName === null
        ? null
        : await findPolicy(reader, stagingDomainName, signal);
  const primary = await readDistribution(reader, proposal.change.target.distributionId, signal);
  const found: TrialRemains = {
    stagingDistributionId: staging?.id ?? null,
    policyId,
    isPolicyAttached: policyId !== null && primary?.config.ContinuousDeploymentPolicyId === policyId,
  };
  return JSON.stringify(found) === JSON.stringify(remains)
    ? null
    : { name: 'found', at: nowOf(run), remains: found, stagingDomainName };
}

async function detach(run: TrialRun, policyId: string): Promise<NextStep> {
  const { reader, proposal, trial, signal } = run;
  const { distributionId } = proposal.change.target;
  const primary = await readDistribution(reader, distributionId, signal);
  if (primary === null || primary.config.ContinuousDeploymentPolicyId !== policyId)
    return take(run, { name: 'detached', at: nowOf(run), etag: null });
  // A promotion reaches all locations first, so that no viewer gets the old value in between.
  if (trial.state === 'promoted' && !primary.isDeployed) return soon(run);
  const unkept = describeUnkept(primary.unkept);
  if (unkept !== null) return failTrial(run, unkept);
  const config = withPolicy(primary.config, '');
  return remove(run, {
    what: 'detach-policy',
    facts: { distribution: distributionId, etag: primary.etag, policy: policyId },
    grants: [],
    writes: { distributionId, config },
    call: (session) => updateDistribution(session, { id: distributionId, etag: primary.etag, config }),
    taken: ({ etag }) => ({ name: 'detached', at: nowOf(run), etag }),
  });
}

async function removePolicy(run: TrialRun, policyId: string): Promise<NextStep> {
  const { reader, proposal, signal } = run;
  const policy = await readPolicy(reader, policyId, signal);
  if (policy === null) return take(run, { name: 'policy-gone', at: nowOf(run) });
  const primary = await readDistribution(reader, proposal.change.target.distributionId, signal);
  if (primary !== null && !primary.isDeployed) return soon(run);
  return remove(run, {
    what: 'delete-policy',
    facts: { policy: policyId, etag: policy.etag },
    grants: [
      {
        actions: ['cloudfront:DeleteContinuousDeploymentPolicy'],
        resource: `continuous-deployment-policy/${policyId}`,
      },
    ],
    call: (session) => deletePolicy(session, policyId, policy.etag),
    taken: () => ({ name: 'policy-gone', at: nowOf(run) }),
  });
}

async function removeStaging(run: TrialRun): Promise<NextStep> {
  const staging = await readStaging(run);
  const goneNow = { name: 'staging-gone', at: nowOf(run) } as const;
  if (staging === null) return take(run, goneNow);
  const { id, etag } = staging;
  // Never anything but what cf502 has made: whoever reads this id has it from the record of the trial.
  if (staging.config.Staging !== true || staging.config.CallerReference !== callerReferenceOf(run.proposal.id))
    return failTrial(run, `${id} is not the staging distribution that cf502 has made.`);
  if (staging.config.Enabled === true) {
    const unkept = describeUnkept(staging.unkept);
    if (unkept !== null) return failTrial(run, unkept);
    const config = { ...staging.config, Enabled: false };
    return remove(run, {
      what: 'disable-staging',
      facts: { staging: id, etag },
      grants: [],
      writes: { distributionId: id, config },
      call: (session) => updateDistribution(session, { id, etag, config }),
      taken: () => null,
    });
  }
  if (!staging.isDeployed) return soon(run);
  return remove(run, {
    what: 'delete-staging',
    facts: { staging: id, etag },
    grants: [{ actions: ['cloudfront:DeleteDistribution'], resource: `distribution/${id}` }],
    call: (session) => deleteDistribution(session, id, etag),
    taken: () => goneNow,
  });
}

interface Removal<Value> extends Pick<TrialSend<Value>, 'facts' | 'writes' | 'call'> {
  readonly what: string;
  readonly grants: readonly TrialGrant[];
  /** null: nothing of the trial is gone by this alone. */
  readonly taken: (value: Value) => TrialEvent | null;
}

/** May be repeated: AWS takes each under the version that was read, so twice does nothing twice. */
async function remove<Value>(run: TrialRun, removal: Removal<Value>): Promise<NextStep> {
  const who = run.trial.ending?.by ?? approverOf(run.proposal);
  return withSession(run, removal, who, async (session) => {
    await record(run, 'aws.write', { trial: removal.what, ...removal.facts });
    const answer: TrialAnswer<Value> = await removal.call(session);
    await recordAnswer(run, removal.what, answer);
    if (answer.state === 'taken') {
      const event = removal.taken(answer.value);
      return event === null ? soon(run) : take(run, event);
    }
    if (answer.state === 'unknown') return soon(run);
    const { httpStatus } = answer.failure.details;
    // In use still, moved in the meantime, or asked to slow down: read again later.
    const passes =
      httpStatus === 409 || httpStatus === 412 || httpStatus === 404 || answer.failure.kind === 'throttled';
    return passes ? soon(run) : failTrial(run, describeFailure(answer.failure));
  });
}

async function take(run: TrialRun, event: TrialEvent): Promise<NextStep> {
  await takeTrialEvent(run.services, run.proposal.id, event);
  return again;
}

/** For people, where cf502 gives up. */
export function describeRemains(remains: TrialRemains): string {
  const left = listRemains(remains);
  return left.length === 0 ? '' : ` Still there, to be taken away by hand: ${left.join(', ')}.`;
}
