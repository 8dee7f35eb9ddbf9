/** Whether CloudFront's paid additional metrics are on: the 502 rate and the origin's latency among them. */
import { defineAuditItem } from '../diagnosis/audit.js';

const ref = 'cloudfront:GetMonitoringSubscription';

export const additionalMetrics = defineAuditItem({
  id: 'additional-metrics',
  title: 'Additional metrics',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html',
  matters:
    'Without them CloudWatch cannot tell a 502 from a 503 or 504, and logs are late: nothing counts 502s while they happen.',
  offers:
    'Eight metrics for a fixed monthly fee per distribution: 502ErrorRate and the other rates per code, CacheHitRate and OriginLatency. They are not on by default, and begin when they are turned on.',
  needs: ['cloudfront-metrics'],
  evaluate: ({ 'cloudfront-metrics': { additionalMetrics, gaps } }) => {
    if (additionalMetrics === 'on')
      return {
        state: 'in-place',
        because: 'They are on: CloudWatch has the 502 rate and the origin latency of every minute.',
        citations: [{ kind: 'configuration', ref, fact: 'real-time metrics subscription: Enabled' }],
      };
    if (additionalMetrics === 'off')
      return {
        state: 'missing',
        because: 'They are off: CloudWatch has one rate for all 5xx together and nothing about the origin.',
        citations: [{ kind: 'configuration', ref, fact: 'no real-time metrics subscription, or Disabled' }],
        fix: {
          action: 'Turn them on for this distribution.',
          terraform:
            'resource "aws_cloudfront_monitoring_subscription" "this" {\n  distribution_id = aws_cloudfront_distribution.this.id\n  monitoring_subscription {\n    realtime_metrics_subscription_config {\n      realtime_metrics_subscription_status = "Enabled"\n    }\n  }\n}',
          cloudFormation:
            'AWS::CloudFront::MonitoringSubscription: MonitoringSubscription.RealtimeMetricsSubscriptionConfig.RealtimeMetricsSubscriptionStatus = Enabled',
        },
      };
    const gap = gaps[0] ?? {
      kind: 'access-denied',
      message: 'It could not be read whether they are on.',
      remedy: 'Allow cloudfront:GetMonitoringSubscription on * for the role that cf502 reads with.',
    };
    return { state: 'unknown', because: gap.message, missing: [gap], citations: [] };
  },
});
