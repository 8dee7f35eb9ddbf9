/** Whether log rows of failures arrive within seconds: real-time logs, or standard logs v2 to CloudWatch Logs or Firehose. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, nameBehaviours } from '../diagnosis/audit-reading.js';
import type { DistributionEvidence } from '../diagnosis/evidence.js';
import { countOf, listOf } from '../diagnosis/wording.js';

/** Without them a row does not say that it is a 502 or why. */
const needed = ['sc-status', 'x-edge-detailed-result-type'];
const ref = 'logs:DescribeDeliveries us-east-1';

export const immediateLogs = defineAuditItem({
  id: 'immediate-logs',
  title: 'Logs within seconds',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html',
  matters: 'Logs in S3 come minutes to hours late. During an incident they show what happened before it.',
  offers:
    'Real-time logs to Kinesis (per behaviour, sampled, paid by the row, best effort) with origin-fbl, r-host and sr-reason; or standard logs v2 to CloudWatch Logs or Firehose, cheaper and for the whole distribution.',
  needs: ['distribution', 'log-delivery'],
  evaluate: ({ distribution, 'log-delivery': { deliveries, realtimeLogs, gaps } }) => {
    const streams = deliveries.filter(({ destinationType }) => destinationType === 'CWL' || destinationType === 'FH');
    const complete = streams.find(({ recordFields }) => lacking(recordFields).length === 0);
    if (complete !== undefined)
      return {
        state: 'in-place',
        because: `Standard logs v2 go to ${complete.destinationType === 'CWL' ? 'CloudWatch Logs' : 'Firehose'}.`,
        citations: [
          fromConfiguration(
            `delivery from ${complete.sourceName} to ${complete.destinationArn ?? 'another account'}`,
            ref,
          ),
        ],
      };
    const { behaviours } = distribution;
    const read = new Map(realtimeLogs.map((log) => [log.arn, log]));
    const logged = behaviours.filter(({ realtimeLogConfigArn: arn }) => (arn ?? null) !== null);
    const unlogged = behaviours.filter((behaviour) => !logged.includes(behaviour));
    const flaws = realtimeLogs.flatMap(({ name, samplingPercent, fields }) => [
      ...(samplingPercent < 100
        ? [`the log ${name} keeps ${samplingPercent} % of the rows, so a rare 502 is easily missed`]
        : []),
      ...(lacking(fields).length > 0 ? [`the log ${name} lacks ${listOf(lacking(fields))}`] : []),
    ]);
    if (logged.length > 0 && logged.every(({ realtimeLogConfigArn: arn }) => read.has(arn ?? ''))) {
      if (unlogged.length > 0) flaws.push(`there are none for ${nameBehaviours(unlogged)}`);
      const citations = [fromConfiguration(describe(logged, distribution), 'cloudfront:GetRealtimeLogConfig')] as const;
      if (flaws.length === 0)
        return { state: 'in-place', because: 'Real-time logs hold every request of every behaviour.', citations };
      return {
        state: 'at-risk',
        because: `Real-time logs are on, but ${listOf(flaws)}.`,
        citations,
        fix: {
          ...fix(distribution),
          action:
            'Give every behaviour real-time logs with a sampling rate of 100 and the fields sc-status and x-edge-detailed-result-type.',
        },
      };
    }
    const [gap, ...rest] = gaps;
    if (gap !== undefined) return { state: 'unknown', because: gap.message, missing: [gap, ...rest], citations: [] };
    const [stream] = streams;
    if (stream !== undefined)
      return {
        state: 'at-risk',
        because: `Standard logs v2 go to ${stream.destinationArn ?? 'another account'}, but without ${listOf(lacking(stream.recordFields))}.`,
        citations: [fromConfiguration(`fields: ${listOf(stream.recordFields, 8)}`, ref)],
        fix: {
          ...fix(distribution),
          action: 'Add sc-status and x-edge-detailed-result-type to the record fields of the delivery.',
        },
      };
    return {
      state: 'missing',
      because: `Neither real-time logs nor a delivery to CloudWatch Logs or Firehose${deliveries.length > 0 || distribution.legacyLogging?.enabled === true ? '; logs go to S3 only' : ''}.`,
      citations: [
        fromConfiguration(
          `${countOf(deliveries.length, 'delivery', 'deliveries')} of standard logs v2, no behaviour with a real-time log`,
          ref,
        ),
      ],
      fix: fix(distribution),
    };
  },
});

function lacking(fields: readonly string[]): readonly string[] {
  return needed.filter((field) => !fields.includes(field));
}

function describe(logged: DistributionEvidence['behaviours'], { behaviours }: DistributionEvidence): string {
  return `${logged.length} of ${countOf(behaviours.length, 'behaviour')} with a real-time log`;
}

function fix({ arn }: DistributionEvidence) {
  return {
    action:
      'Deliver standard logs v2 to CloudWatch Logs (all three resources in us-east-1), or attach a real-time log to every behaviour.',
    terraform: `resource "aws_cloudwatch_log_delivery_source" "cloudfront" {\n  name         = "cloudfront"\n  log_type     = "ACCESS_LOGS"\n  resource_arn = ${JSON.stringify(arn)}\n}\nresource "aws_cloudwatch_log_delivery_destination" "logs" {\n  name          = "cloudfront"\n  output_format = "json"\n  delivery_destination_configuration { destination_resource_arn = aws_cloudwatch_log_group.cloudfront.arn }\n}\nresource "aws_cloudwatch_log_delivery" "cloudfront" {\n  delivery_source_name     = aws_cloudwatch_log_delivery_source.cloudfront.name\n  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.logs.arn\n}`,
    cloudFormation: 'AWS::Logs::DeliverySource, AWS::Logs::DeliveryDestination, AWS::Logs::Delivery',
  };
}
