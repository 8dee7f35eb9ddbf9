/** Reads the load balancer behind an `*.elb.amazonaws.com` origin: listeners, target health, attributes, its own error counts. */
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerEvidence, TargetHealth, Unavailability } from '../diagnosis/evidence.js';
import { Failure } from '../failure.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext, Collector } from './collector.js';
import { toGap } from './gap.js';
import { collectLoadBalancerMetrics } from './load-balancer-metrics.js';
import { type LoadBalancerName, parseLoadBalancerName } from './load-balancer-name.js';
import { readAll, readPages } from './pages.js';

/** One service in one region, with the check's signal. */
interface Elb {
  readonly client: ElasticLoadBalancingV2Client;
  readonly signal: AbortSignal;
}

/** @throws Failure `not-found` where the balancer is not in this account; each part of it that cannot be read is a gap. */
export const collectLoadBalancer: Collector<'load-balancer'> = async (context, { originId, domainName, window }) => {
  const name = parseLoadBalancerName(domainName);
  if (name === null)
    throw new Failure('bad-input', `${domainName} is not a name that Elastic Load Balancing gives to a balancer.`);
  const elb = { client: context.aws.loadBalancing(name.region), signal: context.signal };
  const balancer = await findLoadBalancer(context, elb, name);
  const arn = balancer.LoadBalancerArn ?? '';
  const gaps: Unavailability[] = [];
  const orGap = async <T>(part: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await part;
    } catch (thrown) {
      gaps.push(toGap(context, thrown));
      return otherwise;
    }
  };
  const [listeners, targetGroups, idleTimeoutSeconds, metrics] = await Promise.all([
    orGap(readListeners(elb, arn), []),
    orGap(readTargetGroups(elb, arn), []).then((groups) =>
      mapBounded(groups, groupsAtOnce, async (group) => ({
        name: group.TargetGroupName ?? '',
        arn: group.TargetGroupArn ?? '',
        protocol: group.Protocol ?? '',
        port: group.Port ?? null,
        targets: await orGap(readTargetHealth(elb, group.TargetGroupArn ?? ''), []),
      })),
    ),
    orGap(readIdleTimeout(elb, arn), null),
    balancer.Type === 'application'
      ? orGap(collectLoadBalancerMetrics(context, name.region, arn, window), null)
      : Promise.resolve(null),
  ]);
  if (balancer.Type !== 'application')
    gaps.push({
      kind: 'not-found',
      message: `A ${balancer.Type ?? 'classic'} load balancer does not look into HTTP, so CloudWatch has no counts of its answers.`,
    });
  return {
    originId,
    name: balancer.LoadBalancerName ?? '',
    arn,
    dnsName: balancer.DNSName ?? name.dnsName,
    region: name.region,
    type: balancer.Type ?? 'classic',
    scheme: balancer.Scheme ?? 'internet-facing',
    stateCode: balancer.State?.Code ?? 'unknown',
    idleTimeoutSeconds,
    listeners,
    targetGroups,
    metrics,
    gaps,
  } satisfies LoadBalancerEvidence;
};

/** Target groups whose health is asked for at once. */
const groupsAtOnce = 4;

/** There is no search by DNS name: every balancer of the region is looked at. */
async function findLoadBalancer(context: CollectContext, elb: Elb, name: LoadBalancerName): Promise<LoadBalancer> {
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

async function readListeners({ client, signal }: Elb, arn: string): Promise<LoadBalancerEvidence['listeners']> {
  const listeners = await readAll(async (marker) => {
    const answer = await callAws(
      'elasticloadbalancing:DescribeListeners',
      '*',
      () => client.send(new DescribeListenersCommand({ LoadBalancerArn: arn, ...at(marker) }), { abortSignal: signal }),
      signal,
    );
    return { items: answer.Listeners, next: answer.NextMarker };
  });
  return listeners.map((listener) => ({
    port: listener.Port ?? 0,
    protocol: listener.Protocol ?? '',
    certificateArns: (listener.Certificates ?? []).flatMap(({ CertificateArn }) => CertificateArn ?? []),
  }));
}

async function readTargetGroups({ client, signal }: Elb, arn: string): Promise<readonly TargetGroup[]> {
  return readAll(async (marker) => {
    const answer = await callAws(
      'elasticloadbalancing:DescribeTargetGroups',
      '*',
      () =>
        client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: arn, ...at(marker) }), { abortSignal: signal }),
      signal,
    );
    return { items: answer.TargetGroups, next: answer.NextMarker };
  });
}

async function readTargetHealth({ client, signal }: Elb, arn: string): Promise<readonly TargetHealth[]> {
  const answer = await callAws(
    'elasticloadbalancing:DescribeTargetHealth',
    '*',
    () => client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }), { abortSignal: signal }),
    signal,
  );
  return (answer.TargetHealthDescriptions ?? []).map(({ Target: target, TargetHealth: health }) => ({
    id: target?.Id ?? '',
    port: target?.Port ?? null,
    zone: target?.AvailabilityZone ?? null,
    state: health?.State ?? 'unknown',
    reason: health?.Reason ?? null,
    description: health?.Description ?? null,
  }));
}

async function readIdleTimeout({ client, signal }: Elb, arn: string): Promise<number | null> {
  const answer = await callAws(
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    '*',
    () => client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }), { abortSignal: signal }),
    signal,
  );
  const value = answer.Attributes?.find(({ Key }) => Key === 'idle_timeout.timeout_seconds')?.Value;
  const seconds = Number(value);
  return value === undefined || !Number.isFinite(seconds) ? null : seconds;
}

function at(marker: string | undefined): { readonly Marker?: string } {
  return marker === undefined ? {} : { Marker: marker };
}
