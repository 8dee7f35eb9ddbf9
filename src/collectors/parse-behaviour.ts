/** From CloudFront's description of cache behaviours to ours. Pure. */
import type { CacheBehavior, DefaultCacheBehavior, DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { Behaviour, EdgeFunctionAssociation } from '../diagnosis/evidence.js';
import { evaluateCaching } from './behaviour-caching.js';
import { evaluateHostForwarding, type Policies } from './host-forwarding.js';

/** A behaviour without a path pattern is the default one. */
export type AwsBehaviour = DefaultCacheBehavior & Partial<Pick<CacheBehavior, 'PathPattern'>>;

/** In the order in which CloudFront tries them, the default last. */
export function listBehaviours(config: DistributionConfig): readonly AwsBehaviour[] {
  const fallback = config.DefaultCacheBehavior;
  return [...(config.CacheBehaviors?.Items ?? []), ...(fallback === undefined ? [] : [fallback])];
}

/** @param precedence place in the order of `listBehaviours`. */
export function parseBehaviour(behaviour: AwsBehaviour, precedence: number, policies: Policies): Behaviour {
  return {
    pathPattern: behaviour.PathPattern ?? '*',
    precedence,
    isDefault: behaviour.PathPattern === undefined,
    targetId: behaviour.TargetOriginId ?? '',
    viewerProtocolPolicy: behaviour.ViewerProtocolPolicy ?? 'allow-all',
    allowedMethods: behaviour.AllowedMethods?.Items ?? ['GET', 'HEAD'],
    ...evaluateHostForwarding(behaviour, policies),
    edgeFunctions: listEdgeFunctions(behaviour),
    serverTiming: evaluateServerTiming(behaviour, policies),
    realtimeLogConfigArn:
      (behaviour.RealtimeLogConfigArn ?? '') === '' ? null : (behaviour.RealtimeLogConfigArn ?? null),
    caching: evaluateCaching(behaviour, policies),
  };
}

function evaluateServerTiming(
  { ResponseHeadersPolicyId: id = '' }: AwsBehaviour,
  { serverTiming }: Policies,
): 'on' | 'off' | 'unknown' {
  if (id === '') return 'off';
  const isOn = serverTiming.get(id) ?? null;
  if (isOn === null) return 'unknown';
  return isOn ? 'on' : 'off';
}

function listEdgeFunctions(behaviour: AwsBehaviour): readonly EdgeFunctionAssociation[] {
  const ofEdge = behaviour.FunctionAssociations?.Items ?? [];
  const ofLambda = behaviour.LambdaFunctionAssociations?.Items ?? [];
  return [
    ...ofEdge.map(({ EventType, FunctionARN }) => describe('cloudfront-function', EventType, FunctionARN)),
    ...ofLambda.map(({ EventType, LambdaFunctionARN }) => describe('lambda-at-edge', EventType, LambdaFunctionARN)),
  ];
}

function describe(
  runtime: EdgeFunctionAssociation['runtime'],
  event: EdgeFunctionAssociation['event'] | undefined,
  arn: string | undefined,
): EdgeFunctionAssociation {
  return { runtime, event: event ?? 'viewer-request', arn: arn ?? '' };
}
