/** The steps of a trial that lead to a part of the traffic: copy, change, policy, own requests, weight. Each reads what there is before it does anything. */
import type { ContinuousDeploymentPolicyConfig } from '@aws-sdk/client-cloudfront';
import { findPolicy, findStaging, readPolicy } from '../src/platform/trial-reads.js';
import { copyDistribution, createPolicy, updateDistribution, updatePolicy } from '../src/platform/trial-writes.js';
import { describeUnkept } from '../src/platform/whole-config.js';
import { assertOnlyAllowed, planChange } from '../src/remediation/change-plan.js';
import { findLeaf } from '../src/remediation/live-config.js';
import { assertPromotion, withPolicy } from '../src/remediation/trial-diff.js';
import type { NextStep } from './change-steps.js';
import { compareByHeader } from './compare-trial.js';
import { readPrimary, readStaging } from './read-trial.js';
import {
  again,
  callerReferenceOf,
  failTrial,
  nowOf,
  sendOnce,
  soon,
  type TrialRun,
  takeTrialEvent,
  waitForSent,
} from './trial-steps.js';

/** `planned` -> `copied`. */
export async function copyStep(run: TrialRun): Promise<NextStep> {
  const { reader, proposal, trial, signal } = run;
  const { distributionId } = proposal.change.target;
  const callerReference = callerReferenceOf(proposal.id);
  const made = await findStaging(reader, callerReference, signal);
  const copied = ({ id, domainName }: { readonly id: string; readonly domainName: string }) =>
    ({ name: 'copied', at: nowOf(run), stagingDistributionId: id, stagingDomainName: domainName }) as const;
  if (made !== null) return take(run, copied(made));
  if (trial.sent !== null) return waitForSent(run);
  // Whoever may not list policies could not find them again after a crash: better said before anything is made.
  await findPolicy(reader, 'none.invalid', signal);
  const primary = await readPrimary(run);
  if (typeof primary === 'string') return failTrial(run, primary);
  return sendOnce(run, {
    write: 'copy',
    facts: { distribution: distributionId, etag: primary.etag, callerReference },
    grants: [
      {
        actions: ['cloudfront:CopyDistribution', 'cloudfront:GetDistribution'],
        resource: `distribution/${distributionId}`,
      },
      // Its id is not known before; what the role may create is said in iam/change-trial.json.
      { actions: ['cloudfront:CreateDistribution'], resource: 'distribution/*' },
    ],
    call: (session) => copyDistribution(session, { primaryId: distributionId, etag: primary.etag, callerReference }),
    taken: copied,
  });
}

/** `copied` -> `changed`. */
export async function changeStep(run: TrialRun): Promise<NextStep> {
  const { proposal, trial } = run;
  const { change } = proposal;
  const [staging, primary] = [await readStaging(run), await readPrimary(run)];
  if (typeof primary === 'string') return failTrial(run, primary);
  if (staging === null || change.target.kind !== 'origin') return failTrial(run, gone);
  const found = findLeaf(staging.config, change.target.originId, change.field);
  if (found.ok && found.value === change.after) {
    const other = refuseOther(() => assertPromotion(primary.config, staging.config, change));
    return other === null ? take(run, { name: 'changed', at: nowOf(run) }) : failTrial(run, other);
  }
  if (trial.sent !== null) return waitForSent(run);
  const unkept = describeUnkept(staging.unkept);
  if (unkept !== null) return failTrial(run, unkept);
  const plan = planChange(staging.config, change);
  if (!plan.ok) return failTrial(run, plan.because);
  const { config } = plan;
  const other = refuseOther(() => {
    assertOnlyAllowed(staging.config, config, change);
    assertPromotion(primary.config, config, change);
  });
  if (other !== null) return failTrial(run, other);
  return sendOnce(run, {
    write: 'change-staging',
    facts: { staging: staging.id, etag: staging.etag, field: change.field, before: change.before, after: change.after },
    grants: [],
    writes: { distributionId: staging.id, config },
    call: (session) => updateDistribution(session, { id: staging.id, etag: staging.etag, config }),
    taken: () => ({ name: 'changed', at: nowOf(run) }),
  });
}

