/**
 * What the local AWS plays, operation by operation. This table is the routing table: what is not in it is answered with a clean
 * `UnknownOperationException` and recorded.
 */
import type { Alarms } from './alarms.js';
import type { Athena } from './athena.js';
import type { CloudTrail } from './cloud-trail.js';
import type { CloudFront } from './cloudfront.js';
import type { CloudFrontLookups } from './cloudfront-lookups.js';
import type { CloudWatch } from './cloudwatch.js';
import type { ContinuousDeployments } from './continuous-deployment.js';
import type { Insights } from './insights.js';
import type { LoadBalancing } from './load-balancing.js';
import type { LogDelivery } from './log-delivery.js';
import { queryCoverage } from './query-coverage.js';
import type { RealtimeLogs } from './realtime-logs.js';
import type { S3 } from './s3.js';
import type { Sts } from './sts.js';
import type { AwsRequest, AwsResponse, AwsService } from './wire.js';

export interface PlayedServices {
  readonly athena: Athena;
  readonly insights: Insights;
  readonly cloudFront: CloudFront;
  readonly cloudFrontLookups: CloudFrontLookups;
  readonly continuousDeployments: ContinuousDeployments;
  readonly cloudTrail: CloudTrail;
  readonly s3: S3;
  readonly cloudWatch: CloudWatch;
  readonly alarms: Alarms;
  readonly realtimeLogs: RealtimeLogs;
  readonly loadBalancing: LoadBalancing;
  readonly logDelivery: LogDelivery;
  readonly sts: Sts;
}

export interface CoveredOperation {
  readonly service: AwsService;
  readonly operation: string;
  /** `METHOD /path/{Placeholder}` and `?flag` where one must be in the query; absent where the protocol names the operation itself. */
  readonly route?: string;
  readonly keeps: string;
  readonly leavesOut: string;
  readonly answer: (services: PlayedServices, request: AwsRequest) => AwsResponse | Promise<AwsResponse>;
}

