/**
 * Whether the change role may change the idle time-out of a load balancer. There is no harmless way to try it on a real one, so it is tried on one that
 * does not exist, in the same region and account: AWS answers that it is not found, or that it may not. A role that names its balancers, as
 * iam/change.json has it, refuses that too; then it is not known, and said.
 */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import { cutSessionPolicy } from '../platform/change-session.js';
import { sendWrite } from '../platform/live-subject.js';
import type { DoctorContext } from './doctor-context.js';
import { type ChangeRole, openChangeSession, recordTry } from './write-tries.js';

const permission = 'elasticloadbalancing:ModifyLoadBalancerAttributes';
/** Application Load Balancers, and classic ones, which are not told apart by it: `name-id.region.elb.amazonaws.com`. */
const application = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.elb\.amazonaws\.com(?:\.cn)?$/;
/** Comes after AWS has looked at the permission. */
const provesPermission: ReadonlySet<string> = new Set(['LoadBalancerNotFound', 'LoadBalancerNotFoundException']);
/** Not allowed for any balancer, were this one to exist after all. */
const impossibleSeconds = '0';

/** One item for each region in which the distribution has a balancer; none where it has none. */
export async function examineBalancers(
  context: DoctorContext,
  role: ChangeRole,
  distributionId: string,
  config: DistributionConfig,
): Promise<readonly DoctorItem[]> {
  const regions = new Set(
    (config.Origins?.Items ?? []).flatMap(
      ({ DomainName: name = '' }) => application.exec(name.toLowerCase())?.[1] ?? [],
    ),
  );
  return Promise.all([...regions].sort().map((region) => tryRegion(context, role, distributionId, region)));
}

async function tryRegion(
  context: DoctorContext,
  role: ChangeRole,
  distributionId: string,
  region: string,
): Promise<DoctorItem> {
  const [, partition = 'aws', , , account = ''] = role.arn.split(':');
  const name = 'cf502-doctor';
  const arn = `arn:${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/app/${name}/0000000000000000`;
  const target = { kind: 'balancer', distributionId, arn, region, name } as const;
  const unrecorded = await recordTry(context, 'doctor.modify-tried', arn, { region });
  if (unrecorded !== null)
    return item('unknown', `${permission} was not tried, since the try could not be recorded: ${unrecorded}`, null);
  const session = openChangeSession(context, role, cutSessionPolicy(role.arn, target, null));
  try {
    const attributes = [{ Key: 'idle_timeout.timeout_seconds', Value: impossibleSeconds }];
    const answer = await sendWrite(session, target, { kind: 'balancer', attributes });
    if (answer.state === 'refused' && provesPermission.has(answer.errorName))
      return item('ok', `${permission} in ${region} is allowed (tried on a load balancer that does not exist).`, null);
    const why =
      answer.state === 'taken' ? 'AWS took it for a load balancer that should not exist' : answer.failure.message;
    return item(
      'unknown',
      `Whether ${permission} is allowed on the load balancers of ${distributionId} in ${region} cannot be tried without changing one; on one that does not exist: ${why}`,
      `Needed only to change the idle time-out of a load balancer: allow ${permission} on its ARN in ${role.arn}, as iam/change.json has it.`,
    );
  } finally {
    session.destroy();
  }
}

function item(state: DoctorItem['state'], what: string, remedy: string | null): DoctorItem {
  return { part: 'changes', state, what, permission, remedy };
}