/** `changed` -> `by-header`. */
export async function attachStep(run: TrialRun): Promise<NextStep> {
  const { reader, proposal, trial, signal } = run;
  const { terms, remains, stagingDomainName } = trial;
  const staging = await readStaging(run);
  if (staging === null || stagingDomainName === null) return failTrial(run, gone);
  if (!staging.isDeployed) return soon(run);
  const { policyId } = remains;
  if (policyId === null) {
    const made = trial.sent === null ? null : await findPolicy(reader, stagingDomainName, signal);
    if (made !== null) return take(run, { name: 'policy-made', at: nowOf(run), policyId: made });
    if (trial.sent !== null) return waitForSent(run);
    const config: ContinuousDeploymentPolicyConfig = {
      StagingDistributionDnsNames: { Quantity: 1, Items: [stagingDomainName] },
      Enabled: true,
      TrafficConfig: {
        Type: 'SingleHeader',
        SingleHeaderConfig: { Header: terms.header.name, Value: terms.header.value },
      },
    };
    return sendOnce(run, {
      write: 'create-policy',
      facts: { staging: staging.id, header: terms.header.name },
      grants: [
        { actions: ['cloudfront:CreateContinuousDeploymentPolicy'], resource: 'continuous-deployment-policy/*' },
      ],
      call: (session) => createPolicy(session, config),
      taken: ({ id }) => ({ name: 'policy-made', at: nowOf(run), policyId: id }),
    });
  }
  const primary = await readPrimary(run, policyId);
  if (typeof primary === 'string') return failTrial(run, primary);
  if (primary.config.ContinuousDeploymentPolicyId === policyId) return take(run, { name: 'attached', at: nowOf(run) });
  if (trial.sent !== null) return waitForSent(run);
  const { distributionId } = proposal.change.target;
  const config = withPolicy(primary.config, policyId);
  return sendOnce(run, {
    write: 'attach-policy',
    facts: { distribution: distributionId, etag: primary.etag, policy: policyId },
    grants: [],
    writes: { distributionId, config },
    call: (session) => updateDistribution(session, { id: distributionId, etag: primary.etag, config }),
    taken: () => ({ name: 'attached', at: nowOf(run) }),
  });
}

/** `by-header` -> `by-weight`. */
export async function weighStep(run: TrialRun): Promise<NextStep> {
  const { reader, trial, signal } = run;
  const policyId = trial.remains.policyId ?? '';
  const primary = await readPrimary(run, policyId);
  if (typeof primary === 'string') return failTrial(run, primary);
  if (!primary.isDeployed) return soon(run);
  if (trial.headerCheck === null) {
    const { isWorse, sentence } = await compareByHeader(run, primary);
    if (isWorse) return failTrial(run, sentence);
    return take(run, { name: 'header-compared', at: nowOf(run), sentence });
  }
  const policy = await readPolicy(reader, policyId, signal);
  if (policy === null) return failTrial(run, 'Its continuous-deployment policy is gone; somebody else deleted it.');
  if (policy.config.TrafficConfig?.Type === 'SingleWeight') return take(run, { name: 'weighted', at: nowOf(run) });
  if (trial.sent !== null) return waitForSent(run);
  const config: ContinuousDeploymentPolicyConfig = {
    StagingDistributionDnsNames: policy.config.StagingDistributionDnsNames,
    Enabled: true,
    TrafficConfig: { Type: 'SingleWeight', SingleWeightConfig: { Weight: trial.terms.weight } },
  };
  return sendOnce(run, {
    write: 'shift-to-weight',
    facts: { policy: policyId, etag: policy.etag, weight: trial.terms.weight },
    grants: [
      {
        actions: ['cloudfront:UpdateContinuousDeploymentPolicy'],
        resource: `continuous-deployment-policy/${policyId}`,
      },
    ],
    call: (session) => updatePolicy(session, { id: policyId, etag: policy.etag, config }),
    taken: () => ({ name: 'weighted', at: nowOf(run) }),
  });
}

const gone = 'The staging distribution is gone; somebody else deleted it.';

async function take(run: TrialRun, event: Parameters<typeof takeTrialEvent>[2]): Promise<NextStep> {
  await takeTrialEvent(run.services, run.proposal.id, event);
  return again;
}

export function refuseOther(assert: () => void): string | null {
  try {
    assert();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
