/**
 * A change tried on a part of the traffic first, by continuous deployment
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment.html): whether it can be, and what is done in which
 * order. Pure.
 */
import type { DistributionEvidence } from '../diagnosis/evidence.js';
import { formatCount, percentOf } from '../diagnosis/wording.js';
import type { Change, Sample } from './proposal.js';
import { requestsToShow, wilsonInterval } from './wilson.js';

/** AWS's limit: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment-quotas-considerations.html */
export const maxTrialWeight = 0.15;
/** AWS asks for this beginning. https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ContinuousDeploymentSingleHeaderConfig.html */
export const trialHeaderPrefix = 'aws-cf-cd-';

/** @returns null where the change can be tried on a part of the traffic, else the sentence why not. */
export function refuseTrial(change: Change, distribution: DistributionEvidence): string | null {
  const { target, field } = change;
  const no = 'It cannot be tried on a part of the traffic first:';
  if (target.kind === 'balancer') return `${no} a load balancer has one idle time-out for all of it.`;
  if (distribution.staging) return `${no} this is a staging distribution itself.`;
  if (distribution.connectionMode === 'tenant-only')
    return `${no} multi-tenant distributions have no continuous deployment.`;
  // `http3` and `http2and3`, in either case.
  if (distribution.httpVersion.endsWith('3'))
    return `${no} the distribution speaks HTTP/3, with which CloudFront has no continuous deployment.`;
  if (field === 'response-completion-timeout')
    return `${no} a response completion time-out cannot be set with continuous deployment.`;
  const limited = distribution.origins.find(({ responseCompletionTimeoutSeconds: limit }) => limit !== null);
  if (limited !== undefined)
    return `${no} an origin has a response completion time-out, with which there is no continuous deployment.`;
  if ((distribution.continuousDeployment ?? null) !== null)
    return `${no} a continuous-deployment policy is attached already, and what it tries is somebody else's.`;
  if (!distribution.enabled) return `${no} the distribution is disabled, so it has no traffic.`;
  if (distribution.status !== 'Deployed')
    return `${no} an earlier change is still being deployed. Ask again when that is over.`;
  return null;
}

/** One call of AWS's API and what is waited for after it. `undo` is what takes it back, in the reverse order of the steps. */
export interface TrialStep {
  readonly name: TrialStepName;
  /** IAM actions that it takes. */
  readonly actions: readonly string[];
  /** What it does, for a person. */
  readonly does: string;
  /** Whether CloudFront has to be `Deployed` before the next. */
  readonly waitsForDeployment: boolean;
  readonly undo: string | null;
}

export const trialStepNames = [
  'copy',
  'change-staging',
  'create-header-policy',
  'attach-policy',
  'compare-by-header',
  'shift-to-weight',
  'compare-by-weight',
  'promote',
  'clean-up',
] as const;
export type TrialStepName = (typeof trialStepNames)[number];

export interface TrialPlan {
  readonly header: { readonly name: string; readonly value: string };
  /** Of the traffic, 0 to 0.15. */
  readonly weight: number;
  /** Requests that the staging distribution must have had before it can be compared. */
  readonly minRequests: number;
  readonly steps: readonly TrialStep[];
}

/**
 * @param marker letters and digits, derived from the proposal: the header's value, so that nobody comes to the trial by chance.
 * @param before what failed before, to know how many requests tell a difference.
 */