export const coverage: readonly CoveredOperation[] = [
  ...queryCoverage,
  {
    service: 'cloudfront',
    operation: 'GetDistribution',
    route: 'GET /2020-05-31/distribution/{Id}',
    keeps: 'every field of the configuration, ETag header, Status, NoSuchDistribution',
    leavesOut: 'active trusted signers',
    answer: ({ cloudFront }, request) => cloudFront.getDistribution(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetDistributionConfig',
    route: 'GET /2020-05-31/distribution/{Id}/config',
    keeps: 'every field, ETag header, NoSuchDistribution',
    leavesOut: '',
    answer: ({ cloudFront }, request) => cloudFront.getDistributionConfig(request),
  },
  {
    service: 'cloudfront',
    operation: 'UpdateDistribution',
    route: 'PUT /2020-05-31/distribution/{Id}/config',
    keeps:
      'If-Match (InvalidIfMatchVersion, PreconditionFailed), replace not merge, a new ETag, InProgress until deploy(), IllegalUpdate, InconsistentQuantities, NoSuchOrigin, the ranges of timeouts and attempts',
    leavesOut: 'the many other validations, side permissions on log buckets and functions',
    answer: ({ cloudFront }, request) => cloudFront.updateDistribution(request),
  },
  {
    service: 'cloudfront',
    operation: 'ListDistributions',
    route: 'GET /2020-05-31/distribution',
    keeps: 'Marker, MaxItems, IsTruncated, summaries with aliases and origins',
    leavesOut: '',
    answer: ({ cloudFront }, request) => cloudFront.listDistributions(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetCachePolicy',
    route: 'GET /2020-05-31/cache-policy/{Id}',
    keeps: 'managed policies (their headers), own policies, NoSuchCachePolicy',
    leavesOut: 'TTLs, cookies and query strings of the managed ones',
    answer: ({ cloudFront }, request) => cloudFront.getCachePolicy(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetOriginRequestPolicy',
    route: 'GET /2020-05-31/origin-request-policy/{Id}',
    keeps: 'managed policies (their headers), own policies, NoSuchOriginRequestPolicy',
    leavesOut: 'cookies and query strings of the managed ones, two policies for Elemental MediaTailor and Amplify',
    answer: ({ cloudFront }, request) => cloudFront.getOriginRequestPolicy(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetMonitoringSubscription',
    route: 'GET /2020-05-31/distributions/{DistributionId}/monitoring-subscription',
    keeps: 'Enabled, Disabled, NoSuchMonitoringSubscription, NoSuchDistribution',
    leavesOut: '',
    answer: ({ cloudFront }, request) => cloudFront.getMonitoringSubscription(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetRealtimeLogConfig',
    route: 'POST /2020-05-31/get-realtime-log-config',
    keeps: 'by ARN or name, sampling rate, fields, NoSuchRealtimeLogConfig',
    leavesOut: '',
    answer: ({ realtimeLogs }, request) => realtimeLogs.getRealtimeLogConfig(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetVpcOrigin',
    route: 'GET /2020-05-31/vpc-origin/{Id}',
    keeps: 'every field of the endpoint, EntityNotFound',
    leavesOut: 'states other than Deployed',
    answer: ({ cloudFrontLookups }, request) => cloudFrontLookups.getVpcOrigin(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetResponseHeadersPolicy',
    route: 'GET /2020-05-31/response-headers-policy/{Id}',
    keeps: 'every field of own policies, NoSuchResponseHeadersPolicy',
    leavesOut: 'managed policies',
    answer: ({ cloudFrontLookups }, request) => cloudFrontLookups.getResponseHeadersPolicy(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetContinuousDeploymentPolicy',
    route: 'GET /2020-05-31/continuous-deployment-policy/{Id}',
    keeps: 'every field, ETag, NoSuchContinuousDeploymentPolicy',
    leavesOut: '',
    answer: ({ continuousDeployments }, request) => continuousDeployments.getPolicy(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetContinuousDeploymentPolicyConfig',
    route: 'GET /2020-05-31/continuous-deployment-policy/{Id}/config',
    keeps: 'every field, ETag, NoSuchContinuousDeploymentPolicy',
    leavesOut: '',
    answer: ({ continuousDeployments }, request) => continuousDeployments.getPolicyConfig(request),
  },
  {
    service: 'cloudfront',
    operation: 'ListContinuousDeploymentPolicies',
    route: 'GET /2020-05-31/continuous-deployment-policy',
    keeps: 'every policy',
    leavesOut: 'pages',
    answer: ({ continuousDeployments }, request) => continuousDeployments.listPolicies(request),
  },
  {
    service: 'cloudfront',
    operation: 'CreateContinuousDeploymentPolicy',
    route: 'POST /2020-05-31/continuous-deployment-policy',
    keeps: 'staging distributions only, StagingDistributionInUse, header and weight rules',
    leavesOut: 'the quota of 20',
    answer: ({ continuousDeployments }, request) => continuousDeployments.createPolicy(request),
  },
  {
    service: 'cloudfront',
    operation: 'UpdateContinuousDeploymentPolicy',
    route: 'PUT /2020-05-31/continuous-deployment-policy/{Id}',
    keeps: 'If-Match, header and weight rules, its distribution InProgress until deploy()',
    leavesOut: 'StagingDistributionInUse',
    answer: ({ continuousDeployments }, request) => continuousDeployments.updatePolicy(request),
  },
  {
    service: 'cloudfront',
    operation: 'DeleteContinuousDeploymentPolicy',
    route: 'DELETE /2020-05-31/continuous-deployment-policy/{Id}',
    keeps: 'If-Match, ContinuousDeploymentPolicyInUse',
    leavesOut: '',
    answer: ({ continuousDeployments }, request) => continuousDeployments.deletePolicy(request),
  },
  {
    service: 'cloudfront',
    operation: 'CopyDistribution',
    route: 'POST /2020-05-31/distribution/{PrimaryDistributionId}/copy',
    keeps:
      'If-Match, Staging, Enabled, no aliases, DistributionAlreadyExists by caller reference, HTTP/3 refused, TooManyDistributions, CreateDistribution asked as well',
    leavesOut: 'the many other validations',
    answer: ({ continuousDeployments }, request) => continuousDeployments.copyDistribution(request),
  },
  {
    service: 'cloudfront',
    operation: 'UpdateDistributionWithStagingConfig',
    route: 'PUT /2020-05-31/distribution/{Id}/promote-staging-config',
    keeps: 'both ETags, aliases and policy kept, the policy disabled, IllegalUpdate without a policy of both',
    leavesOut: '',
    answer: ({ continuousDeployments }, request) => continuousDeployments.promote(request),
  },
  {
    service: 'cloudfront',
    operation: 'DeleteDistribution',
    route: 'DELETE /2020-05-31/distribution/{Id}',
    keeps: 'If-Match, DistributionNotDisabled, ResourceInUse while a policy names it',
    leavesOut: '',
    answer: ({ continuousDeployments }, request) => continuousDeployments.deleteDistribution(request),
  },
  {
    service: 'cloudfront',
    operation: 'ListDistributionTenants',
    route: 'POST /2020-05-31/distribution-tenants',
    keeps: 'the filter by distribution, Marker and MaxItems, domains',
    leavesOut: 'connection groups, customizations',
    answer: ({ cloudFrontLookups }, request) => cloudFrontLookups.listDistributionTenants(request),
  },
  {
    service: 'cloudfront',
    operation: 'GetDistributionTenant',
    route: 'GET /2020-05-31/distribution-tenant/{Identifier}',
    keeps: 'domains and parameters, EntityNotFound',
    leavesOut: 'look-up by ARN or name',
    answer: ({ cloudFrontLookups }, request) => cloudFrontLookups.getDistributionTenant(request),
  },
  {
    service: 'cloudfront',
    operation: 'DescribeFunction',
    route: 'GET /2020-05-31/function/{Name}/describe',
    keeps: 'stage, last modification, NoSuchFunctionExists',
    leavesOut: 'code, key value stores, stages apart',
    answer: ({ cloudFrontLookups }, request) => cloudFrontLookups.describeFunction(request),
  },
  {
    service: 'cloudtrail',
    operation: 'LookupEvents',
    keeps: 'regions apart, one attribute (event name, source, user name), the time range, newest first, pages of 50',
    leavesOut: 'the other attributes, two look-ups per second, Insights',
    answer: ({ cloudTrail }, request) => cloudTrail.lookupEvents(request),
  },
  {
    service: 's3',
    operation: 'ListObjectsV2',
    route: 'GET /{Bucket}?list-type',
    keeps:
      'prefix, delimiter, start-after, max-keys, continuation, url encoding, UTF-8 order, NoSuchBucket, 301 with the region',
    leavesOut: 'owners, versions',
    answer: ({ s3 }, request) => s3.listObjectsV2(request),
  },
  {
    service: 's3',
    operation: 'GetBucketLocation',
    route: 'GET /{Bucket}?location',
    keeps: 'empty for us-east-1, NoSuchBucket',
    leavesOut: '',
    answer: ({ s3 }, request) => s3.getBucketLocation(request),
  },
  {
    service: 's3',
    operation: 'GetBucketRequestPayment',
    route: 'GET /{Bucket}?requestPayment',
    keeps: 'who pays; without the header of a payer every other call to a Requester Pays bucket is refused',
    leavesOut: 'that owners need no header',
    answer: ({ s3 }, request) => s3.getBucketRequestPayment(request),
  },
  {
    service: 's3',
    operation: 'HeadBucket',
    route: 'HEAD /{Bucket}',
    keeps: 'the region as a header, 301 where another one was asked, 404',
    leavesOut: '',
    answer: ({ s3 }, request) => s3.headBucket(request),
  },
  {
    service: 's3',
    operation: 'GetObject',
    route: 'GET /{Bucket}/{Key+}',
    keeps:
      'Range (206, 416 InvalidRange), If-Match, versionId, NoSuchKey, InvalidObjectState for archived objects, Object Lock headers',
    leavesOut: 'checksums, encryption, other conditions',
    answer: ({ s3 }, request) => s3.getObject(request),
  },
  {
    service: 's3',
    operation: 'HeadObject',
    route: 'HEAD /{Bucket}/{Key+}',
    keeps: 'size, ETag, Last-Modified, 404',
    leavesOut: 'as GetObject',
    answer: ({ s3 }, request) => s3.headObject(request),
  },
  {
    service: 's3',
    operation: 'PutObject',
    route: 'PUT /{Bucket}/{Key+}',
    keeps:
      'bodies of known length, If-None-Match: * (412), SHA-256 checksums (BadDigest); Object Lock: mode and date, refused without a checksum, for a bucket without it and for the past',
    leavesOut: 'streamed uploads (501), metadata, other checksums, legal holds',
    answer: ({ s3 }, request) => s3.putObject(request),
  },
  {
    service: 's3',
    operation: 'DeleteObject',
    route: 'DELETE /{Bucket}/{Key+}',
    keeps: 'a delete marker in versioned buckets, AccessDenied for a version under Object Lock',
    leavesOut: 'bypassing governance, MFA',
    answer: ({ s3 }, request) => s3.deleteObject(request),
  },
  {
    service: 's3',
    operation: 'GetObjectLockConfiguration',
    route: 'GET /{Bucket}?object-lock',
    keeps: 'whether it is on, ObjectLockConfigurationNotFoundError',
    leavesOut: 'default retention',
    answer: ({ s3 }, request) => s3.getObjectLockConfiguration(request),
  },
  {
    service: 's3',
    operation: 'ListObjectVersions',
    route: 'GET /{Bucket}?versions',
    keeps: 'prefix, order by key and newest first, delete markers, paging by both markers, max-keys',
    leavesOut: 'delimiter, url encoding, owners',
    answer: ({ s3 }, request) => s3.listObjectVersions(request),
  },
  {
    service: 'cloudwatch',
    operation: 'GetMetricData',
    keeps:
      'regions apart, Sum, Average, Minimum, Maximum, SampleCount, pNN, no datapoint where no sample, exclusive end, order, paging with PartialData, 500 queries',
    leavesOut: 'metric math, retention by age of the period, trimmed statistics',
    answer: ({ cloudWatch }, request) => cloudWatch.getMetricData(request),
  },
  {
    service: 'cloudwatch',
    operation: 'DescribeAlarms',
    keeps: 'regions apart, order by name, paging, alarms of one metric and of metric math',
    leavesOut: 'composite alarms, filters, alarms of log queries',
    answer: ({ alarms }, request) => alarms.describeAlarms(request),
  },
  {
    service: 'cloudwatch',
    operation: 'DescribeAlarmsForMetric',
    keeps: 'the exact metric and its dimensions, no metric math',
    leavesOut: 'the filters by period and unit',
    answer: ({ alarms }, request) => alarms.describeAlarmsForMetric(request),
  },
  {
    service: 'elasticloadbalancing',
    operation: 'DescribeLoadBalancers',
    keeps: 'names, ARNs, Marker and PageSize, LoadBalancerNotFound, at most 20 names',
    leavesOut: 'addresses, security groups',
    answer: ({ loadBalancing }, request) => loadBalancing.describeLoadBalancers(request),
  },
  {
    service: 'elasticloadbalancing',
    operation: 'DescribeLoadBalancerAttributes',
    keeps: 'idle timeout, client keep-alive and what was seeded',
    leavesOut: 'the other defaults',
    answer: ({ loadBalancing }, request) => loadBalancing.describeLoadBalancerAttributes(request),
  },
  {
    service: 'elasticloadbalancing',
    operation: 'ModifyLoadBalancerAttributes',
    keeps: 'merge not replace, unknown keys and the range of the idle timeout refused, LoadBalancerNotFound',
    leavesOut: 'the ranges of the other attributes',
    answer: ({ loadBalancing }, request) => loadBalancing.modifyLoadBalancerAttributes(request),
  },
  {
    service: 'elasticloadbalancing',
    operation: 'DescribeListeners',
    keeps: 'by balancer or ARN, paging, certificates, default action',
    leavesOut: 'rules, ALPN, mutual authentication',
    answer: ({ loadBalancing }, request) => loadBalancing.describeListeners(request),
  },
  {
    service: 'elasticloadbalancing',
    operation: 'DescribeTargetGroups',
    keeps: 'by balancer or ARN, paging',
    leavesOut: 'names, health check details',
    answer: ({ loadBalancing }, request) => loadBalancing.describeTargetGroups(request),
  },
  {
    service: 'elasticloadbalancing',
    operation: 'DescribeTargetGroupAttributes',
    keeps: 'deregistration delay and what was seeded',
    leavesOut: 'the other defaults',
    answer: ({ loadBalancing }, request) => loadBalancing.describeTargetGroupAttributes(request),
  },
  {
    service: 'elasticloadbalancing',
    operation: 'DescribeTargetHealth',
    keeps: 'state, reason, description, TargetGroupNotFound',
    leavesOut: 'the Targets filter, anomaly detection',
    answer: ({ loadBalancing }, request) => loadBalancing.describeTargetHealth(request),
  },
  {
    service: 'logs',
    operation: 'DescribeDeliverySources',
    keeps: 'the filter by resource ARN, paging, nothing outside us-east-1',
    leavesOut: 'other services',
    answer: ({ logDelivery }, request) => logDelivery.describeDeliverySources(request),
  },
  {
    service: 'logs',
    operation: 'DescribeDeliveries',
    keeps: 'the filter by source name, paging',
    leavesOut: 'tags',
    answer: ({ logDelivery }, request) => logDelivery.describeDeliveries(request),
  },
  {
    service: 'logs',
    operation: 'DescribeDeliveryDestinations',
    keeps: 'paging, destinations of other accounts are not listed',
    leavesOut: 'filters, policies',
    answer: ({ logDelivery }, request) => logDelivery.describeDeliveryDestinations(request),
  },
  {
    service: 'sts',
    operation: 'AssumeRole',
    keeps:
      'known roles only, external id, session name and tags recorded in the journal, expiry, role and session policy both enforced',
    leavesOut: 'conditions in policies, transitive tags, MFA',
    answer: ({ sts }, request) => sts.assumeRole(request),
  },
  {
    service: 'sts',
    operation: 'GetCallerIdentity',
    keeps: 'account and ARN',
    leavesOut: '',
    answer: ({ sts }, request) => sts.getCallerIdentity(request),
  },
];
