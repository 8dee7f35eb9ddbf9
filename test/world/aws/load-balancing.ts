/** Elastic Load Balancing v2 of the local AWS: balancers with listeners, target groups and target health. Query protocol. */
import {
  DescribeListenersOutput$,
  DescribeLoadBalancerAttributesOutput$,
  DescribeLoadBalancersOutput$,
  DescribeTargetGroupAttributesOutput$,
  DescribeTargetGroupsOutput$,
  DescribeTargetHealthOutput$,
  ModifyLoadBalancerAttributesOutput$,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type LoadBalancerSeed, type StoredBalancer, storedBalancer } from './load-balancer-seed.js';
import { queryList, respondToQuery } from './query-protocol.js';
import { AwsFault, type AwsRequest, type AwsResponse } from './wire.js';
import { diffLeaves, type Writes } from './writes.js';
import type { XmlCodec } from './xml-codec.js';

export interface SeededLoadBalancer {
  readonly arn: string;
  readonly dnsName: string;
  /** Value of the CloudWatch dimension `LoadBalancer`. */
  readonly dimension: string;
  readonly targetGroupArns: readonly string[];
}

export interface LoadBalancingControl {
  putLoadBalancer(seed: LoadBalancerSeed): SeededLoadBalancer;
  /** What is stored now. Throws where there is none. */
  loadBalancerAttributes(arn: string): Readonly<Record<string, string>>;
  /** As somebody else would, past cf502. Throws where there is none. */
  editLoadBalancer(arn: string, attributes: Readonly<Record<string, string>>): void;
}

export interface LoadBalancing {
  readonly control: LoadBalancingControl;
  describeLoadBalancers(request: AwsRequest): AwsResponse;
  describeLoadBalancerAttributes(request: AwsRequest): AwsResponse;
  modifyLoadBalancerAttributes(request: AwsRequest): AwsResponse;
  describeListeners(request: AwsRequest): AwsResponse;
  describeTargetGroups(request: AwsRequest): AwsResponse;
  describeTargetGroupAttributes(request: AwsRequest): AwsResponse;
  describeTargetHealth(request: AwsRequest): AwsResponse;
}

const defaultPageSize = 400;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
const idleTimeoutRange = [1, 4000] as const;

