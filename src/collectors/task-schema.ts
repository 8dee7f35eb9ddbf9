/** The shape of a collecting task at the border of a worker: jobs outlive deployments, and their data is not trusted. */
import { z } from 'zod';
import type { CollectTask } from './collector.js';

const iso = z.iso.datetime();
const timeWindow = z.strictObject({ from: iso, to: iso });
const distributionId = z.string().regex(/^[A-Z0-9]{4,30}$/);
const hostName = z.string().min(1).max(255);
const pathPattern = z.string().min(1).max(255);
/** An id that people give within a distribution: of an origin, of a connection. */
const ownId = z.string().min(1).max(512);
const port = z.number().int().min(1).max(65_535);
const arn = z.string().regex(/^arn:[\w:/.@+=,-]{1,500}$/);
const region = z.string().regex(/^[a-z0-9-]{1,32}$/);
/** Of a call that CloudTrail records. */
const eventName = z.string().regex(/^[A-Za-z0-9]{1,80}$/);
const seconds = z.number().min(0).max(86_400);
/** CloudFront takes 255 characters. */
const rootObject = z.string().min(1).max(1_024);
/** CloudFront allows 75 behaviours and 30 custom headers unless a quota was raised. */
const maxBehaviours = 1_000;
const maxHeaders = 200;
const maxPaths = 10;

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('distribution-id'), id: distributionId }),
  z.strictObject({ kind: z.literal('domain-name'), domainName: hostName }),
]);

const origin = z.strictObject({
  id: ownId,
  domainName: hostName,
  originPath: z.string().max(255),
  kind: z.enum(['load-balancer', 's3', 's3-website', 'api-gateway', 'lambda-url', 'vpc', 'mediastore', 'custom']),
  protocolPolicy: z.enum(['http-only', 'https-only', 'match-viewer']),
  httpPort: port,
  httpsPort: port,
  sslProtocols: z.array(z.enum(['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'])).max(4),
  ipAddressType: z.enum(['ipv4', 'ipv6', 'dualstack']),
  connectionAttempts: z.number().int().min(1).max(10),
  connectionTimeoutSeconds: seconds,
  readTimeoutSeconds: seconds.nullable(),
  keepAliveTimeoutSeconds: seconds.nullable(),
  responseCompletionTimeoutSeconds: seconds.nullable(),
  vpcOriginId: z.string().max(128).nullable(),
  usesMutualTls: z.boolean(),
  customHeaderNames: z.array(z.string().max(256)).max(maxHeaders),
  originShieldRegion: z.string().max(64).nullable(),
  vpcEndpoint: z
    .strictObject({ name: z.string().max(256), arn: z.string().max(512), status: z.string().max(64) })
    .nullable()
    .exactOptional(),
  usesOriginAccessControl: z.boolean().exactOptional(),
  balancerName: hostName.nullable().exactOptional(),
});

const connection = z.strictObject({
  id: ownId,
  originId: ownId,
  behaviours: z.array(pathPattern).max(maxBehaviours),
  scheme: z.enum(['http', 'https']),
  port,
  domainName: hostName,
  sni: hostName.nullable(),
  host: hostName,
  hostIsForwarded: z.boolean(),
});

/** Parses a task; unknown keys and kinds are refused. */
export const collectTaskSchema: z.ZodType<CollectTask> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('distribution'), target }),
  z.strictObject({
    kind: z.literal('access-logs'),
    distributionId,
    distributionArn: arn.exactOptional(),
    domainName: hostName.exactOptional(),
    legacyLogging: z
      .strictObject({ enabled: z.boolean(), bucket: z.string().max(255), prefix: z.string().max(1_024) })
      .nullable(),
    behaviours: z.array(z.strictObject({ pathPattern, isDefault: z.boolean() })).max(maxBehaviours),
    window: timeWindow,
    pathPattern: pathPattern.nullable(),
    maxBytes: z.number().int().min(1),
    maxSeconds: z.number().min(0).exactOptional(),
    maxDollars: z.number().min(0).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('cloudfront-metrics'), distributionId, window: timeWindow }),
  z.strictObject({
    kind: z.literal('origin-probe'),
    origin,
    connection,
    paths: z.array(z.string().min(1).max(2_048).startsWith('/')).min(1).max(maxPaths),
    rootObject: rootObject.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('path-probe'),
    origin,
    connection,
    requests: z
      .array(z.strictObject({ method: z.enum(['GET', 'HEAD']), path: z.string().min(1).max(2_048).startsWith('/') }))
      .min(1)
      .max(maxPaths),
    rootObject: rootObject.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('keep-alive'),
    origin,
    connection,
    path: z.string().min(1).max(2_048).startsWith('/'),
    rootObject: rootObject.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('load-balancer'),
    originId: ownId,
    domainName: hostName,
    window: timeWindow,
    arn: arn.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('edge-functions'),
    distributionId,
    functionArns: z.array(arn).max(maxBehaviours),
    lambdaArns: z.array(arn).max(maxBehaviours),
    window: timeWindow,
  }),
  z.strictObject({
    kind: z.literal('changes'),
    window: timeWindow,
    lookups: z.array(z.strictObject({ region, names: z.array(eventName).max(30) })).max(10),
    mentions: z.array(z.string().max(512)).max(200),
  }),
  z.strictObject({
    kind: z.literal('edge-twin'),
    domainName: hostName,
    host: hostName,
    port,
    path: z.string().min(1).max(2_048).startsWith('/'),
    header: z
      .strictObject({ name: z.string().regex(/^aws-cf-cd-[a-z0-9-]{1,64}$/), value: z.string().regex(/^\w{1,128}$/) })
      .exactOptional(),
  }),
  z.strictObject({ kind: z.literal('alarms'), distributionId }),
  z.strictObject({
    kind: z.literal('log-delivery'),
    distributionArn: arn,
    realtimeLogArns: z.array(arn).max(maxBehaviours),
  }),
]);
