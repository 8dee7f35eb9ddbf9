/** Reads where the logs of a distribution go: deliveries of standard logs v2, and the real-time logs that its behaviours name. */
import { GetRealtimeLogConfigCommand } from '@aws-sdk/client-cloudfront';
import type { LogDelivery, LogDeliveryEvidence, RealtimeLog } from '../diagnosis/audit-evidence.js';
import type { Unavailability } from '../diagnosis/evidence.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext, Collector } from './collector.js';
import { orGapIn } from './gap.js';
import { mostFields, readDeliveries } from './log-deliveries.js';

const readsAtOnce = 4;

/** Delivery of CloudFront's logs is set up in us-east-1, wherever it leads. What may not be read is a gap. */
export const collectLogDelivery: Collector<'log-delivery'> = async (context, { distributionArn, realtimeLogArns }) => {
  const gaps: Unavailability[] = [];
  const orGap = orGapIn(context, gaps);
  const [read, realtimeLogs] = await Promise.all([
    orGap(readDeliveries(context, distributionArn), { deliveries: [], gaps: [] }),
    mapBounded(realtimeLogArns, readsAtOnce, (arn) => orGap(readRealtimeLog(context, arn), null)),
  ]);
  const deliveries: readonly LogDelivery[] = read.deliveries.map(
    ({ sourceName, destinationType, destinationArn, outputFormat, recordFields }) => ({
      ...{ sourceName, destinationType, destinationArn, outputFormat, recordFields },
    }),
  );
  return {
    deliveries,
    realtimeLogs: realtimeLogs.filter((log) => log !== null),
    gaps: [...read.gaps, ...gaps],
  } satisfies LogDeliveryEvidence;
};

async function readRealtimeLog({ aws, signal }: CollectContext, arn: string): Promise<RealtimeLog | null> {
  const answer = await callAws(
    'cloudfront:GetRealtimeLogConfig',
    arn,
    () => aws.cloudFront().send(new GetRealtimeLogConfigCommand({ ARN: arn }), { abortSignal: signal }),
    signal,
  );
  const config = answer.RealtimeLogConfig;
  if (config === undefined) return null;
  return {
    arn,
    name: config.Name ?? '',
    samplingPercent: config.SamplingRate ?? 0,
    fields: (config.Fields ?? []).slice(0, mostFields),
  };
}
