/** The readings of a load balancer that several checks share. Pure. */
import type {
  AccessLogEvidence,
  CloudFrontMetricsEvidence,
  DistributionEvidence,
  LoadBalancerEvidence,
  MetricPoint,
  Unavailability,
} from './evidence.js';
import { matchesCell } from './explain.js';
import type { Explains } from './finding.js';
import { isUncategorised } from './log-results.js';
import { partReadAt } from './part-read.js';
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

/** Shares from 0 to 1 of what can be paired minute by minute. */
export interface Overlap {
  /** Of the errors that another count holds, those with a logged 502 that fits them. */
  readonly ofErrors: number;
  /** Of the logged 502s that name such a fault, those with an error of the other count. */
  readonly ofRows: number;
  /** Held against each other in steps as long as this: 1 where all logs were read. */
  readonly stepMinutes: number;
}

/** Of a sample a minute holds too few 502s to pair; in longer steps than this anything falls together. */
const mostStepMinutes = 10;

/**
 * Pairs another count of errors with the logged 502s that they may be: of their behaviours and results, in the same minutes. Of hours whose logs
 * were read in part in steps that hold about as many of them as a minute does of all.
 */
export function overlapByMinute(errors: readonly MetricPoint[], logs: AccessLogEvidence, explains: Explains): Overlap {
  const { behaviours } = explains;
  const own = (logs.byBehaviour ?? []).filter(
    ({ behaviour }) => behaviours === undefined || behaviours.includes(behaviour),
  );
  const points = own.length === 0 ? logs.perMinute : own.flatMap(({ perMinute }) => perMinute);
  const fitting = logs.failureCells.filter((cell) => matchesCell(explains, cell));
  const count = (cells: typeof fitting) => cells.reduce((sum, cell) => sum + cell.count, 0);
  // Results are not told apart by minute: of each minute's 502s the same part is taken to fit.
  const all = points.reduce((sum, { failures }) => sum + failures, 0);
  const part = all === 0 ? 0 : Math.min(1, count(fitting) / all);
  const partAt = partReadAt(logs);
  const lengthAt = (at: string): number => Math.min(mostStepMinutes, Math.ceil(1 / (partAt(at) || 1)));
  const addTo = (sums: Map<number, number>, at: string, value: number): void => {
    // Steps begin with the hour, whose part decides how long they are.
    const minute = Math.floor(Date.parse(at) / 60_000);
    const step = minute - ((minute % 60) % lengthAt(at));
    sums.set(step, (sums.get(step) ?? 0) + value);
  };
  const logged = new Map<number, number>();
  for (const { minute, failures } of points) addTo(logged, minute, failures * part);
  // Of hours whose logs were read in part, as many of the errors are held against them; of those that were not read, none.
  const held = new Map<number, number>();
  for (const { at, value } of errors) addTo(held, at, value * partAt(at));
  const paired = [...held].reduce((sum, [step, value]) => sum + Math.min(value, logged.get(step) ?? 0), 0);
  const total = [...held.values()].reduce((sum, value) => sum + value, 0);
  const named = count(fitting.filter(({ detailedResult }) => !isUncategorised(detailedResult)));
  const rows = named > 0 ? named : count(fitting);
  return {
    ofErrors: total === 0 ? 0 : paired / total,
    ofRows: rows === 0 ? 0 : Math.min(1, paired / rows),
    stepMinutes: errors.reduce((most, { at }) => Math.max(most, lengthAt(at)), 1),
  };
}

export function describeOverlap(overlap: Overlap | null): string {
  const { ofErrors, ofRows, stepMinutes } = overlap ?? { ofErrors: 0, ofRows: 0, stepMinutes: 1 };
  const [errors, rows] = [ofErrors, ofRows].map((share) => Math.round(share * 100));
  const steps = stepMinutes === 1 ? 'minutes' : `${stepMinutes} minutes`;
  return `${errors} % of the balancer's 502s and ${rows} % of the logged ones that fit fall in the same ${steps}`;
}