export function createLoadBalancing(accountId: string, xml: XmlCodec, now: () => Date, writes: Writes): LoadBalancing {
  const stored: StoredBalancer[] = [];

  const answer = (request: AwsRequest, schema: Parameters<XmlCodec['write']>[0], value: object) =>
    respondToQuery(
      request,
      'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
      xml.writeMembers(schema, value),
    );
  const inRegion = (request: AwsRequest) => stored.filter(({ region }) => region === request.region);
  const balancerOf = (request: AwsRequest, arn: string | null): StoredBalancer => {
    const found = inRegion(request).find(({ balancer }) => balancer.LoadBalancerArn === arn);
    if (found === undefined) throw new AwsFault(400, 'LoadBalancerNotFound', `Load balancers '[${arn}]' not found`);
    return found;
  };
  const groupsOf = (request: AwsRequest) => inRegion(request).flatMap(({ groups }) => groups);
  const groupOf = (request: AwsRequest, arn: string | null) => {
    const found = groupsOf(request).find(({ group }) => group.TargetGroupArn === arn);
    if (found === undefined) throw new AwsFault(400, 'TargetGroupNotFound', `Target groups '[${arn}]' not found`);
    return found;
  };

  return {
    control: {
      putLoadBalancer: (seed) => {
        const made = storedBalancer(seed, accountId, now());
        stored.push(made);
        return {
          arn: made.balancer.LoadBalancerArn,
          dnsName: made.balancer.DNSName ?? '',
          dimension: made.balancer.LoadBalancerArn.split(':loadbalancer/')[1] ?? '',
          targetGroupArns: made.groups.map(({ group }) => group.TargetGroupArn),
        };
      },
      loadBalancerAttributes: (arn) => {
        const found = stored.find(({ balancer }) => balancer.LoadBalancerArn === arn);
        if (found === undefined) throw new Error(`no load balancer ${arn}`);
        return found.attributes;
      },
      editLoadBalancer: (arn, attributes) => {
        const found = stored.find(({ balancer }) => balancer.LoadBalancerArn === arn);
        if (found === undefined) throw new Error(`no load balancer ${arn}`);
        stored[stored.indexOf(found)] = { ...found, attributes: { ...found.attributes, ...attributes } };
      },
    },
    modifyLoadBalancerAttributes: (request) => {
      const found = balancerOf(request, request.query.get('LoadBalancerArn'));
      const wanted = readPairs(request.query);
      for (const [key, value] of Object.entries(wanted)) {
        if (!(key in found.attributes))
          throw new AwsFault(
            400,
            'InvalidConfigurationRequest',
            `Load balancer attribute key '${key}' is not recognized`,
          );
        const [least, most] = idleTimeoutRange;
        if (key === 'idle_timeout.timeout_seconds' && !(Number(value) >= least && Number(value) <= most))
          throw new AwsFault(
            400,
            'InvalidConfigurationRequest',
            `The value of '${key}' must be between ${least} and ${most}`,
          );
      }
      const after = { ...found.attributes, ...wanted };
      stored[stored.indexOf(found)] = { ...found, attributes: after };
      writes.record({
        at: now(),
        requestId: request.requestId,
        operation: 'ModifyLoadBalancerAttributes',
        subject: found.balancer.LoadBalancerArn,
        principal: request.principal,
        changed: diffLeaves(found.attributes, after),
      });
      return answer(request, ModifyLoadBalancerAttributesOutput$, { Attributes: asPairs(after) });
    },
    describeLoadBalancers: (request) => {
      const arns = queryList(request.query, 'LoadBalancerArns');
      const names = queryList(request.query, 'Names');
      if (arns.length + names.length > 20)
        throw new AwsFault(400, 'ValidationError', 'At most 20 names and ARNs can be specified.');
      const balancers = inRegion(request).map(({ balancer }) => balancer);
      const missing = [
        ...arns.filter((arn) => !balancers.some(({ LoadBalancerArn }) => LoadBalancerArn === arn)),
        ...names.filter((name) => !balancers.some(({ LoadBalancerName }) => LoadBalancerName === name)),
      ];
      if (missing.length > 0)
        throw new AwsFault(400, 'LoadBalancerNotFound', `Load balancers '[${missing.join(', ')}]' not found`);
      const asked =
        arns.length + names.length === 0
          ? balancers
          : balancers.filter(
              ({ LoadBalancerArn, LoadBalancerName }) =>
                arns.includes(LoadBalancerArn) || names.includes(LoadBalancerName ?? ''),
            );
      const { items, nextMarker } = pageOf(request, asked);
      return answer(request, DescribeLoadBalancersOutput$, { LoadBalancers: items, ...nextMarker });
    },
    describeLoadBalancerAttributes: (request) => {
      const { attributes } = balancerOf(request, request.query.get('LoadBalancerArn'));
      return answer(request, DescribeLoadBalancerAttributesOutput$, { Attributes: asPairs(attributes) });
    },
    describeListeners: (request) => {
      const arn = request.query.get('LoadBalancerArn');
      const wanted = queryList(request.query, 'ListenerArns');
      const listeners =
        arn === null
          ? inRegion(request).flatMap(({ listeners: all }) =>
              all.filter(({ ListenerArn }) => wanted.includes(ListenerArn ?? '')),
            )
          : balancerOf(request, arn).listeners;
      if (listeners.length < wanted.length)
        throw new AwsFault(400, 'ListenerNotFound', 'One or more listeners not found');
      const { items, nextMarker } = pageOf(request, listeners);
      return answer(request, DescribeListenersOutput$, { Listeners: items, ...nextMarker });
    },
    describeTargetGroups: (request) => {
      const arn = request.query.get('LoadBalancerArn');
      const wanted = queryList(request.query, 'TargetGroupArns');
      const groups =
        wanted.length > 0
          ? wanted.map((each) => groupOf(request, each))
          : arn === null
            ? groupsOf(request)
            : balancerOf(request, arn).groups;
      const { items, nextMarker } = pageOf(
        request,
        groups.map(({ group }) => group),
      );
      return answer(request, DescribeTargetGroupsOutput$, { TargetGroups: items, ...nextMarker });
    },
    describeTargetGroupAttributes: (request) => {
      const { attributes } = groupOf(request, request.query.get('TargetGroupArn'));
      return answer(request, DescribeTargetGroupAttributesOutput$, { Attributes: asPairs(attributes) });
    },
    describeTargetHealth: (request) => {
      const { health } = groupOf(request, request.query.get('TargetGroupArn'));
      return answer(request, DescribeTargetHealthOutput$, { TargetHealthDescriptions: health });
    },
  };
}

/** `Attributes.member.1.Key`, `.Value` … */
function readPairs(query: URLSearchParams): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (let index = 1; ; index += 1) {
    const key = query.get(`Attributes.member.${index}.Key`);
    if (key === null) return pairs;
    pairs[key] = query.get(`Attributes.member.${index}.Value`) ?? '';
  }
}

function asPairs(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

function pageOf<Item>(
  request: AwsRequest,
  all: readonly Item[],
): { readonly items: readonly Item[]; readonly nextMarker: { readonly NextMarker?: string } } {
  const from = Number(request.query.get('Marker') ?? 0);
  const size = Number(request.query.get('PageSize') ?? defaultPageSize);
  if (!Number.isInteger(from) || !Number.isInteger(size) || size < 1 || size > defaultPageSize)
    throw new AwsFault(400, 'ValidationError', 'Marker or PageSize is not valid.');
  return {
    items: all.slice(from, from + size),
    nextMarker: from + size < all.length ? { NextMarker: String(from + size) } : {},
  };
}
