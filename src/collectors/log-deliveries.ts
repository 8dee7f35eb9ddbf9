/** Looks up the deliveries of standard logging v2 for one distribution: source, delivery, destination. */
import {
  type Delivery,
  DescribeDeliveriesCommand,
  DescribeDeliveryDestinationsCommand,
  DescribeDeliverySourcesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogDelivery } from '../diagnosis/audit-evidence.js';
import type { Unavailability } from '../diagnosis/evidence.js';
import { callAws, cloudFrontRegion } from '../platform/aws.js';
import type { CollectContext } from './collector.js';
import { toGap } from './gap.js';
import { type LogFormat, logFormats } from './log-sources.js';
import { readAll } from './pages.js';

/** A delivery with all that is needed to find its objects. */
export interface FoundDelivery extends LogDelivery {
  readonly outputFormat: LogFormat | null;
  /** Of the delivery destination, not of what it leads to. */
  readonly deliveryDestinationArn: string;
  readonly fieldDelimiter: string;
  readonly suffixPath: string;
  readonly isHiveCompatible: boolean;
  /** Of a delivery to CloudWatch Logs: whether no other delivery of this account leads to the same log group; false where not known. */
  readonly isOnlyDelivery: boolean;
}

export const mostFields = 80;
const mostSources = 50;

/**
 * Delivery of CloudFront's logs is set up in us-east-1, wherever it leads.
 * @throws Failure where sources or deliveries may not be listed; destinations that may not are a gap.
 */
export async function readDeliveries(
  context: CollectContext,
  distributionArn: string,
): Promise<{ readonly deliveries: readonly FoundDelivery[]; readonly gaps: readonly Unavailability[] }> {
  const names = (await readSources(context, distributionArn)).slice(0, mostSources);
  if (names.length === 0) return { deliveries: [], gaps: [] };
  const gaps: Unavailability[] = [];
  const [deliveries, destinations] = await Promise.all([
    readDeliveriesOf(context, names),
    readDestinations(context).catch((thrown: unknown) => {
      gaps.push(toGap(context, thrown));
      return new Map<string, Destination>();
    }),
  ]);
  const others = deliveries.some(({ deliveryDestinationType: type }) => type === 'CWL')
    ? await readDeliveriesOf(context, null).catch((thrown: unknown) => {
        gaps.push(toGap(context, thrown));
        return null;
      })
    : null;
  const groupOf = (destinationArn: string | undefined) =>
    destinations.get(destinationArn ?? '')?.arn?.replace(/:\*$/, '') ?? null;
  const isOnly = (one: Delivery): boolean => {
    const group = groupOf(one.deliveryDestinationArn);
    return (
      group !== null &&
      others?.every(
        ({ deliverySourceName: name = '', deliveryDestinationArn: arn }) =>
          names.includes(name) || groupOf(arn) !== group,
      ) === true
    );
  };
  return {
    gaps,
    deliveries: deliveries.map((delivery) => {
      const deliveryDestinationArn = delivery.deliveryDestinationArn ?? '';
      const destination = destinations.get(deliveryDestinationArn);
      return {
        sourceName: delivery.deliverySourceName ?? '',
        destinationType: delivery.deliveryDestinationType ?? 'unknown',
        deliveryDestinationArn,
        destinationArn: destination?.arn ?? null,
        outputFormat: logFormats.find((format) => format === destination?.format) ?? null,
        recordFields: (delivery.recordFields ?? []).slice(0, mostFields),
        fieldDelimiter: delivery.fieldDelimiter ?? '\t',
        suffixPath: delivery.s3DeliveryConfiguration?.suffixPath ?? '',
        isHiveCompatible: delivery.s3DeliveryConfiguration?.enableHiveCompatiblePath === true,
        isOnlyDelivery: isOnly(delivery),
      };
    }),
  };
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

/** @param sourceNames null: all of the account. */
async function readDeliveriesOf(
  { aws, signal }: CollectContext,
  sourceNames: readonly string[] | null,
): Promise<readonly Delivery[]> {
  const deliveries = await readAll(async (marker) => {
    const command = new DescribeDeliveriesCommand({
      ...(sourceNames === null ? {} : { deliverySourceNames: [...sourceNames] }),
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
  return deliveries.filter(({ deliverySourceName: name }) => sourceNames?.includes(name ?? '') ?? true);
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
