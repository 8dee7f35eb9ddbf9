/** The logged traffic of one origin: the behaviours that lead to it, added up. Pure. */
import type { AccessLogEvidence, BehaviourTraffic, DistributionEvidence, OriginConnection } from './evidence.js';
import { addLoads } from './load-trend.js';
import type { LoadPoint } from './onset.js';
import { loadOf } from './part-read.js';

export interface OriginTraffic {
  readonly requests: number;
  readonly failures: number;
  /** By methods that CloudFront may not send again: all but GET and HEAD. */
  readonly unrepeatableRequests: number;
  readonly unrepeatableFailures: number;
  readonly otherServerErrors: number;
  readonly slow: number;
  readonly perMinute: readonly LoadPoint[];
  /** The same of the methods that may not be sent again; null in bags of earlier versions. */
  readonly unrepeatablePerMinute: readonly LoadPoint[] | null;
}

/** Null where the behaviours are not told apart in the logs. */
export function trafficOf(logs: AccessLogEvidence | null, behaviours: readonly string[]): OriginTraffic | null {
  const own = (logs?.byBehaviour ?? []).filter(({ behaviour }) => behaviours.includes(behaviour));
  if (logs === null || own.length === 0) return null;
  const sum = (of: (traffic: BehaviourTraffic) => number): number => own.reduce((total, one) => total + of(one), 0);
  return {
    requests: sum(({ repeatable, unrepeatable }) => repeatable.requests + unrepeatable.requests),
    failures: sum(({ repeatable, unrepeatable }) => repeatable.failures + unrepeatable.failures),
    unrepeatableRequests: sum(({ unrepeatable }) => unrepeatable.requests),
    unrepeatableFailures: sum(({ unrepeatable }) => unrepeatable.failures),
    otherServerErrors: sum(({ otherServerErrors }) => otherServerErrors),
    slow: sum(({ slow }) => slow),
    perMinute: loadOf(logs, addLoads(own.map(({ perMinute }) => perMinute))),
    unrepeatablePerMinute: own.some(({ perMinute }) => perMinute.some(({ unrepeatable }) => unrepeatable === undefined))
      ? null
      : loadOf(logs, addLoads(own.map(({ perMinute }) => perMinute.map(unrepeatableOf)))),
  };
}

function unrepeatableOf({
  minute,
  unrepeatable,
  unrepeatableFailures,
}: BehaviourTraffic['perMinute'][number]): LoadPoint {
  return { minute, requests: unrepeatable ?? 0, failures: unrepeatableFailures ?? 0 };
}

/** Path patterns of the behaviours that share idle connections with this one: same origin, same scheme, whatever the Host. */
export function behavioursBeside(
  distribution: DistributionEvidence,
  { originId, scheme, behaviours }: OriginConnection,
): readonly string[] {
  const beside = distribution.connections.filter((other) => other.originId === originId && other.scheme === scheme);
  return [...new Set([...behaviours, ...beside.flatMap((other) => other.behaviours)])];
}