/** How many of so many errors the logs can hold that were read; all of them where their minutes are not known. */
export function countWithinRead(
  count: number,
  perMinute: readonly MetricPoint[] | undefined,
  logs: AccessLogEvidence | null,
): number {
  const total = (perMinute ?? []).reduce((sum, { value }) => sum + value, 0);
  if (logs === null || perMinute === undefined || total === 0) return count;
  const partAt = partReadAt(logs);
  return (count * perMinute.reduce((sum, { at, value }) => sum + value * partAt(at), 0)) / total;
}

/** The most rows that so many errors can account for: a sample may hold more than its part, by chance. */
export function limitWithinRead(...of: Parameters<typeof countWithinRead>): number {
  const within = countWithinRead(...of);
  return Math.min(of[0], Math.ceil(within + 2 * Math.sqrt(within)));
}

type Metrics = NonNullable<LoadBalancerEvidence['metrics']>;

/** From this share of its 502s on, another count of the balancer's is taken for the reason of them. */
const shareOfReason = 0.5;

export interface BalancerReason {
  /** Follows `…that it made itself: `. */
  readonly phrase: string;
  readonly remedy: string;
}

/**
 * What the balancer's other counts say about why it made 502s; null where none of them comes near.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function findReason(metrics: Metrics): BalancerReason | null {
  const isReason = (count: number) => count > 0 && count >= metrics.elb502 * shareOfReason;
  const { targetTlsNegotiationErrors: tls, targetConnectionErrors: connections } = metrics;
  const lambda = (metrics.lambdaUserErrors ?? 0) + (metrics.lambdaInternalErrors ?? 0);
  if (isReason(tls))
    return {
      phrase: `${countOf(tls, 'TLS handshake')} with targets failed`,
      remedy: 'Look at the TLS set-up of the targets: protocol, cipher suites and the port of the target group.',
    };
  if (isReason(connections))
    return {
      phrase: `${countOf(connections, 'connection')} to targets failed`,
      remedy:
        'Look at the targets: whether they listen on the port of the target group, restart, or are overrun, and whether their security group lets the balancer in.',
    };
  if (isReason(lambda))
    return {
      phrase: `its Lambda function failed ${countOf(lambda, 'time')}`,
      remedy:
        'Look in the log of the Lambda function behind the target group; its answer must be the JSON that the balancer wants.',
    };
  return null;
}

/** What is left where no count tells the reason. */
export const commonReasons =
  'Look at what the balancer met: targets that close connections (their keep-alive must outlast the balancer’s idle timeout), malformed or oversized answers, TLS to the target, deregistration.';

export function unreadMetrics({ name, region }: LoadBalancerEvidence): Unavailability {
  return {
    kind: 'access-denied',
    message: `The metrics of ${name} could not be read.`,
    remedy: `Allow cloudwatch:GetMetricData in ${region}.`,
  };
}

/** A count that is this small beside the 502s that it should account for is of something else. */
const leastShare = 0.2;

/** Whether so many errors come near the 502s that CloudWatch counts; false where it counts none, or does not count them. */
export function isCommensurate(errors: number, metrics: CloudFrontMetricsEvidence | null): boolean {
  const counted = metrics?.estimated502 ?? 0;
  return counted > 0 && errors >= counted * leastShare;
}

/** The balancer's counts over the window, a phrase. */
export function describeBalancer({ metrics, type, networkMetrics }: LoadBalancerEvidence): string {
  if (networkMetrics) {
    const { balancerResets, targetResets } = networkMetrics;
    return `network load balancer: ${countOf(balancerResets, 'connection')} reset by itself, ${targetResets} by its targets`;
  }
  if (metrics === null) return `${type} load balancer, metrics not read`;
  const { requests, elb502, target5xx, targetConnectionErrors } = metrics;
  return `${countOf(requests, 'request')}: ${elb502} × 502 by the balancer, ${target5xx} × 5xx by its targets, ${countOf(targetConnectionErrors, 'failed connection')} to targets`;
}
