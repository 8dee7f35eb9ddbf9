/** Alarms and real-time log configurations of the local AWS, asked by the real SDK clients. */
import { GetRealtimeLogConfigCommand } from '@aws-sdk/client-cloudfront';
import { DescribeAlarmsForMetricCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AwsClients, createAwsClients } from '../../../src/platform/aws.js';
import { applyEnvironment } from './environment.js';
import { type LocalAws, startLocalAws } from './local-aws.js';

let aws: LocalAws;
let clients: AwsClients;
let restore: () => void;

beforeEach(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
  clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
});
afterEach(async () => {
  clients.destroy();
  restore();
  await aws.stop();
});

const dimensions = { DistributionId: 'E123456789ABC', Region: 'Global' };

describe('alarms', () => {
  it('are found by their metric, whatever the order of dimensions, and not inside metric math', async () => {
    aws.putAlarm({ name: 'plain', metric: '502ErrorRate', dimensions });
    aws.putAlarm({ name: 'math', metric: '502ErrorRate', dimensions, inMetricMath: true });
    aws.putAlarm({ name: 'elsewhere', metric: '502ErrorRate', dimensions, region: 'eu-west-1' });
    const { MetricAlarms } = await clients.cloudWatch('us-east-1').send(
      new DescribeAlarmsForMetricCommand({
        Namespace: 'AWS/CloudFront',
        MetricName: '502ErrorRate',
        Dimensions: [
          { Name: 'Region', Value: 'Global' },
          { Name: 'DistributionId', Value: 'E123456789ABC' },
        ],
      }),
    );
    expect(MetricAlarms).toMatchObject([
      { AlarmName: 'plain', Statistic: 'Average', AlarmActions: [expect.any(String)] },
    ]);
  });

  it('are listed in pages, metric math with what it is made of', async () => {
    for (const name of ['a', 'b', 'c'])
      aws.putAlarm({ name, metric: 'OriginLatency', dimensions, statistic: 'p99', inMetricMath: name === 'c' });
    const pages: unknown[][] = [];
    for await (const page of paginateDescribeAlarms({ client: clients.cloudWatch('us-east-1'), pageSize: 2 }, {}))
      pages.push(page.MetricAlarms ?? []);
    expect(pages).toMatchObject([
      [{ AlarmName: 'a', ExtendedStatistic: 'p99' }, { AlarmName: 'b' }],
      [{ AlarmName: 'c', Metrics: [{ Id: 'e1' }, { MetricStat: { Metric: { MetricName: 'OriginLatency' } } }] }],
    ]);
  });
});

describe('a real-time log configuration', () => {
  it('is read by its ARN', async () => {
    const ARN = aws.putRealtimeLogConfig({ name: 'errors', samplingRate: 20, fields: ['sc-status'] });
    const { RealtimeLogConfig } = await clients.cloudFront().send(new GetRealtimeLogConfigCommand({ ARN }));
    expect(RealtimeLogConfig).toMatchObject({ ARN, Name: 'errors', SamplingRate: 20, Fields: ['sc-status'] });
    await expect(clients.cloudFront().send(new GetRealtimeLogConfigCommand({ Name: 'nobody' }))).rejects.toMatchObject({
      name: 'NoSuchRealtimeLogConfig',
    });
  });
});
