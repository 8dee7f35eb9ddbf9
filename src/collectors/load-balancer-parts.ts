/** Reads the parts of a load balancer: listeners, target groups with their health, attributes. */
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerEvidence, TargetHealth } from '../diagnosis/evidence.js';
import { callAws } from '../platform/aws.js';
import { readAll } from './pages.js';

/** One service in one region, with the check's signal. */
export interface Elb {
  readonly client: ElasticLoadBalancingV2Client;
  readonly signal: AbortSignal;
}

/** By key, as AWS names them. */
export type Attributes = ReadonlyMap<string, string>;

export async function readListeners({ client, signal }: Elb, arn: string): Promise<LoadBalancerEvidence['listeners']> {
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
    defaultAction: describeAction(listener),
  }));
}

export async function readTargetGroups({ client, signal }: Elb, arn: string): Promise<readonly TargetGroup[]> {
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

export async function readTargetHealth({ client, signal }: Elb, arn: string): Promise<readonly TargetHealth[]> {
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

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export async function readAttributes({ client, signal }: Elb, arn: string): Promise<Attributes> {
  const answer = await callAws(
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    '*',
    () => client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }), { abortSignal: signal }),
    signal,
  );
  return toMap(answer.Attributes);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
export async function readTargetGroupAttributes({ client, signal }: Elb, arn: string): Promise<Attributes> {
  const answer = await callAws(
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    '*',
    () => client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }), { abortSignal: signal }),
    signal,
  );
  return toMap(answer.Attributes);
}

/** null where it is not set, or no number (`off`). */
export function numberOf(attributes: Attributes, key: string): number | null {
  const value = Number(attributes.get(key));
  return Number.isFinite(value) ? value : null;
}

function toMap(
  pairs: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Attributes {
  return new Map(
    (pairs ?? []).flatMap(({ Key, Value }) => (Key === undefined || Value === undefined ? [] : [[Key, Value]])),
  );
}

function describeAction({ DefaultActions: actions = [] }: Listener): {
  readonly type: string;
  readonly status: number | null;
} {
  const last = actions.at(-1);
  const status = Number(last?.FixedResponseConfig?.StatusCode);
  return { type: last?.Type ?? 'none', status: Number.isInteger(status) ? status : null };
}

export function at(marker: string | undefined): { readonly Marker?: string } {
  return marker === undefined ? {} : { Marker: marker };
}
