/** Looks for the alarms of CloudWatch that watch a distribution: those of a single metric by asking for it, metric math by looking through all. */
import {
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  type Metric,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmEvidence, WatchingAlarm } from '../diagnosis/audit-evidence.js';
import type { Unavailability } from '../diagnosis/evidence.js';
import { callAws, cloudFrontRegion } from '../platform/aws.js';
import type { CollectContext, Collector } from './collector.js';
import { orGapIn } from './gap.js';
import { readPages } from './pages.js';

const namespace = 'AWS/CloudFront';
/** What is asked for by name; the search through all alarms finds the others. */
const errorMetrics = ['502ErrorRate', '5xxErrorRate', 'TotalErrorRate'];
/** 20 pages: an account may hold thousands, and the answer should not wait for them. */
const mostScanned = 2_000;
const pageSize = 100;
const mostAlarms = 50;

/** CloudFront's metrics, and hence alarms on them, are in us-east-1. What may not be read is a gap. */
export const collectAlarms: Collector<'alarms'> = async (context, { distributionId }) => {
  const gaps: Unavailability[] = [];
  const orGap = orGapIn(context, gaps);
  const [scan, ...named] = await Promise.all([
    orGap(scanAlarms(context, distributionId), { alarms: [], scanned: 0, truncated: false }),
    ...errorMetrics.map((metricName) => orGap(readAlarmsOf(context, distributionId, metricName), [])),
  ]);
  const byName = new Map<string, WatchingAlarm>();
  for (const alarm of [...named.flat(), ...scan.alarms]) {
    const metrics = metricsOf(alarm, distributionId);
    const name = alarm.AlarmName ?? '';
    if (metrics.length > 0) byName.set(name, describe(alarm, name, metrics));
  }
  return {
    alarms: [...byName.values()].sort((a, b) => a.name.localeCompare(b.name)).slice(0, mostAlarms),
    scanned: scan.scanned,
    truncated: scan.truncated,
    // The same permission is asked for several times.
    gaps: [...new Map(gaps.map((gap) => [gap.message, gap])).values()],
  } satisfies AlarmEvidence;
};

async function readAlarmsOf(
  { aws, signal }: CollectContext,
  distributionId: string,
  metricName: string,
): Promise<readonly MetricAlarm[]> {
  const command = new DescribeAlarmsForMetricCommand({
    Namespace: namespace,
    MetricName: metricName,
    Dimensions: [
      { Name: 'DistributionId', Value: distributionId },
      { Name: 'Region', Value: 'Global' },
    ],
  });
  const answer = await callAws(
    'cloudwatch:DescribeAlarmsForMetric',
    '*',
    () => aws.cloudWatch(cloudFrontRegion).send(command, { abortSignal: signal }),
    signal,
  );
  return answer.MetricAlarms ?? [];
}

async function scanAlarms(context: CollectContext, distributionId: string) {
  const { aws, signal } = context;
  const found: MetricAlarm[] = [];
  let scanned = 0;
  const pages = readPages<MetricAlarm>(async (marker) => {
    const command = new DescribeAlarmsCommand({
      AlarmTypes: ['MetricAlarm'],
      MaxRecords: pageSize,
      ...(marker === undefined ? {} : { NextToken: marker }),
    });
    const answer = await callAws(
      'cloudwatch:DescribeAlarms',
      '*',
      () => aws.cloudWatch(cloudFrontRegion).send(command, { abortSignal: signal }),
      signal,
    );
    return { items: answer.MetricAlarms, next: answer.NextToken };
  });
  for await (const alarms of pages) {
    // Asked for a page beyond the cap, only to know that there is one.
    if (scanned >= mostScanned) return { alarms: found, scanned, truncated: true };
    found.push(...alarms.filter((alarm) => metricsOf(alarm, distributionId).length > 0));
    scanned += alarms.length;
    context.onProgress(`${scanned} alarms looked through`);
  }
  return { alarms: found, scanned, truncated: false };
}

/** Names of this distribution's metrics that the alarm looks at. */
function metricsOf(alarm: MetricAlarm, distributionId: string): readonly string[] {
  const single: Metric = { Namespace: alarm.Namespace, MetricName: alarm.MetricName, Dimensions: alarm.Dimensions };
  const all = [single, ...(alarm.Metrics ?? []).flatMap(({ MetricStat: stat }) => stat?.Metric ?? [])];
  const ours = all.filter(
    ({ Namespace, Dimensions }) =>
      Namespace === namespace &&
      Dimensions?.some(({ Name, Value }) => Name === 'DistributionId' && Value === distributionId),
  );
  return [...new Set(ours.flatMap(({ MetricName }) => MetricName ?? []))].slice(0, 10);
}

function describe(alarm: MetricAlarm, name: string, metrics: readonly string[]): WatchingAlarm {
  return {
    name: name.slice(0, 255),
    metrics,
    statistic: alarm.ExtendedStatistic ?? alarm.Statistic ?? null,
    state: alarm.StateValue ?? 'unknown',
    actionsEnabled: alarm.ActionsEnabled ?? true,
    actions: alarm.AlarmActions?.length ?? 0,
    condition: condition(alarm),
  };
}

const comparisons: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: '>=',
  GreaterThanThreshold: '>',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '<=',
};

function condition({ Threshold, ComparisonOperator, Period, EvaluationPeriods, DatapointsToAlarm }: MetricAlarm) {
  const comparison = comparisons[ComparisonOperator ?? ''];
  if (Threshold === undefined || comparison === undefined) return null;
  const of = EvaluationPeriods ?? 1;
  const length = Period === undefined ? '' : ` of ${Period} s`;
  return `${comparison} ${Threshold} for ${DatapointsToAlarm ?? of} of ${of} periods${length}`;
}
