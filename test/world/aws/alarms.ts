/** The alarms of CloudWatch in the local AWS: of one metric, or of metric math. AWS JSON 1.0. */
import { z } from 'zod';
import { AwsFault, type AwsRequest, type AwsResponse, respondJson } from './wire.js';

export interface AlarmSeed {
  /** Absent: us-east-1. */
  readonly region?: string;
  readonly name: string;
  readonly metric: string;
  /** Absent: AWS/CloudFront. */
  readonly namespace?: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Absent: Average. `p99` is an extended statistic. */
  readonly statistic?: string;
  /** True: the metric stands inside an expression, where DescribeAlarmsForMetric does not find it. */
  readonly inMetricMath?: boolean;
  /** Absent: one topic. */
  readonly actions?: readonly string[];
  readonly actionsEnabled?: boolean;
  readonly state?: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly threshold?: number;
}

export interface AlarmsControl {
  putAlarm(seed: AlarmSeed): void;
}

export interface Alarms {
  readonly control: AlarmsControl;
  describeAlarms(request: AwsRequest): AwsResponse;
  describeAlarmsForMetric(request: AwsRequest): AwsResponse;
}

const listSchema = z.object({
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).default(['MetricAlarm']),
  MaxRecords: z.number().int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
});

const metricSchema = z.object({
  MetricName: z.string().min(1),
  Namespace: z.string().min(1),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Statistic: z.string().optional(),
});

export function createAlarms(): Alarms {
  const seeds = new Map<string, AlarmSeed>();
  const inRegion = (request: AwsRequest): readonly AlarmSeed[] =>
    [...seeds.values()]
      .filter(({ region = 'us-east-1' }) => region === request.region)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    control: {
      putAlarm: (seed) => {
        seeds.set(`${seed.region ?? 'us-east-1'}/${seed.name}`, seed);
      },
    },
    describeAlarms: (request) => {
      const input = parse(listSchema, request.body);
      const all = input.AlarmTypes.includes('MetricAlarm') ? inRegion(request) : [];
      const from = Number(input.NextToken ?? 0);
      const to = from + input.MaxRecords;
      return respondJson({
        CompositeAlarms: [],
        MetricAlarms: all.slice(from, to).map(write),
        ...(to < all.length ? { NextToken: String(to) } : {}),
      });
    },
    describeAlarmsForMetric: (request) => {
      const input = parse(metricSchema, request.body);
      const wanted = key(
        input.Namespace,
        input.MetricName,
        input.Dimensions.map(({ Name, Value }) => [Name, Value]),
      );
      const found = inRegion(request).filter(
        ({ metric, namespace = 'AWS/CloudFront', dimensions, inMetricMath, statistic = 'Average' }) =>
          inMetricMath !== true &&
          key(namespace, metric, Object.entries(dimensions)) === wanted &&
          (input.Statistic === undefined || input.Statistic === statistic),
      );
      return respondJson({ MetricAlarms: found.map(write) });
    },
  };
}

function write(seed: AlarmSeed): object {
  const { name, metric, namespace = 'AWS/CloudFront', statistic = 'Average', threshold = 1 } = seed;
  const isPercentile = /^p\d/.test(statistic);
  const Metric = {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(seed.dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
  return {
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`,
    ActionsEnabled: seed.actionsEnabled ?? true,
    AlarmActions: [...(seed.actions ?? ['arn:aws:sns:us-east-1:123456789012:on-call'])],
    StateValue: seed.state ?? 'OK',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: threshold,
    EvaluationPeriods: 3,
    ...(seed.inMetricMath === true
      ? {
          Metrics: [
            { Id: 'e1', Expression: 'm1 * 1', ReturnData: true },
            { Id: 'm1', MetricStat: { Metric, Period: 60, Stat: statistic }, ReturnData: false },
          ],
        }
      : { ...Metric, Period: 60, ...(isPercentile ? { ExtendedStatistic: statistic } : { Statistic: statistic }) }),
  };
}

function key(namespace: string, metric: string, dimensions: readonly (readonly [string, string])[]): string {
  return JSON.stringify([namespace, metric, [...dimensions].sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function parse<Input>(schema: z.ZodType<Input>, body: Buffer): Input {
  const parsed = schema.safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) throw new AwsFault(400, 'ValidationError', parsed.error.issues[0]?.message ?? 'invalid');
  return parsed.data;
}
