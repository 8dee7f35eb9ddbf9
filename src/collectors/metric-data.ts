/** Reads CloudWatch metrics over a window. */
import { type Dimension, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { MetricPoint, TimeWindow } from '../diagnosis/evidence.js';
import { callAws } from '../platform/aws.js';
import type { CollectContext } from './collector.js';
import { readAll } from './pages.js';

export interface MetricQuery<Id extends string> {
  /** Starts with a lower-case letter. */
  readonly id: Id;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly Dimension[];
  readonly statistic: 'Sum' | 'Average' | 'p50' | 'p90' | 'p99';
}

const dayMs = 86_400_000;

/**
 * The finest period in which CloudWatch still keeps the start of the window, in seconds: a minute for 15 days, 5 minutes for 63, an hour beyond.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
 */
export function choosePeriodSeconds(window: TimeWindow, now: Date): 60 | 300 | 3600 {
  const ageMs = now.getTime() - Date.parse(window.from);
  if (ageMs < 15 * dayMs) return 60;
  return ageMs < 63 * dayMs ? 300 : 3600;
}

/** The points of each metric, oldest first. A period without a datapoint has none: CloudWatch keeps no zeros. */
export async function readMetrics<Id extends string>(
  { aws, signal }: CollectContext,
  region: string,
  queries: readonly MetricQuery<Id>[],
  window: TimeWindow,
  periodSeconds: number,
): Promise<Readonly<Record<Id, readonly MetricPoint[]>>> {
  const periodMs = periodSeconds * 1000;
  const input = {
    StartTime: new Date(Math.floor(Date.parse(window.from) / periodMs) * periodMs),
    EndTime: new Date(Math.ceil(Date.parse(window.to) / periodMs) * periodMs),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: queries.map(({ id, namespace, metricName, dimensions, statistic }) => ({
      Id: id,
      MetricStat: {
        Metric: { Namespace: namespace, MetricName: metricName, Dimensions: [...dimensions] },
        Period: periodSeconds,
        Stat: statistic,
      },
    })),
  } as const;
  const results = await readAll<MetricDataResult>(async (marker) => {
    const command = new GetMetricDataCommand({
      ...input,
      MetricDataQueries: [...input.MetricDataQueries],
      ...(marker === undefined ? {} : { NextToken: marker }),
    });
    const answer = await callAws(
      'cloudwatch:GetMetricData',
      '*',
      () => aws.cloudWatch(region).send(command, { abortSignal: signal }),
      signal,
    );
    return { items: answer.MetricDataResults, next: answer.NextToken };
  });
  const points = Object.fromEntries(queries.map(({ id }) => [id, pointsOf(results, id)]));
  return points as Readonly<Record<Id, readonly MetricPoint[]>>;
}

/** A long series arrives in parts, over several pages. */
function pointsOf(results: readonly MetricDataResult[], id: string): readonly MetricPoint[] {
  return results
    .filter((result) => result.Id === id)
    .flatMap(({ Timestamps: times = [], Values: values = [] }) =>
      times.map((time, index) => ({ at: time.toISOString(), value: values[index] ?? 0 })),
    )
    .sort((a, b) => a.at.localeCompare(b.at));
}

/** The middle value of a series; 0 where it is empty. */
export function median(points: readonly MetricPoint[]): number {
  const values = points.map(({ value }) => value).sort((a, b) => a - b);
  return values[Math.floor((values.length - 1) / 2)] ?? 0;
}
