/** Whether access logs are written at all, arrive, and can be read by cf502. */
import { defineAuditItem } from '../diagnosis/audit.js';
import type { LogDeliveryEvidence } from '../diagnosis/audit-evidence.js';
import { fromConfiguration } from '../diagnosis/audit-reading.js';
import type { DistributionEvidence, Gathered } from '../diagnosis/evidence.js';
import { countOf, formatCount } from '../diagnosis/wording.js';

export const logCoverage = defineAuditItem({
  id: 'log-coverage',
  title: 'Access logs that can be read',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  matters:
    'Only logs say which paths, hosts and methods fail and with which of CloudFront’s own error names. Without them no cause can be proven.',
  offers:
    'Standard logs, legacy to S3 or v2 to S3, CloudWatch Logs and Firehose. They are best effort and up to 24 hours late, and are compressed, so that grep on the files finds nothing.',
  needs: ['distribution'],
  uses: ['access-logs', 'cloudfront-metrics', 'log-delivery'],
  evaluate: ({ distribution, 'access-logs': logs, 'cloudfront-metrics': metrics, 'log-delivery': delivery }) => {
    const legacy = distribution.legacyLogging?.enabled === true;
    const written = legacy || (delivery.state === 'collected' && delivery.data.deliveries.length > 0);
    const citations = [fromConfiguration(describe(distribution, delivery))] as const;
    if (!written) {
      const [gap, ...gaps] = delivery.state === 'unavailable' ? [delivery.reason] : delivery.data.gaps;
      if (gap !== undefined)
        return {
          state: 'unknown',
          because: `Legacy logging is off, and of v2 it could not be seen. ${gap.message}`,
          missing: [gap, ...gaps],
          citations,
        };
      return { state: 'missing', because: 'The distribution writes no access logs.', citations, fix };
    }
    if (logs.state === 'unavailable')
      return {
        state: 'unknown',
        because: `Logs are written, but cf502 could not read them: ${logs.reason.message}`,
        missing: [logs.reason],
        citations,
      };
    const { requests, rows, objects, bucket } = logs.data;
    const counted = metrics.state === 'collected' ? metrics.data.requestsTotal : null;
    const seen = [
      ...citations,
      { kind: 'access-log', ref: `s3://${bucket}`, fact: `${countOf(rows.inWindow, 'row')} in the window` },
    ] as const;
    if (objects.failedCount > 0)
      return {
        state: 'at-risk',
        because: `${countOf(objects.failedCount, 'log object')} of ${formatCount(objects.listed)} could not be read to the end.`,
        citations: seen,
        fix: {
          ...fix,
          action:
            'Look at the objects: a lifecycle rule that archives them, or encryption whose key the read role may not use.',
        },
      };
    if (rows.inWindow === 0 && counted !== null && counted > 0)
      return {
        state: 'at-risk',
        because: `CloudWatch counts ${countOf(counted, 'request')} in the window and no log row has arrived. They may be late (up to 24 hours), or the bucket refuses them.`,
        citations: seen,
        fix: {
          ...fix,
          action:
            'If no row older than a day is there either, look at the bucket: legacy logging needs ACLs turned on, v2 a bucket policy for delivery.logs.amazonaws.com.',
        },
      };
    const share = counted === null || counted === 0 ? null : Math.min(100, Math.floor((100 * requests) / counted));
    return {
      state: 'in-place',
      because: `Logs are written and read: ${countOf(rows.inWindow, 'row')} in the window${share === null || logs.data.pathPattern !== null ? '' : `, ${share} % of the requests that CloudWatch counts so far`}.`,
      citations: seen,
    };
  },
});

function describe({ legacyLogging }: DistributionEvidence, delivery: Gathered<LogDeliveryEvidence>): string {
  const v2 =
    delivery.state === 'unavailable' ? 'not read' : countOf(delivery.data.deliveries.length, 'delivery', 'deliveries');
  return `legacy logging: ${legacyLogging?.enabled === true ? `s3://${legacyLogging.bucket}` : 'off'}; v2: ${v2}`;
}

const fix = {
  action: 'Turn standard logs on, to a bucket or log group that the read role of cf502 may read.',
  terraform:
    'logging_config {\n  bucket          = aws_s3_bucket.logs.bucket_domain_name\n  prefix          = "cdn/"\n  include_cookies = false\n}',
  cloudFormation: 'DistributionConfig.Logging: Bucket, Prefix, IncludeCookies false',
} as const;
