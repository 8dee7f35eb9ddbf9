/** Reads the continuous deployment policy of a distribution: which part of the traffic goes to which staging distribution. */
import { type DistributionConfig, GetContinuousDeploymentPolicyCommand } from '@aws-sdk/client-cloudfront';
import type { ContinuousDeployment, Unavailability } from '../diagnosis/evidence.js';
import { callAws } from '../platform/aws.js';
import type { CollectContext } from './collector.js';
import { toGap } from './gap.js';

interface Read {
  readonly deployment: ContinuousDeployment | null;
  readonly gaps: readonly Unavailability[];
}

const remedy = 'Run the check on the staging distribution as well.';

/** null where there is none, and for a staging distribution: the policy is the primary one's. Never throws but for an abort. */
export async function collectContinuousDeployment(context: CollectContext, config: DistributionConfig): Promise<Read> {
  const policyId = config.ContinuousDeploymentPolicyId ?? '';
  if (config.Staging === true)
    return {
      deployment: null,
      gaps: [
        {
          kind: 'bad-input',
          message:
            'This is a staging distribution: it gets only the part of the traffic that its continuous deployment policy sends.',
        },
      ],
    };
  if (policyId === '') return { deployment: null, gaps: [] };
  const { aws, signal } = context;
  try {
    const answer = await callAws(
      'cloudfront:GetContinuousDeploymentPolicy',
      '*',
      () => aws.cloudFront().send(new GetContinuousDeploymentPolicyCommand({ Id: policyId }), { abortSignal: signal }),
      signal,
    );
    const policy = answer.ContinuousDeploymentPolicy?.ContinuousDeploymentPolicyConfig;
    const deployment: ContinuousDeployment = {
      policyId,
      enabled: policy?.Enabled ?? false,
      stagingDomainNames: policy?.StagingDistributionDnsNames?.Items ?? [],
      weight: policy?.TrafficConfig?.SingleWeightConfig?.Weight ?? null,
      header: policy?.TrafficConfig?.SingleHeaderConfig?.Header ?? null,
    };
    return { deployment, gaps: deployment.enabled ? [describe(deployment)] : [] };
  } catch (thrown) {
    const gap = toGap(context, thrown);
    return {
      deployment: null,
      gaps: [
        {
          kind: gap.kind,
          message: `A continuous deployment policy may send part of the traffic to a staging distribution, and it could not be read: ${gap.message}`,
          remedy: gap.remedy ?? remedy,
        },
      ],
    };
  }
}

function describe({ stagingDomainNames, weight, header }: ContinuousDeployment): Unavailability {
  const part =
    weight !== null
      ? `${Math.round(weight * 1000) / 10} % of the traffic`
      : `requests with the header ${header ?? '?'}`;
  const to = stagingDomainNames.length === 0 ? 'a staging distribution' : stagingDomainNames.slice(0, 3).join(', ');
  return {
    kind: 'bad-input',
    message: `A continuous deployment policy sends ${part} to ${to}, which was not looked at: it has a configuration, and logs, of its own, so 502s of that part may be missing here.`,
    remedy,
  };
}