export function planTrial(marker: string, before: Sample, weight = 0.05): TrialPlan {
  const share = before.requests === 0 ? 0 : before.failures / before.requests;
  const part = Math.min(maxTrialWeight, Math.max(0.01, weight));
  const header = { name: `${trialHeaderPrefix}cf502`, value: marker.replace(/[^A-Za-z0-9]/g, '').slice(0, 64) };
  return {
    header,
    weight: part,
    minRequests: Math.min(100_000, Math.max(100, share > 0 ? requestsToShow(share / 2) : 0)),
    steps: [
      {
        name: 'copy',
        actions: ['cloudfront:CopyDistribution', 'cloudfront:CreateDistribution', 'cloudfront:GetDistribution'],
        does: 'Copies the distribution to a staging distribution, which no viewer can reach by itself.',
        waitsForDeployment: true,
        undo: 'Disables the staging distribution, waits, and deletes it.',
      },
      {
        name: 'change-staging',
        actions: ['cloudfront:GetDistributionConfig', 'cloudfront:UpdateDistribution'],
        does: 'Makes the one change there, checked in the same way as on the distribution itself.',
        waitsForDeployment: true,
        undo: null,
      },
      {
        name: 'create-header-policy',
        actions: ['cloudfront:CreateContinuousDeploymentPolicy'],
        does: `Makes a policy that sends requests with the header ${header.name} to the staging distribution.`,
        waitsForDeployment: false,
        undo: 'Deletes the policy.',
      },
      {
        name: 'attach-policy',
        actions: ['cloudfront:GetDistributionConfig', 'cloudfront:UpdateDistribution'],
        does: 'Attaches the policy to the distribution. Viewers notice nothing.',
        waitsForDeployment: true,
        undo: 'Takes the policy off the distribution and waits.',
      },
      {
        name: 'compare-by-header',
        actions: [],
        does: 'Sends a few requests of its own with the header: they must be answered as without it.',
        waitsForDeployment: false,
        undo: null,
      },
      {
        name: 'shift-to-weight',
        actions: ['cloudfront:GetContinuousDeploymentPolicyConfig', 'cloudfront:UpdateContinuousDeploymentPolicy'],
        does: `Sends ${percentOf(part)} of the viewers to the staging distribution, whose cache is empty at first.`,
        waitsForDeployment: true,
        undo: 'Sends all viewers back by disabling the policy.',
      },
      {
        name: 'compare-by-weight',
        actions: ['cloudwatch:GetMetricData'],
        does: 'Compares the share of failures of both over the same minutes.',
        waitsForDeployment: false,
        undo: null,
      },
      {
        name: 'promote',
        actions: ['cloudfront:UpdateDistributionWithStagingConfig', 'cloudfront:UpdateDistribution'],
        does: 'Takes the configuration of the staging distribution over, after the same check that only the one value differs.',
        waitsForDeployment: true,
        undo: null,
      },
      {
        name: 'clean-up',
        actions: [
          'cloudfront:UpdateDistribution',
          'cloudfront:DeleteContinuousDeploymentPolicy',
          'cloudfront:DeleteDistribution',
        ],
        does: 'Takes the policy off, deletes it, and deletes the staging distribution.',
        waitsForDeployment: true,
        undo: null,
      },
    ],
  };
}

export interface TrialComparison {
  readonly outcome: 'better' | 'no-worse' | 'worse' | 'too-few';
  readonly sentence: string;
}

/** Both over the same minutes. Without an overlap of the 95 % intervals one is better; what merely is no worse has to be judged by a person. */
export function compareTrial(primary: Sample, staging: Sample, minRequests: number): TrialComparison {
  const [before, after] = [wilsonInterval(primary), wilsonInterval(staging)];
  const figures = `${describe(staging)} failed with the change, ${describe(primary)} without`;
  if (before === null || after === null || staging.requests < minRequests)
    return {
      outcome: 'too-few',
      sentence: `${figures}; ${formatCount(minRequests)} requests with the change are needed. CloudFront may send all of them to the primary at peak times.`,
    };
  if (after.high < before.low) return { outcome: 'better', sentence: `Better: ${figures}.` };
  if (after.low > before.high) return { outcome: 'worse', sentence: `Worse: ${figures}. End the trial.` };
  return { outcome: 'no-worse', sentence: `No difference that could not be chance: ${figures}.` };
}

function describe({ requests, failures }: Sample): string {
  return requests === 0
    ? 'no request'
    : `${formatCount(failures)} of ${formatCount(requests)} requests (${percentOf(failures / requests)})`;
}
