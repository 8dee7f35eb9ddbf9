/** Reads the load balancer behind an origin: listeners, target health, attributes, its own error counts. */
import {
  DescribeLoadBalancersCommand,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerEvidence, Unavailability } from '../diagnosis/evidence.js';
import { Failure } from '../failure.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext, Collector, TaskOf } from './collector.js';
import { toGap } from './gap.js';
import { collectLoadBalancerMetrics, collectNetworkMetrics } from './load-balancer-metrics.js';
import { type LoadBalancerName, parseLoadBalancerArn, parseLoadBalancerName } from './load-balancer-name.js';
import {
  type Attributes,
  at,
  type Elb,
  numberOf,
  readAttributes,
  readListeners,
  readTargetGroupAttributes,
  readTargetGroups,
  readTargetHealth,
} from './load-balancer-parts.js';
import { readPages } from './pages.js';

type TargetGroupEvidence = LoadBalancerEvidence['targetGroups'][number];
/** Waits for a part; what was thrown becomes a gap. */
type OrGap = <T>(part: Promise<T>, otherwise: T) => Promise<T>;

const noAttributes: Attributes = new Map();

/** @throws Failure `not-found` where the balancer is not in this account; each part of it that cannot be read is a gap. */
export const collectLoadBalancer: Collector<'load-balancer'> = async (context, task) => {
  const { balancer, region } = await findBalancer(context, task);
  const elb = { client: context.aws.loadBalancing(region), signal: context.signal };
  const arn = balancer.LoadBalancerArn ?? '';
  const gaps = new Map<string, Unavailability>();
  const orGap: OrGap = async (part, otherwise) => {
    try {
      return await part;
    } catch (thrown) {
      const gap = toGap(context, thrown);
      gaps.set(gap.message, gap);
      return otherwise;
    }
  };
  const { Type: type } = balancer;
  const [listeners, targetGroups, attributes, metrics, networkMetrics] = await Promise.all([
    orGap(readListeners(elb, arn), []),
    orGap(readTargetGroups(elb, arn), []).then((groups) =>
      mapBounded(groups, groupsAtOnce, (group) => describeGroup(elb, group, orGap)),
    ),
    orGap(readAttributes(elb, arn), noAttributes),
    type === 'application' ? orGap(collectLoadBalancerMetrics(context, region, arn, task.window), null) : null,
    type === 'network' ? orGap(collectNetworkMetrics(context, region, arn, task.window), null) : null,
  ]);
  return {
    originId: task.originId,
    name: balancer.LoadBalancerName ?? '',
    arn,
    dnsName: balancer.DNSName ?? task.domainName,
    region,
    type: type ?? 'classic',
    scheme: balancer.Scheme ?? 'internet-facing',
    stateCode: balancer.State?.Code ?? 'unknown',
    idleTimeoutSeconds: numberOf(attributes, 'idle_timeout.timeout_seconds'),
    clientKeepAliveSeconds: numberOf(attributes, 'client_keep_alive.seconds'),
    desyncMitigationMode: attributes.get('routing.http.desync_mitigation_mode') ?? null,
    zones: (balancer.AvailabilityZones ?? []).flatMap(({ ZoneName }) => ZoneName ?? []),
    securityGroupIds: balancer.SecurityGroups ?? [],
    listeners,
    targetGroups,
    metrics,
    networkMetrics,
    gaps: [...gaps.values()],
  };
};

async function describeGroup(elb: Elb, group: TargetGroup, orGap: OrGap): Promise<TargetGroupEvidence> {
  const arn = group.TargetGroupArn ?? '';
  const [targets, attributes] = await Promise.all([
    orGap(readTargetHealth(elb, arn), []),
    orGap(readTargetGroupAttributes(elb, arn), noAttributes),
  ]);
  return {
    name: group.TargetGroupName ?? '',
    arn,
    protocol: group.Protocol ?? '',
    port: group.Port ?? null,
    targets,
    targetType: group.TargetType ?? null,
    deregistrationDelaySeconds: numberOf(attributes, 'deregistration_delay.timeout_seconds'),
    minimumHealthyTargets: numberOf(
      attributes,
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count',
    ),
  };
}

/** Target groups whose health is asked for at once. */
const groupsAtOnce = 4;

async function findBalancer(
  context: CollectContext,
  { domainName, arn }: TaskOf<'load-balancer'>,
): Promise<{ readonly balancer: LoadBalancer; readonly region: string }> {
  const byArn = arn === undefined ? null : parseLoadBalancerArn(arn);
  if (byArn !== null) return { balancer: await readByArn(context, byArn.arn, byArn.region), region: byArn.region };
  const name = parseLoadBalancerName(domainName);
  if (name === null)
    throw new Failure('bad-input', `${domainName} is not a name that Elastic Load Balancing gives to a balancer.`);
  const elb = { client: context.aws.loadBalancing(name.region), signal: context.signal };
  return { balancer: await findByName(context, elb, name), region: name.region };
}

async function readByArn({ aws, signal }: CollectContext, arn: string, region: string): Promise<LoadBalancer> {
  const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] });
  const answer = await callAws(
    'elasticloadbalancing:DescribeLoadBalancers',
    '*',
    () => aws.loadBalancing(region).send(command, { abortSignal: signal }),
    signal,
  );
  const [balancer] = answer.LoadBalancers ?? [];
  if (balancer === undefined) throw new Failure('not-found', `There is no load balancer ${arn} any more.`);
  return balancer;
}

/** There is no search by DNS name: every balancer of the region is looked at. */
async function findByName(context: CollectContext, elb: Elb, name: LoadBalancerName): Promise<LoadBalancer> {
  let seen = 0;
  for await (const balancers of readPages((marker) => listBalancers(elb, marker))) {
    for (const balancer of balancers) {
      if (parseLoadBalancerName(balancer.DNSName ?? '')?.dnsName === name.dnsName) return balancer;
    }
    seen += balancers.length;
    context.onProgress(`${seen} load balancers of ${name.region} looked through`);
  }
  throw new Failure('not-found', `The balancer ${name.dnsName} is not in this account and region (${name.region}).`, {
    details: {
      remedy:
        'Give cf502 a read role in the account that owns the balancer. A Classic Load Balancer is not read; look at it in the EC2 console.',
      tried: [`elasticloadbalancing:DescribeLoadBalancers in ${name.region}: ${seen} balancers`],
    },
  });
}

async function listBalancers({ client, signal }: Elb, marker: string | undefined) {
  const answer = await callAws(
    'elasticloadbalancing:DescribeLoadBalancers',
    '*',
    () => client.send(new DescribeLoadBalancersCommand({ PageSize: 400, ...at(marker) }), { abortSignal: signal }),
    signal,
  );
  return { items: answer.LoadBalancers, next: answer.NextMarker };
}
