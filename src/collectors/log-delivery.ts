/** Reads where the logs of a distribution go: deliveries of standard logs v2, and the real-time logs that its behaviours name. */
import { GetRealtimeLogConfigCommand } from '@aws-sdk/client-cloudfront';
import {
  type Delivery,
  DescribeDeliveriesCommand,
  DescribeDeliveryDestinationsCommand,
  DescribeDeliverySourcesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogDelivery, LogDeliveryEvidence, RealtimeLog } from '../diagnosis/audit-evidence.js';
import type { Unavailability } from '../diagnosis/evidence.js';
import { callAws, cloudFrontRegion } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext, Collector } from './collector.js';
import { toGap } from './gap.js';
import { readAll } from './pages.js';

const readsAtOnce = 4;
const mostFields = 80;

/** Delivery of CloudFront's logs is set up in us-east-1, wherever it leads. What may not be read is a gap. */
export const collectLogDelivery: Collector<'log-delivery'> = async (context, { distributionArn, realtimeLogArns }) => {
  const gaps: Unavailability[] = [];
  const orGap = async <T>(part: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await part;
    } catch (thrown) {
      gaps.push(toGap(context, thrown));
      return otherwise;
    }
  };
  const [deliveries, realtimeLogs] = await Promise.all([
    orGap(readDeliveries(context, distributionArn, orGap), []),
    mapBounded(realtimeLogArns, readsAtOnce, (arn) => orGap(readRealtimeLog(context, arn), null)),
  ]);
  return {
    deliveries,
    realtimeLogs: realtimeLogs.filter((log) => log !== null),
    gaps,
  } satisfies LogDeliveryEvidence;
};

type OrGap = <T>(part: Promise<T>, otherwise: T) => Promise<T>;

async function readDeliveries(
  context: CollectContext,
  distributionArn: string,
  orGap: OrGap,
): Promise<readonly LogDelivery[]> {
  const names = (await readSources(context, distributionArn)).slice(0, 50);
  if (names.length === 0) return [];
  const [deliveries, destinations] = await Promise.all([
    readDeliveriesOf(context, names),
    orGap(readDestinations(context), new Map<string, Destination>()),
  ]);
  return deliveries.map((delivery) => {
    const destination = destinations.get(delivery.deliveryDestinationArn ?? '');
    return {
      sourceName: delivery.deliverySourceName ?? '',
      destinationType: delivery.deliveryDestinationType ?? 'unknown',
      destinationArn: destination?.arn ?? null,
      outputFormat: destination?.format ?? null,
      recordFields: (delivery.recordFields ?? []).slice(0, mostFields),
    };
  });
}

/** Names of the delivery sources of this distribution's access logs. */
async function readSources({ aws, signal }: CollectContext, distributionArn: string): Promise<readonly string[]> {
  const sources = await readAll(async (marker) => {
    const command = new DescribeDeliverySourcesCommand({
      resourceArns: [distributionArn],
      ...(marker === undefined ? {} : { nextToken: marker }),
    });
    const answer = await callAws(
      'logs:DescribeDeliverySources',
      '*',
      () => aws.cloudWatchLogs(cloudFrontRegion).send(command, { abortSignal: signal }),
      signal,
    );
    return { items: answer.deliverySources, next: answer.nextToken };
  });
  // The filter by ARN is new: an endpoint that does not know it lists every source of the account.
  return sources
    .filter(
      ({ logType, resourceArns }) => logType === 'ACCESS_LOGS' && resourceArns?.includes(distributionArn) === true,
    )
    .flatMap(({ name }) => name ?? []);
}

async function readDeliveriesOf(
  { aws, signal }: CollectContext,
  sourceNames: readonly string[],
): Promise<readonly Delivery[]> {
  const deliveries = await readAll(async (marker) => {
    const command = new DescribeDeliveriesCommand({
      deliverySourceNames: [...sourceNames],
      ...(marker === undefined ? {} : { nextToken: marker }),
    });
    const answer = await callAws(
      'logs:DescribeDeliveries',
      '*',
      () => aws.cloudWatchLogs(cloudFrontRegion).send(command, { abortSignal: signal }),
      signal,
    );
    return { items: answer.deliveries, next: answer.nextToken };
  });
  return deliveries.filter(({ deliverySourceName: name }) => sourceNames.includes(name ?? ''));
}

interface Destination {
  readonly arn: string | null;
  readonly format: string | null;
}

/** By the ARN of the delivery destination. Those of other accounts are not listed. */
async function readDestinations({ aws, signal }: CollectContext): Promise<Map<string, Destination>> {
  const destinations = await readAll(async (marker) => {
    const command = new DescribeDeliveryDestinationsCommand(marker === undefined ? {} : { nextToken: marker });
    const answer = await callAws(
      'logs:DescribeDeliveryDestinations',
      '*',
      () => aws.cloudWatchLogs(cloudFrontRegion).send(command, { abortSignal: signal }),
      signal,
    );
    return { items: answer.deliveryDestinations, next: answer.nextToken };
  });
  return new Map(
    destinations.map(({ arn, outputFormat, deliveryDestinationConfiguration: configuration }) => [
      arn ?? '',
      { arn: configuration?.destinationResourceArn ?? null, format: outputFormat ?? null },
    ]),
  );
}

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
