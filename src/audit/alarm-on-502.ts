/** Whether an alarm tells somebody when CloudFront answers 502. */

import { defineAuditItem } from '../diagnosis/audit.js';
import type { WatchingAlarm } from '../diagnosis/audit-evidence.js';
import { listOf } from '../diagnosis/wording.js';

const watching502 = ['502ErrorRate', '5xxErrorRate', 'TotalErrorRate'];

export const alarmOn502 = defineAuditItem({
  id: 'alarm-on-502',
  title: 'Alarm on 502s',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/monitoring-using-cloudwatch.html',
  matters: 'Without an alarm the first to know of a 502 is a customer.',
  offers:
    '502ErrorRate exists only where the additional metrics are on; 5xxErrorRate is free and holds the 502s among others. Both are in us-east-1, so the alarm must be there, on the statistic Average.',
  needs: ['alarms'],
  uses: ['cloudfront-metrics'],
  evaluate: ({ alarms: { alarms, truncated, scanned, gaps }, 'cloudfront-metrics': metrics }) => {
    const found = alarms.filter((alarm) => alarm.metrics.some((name) => watching502.includes(name)));
    const telling = found.filter(tells);
    const measures502 = metrics.state === 'collected' ? metrics.data.additionalMetrics : 'unknown';
    const blind = telling.filter((alarm) => isBlind(alarm, measures502));
    const [first] = found;
    const [gap, ...gaps_] = gaps;
    if (telling.length > blind.length) {
      const good = telling.filter((alarm) => !blind.includes(alarm));
      return {
        state: 'in-place',
        because: `${name(good)} ${good.length === 1 ? 'watches' : 'watch'} ${listOf([...new Set(good.flatMap((alarm) => alarm.metrics))])} and ${good.length === 1 ? 'tells' : 'tell'} somebody.`,
        citations: [cite(good)],
      };
    }
    if (blind.length > 0)
      return {
        state: 'at-risk',
        because: `${name(blind)} can never go off: 502ErrorRate has no data here, because the additional metrics are off.`,
        citations: [cite(blind)],
        fix: { ...fix, action: 'Turn the additional metrics on, or set the alarm on 5xxErrorRate.' },
      };
    if (first !== undefined)
      return {
        state: 'at-risk',
        because: `${name(found)} would tell nobody: there is no action, or the actions are turned off.`,
        citations: [cite(found)],
        fix: { ...fix, action: 'Give the alarm an action that reaches the people on call, and turn its actions on.' },
      };
    if (gap !== undefined || truncated)
      return {
        state: 'unknown',
        because: `None was found, and not all alarms could be looked through.`,
        missing: [
          gap ?? {
            kind: 'too-large',
            message: `Only the first ${scanned} alarms of us-east-1 were looked through for metric math.`,
            remedy: 'Search the alarms of us-east-1 for the id of the distribution.',
          },
          ...gaps_,
        ],
        citations: [],
      };
    return {
      state: 'missing',
      because:
        'No alarm of CloudWatch in us-east-1 watches the 502 or 5xx rate of this distribution. Alarms kept elsewhere, on logs or in another product, are not to be seen from here.',
      citations: [
        { kind: 'metric', ref: 'cloudwatch:DescribeAlarms us-east-1', fact: `${scanned} alarms looked through` },
      ],
      fix,
    };
  },
});

function tells({ actions, actionsEnabled }: WatchingAlarm): boolean {
  return actionsEnabled && actions > 0;
}

function isBlind({ metrics }: WatchingAlarm, measures502: 'on' | 'off' | 'unknown'): boolean {
  return measures502 === 'off' && metrics.every((metric) => metric === '502ErrorRate');
}

function name(alarms: readonly WatchingAlarm[]): string {
  return `The alarm${alarms.length === 1 ? '' : 's'} ${listOf(alarms.map((alarm) => alarm.name))}`;
}

function cite(alarms: readonly WatchingAlarm[]) {
  const facts = alarms
    .slice(0, 3)
    .map(({ name, metrics, condition, state }) => `${name}: ${listOf(metrics)} ${condition ?? ''} (${state})`);
  return { kind: 'metric', ref: 'cloudwatch:DescribeAlarms us-east-1', fact: facts.join('; ') } as const;
}

const fix = {
  action:
    'Set an alarm on 502ErrorRate (additional metrics) or 5xxErrorRate, in us-east-1, with an action that reaches the people on call.',
  terraform:
    'resource "aws_cloudwatch_metric_alarm" "cloudfront_502" {\n  provider            = aws.us_east_1\n  namespace           = "AWS/CloudFront"\n  metric_name         = "502ErrorRate"\n  dimensions          = { DistributionId = aws_cloudfront_distribution.this.id, Region = "Global" }\n  statistic           = "Average"\n  period              = 60\n  evaluation_periods  = 3\n  comparison_operator = "GreaterThanThreshold"\n  threshold           = 1\n  alarm_actions       = [aws_sns_topic.on_call.arn]\n}',
  cloudFormation:
    'AWS::CloudWatch::Alarm: MetricName 502ErrorRate, Namespace AWS/CloudFront, Dimensions DistributionId and Region=Global',
} as const;
