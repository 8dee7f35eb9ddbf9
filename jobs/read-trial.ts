/** The two distributions of a trial as AWS holds them now, and whether what was approved still holds. */
import { type ReadDistribution, readDistribution } from '../src/platform/trial-reads.js';
import { describeUnkept } from '../src/platform/whole-config.js';
import { compareLive } from './live-value.js';
import type { TrialRun } from './trial-steps.js';

export async function readStaging({ reader, trial, signal }: TrialRun): Promise<ReadDistribution | null> {
  const { stagingDistributionId: id } = trial.remains;
  return id === null ? null : readDistribution(reader, id, signal);
}

/**
 * The live distribution, if what was approved still holds of it.
 * @param policyId the only policy that may be attached; absent: none.
 * @returns a sentence where it does not.
 */
export async function readPrimary(run: TrialRun, policyId = ''): Promise<ReadDistribution | string> {
  const { reader, proposal, signal } = run;
  const primary = await readDistribution(reader, proposal.change.target.distributionId, signal);
  if (primary === null) return 'The distribution is gone.';
  const unkept = describeUnkept(primary.unkept);
  if (unkept !== null) return unkept;
  const live = { kind: 'distribution', config: primary.config, etag: primary.etag } as const;
  if (compareLive(live, proposal).comparison === 'related-move')
    return 'What was approved no longer holds: the origin was changed since. Propose it again.';
  const attached = primary.config.ContinuousDeploymentPolicyId ?? '';
  return attached === '' || attached === policyId
    ? primary
    : 'Another continuous-deployment policy is attached to the distribution, and what that tries is somebody else’s.';
}
