/** CloudWatch of the local AWS, asked by the real SDK client. */
import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AwsClients, createAwsClients } from '../../../src/platform/aws.js';
import { applyEnvironment } from './environment.js';
import { type LocalAws, startLocalAws } from './local-aws.js';

let aws: LocalAws;
let clients: AwsClients;
let client: CloudWatchClient;
let restore: () => void;

beforeEach(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
  clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
  client = clients.cloudWatch('us-east-1');
});
afterEach(async () => {
  clients.destroy();
  restore();
  await aws.stop();
});

const minute = (number: number) => new Date(Date.UTC(2026, 10, 20, 10, number));
const dimensions = { DistributionId: 'E123456789ABC', Region: 'Global' };
const query = (MetricName: string, Stat: string, Period = 60): MetricDataQuery => ({
  Id: `q_${MetricName.toLowerCase()}`,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/CloudFront',
      MetricName,
      // Another order than seeded: dimensions are a set.
      Dimensions: [
        { Name: 'Region', Value: 'Global' },
        { Name: 'DistributionId', Value: 'E123456789ABC' },
      ],
    },
    Period,
    Stat,
  },
});
const window = { StartTime: minute(0), EndTime: minute(10) };
const put = (name: string, points: Parameters<LocalAws['putMetric']>[0]['points'], region?: string) =>
  aws.putMetric({ namespace: 'AWS/CloudFront', name, dimensions, points, ...(region === undefined ? {} : { region }) });

describe('GetMetricData', () => {
  it('gives a datapoint only for minutes with samples, the end excluded, newest first', async () => {
    put('Requests', [
      { at: minute(1), value: 5 },
      { at: minute(3), value: [2, 3] },
      { at: minute(10), value: 99 },
    ]);
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({ MetricDataQueries: [query('Requests', 'Sum')], ...window }),
    );
    expect(MetricDataResults).toEqual([
      {
        Id: 'q_requests',
        Label: 'Requests',
        StatusCode: 'Complete',
        Timestamps: [minute(3), minute(1)],
        Values: [5, 5],
      },
    ]);
  });

  it.each([
    ['Sum', 110],
    ['Average', 22],
    ['Minimum', 10],
    ['Maximum', 50],
    ['SampleCount', 5],
    ['p50', 20],
    ['p100', 50],
    ['p99.9', 49.88],
  ])('evaluates %s', async (Stat, expected) => {
    put('OriginLatency', [
      { at: minute(1), value: [10, 10, 20] },
      { at: minute(2), value: [20, 50] },
    ]);
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({ MetricDataQueries: [query('OriginLatency', Stat, 300)], ...window }),
    );
    expect(MetricDataResults?.[0]?.Timestamps).toEqual([minute(0)]);
    expect(MetricDataResults?.[0]?.Values?.[0]).toBeCloseTo(expected, 6);
  });

  it('keeps regions apart', async () => {
    put('Requests', [{ at: minute(1), value: 1 }], 'us-east-1');
    put('Requests', [{ at: minute(1), value: 2 }], 'eu-central-1');
    const valueIn = async (region: string) => {
      const { MetricDataResults } = await clients
        .cloudWatch(region)
        .send(new GetMetricDataCommand({ MetricDataQueries: [query('Requests', 'Sum')], ...window }));
      return MetricDataResults?.[0]?.Values;
    };
    expect(await valueIn('us-east-1')).toEqual([1]);
    expect(await valueIn('eu-central-1')).toEqual([2]);
    expect(await valueIn('eu-west-1')).toEqual([]);
    expect(aws.calls.map(({ region }) => region)).toEqual(['us-east-1', 'eu-central-1', 'eu-west-1']);
  });

  it('pages over all series and says which are partial', async () => {
    put(
      'Requests',
      [1, 2, 3].map((number) => ({ at: minute(number), value: number })),
    );
    put(
      '5xxErrorRate',
      [1, 2].map((number) => ({ at: minute(number), value: number * 10 })),
    );
    const MetricDataQueries = [query('Requests', 'Sum'), { ...query('5xxErrorRate', 'Average'), Id: 'errors' }];
    const values: Record<string, number[]> = {};
    const states: (string | undefined)[][] = [];
    for await (const { MetricDataResults = [] } of paginateGetMetricData(
      { client },
      { MetricDataQueries, ...window, MaxDatapoints: 2, ScanBy: 'TimestampAscending' },
    )) {
      states.push(MetricDataResults.map(({ StatusCode }) => StatusCode));
      for (const { Id = '', Values = [] } of MetricDataResults) values[Id] = [...(values[Id] ?? []), ...Values];
    }
    expect(values).toEqual({ q_requests: [1, 2, 3], errors: [10, 20] });
    expect(states).toEqual([
      ['PartialData', 'PartialData'],
      ['Complete', 'PartialData'],
      ['Complete', 'Complete'],
    ]);
  });

  it.each([
    ['a metric math expression', { Id: 'e', Expression: 'm1 / m2' }, window],
    ['a statistic that does not exist', query('Requests', 'Median'), window],
    ['a period that is none', query('Requests', 'Sum', 61), window],
    ['an empty window', query('Requests', 'Sum'), { StartTime: minute(5), EndTime: minute(5) }],
    ['an id with a capital first', { ...query('Requests', 'Sum'), Id: 'Upper' }, window],
  ])('refuses %s by name', async (_what, wrong, when) => {
    await expect(client.send(new GetMetricDataCommand({ MetricDataQueries: [wrong], ...when }))).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
  });
});
