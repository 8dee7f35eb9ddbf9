/** Whether the latency of the origin is watched by a metric that exists. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { listOf } from '../diagnosis/wording.js';

/** Names that are written about and that neither CloudFront nor a load balancer has. */
const inventedNames = ['OriginResponseTime', 'OriginResponseLatency'];
const ref = 'cloudwatch:DescribeAlarms us-east-1';

export const originLatencyMetric = defineAuditItem({
  id: 'origin-latency-metric',
  title: 'Origin latency watched',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html',
  matters:
    'An origin that slows down is on its way to resets and time-outs: the latency rises minutes before the errors do.',
  offers:
    'CloudFront publishes OriginLatency (additional metrics; percentiles only, in milliseconds), Application Load Balancers publish TargetResponseTime (in seconds). A metric named OriginResponseTime does not exist, although it is often written about.',
  needs: ['alarms', 'cloudfront-metrics'],
  evaluate: ({ alarms: { alarms, gaps }, 'cloudfront-metrics': { additionalMetrics } }) => {
    const invented = alarms.filter(({ metrics }) => metrics.some((name) => inventedNames.includes(name)));
    if (invented.length > 0)
      return {
        state: 'at-risk',
        because: `CloudFront publishes no metric named ${listOf([...new Set(invented.flatMap(({ metrics }) => metrics.filter((name) => inventedNames.includes(name))))])}, so ${listOf(invented.map(({ name }) => name))} can never go off.`,
        citations: [{ kind: 'metric', ref, fact: `metrics: ${listOf(invented.flatMap(({ metrics }) => metrics))}` }],
        fix: { ...fix, action: 'Set the alarm on OriginLatency at p99 instead.' },
      };
    const watching = alarms.filter(({ metrics }) => metrics.includes('OriginLatency'));
    const fitting = watching.filter(({ statistic }) => statistic === null || /^p\d/.test(statistic));
    const [alarm] = fitting;
    if (alarm !== undefined && additionalMetrics !== 'off')
      return {
        state: 'in-place',
        because: `${alarm.name} watches OriginLatency${alarm.statistic === null ? '' : ` at ${alarm.statistic}`}.`,
        citations: [{ kind: 'metric', ref, fact: `${alarm.name}: OriginLatency ${alarm.condition ?? ''}` }],
      };
    if (watching.length > 0)
      return {
        state: 'at-risk',
        because:
          fitting.length > 0
            ? `OriginLatency, which ${listOf(fitting.map(({ name }) => name))} should watch, has no data here: the additional metrics are off.`
            : `OriginLatency has percentiles only, and ${listOf(watching.map(({ name }) => name))} should watch another statistic of it.`,
        citations: [{ kind: 'metric', ref, fact: `statistic: ${watching[0]?.statistic ?? 'none'}` }],
        fix: fitting.length > 0 ? { ...fix, action: 'Turn the additional metrics on.' } : fix,
      };
    const [gap, ...rest] = gaps;
    if (gap !== undefined) return { state: 'unknown', because: gap.message, missing: [gap, ...rest], citations: [] };
    return {
      state: 'missing',
      because: `${additionalMetrics === 'on' ? 'OriginLatency is published, but no alarm in us-east-1 watches it' : 'OriginLatency is not published, since the additional metrics are not on'}. An alarm on TargetResponseTime in the Region of a balancer was not looked for.`,
      citations: [{ kind: 'metric', ref, fact: 'no alarm on OriginLatency of this distribution' }],
      fix,
    };
  },
});

const fix = {
  action:
    'Watch OriginLatency at p99 in us-east-1 (additional metrics), or TargetResponseTime at p99 where an Application Load Balancer is the origin.',
  terraform:
    'resource "aws_cloudwatch_metric_alarm" "origin_latency" {\n  provider            = aws.us_east_1\n  namespace           = "AWS/CloudFront"\n  metric_name         = "OriginLatency"\n  dimensions          = { DistributionId = aws_cloudfront_distribution.this.id, Region = "Global" }\n  extended_statistic  = "p99"\n  period              = 60\n  evaluation_periods  = 5\n  comparison_operator = "GreaterThanThreshold"\n  threshold           = 5000\n}',
  cloudFormation: 'AWS::CloudWatch::Alarm: MetricName OriginLatency, ExtendedStatistic p99',
} as const;
