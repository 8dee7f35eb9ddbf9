/** The readings of a load balancer that several checks share. Pure. */
import type { AccessLogEvidence, DistributionEvidence, LoadBalancerEvidence, MetricPoint } from './evidence.js';
import { countOf } from './wording.js';

/** Path patterns of the behaviours that end in this origin, directly or through an origin group. */
export function behavioursOf(distribution: DistributionEvidence, originId: string): readonly string[] {
  const targets = new Set([
    originId,
    ...distribution.originGroups
      .filter(({ memberOriginIds }) => memberOriginIds.includes(originId))
      .map(({ id }) => id),
  ]);
  return distribution.behaviours.filter(({ targetId }) => targets.has(targetId)).map(({ pathPattern }) => pathPattern);
}

/** Of the balancer's errors, the share that can be paired with a logged 502 of the same minute; 0 to 1. */
export function overlapByMinute(errors: readonly MetricPoint[], logs: AccessLogEvidence): number {
  const total = errors.reduce((sum, { value }) => sum + value, 0);
  if (total === 0) return 0;
  const logged = new Map(logs.perMinute.map(({ minute, failures }) => [minuteOf(minute), failures]));
  const paired = errors.reduce((sum, { at, value }) => sum + Math.min(value, logged.get(minuteOf(at)) ?? 0), 0);
  return paired / total;
}

function minuteOf(iso: string): number {
  return Math.floor(Date.parse(iso) / 60_000);
}

/** The balancer's counts over the window, a phrase. */
export function describeBalancer({ metrics, type }: LoadBalancerEvidence): string {
  if (metrics === null) return `${type} load balancer, metrics not read`;
  const { requests, elb502, target5xx, targetConnectionErrors } = metrics;
  return `${countOf(requests, 'request')}: ${elb502} × 502 by the balancer, ${target5xx} × 5xx by its targets, ${countOf(targetConnectionErrors, 'failed connection')} to targets`;
}
