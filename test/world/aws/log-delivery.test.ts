/** CloudWatch Logs delivery discovery of the local AWS, asked by the real SDK client. */
import {
  DescribeDeliveriesCommand,
  DescribeDeliveryDestinationsCommand,
  DescribeDeliverySourcesCommand,
  paginateDescribeDeliverySources,
} from '@aws-sdk/client-cloudwatch-logs';
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

describe('log delivery', () => {
  it('leads from a distribution to the bucket', async () => {
    const { arn } = aws.putDistribution();
    aws.putLogDelivery({
      resourceArn: 'arn:aws:cloudfront::123456789012:distribution/EOTHER1234567',
      destinationArn: 'arn:aws:s3:::other',
    });
    aws.putLogDelivery({
      resourceArn: arn,
      destinationArn: 'arn:aws:s3:::my-logs/v2',
      outputFormat: 'json',
      recordFields: ['date', 'time', 'sc-status'],
      suffixPath: '{DistributionId}/{yyyy}',
    });
    const client = clients.cloudWatchLogs('us-east-1');
    const { deliverySources } = await client.send(new DescribeDeliverySourcesCommand({ resourceArns: [arn] }));
    expect(deliverySources).toMatchObject([{ resourceArns: [arn], service: 'cloudfront', logType: 'ACCESS_LOGS' }]);
    const deliverySourceNames = [deliverySources?.[0]?.name ?? ''];
    const { deliveries } = await client.send(new DescribeDeliveriesCommand({ deliverySourceNames }));
    expect(deliveries).toMatchObject([
      {
        deliveryDestinationType: 'S3',
        recordFields: ['date', 'time', 'sc-status'],
        s3DeliveryConfiguration: { suffixPath: '{DistributionId}/{yyyy}', enableHiveCompatiblePath: false },
      },
    ]);
    const { deliveryDestinations } = await client.send(new DescribeDeliveryDestinationsCommand({}));
    expect(deliveryDestinations?.find((one) => one.arn === deliveries?.[0]?.deliveryDestinationArn)).toMatchObject({
      outputFormat: 'json',
      deliveryDestinationConfiguration: { destinationResourceArn: 'arn:aws:s3:::my-logs/v2' },
    });
  });

  it('is told in us-east-1 only, in pages, without the destinations of other accounts', async () => {
    const { arn } = aws.putDistribution();
    for (const name of ['a', 'b', 'c'])
      aws.putLogDelivery({ resourceArn: arn, destinationArn: `arn:aws:s3:::${name}`, foreign: name === 'c' });
    const pages: number[] = [];
    const client = clients.cloudWatchLogs('us-east-1');
    for await (const { deliverySources = [] } of paginateDescribeDeliverySources({ client, pageSize: 2 }, {}))
      pages.push(deliverySources.length);
    expect(pages).toEqual([2, 1]);
    const { deliveryDestinations } = await client.send(new DescribeDeliveryDestinationsCommand({}));
    expect(deliveryDestinations).toHaveLength(2);
    const elsewhere = await clients.cloudWatchLogs('eu-west-1').send(new DescribeDeliverySourcesCommand({}));
    expect(elsewhere.deliverySources).toEqual([]);
  });
});
