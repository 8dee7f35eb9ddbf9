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
}

/** Pairs another count of errors with the logged 502s that they may be: of their behaviours and results, in the same minutes. */
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
  const logged = new Map<number, number>();
  for (const { minute, failures } of points)
    logged.set(minuteOf(minute), (logged.get(minuteOf(minute)) ?? 0) + failures * part);
  // Of hours whose logs were read in part, as many of the errors are held against them; of those that were not read, none.
  const partAt = partReadAt(logs);
  const held = errors.map(({ at, value }) => ({ at, value: value * partAt(at) }));
  const paired = held.reduce((sum, { at, value }) => sum + Math.min(value, logged.get(minuteOf(at)) ?? 0), 0);
  const total = held.reduce((sum, { value }) => sum + value, 0);
  const named = count(fitting.filter(({ detailedResult }) => !isUncategorised(detailedResult)));
  const rows = named > 0 ? named : count(fitting);
  return { ofErrors: total === 0 ? 0 : paired / total, ofRows: rows === 0 ? 0 : Math.min(1, paired / rows) };
}

function minuteOf(iso: string): number {
  return Math.floor(Date.parse(iso) / 60_000);
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
