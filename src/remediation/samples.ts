/** Counts of requests and failures out of the evidence, before and after a change in the same way. Pure. */
import type { AccessLogEvidence, CloudFrontMetricsEvidence } from '../diagnosis/evidence.js';
import type { Sample, SuccessTest } from './proposal.js';

type Asked = Pick<SuccessTest, 'statuses' | 'behaviours' | 'controlBehaviours'>;

export interface Counted {
  readonly sample: Sample;
  /** Of the behaviours of other origins; null where there are none, or they are not told apart. */
  readonly control: Sample | null;
}

/** Null where the logs do not tell these statuses apart for these behaviours. */
export function countInLogs(logs: AccessLogEvidence, asked: Asked): Counted | null {
  const { statuses, behaviours, controlBehaviours } = asked;
  if (behaviours.length === 0) return { sample: countAll(logs, statuses), control: null };
  const sample = countBehaviours(logs, statuses, behaviours);
  if (sample === null) return null;
  return {
    sample,
    control: controlBehaviours.length === 0 ? null : countBehaviours(logs, statuses, controlBehaviours),
  };
}

/** CloudWatch counts the whole distribution; null where the additional metrics that tell statuses apart are off. */
export function countInMetrics(metrics: CloudFrontMetricsEvidence, { statuses }: Asked): Counted | null {
  const { estimated502, additional, requestsTotal } = metrics;
  const known: Readonly<Record<number, number | null | undefined>> = {
    502: estimated502,
    503: additional?.estimated503,
    504: additional?.estimated504,
  };
  const counts = statuses.map((status) => known[status]);
  if (counts.some((count) => count === null || count === undefined)) return null;
  const failures = Math.round(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0));
  const requests = Math.round(requestsTotal);
  return { sample: { requests, failures: Math.min(failures, requests) }, control: null };
}

function countAll(logs: AccessLogEvidence, statuses: readonly number[]): Sample {
  const failures = logs.byStatus
    .filter(({ status }) => statuses.includes(Number(status)))
    .reduce((sum, { count }) => sum + count, 0);
  return { requests: logs.requests, failures };
}

function countBehaviours(
  logs: AccessLogEvidence,
  statuses: readonly number[],
  behaviours: readonly string[],
): Sample | null {
  const own = (logs.byBehaviour ?? []).filter(({ behaviour }) => behaviours.includes(behaviour));
  const counted = logs.dimensions.behaviour.filter(({ value }) => behaviours.includes(value));
  // A behaviour without any request is in neither list.
  if (own.length === 0 && counted.length === 0) return null;
  const requests = counted.reduce((sum, one) => sum + one.requests, 0);
  const of502 = statuses.includes(502) ? counted.reduce((sum, { failures }) => sum + failures, 0) : 0;
  const others = statuses.filter((status) => status !== 502);
  if (others.length === 0) return { requests, failures: of502 };
  const timed = logs.serverErrorDurations;
  if (timed === undefined) return null;
  const failures = timed
    .filter(({ behaviour, status }) => behaviours.includes(behaviour) && others.includes(Number(status)))
    .reduce((sum, { count }) => sum + count, 0);
  return { requests, failures: Math.min(requests, of502 + failures) };
}
