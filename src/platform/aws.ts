/** The AWS clients, built once per check: credentials, retries and the translation of SDK errors into Failures live here. */
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { S3Client } from '@aws-sdk/client-s3';

export interface AwsClients {
  cloudFront(): CloudFrontClient;
  cloudWatch(region: string): CloudWatchClient;
  cloudWatchLogs(region: string): CloudWatchLogsClient;
  loadBalancing(region: string): ElasticLoadBalancingV2Client;
  s3(region: string): S3Client;
  /** Closes sockets. */
  destroy(): void;
}
