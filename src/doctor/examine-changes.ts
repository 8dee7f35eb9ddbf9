/**
 * Whether the change role may do what a change needs, with the very session that a change would have. UpdateDistribution is tried with the
 * configuration as it is and an ETag that no configuration has: AWS answers that it may not, or that the ETag does not fit. Nothing can be
 * written by it, and were the ETag taken all the same, what would be written is what is there.
 */
import { type DistributionConfig, GetDistributionConfigCommand } from '@aws-sdk/client-cloudfront';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import { Failure } from '../failure.js';
import { type AwsClients, callAws, createAwsClients } from '../platform/aws.js';
import { cutSessionPolicy } from '../platform/change-session.js';
import { sendWrite } from '../platform/live-subject.js';
import type { Policy } from '../policy.js';
import { type DoctorContext, doctorLimits } from './doctor-context.js';
import { examineBalancers } from './examine-balancers.js';
import { examineTrials } from './examine-trials.js';
import { isAboutRole, roleItem, tryCall } from './try-call.js';
import { impossibleEtag, openChangeSession, recordTry } from './write-tries.js';

/** Names of answers that come after AWS has looked at the permission. */
const provesPermission: ReadonlySet<string> = new Set(['PreconditionFailed', 'InvalidIfMatchVersion']);

type ChangePolicy = NonNullable<Policy['changes']>;

export async function examineChanges(context: DoctorContext, policy: Policy): Promise<readonly DoctorItem[]> {
  const { changes } = policy;
  if (changes === undefined) return [];
  const { roleArn } = changes;
  if (roleArn === undefined) {
    if (changes.mode === 'apply') return [];
    return [item('ok', 'Changes are rehearsed only (dry run), which needs no role.', null, null)];
  }
  const reader = createAwsClients({
    readRoleArn: policy.aws.readRoleArn ?? null,
    externalId: policy.aws.externalId ?? null,
    sessionUser: context.userId,
    limits: { ...doctorLimits, ...context.limits },
  });
  const items: DoctorItem[] = [];
  try {
    for (const id of changes.distributions) {
      const own = await examineDistribution(context, { ...changes, roleArn }, reader, id);
      items.push(...own);
      // The same answer for each distribution says it once.
      if (own.some(isAboutRole)) break;
    }
  } finally {
    reader.destroy();
  }
  return items;
}

async function examineDistribution(
  context: DoctorContext,
  changes: ChangePolicy & { readonly roleArn: string },
  reader: AwsClients,
  id: string,
): Promise<readonly DoctorItem[]> {
  const { roleArn } = changes;
  const target = { kind: 'origin', distributionId: id, originId: 'cf502-doctor' } as const;
  let config: DistributionConfig | null;
  try {
    config = await readConfig(reader, id, context.signal);
  } catch {
    // What the read role lacks is told where it is examined; the session is then cut to the distribution alone.
    config = null;
  }
  const role = { arn: roleArn, externalId: changes.externalId ?? null };
  const session = openChangeSession(context, role, cutSessionPolicy(roleArn, target, config));
  try {
    const on = `arn:aws:cloudfront::*:distribution/${id}`;
    let own: DistributionConfig | null = null;
    const read = await tryCall(
      {
        part: 'changes',
        permission: 'cloudfront:GetDistributionConfig',
        on,
        role: roleArn,
        need: `change ${id}`,
        run: async () => {
          own = await readConfig(session, id, context.signal);
        },
      },
      context.signal,
    );
    if (isAboutRole(read) || read.state !== 'ok') return [read];
    if (own === null) return [read, absent(id)];
    return [
      read,
      await tryUpdate(context, session, target, own, roleArn),
      ...(await examineBalancers(context, role, id, own)),
      ...(changes.trial === undefined ? [] : await examineTrials(context, role, id, own)),
    ];
  } finally {
    session.destroy();
  }
}

async function tryUpdate(
  context: DoctorContext,
  session: AwsClients,
  target: { readonly kind: 'origin'; readonly distributionId: string; readonly originId: string },
  config: DistributionConfig,
  roleArn: string,
): Promise<DoctorItem> {
  const id = target.distributionId;
  const permission = 'cloudfront:UpdateDistribution';
  const unrecorded = await recordTry(context, 'doctor.update-tried', id, { etag: impossibleEtag });
  if (unrecorded !== null)
    return item(
      'unknown',
      `${permission} was not tried on ${id}, since the try could not be recorded: ${unrecorded}`,
      permission,
      null,
    );
  const answer = await sendWrite(session, target, { kind: 'distribution', config, etag: impossibleEtag });
  if (answer.state === 'taken')
    return item(
      'unknown',
      `AWS took an update of ${id} with an ETag that is none; it holds what was there before.`,
      permission,
      'Look at the distribution, and tell the makers of cf502.',
    );
  const { failure } = answer;
  const errorName = answer.state === 'refused' ? answer.errorName : failure.kind;
  if (provesPermission.has(errorName))
    return item(
      'ok',
      `${permission} on ${id} is allowed (tried with an ETag that is none, so that nothing was written).`,
      permission,
      null,
    );
  if (failure.details['action'] === 'sts:AssumeRole') return roleItem('changes', failure);
  if (failure.kind === 'access-denied')
    return item(
      'missing',
      `AWS refused ${permission} on ${id}; without it no change of it can be applied.`,
      permission,
      `Allow ${permission} on arn:aws:cloudfront::*:distribution/${id} in ${roleArn}, and what iam/change.json has beside it where logging or Lambda@Edge is on.`,
    );
  return item('unknown', `${permission} could not be tried on ${id}: ${failure.message}`, permission, null);
}

async function readConfig(aws: AwsClients, id: string, signal: AbortSignal): Promise<DistributionConfig> {
  const answer = await callAws('cloudfront:GetDistributionConfig', `arn:aws:cloudfront::*:distribution/${id}`, () =>
    aws.cloudFront().send(new GetDistributionConfigCommand({ Id: id }), { abortSignal: signal }),
  );
  if (answer.DistributionConfig === undefined) throw new Failure('bad-data', 'AWS answered without a configuration.');
  return answer.DistributionConfig;
}

function absent(id: string): DoctorItem {
  return item(
    'missing',
    `Distribution ${id}, which changes.distributions names, does not exist in the account of the role.`,
    null,
    'Correct the policy file, or the role.',
  );
}

function item(state: DoctorItem['state'], what: string, permission: string | null, remedy: string | null): DoctorItem {
  return { part: 'changes', state, what, permission, remedy };
}
