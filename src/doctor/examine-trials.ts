/**
 * Whether the change role may run trials, as iam/change-trial.json lets it. Every write of a trial is tried in a way in which it cannot be carried out:
 * under an ETag that no configuration has, or on a thing that does not exist. AWS answers that it may not, or that there is no such thing.
 */
import type { ContinuousDeploymentPolicyConfig, DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import type { AwsClients } from '../platform/aws.js';
import {
  copyDistribution,
  createPolicy,
  cutTrialPolicy,
  deleteDistribution,
  deletePolicy,
  promoteStaging,
  type TrialAnswer,
  type TrialGrant,
  updateDistribution,
  updatePolicy,
} from '../platform/trial-writes.js';
import type { DoctorContext } from './doctor-context.js';
import { roleItem } from './try-call.js';
import { type ChangeRole, impossibleEtag, openChangeSession, recordTry } from './write-tries.js';

/** Formed as AWS forms them, so that nothing is refused before the permission is looked at. */
const noDistribution = 'E00000000000000';
const noPolicy = '00000000-0000-0000-0000-000000000000';
/** Answers that come after AWS has looked at the permission. */
const provesPermission: ReadonlySet<string> = new Set([
  'PreconditionFailed',
  'InvalidIfMatchVersion',
  'NoSuchDistribution',
  'NoSuchContinuousDeploymentPolicy',
  'InvalidArgument',
  'IllegalUpdate',
]);

/** Were it made all the same, it would be switched off and name nothing. */
const idlePolicy: ContinuousDeploymentPolicyConfig = {
  StagingDistributionDnsNames: { Quantity: 1, Items: ['cf502-doctor.invalid'] },
  Enabled: false,
  TrafficConfig: { Type: 'SingleWeight', SingleWeightConfig: { Weight: 0.01 } },
};

interface TrialTry {
  readonly permission: string;
  readonly on: TrialGrant['resource'];
  /** What AWS asks for beside it. */
  readonly beside?: readonly TrialGrant[];
  readonly run: (session: AwsClients) => Promise<TrialAnswer<unknown>>;
}

function listTries(id: string, config: DistributionConfig): readonly TrialTry[] {
  const own = `distribution/${id}` as const;
  const none = `distribution/${noDistribution}` as const;
  const etag = impossibleEtag;
  return [
    {
      permission: 'cloudfront:CopyDistribution',
      on: own,
      beside: [
        { actions: ['cloudfront:CreateDistribution'], resource: 'distribution/*' },
        { actions: ['cloudfront:GetDistribution'], resource: own },
      ],
      run: (session) =>
        copyDistribution(session, { primaryId: id, etag, callerReference: 'cf502-doctor', isEnabled: false }),
    },
    {
      permission: 'cloudfront:UpdateDistribution',
      on: none,
      run: (session) => updateDistribution(session, { id: noDistribution, etag, config }),
    },
    {
      permission: 'cloudfront:CreateContinuousDeploymentPolicy',
      on: 'continuous-deployment-policy/*',
      run: (session) => createPolicy(session, idlePolicy),
    },
    {
      permission: 'cloudfront:UpdateContinuousDeploymentPolicy',
      on: `continuous-deployment-policy/${noPolicy}`,
      run: (session) => updatePolicy(session, { id: noPolicy, etag, config: idlePolicy }),
    },
    {
      permission: 'cloudfront:UpdateDistributionWithStagingConfig',
      on: own,
      beside: [{ actions: ['cloudfront:UpdateDistribution', 'cloudfront:GetDistribution'], resource: own }],
      run: (session) => promoteStaging(session, { id, stagingId: noDistribution, etags: [etag, etag] }),
    },
    {
      permission: 'cloudfront:DeleteContinuousDeploymentPolicy',
      on: `continuous-deployment-policy/${noPolicy}`,
      run: (session) => deletePolicy(session, noPolicy, etag),
    },
    {
      permission: 'cloudfront:DeleteDistribution',
      on: none,
      run: (session) => deleteDistribution(session, noDistribution, etag),
    },
  ];
}

/** @param config of the distribution, which is what is sent where a whole one is needed. */
export async function examineTrials(
  context: DoctorContext,
  role: ChangeRole,
  distributionId: string,
  config: DistributionConfig,
): Promise<readonly DoctorItem[]> {
  const unrecorded = await recordTry(context, 'doctor.trial-tried', distributionId, {});
  if (unrecorded !== null)
    return [
      item('unknown', `What trials need was not tried, since it could not be recorded: ${unrecorded}`, null, null),
    ];
  const items: DoctorItem[] = [];
  for (const attempt of listTries(distributionId, config)) {
    const grants = [{ actions: [attempt.permission], resource: attempt.on }, ...(attempt.beside ?? [])];
    const session = openChangeSession(context, role, cutTrialPolicy(role.arn, grants));
    try {
      items.push(judge(attempt, await attempt.run(session), role.arn, distributionId));
    } finally {
      session.destroy();
    }
  }
  return items;
}

function judge(
  { permission, on, beside = [] }: TrialTry,
  answer: TrialAnswer<unknown>,
  roleArn: string,
  distributionId: string,
): DoctorItem {
  if (answer.state === 'taken')
    return item(
      'unknown',
      `AWS took ${permission} for a thing that does not exist.`,
      permission,
      'Look for staging distributions and continuous-deployment policies that are switched off, and tell the makers of cf502.',
    );
  const { failure } = answer;
  if (answer.state === 'refused' && provesPermission.has(answer.errorName))
    return item(
      'ok',
      `${permission} for trials is allowed (tried so that nothing could be written).`,
      permission,
      null,
    );
  if (failure.details['action'] === 'sts:AssumeRole') return roleItem('changes', failure);
  if (failure.kind !== 'access-denied')
    return item('unknown', `${permission} could not be tried: ${failure.message}`, permission, null);
  const needs = [permission, ...beside.flatMap(({ actions }) => actions)];
  return item(
    'missing',
    `AWS refused ${permission} on ${on}; without it no change of ${distributionId} can be tried on a part of the traffic.`,
    permission,
    `Allow ${needs.join(' and ')} in ${roleArn}, as iam/change-trial.json has it, or take changes.trial out of the policy file.`,
  );
}

function item(state: DoctorItem['state'], what: string, permission: string | null, remedy: string | null): DoctorItem {
  return { part: 'changes', state, what, permission, remedy };
}
