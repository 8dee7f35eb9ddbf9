/** CloudTrail of the local AWS: the event history of each region, looked up by one attribute. AWS JSON 1.1. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsFault, type AwsRequest, type AwsResponse, respondJson } from './wire.js';

export interface TrailEventSeed {
  /** Absent: us-east-1, where CloudFront's calls are recorded. */
  readonly region?: string;
  readonly at: Date;
  readonly name: string;
  /** `cloudfront.amazonaws.com`. */
  readonly source: string;
  readonly username?: string;
  readonly requestParameters?: object;
  readonly resources?: readonly string[];
  readonly errorCode?: string;
}

export interface CloudTrailControl {
  putTrailEvent(seed: TrailEventSeed): void;
}

export interface CloudTrail {
  readonly control: CloudTrailControl;
  lookupEvents(request: AwsRequest): AwsResponse;
}

const inputSchema = z.object({
  LookupAttributes: z
    .array(z.object({ AttributeKey: z.enum(['EventName', 'EventSource', 'Username']), AttributeValue: z.string() }))
    .max(1)
    .default([]),
  StartTime: z.number().optional(),
  EndTime: z.number().optional(),
  MaxResults: z.number().int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
});

export function createCloudTrail(): CloudTrail {
  const events: TrailEventSeed[] = [];
  return {
    control: {
      putTrailEvent: (seed) => {
        events.push(seed);
      },
    },
    lookupEvents: (request) => {
      const parsed = inputSchema.safeParse(JSON.parse(request.body.toString('utf8')));
      if (!parsed.success)
        throw new AwsFault(400, 'InvalidLookupAttributesException', parsed.error.issues[0]?.message ?? 'invalid');
      const {
        LookupAttributes,
        StartTime = 0,
        EndTime = Number.POSITIVE_INFINITY,
        MaxResults,
        NextToken,
      } = parsed.data;
      const [attribute] = LookupAttributes;
      const found = events
        .filter(({ region = 'us-east-1', at }) => {
          const seconds = at.getTime() / 1000;
          return region === request.region && seconds >= StartTime && seconds <= EndTime;
        })
        .filter(
          (event) => attribute === undefined || attributeOf(event, attribute.AttributeKey) === attribute.AttributeValue,
        )
        .sort((a, b) => b.at.getTime() - a.at.getTime());
      const from = Number(NextToken ?? 0);
      const more = from + MaxResults < found.length ? { NextToken: String(from + MaxResults) } : {};
      return respondJson({ Events: found.slice(from, from + MaxResults).map(describe), ...more });
    },
  };
}

function attributeOf(event: TrailEventSeed, key: 'EventName' | 'EventSource' | 'Username'): string | undefined {
  return { EventName: event.name, EventSource: event.source, Username: event.username }[key];
}

function describe({
  at,
  name,
  source,
  username,
  requestParameters,
  resources = [],
  errorCode,
}: TrailEventSeed): object {
  const EventId = randomUUID();
  return {
    EventId,
    EventName: name,
    EventTime: at.getTime() / 1000,
    EventSource: source,
    ReadOnly: 'false',
    ...(username === undefined ? {} : { Username: username }),
    Resources: resources.map((ResourceName) => ({ ResourceType: 'AWS::Unknown', ResourceName })),
    CloudTrailEvent: JSON.stringify({
      eventVersion: '1.11',
      eventID: EventId,
      eventTime: at.toISOString(),
      eventSource: source,
      eventName: name,
      sourceIPAddress: '192.0.2.77',
      requestParameters: requestParameters ?? null,
      ...(errorCode === undefined ? {} : { errorCode }),
    }),
  };
}
