/** CloudWatch of the local AWS: samples per region and metric, aggregated per period as GetMetricData does. AWS JSON 1.0. */
import { z } from 'zod';
import { AwsFault, type AwsRequest, type AwsResponse, respondJson } from './wire.js';

export interface MetricSeed {
  /** Absent: us-east-1, where CloudFront's metrics are. */
  readonly region?: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Every value is one sample; a minute without any is a minute without a datapoint. */
  readonly points: readonly { readonly at: Date; readonly value: number | readonly number[] }[];
}

export interface CloudWatchControl {
  /** Adds samples to what is there. */
  putMetric(seed: MetricSeed): void;
}

export interface CloudWatch {
  readonly control: CloudWatchControl;
  getMetricData(request: AwsRequest): AwsResponse;
}

interface Sample {
  readonly atMs: number;
  readonly value: number;
}

const querySchema = z.object({
  Id: z.string().regex(/^[a-z][A-Za-z0-9_]*$/),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
  MetricStat: z
    .object({
      Metric: z.object({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
      }),
      Period: z.number().int().positive(),
      Stat: z.string(),
    })
    .optional(),
  Expression: z.string().optional(),
});

const inputSchema = z.object({
  MetricDataQueries: z.array(querySchema).min(1).max(500),
  StartTime: z.number(),
  EndTime: z.number(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: z.number().int().min(1).max(100_800).default(100_800),
  NextToken: z.string().optional(),
});

interface Series {
  readonly Id: string;
  readonly Label: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

export function createCloudWatch(): CloudWatch {
  const samples = new Map<string, Sample[]>();
  return {
    control: {
      putMetric: ({ region = 'us-east-1', namespace, name, dimensions, points }) => {
        const key = metricKey(region, namespace, name, Object.entries(dimensions));
        const known = samples.get(key) ?? [];
        samples.set(key, known);
        for (const { at, value } of points) {
          for (const each of typeof value === 'number' ? [value] : value)
            known.push({ atMs: at.getTime(), value: each });
        }
      },
    },
    getMetricData: (request) => {
      const input = parseInput(request.body);
      const series = input.MetricDataQueries.flatMap((query): Series[] => {
        if (query.MetricStat === undefined)
          throw new AwsFault(400, 'ValidationError', 'The local CloudWatch evaluates no metric math expressions.');
        if (!query.ReturnData) return [];
        const { Metric, Period, Stat } = query.MetricStat;
        if (Period % 60 !== 0 && ![1, 5, 10, 20, 30].includes(Period))
          throw new AwsFault(400, 'ValidationError', 'Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
        const dimensions = Metric.Dimensions.map(({ Name, Value }): [string, string] => [Name, Value]);
        const found = samples.get(metricKey(request.region, Metric.Namespace, Metric.MetricName, dimensions)) ?? [];
        const points = aggregate(found, Period, statistic(Stat), input.StartTime, input.EndTime);
        if (input.ScanBy === 'TimestampDescending') points.reverse();
        return [{ Id: query.Id, Label: query.Label ?? Metric.MetricName, points }];
      });
      return respondJson(page(series, input.MaxDatapoints, input.NextToken));
    },
  };
}

function parseInput(body: Buffer): z.infer<typeof inputSchema> {
  const parsed = inputSchema.safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) throw new AwsFault(400, 'ValidationError', parsed.error.issues[0]?.message ?? 'invalid');
  if (parsed.data.StartTime >= parsed.data.EndTime)
    throw new AwsFault(400, 'ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
  return parsed.data;
}

function metricKey(
  region: string,
  namespace: string,
  name: string,
  dimensions: readonly (readonly [string, string])[],
): string {
  const sorted = [...dimensions].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([region, namespace, name, sorted]);
}

/** One datapoint for every period that has a sample; the end is exclusive, as AWS documents it. */
function aggregate(
  samples: readonly Sample[],
  periodSeconds: number,
  evaluate: (values: readonly number[]) => number,
  startSeconds: number,
  endSeconds: number,
): { at: number; value: number }[] {
  const periods = new Map<number, number[]>();
  for (const { atMs, value } of samples) {
    const at = Math.floor(atMs / 1000 / periodSeconds) * periodSeconds;
    if (at < Math.floor(startSeconds / periodSeconds) * periodSeconds || at >= endSeconds) continue;
    const values = periods.get(at) ?? [];
    periods.set(at, values);
    values.push(value);
  }
  return [...periods].sort(([a], [b]) => a - b).map(([at, values]) => ({ at, value: evaluate(values) }));
}

function statistic(name: string): (values: readonly number[]) => number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  switch (name) {
    case 'Sum':
      return sum;
    case 'Average':
      return (values) => sum(values) / values.length;
    case 'Minimum':
      return (values) => Math.min(...values);
    case 'Maximum':
      return (values) => Math.max(...values);
    case 'SampleCount':
      return (values) => values.length;
  }
  const percent = /^p(\d{1,2}(?:\.\d{1,2})?|100)$/.exec(name)?.[1];
  if (percent === undefined) throw new AwsFault(400, 'ValidationError', `The value ${name} for Stat is not valid.`);
  return (values) => percentile(values, Number(percent));
}

/** Linear between the two nearest ranks. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(rank)] ?? 0;
  const above = sorted[Math.ceil(rank)] ?? below;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** Hands out at most so many datapoints over all series, then a token; a series cut by the page is `PartialData`. */
function page(all: readonly Series[], most: number, token: string | undefined): object {
  const skip = token === undefined ? 0 : Number(token);
  let position = 0;
  const results = all.map(({ Id, Label, points }) => {
    const from = Math.min(Math.max(skip - position, 0), points.length);
    const to = Math.min(Math.max(skip + most - position, 0), points.length);
    position += points.length;
    const part = points.slice(from, to);
    return {
      Id,
      Label,
      Timestamps: part.map(({ at }) => at),
      Values: part.map(({ value }) => value),
      StatusCode: to < points.length ? 'PartialData' : 'Complete',
    };
  });
  return {
    MetricDataResults: results,
    Messages: [],
    ...(position > skip + most ? { NextToken: String(skip + most) } : {}),
  };
}
