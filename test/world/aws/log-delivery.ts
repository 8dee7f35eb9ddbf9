/** CloudWatch Logs of the local AWS, as far as it says where CloudFront's standard logging v2 delivers to. AWS JSON 1.1, us-east-1. */
import { z } from 'zod';
import { AwsFault, type AwsRequest, type AwsResponse, respondJson } from './wire.js';

export interface LogDeliverySeed {
  /** ARN of the distribution. */
  readonly resourceArn: string;
  /** Bucket ARN with an optional `/prefix`, log group ARN or Firehose ARN. */
  readonly destinationArn: string;
  readonly destinationType?: 'S3' | 'CWL' | 'FH';
  readonly outputFormat?: 'json' | 'plain' | 'w3c' | 'raw' | 'parquet';
  readonly recordFields?: readonly string[];
  readonly fieldDelimiter?: string;
  readonly suffixPath?: string;
  readonly enableHiveCompatiblePath?: boolean;
  /** A delivery to another account's destination cannot be looked up. */
  readonly foreign?: boolean;
}

export interface LogDeliveryControl {
  putLogDelivery(seed: LogDeliverySeed): void;
}

export interface LogDelivery {
  readonly control: LogDeliveryControl;
  describeDeliverySources(request: AwsRequest): AwsResponse;
  describeDeliveries(request: AwsRequest): AwsResponse;
  describeDeliveryDestinations(request: AwsRequest): AwsResponse;
}

const inputSchema = z.object({
  nextToken: z.string().optional(),
  limit: z.number().int().min(1).max(50).default(50),
  resourceArns: z.array(z.string()).optional(),
  deliverySourceNames: z.array(z.string()).optional(),
});

export function createLogDelivery(accountId: string): LogDelivery {
  const seeds: (LogDeliverySeed & { readonly number: number })[] = [];
  const arn = (kind: string, name: string) => `arn:aws:logs:us-east-1:${accountId}:${kind}:${name}`;
  const sourceName = (number: number) => `CloudFront-source-${number}`;
  const destinationName = (number: number) => `CloudFront-destination-${number}`;
  const inRegion = (request: AwsRequest) => (request.region === 'us-east-1' ? seeds : []);

  return {
    control: {
      putLogDelivery: (seed) => {
        seeds.push({ ...seed, number: seeds.length + 1 });
      },
    },
    describeDeliverySources: (request) => {
      const input = parseInput(request.body);
      const found = inRegion(request)
        .filter(({ resourceArn }) => input.resourceArns?.includes(resourceArn) ?? true)
        .map(({ number, resourceArn }) => ({
          name: sourceName(number),
          arn: arn('delivery-source', sourceName(number)),
          resourceArns: [resourceArn],
          service: 'cloudfront',
          logType: 'ACCESS_LOGS',
          status: 'ACTIVE',
        }));
      return page(input, 'deliverySources', found);
    },
    describeDeliveries: (request) => {
      const input = parseInput(request.body);
      const found = inRegion(request)
        .filter(({ number }) => input.deliverySourceNames?.includes(sourceName(number)) ?? true)
        .map((seed) => ({
          id: `delivery${seed.number}`,
          arn: arn('delivery', `delivery${seed.number}`),
          deliverySourceName: sourceName(seed.number),
          deliveryDestinationArn: arn('delivery-destination', destinationName(seed.number)),
          deliveryDestinationType: seed.destinationType ?? 'S3',
          recordFields: seed.recordFields ?? [],
          fieldDelimiter: seed.fieldDelimiter ?? '\t',
          s3DeliveryConfiguration: {
            suffixPath: seed.suffixPath ?? '',
            enableHiveCompatiblePath: seed.enableHiveCompatiblePath ?? false,
          },
        }));
      return page(input, 'deliveries', found);
    },
    describeDeliveryDestinations: (request) => {
      const found = inRegion(request)
        .filter(({ foreign }) => foreign !== true)
        .map((seed) => ({
          name: destinationName(seed.number),
          arn: arn('delivery-destination', destinationName(seed.number)),
          deliveryDestinationType: seed.destinationType ?? 'S3',
          outputFormat: seed.outputFormat ?? 'w3c',
          deliveryDestinationConfiguration: { destinationResourceArn: seed.destinationArn },
        }));
      return page(parseInput(request.body), 'deliveryDestinations', found);
    },
  };
}

function parseInput(body: Buffer): z.infer<typeof inputSchema> {
  const parsed = inputSchema.safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) throw new AwsFault(400, 'ValidationException', parsed.error.issues[0]?.message ?? 'invalid');
  return parsed.data;
}

function page(input: z.infer<typeof inputSchema>, name: string, all: readonly object[]): AwsResponse {
  const from = Number(input.nextToken ?? 0);
  const to = from + input.limit;
  return respondJson({ [name]: all.slice(from, to), ...(to < all.length ? { nextToken: String(to) } : {}) });
}
