/** Whether the access logs can be found and read: the delivery settings, and the bucket of each distribution of the policy file. */
import { type DistributionConfig, GetRealtimeLogConfigCommand } from '@aws-sdk/client-cloudfront';
import {
  DescribeDeliveriesCommand,
  DescribeDeliveryDestinationsCommand,
  DescribeDeliverySourcesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetBucketLocationCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import { type AwsClients, cloudFrontRegion } from '../platform/aws.js';
import type { Policy } from '../policy.js';
import type { DoctorContext } from './doctor-context.js';
import { engineTries } from './engine-tries.js';
import { type Try, tryCall } from './try-call.js';

interface LogPlace {
  readonly bucket: string;
  readonly prefix: string;
}

interface OwnDistribution {
  readonly id: string;
  readonly config: DistributionConfig;
}

export async function examineLogs(
  { signal }: DoctorContext,
  policy: Policy,
  aws: AwsClients,
  distributions: readonly OwnDistribution[],
): Promise<readonly DoctorItem[]> {
  const role = policy.aws.readRoleArn ?? 'iam/read-only.json, for the identity that cf502 runs as';
  const attempt = (entry: Pick<Try, 'permission' | 'need' | 'run'> & Partial<Try>): Promise<DoctorItem> =>
    tryCall({ part: 'logs', on: '*', role, ...entry }, signal);
  const logs = aws.cloudWatchLogs(cloudFrontRegion);
  const need = 'find logs that are delivered by CloudWatch Logs (standard logging v2)';
  const settings = [
    attempt({
      permission: 'logs:DescribeDeliverySources',
      need,
      run: (abortSignal) => logs.send(new DescribeDeliverySourcesCommand({ limit: 1 }), { abortSignal }),
    }),
    attempt({
      permission: 'logs:DescribeDeliveries',
      need,
      run: (abortSignal) => logs.send(new DescribeDeliveriesCommand({ limit: 1 }), { abortSignal }),
    }),
    attempt({
      permission: 'logs:DescribeDeliveryDestinations',
      need,
      run: (abortSignal) => logs.send(new DescribeDeliveryDestinationsCommand({ limit: 1 }), { abortSignal }),
    }),
    attempt({
      permission: 'cloudfront:GetRealtimeLogConfig',
      need: 'see which fields real-time logs have',
      run: (abortSignal) =>
        aws.cloudFront().send(new GetRealtimeLogConfigCommand({ Name: 'cf502-doctor' }), { abortSignal }),
    }),
  ];
  const items = await Promise.all(settings);
  const places = new Map(
    [...legacyPlaces(distributions), ...namedPlaces(policy)].map((place) => [`${place.bucket}/${place.prefix}`, place]),
  );
  const buckets = await Promise.all([...places.values()].map((place) => examineBucket(place, aws, attempt)));
  const engines = await Promise.all(engineTries(aws, policy).map(attempt));
  return [...items, ...buckets.flat(), ...engines];
}

async function examineBucket(
  { bucket, prefix }: LogPlace,
  aws: AwsClients,
  attempt: (entry: Pick<Try, 'permission' | 'need' | 'run'> & Partial<Try>) => Promise<DoctorItem>,
): Promise<readonly DoctorItem[]> {
  const client = aws.s3(cloudFrontRegion);
  const arn = `arn:aws:s3:::${bucket}`;
  let key = `${prefix}cf502-doctor-asks-for-what-is-not-there`;
  const listing = await attempt({
    permission: 's3:ListBucket',
    on: arn,
    need: 'find the log objects of the hour',
    named: `bucket ${bucket}, which the logs of a distribution are said to be in`,
    run: async (abortSignal) => {
      const answer = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }), {
        abortSignal,
      });
      key = answer.Contents?.[0]?.Key ?? key;
    },
  });
  return [
    listing,
    await attempt({
      permission: 's3:GetBucketLocation',
      on: arn,
      need: 'read the bucket in its own region',
      run: (abortSignal) => client.send(new GetBucketLocationCommand({ Bucket: bucket }), { abortSignal }),
    }),
    await attempt({
      permission: 's3:GetObject',
      on: `${arn}/${prefix}*`,
      need: 'read the log rows of the failures',
      proves: ['InvalidRange', 'InvalidObjectState'],
      // The first byte only.
      run: async (abortSignal) => {
        const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: 'bytes=0-0' }), {
          abortSignal,
        });
        await object.Body?.transformToByteArray();
      },
    }),
  ];
}

/** Standard logging (legacy) is a setting of the distribution. */
function legacyPlaces(distributions: readonly OwnDistribution[]): readonly LogPlace[] {
  return distributions.flatMap(({ config: { Logging: logging } }) => {
    if (logging?.Enabled !== true || logging.Bucket === undefined || logging.Bucket === '') return [];
    return [
      {
        bucket: logging.Bucket.replace(/\.s3([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/, ''),
        prefix: logging.Prefix ?? '',
      },
    ];
  });
}

/** What the policy file names; up to the first part that stands for a time. */
function namedPlaces({ distributions }: Policy): readonly LogPlace[] {
  return Object.values(distributions).flatMap(({ logs = [] }) =>
    logs.flatMap((named) => {
      if (!('s3' in named)) return [];
      const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(named.s3) ?? [];
      return [{ bucket, prefix: path.split('{')[0] ?? '' }];
    }),
  );
}
