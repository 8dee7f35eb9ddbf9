/** The local AWS over the wire: routing, journal, credentials, faults. */
import { GetDistributionCommand, ListFunctionsCommand } from '@aws-sdk/client-cloudfront';
import { GetObjectCommand } from '@aws-sdk/client-s3';
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

describe('the local AWS', () => {
  it('answers the unmodified SDK and records the call', async () => {
    const { id } = aws.putDistribution();
    const answer = await clients.cloudFront().send(new GetDistributionCommand({ Id: id }));
    expect(answer.Distribution?.Status).toBe('Deployed');
    expect(answer.Distribution?.DistributionConfig).toEqual(aws.distribution(id).config);
    expect(aws.calls).toMatchObject([
      {
        service: 'cloudfront',
        operation: 'GetDistribution',
        region: 'us-east-1',
        accessKeyId: aws.environment['AWS_ACCESS_KEY_ID'],
        assumedRole: null,
        status: 200,
        requestId: answer.$metadata.requestId,
      },
    ]);
  });

  it('names an operation that it does not play', async () => {
    await expect(clients.cloudFront().send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
    expect(aws.calls).toMatchObject([{ operation: 'GET /2020-05-31/function', status: 400 }]);
  });

  it('streams a body and cuts it short when told to', async () => {
    aws.putBucketObject('logs', 'a.gz', Buffer.alloc(100_000, 1));
    aws.fail({ service: 's3', operation: 'GetObject', how: 'cut' });
    const answer = await clients.s3('us-east-1').send(new GetObjectCommand({ Bucket: 'logs', Key: 'a.gz' }));
    await expect(answer.Body?.transformToByteArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await aws.waitForCall(({ state }) => state === 'cut');
  });
});
