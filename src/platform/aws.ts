/** The AWS clients, built once per check: credentials, retries, timeouts and socket limits. Translation of errors: `aws-errors.ts`. */
import { createRequire } from 'node:module';
import type { AthenaClient } from '@aws-sdk/client-athena';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { S3Client } from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';

import { Failure } from '../failure.js';
import { translateAwsError } from './aws-errors.js';

export { callAws, translateAwsError } from './aws-errors.js';

interface Sdk {
  readonly 'client-athena': typeof import('@aws-sdk/client-athena');
  readonly 'client-cloudfront': typeof import('@aws-sdk/client-cloudfront');
  readonly 'client-cloudtrail': typeof import('@aws-sdk/client-cloudtrail');
  readonly 'client-cloudwatch': typeof import('@aws-sdk/client-cloudwatch');
  readonly 'client-cloudwatch-logs': typeof import('@aws-sdk/client-cloudwatch-logs');
  readonly 'client-elastic-load-balancing-v2': typeof import('@aws-sdk/client-elastic-load-balancing-v2');
  readonly 'client-s3': typeof import('@aws-sdk/client-s3');
}

const load = createRequire(import.meta.url);
/** Loaded when first needed: the seven take 0.4 s, and a thread that reads logs needs one. */
const sdk = <Name extends keyof Sdk>(name: Name): Sdk[Name] => load(`@aws-sdk/${name}`) as Sdk[Name];

/** One client per service and region, created when first asked for and kept until `destroy`. */
export interface AwsClients {
  athena(region: string): AthenaClient;
  cloudFront(): CloudFrontClient;
  cloudTrail(region: string): CloudTrailClient;
  cloudWatch(region: string): CloudWatchClient;
  cloudWatchLogs(region: string): CloudWatchLogsClient;
  loadBalancing(region: string): ElasticLoadBalancingV2Client;
  s3(region: string): S3Client;
  /** Closes sockets. */
  destroy(): void;
}

export interface AwsSettings {
  /** Role assumed for every call; null: the credentials of the process (the SDK's default chain). */
  readonly readRoleArn: string | null;
  /** JSON of a policy that the session is cut down to: it may do what the role and this both allow. Absent: all that the role may. */
  readonly sessionPolicy?: string;
  /** ExternalId that the role's trust policy asks for; null: none. */
  readonly externalId: string | null;
  /** Slack user on whose behalf AWS is read: named in the session and its tag, hence in CloudTrail. null: nobody in particular. */
  readonly sessionUser: string | null;
  /** Region of the STS endpoint. */
  readonly region?: string;
  readonly limits?: Partial<AwsLimits>;
}

/** CloudFront, its metrics and its log delivery settings live here, wherever the origins are. */
export const cloudFrontRegion = 'us-east-1';

export interface AwsLimits {
  /** The SDK's pauses between four tries add up to at most 7 seconds where AWS throttles and 0.35 where it fails. */
  readonly maxAttempts: number;
  readonly connectionTimeoutMs: number;
  /** Until the response head. */
  readonly requestTimeoutMs: number;
  /** Silence on a socket, which covers a body that stops arriving. */
  readonly socketTimeoutMs: number;
}

/** Chosen to leave room for all tries inside a check's deadline. */
export const defaultAwsLimits: AwsLimits = {
  maxAttempts: 4,
  connectionTimeoutMs: 3_000,
  requestTimeoutMs: 15_000,
  socketTimeoutMs: 20_000,
};

/** Measured: reading many small objects does not get faster beyond this many at a time. */
const s3Sockets = 32;
const controlSockets = 8;
/** Renewed this long before they expire, so that a listing or a stream does not outlive them. */
const renewCredentialsBeforeMs = 5 * 60_000;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** @returns clients for one check. Nothing is contacted before the first call. */
export function createAwsClients(settings: AwsSettings): AwsClients {
  const limits = { ...defaultAwsLimits, ...settings.limits };
  const credentials =
    settings.readRoleArn === null ? undefined : assumeRoleOnce(settings, settings.readRoleArn, limits);
  const open: { destroy(): void }[] = [];

  function kept<Client extends { destroy(): void }>(
    cache: Map<string, Client>,
    region: string,
    create: (region: string) => Client,
  ): Client {
    const known = cache.get(region);
    if (known !== undefined) return known;
    const client = create(region);
    cache.set(region, client);
    open.push(client);
    return client;
  }

  const shared = (region: string, sockets: number) => ({
    region,
    ...(credentials === undefined ? {} : { credentials }),
    // `adaptive` slows a client that asks seldom to one request in two seconds after a single throttled answer.
    retryMode: 'standard',
    maxAttempts: limits.maxAttempts,
    requestHandler: requestHandler(limits, sockets),
  });
  const athena = new Map<string, AthenaClient>();
  const cloudFront = new Map<string, CloudFrontClient>();
  const cloudTrail = new Map<string, CloudTrailClient>();
  const cloudWatch = new Map<string, CloudWatchClient>();
  const cloudWatchLogs = new Map<string, CloudWatchLogsClient>();
  const loadBalancing = new Map<string, ElasticLoadBalancingV2Client>();
  const s3 = new Map<string, S3Client>();

  return {
    athena: (region) =>
      kept(athena, region, (at) => new (sdk('client-athena').AthenaClient)(shared(at, controlSockets))),
    cloudFront: () =>
      kept(
        cloudFront,
        cloudFrontRegion,
        (at) => new (sdk('client-cloudfront').CloudFrontClient)(shared(at, controlSockets)),
      ),
    cloudTrail: (region) =>
      kept(cloudTrail, region, (at) => new (sdk('client-cloudtrail').CloudTrailClient)(shared(at, controlSockets))),
    cloudWatch: (region) =>
      kept(cloudWatch, region, (at) => new (sdk('client-cloudwatch').CloudWatchClient)(shared(at, controlSockets))),
    cloudWatchLogs: (region) =>
      kept(
        cloudWatchLogs,
        region,
        (at) => new (sdk('client-cloudwatch-logs').CloudWatchLogsClient)(shared(at, controlSockets)),
      ),
    loadBalancing: (region) =>
      kept(
        loadBalancing,
        region,
        (at) => new (sdk('client-elastic-load-balancing-v2').ElasticLoadBalancingV2Client)(shared(at, controlSockets)),
      ),
    s3: (region) =>
      kept(
        s3,
        region,
        (at) =>
          new (sdk('client-s3').S3Client)({
            ...shared(at, s3Sockets),
            // A bucket elsewhere answers 301 with its region; the client then asks there.
            followRegionRedirects: true,
            // Objects are read in ranges and streams, and gzip has its own checksum.
            responseChecksumValidation: 'WHEN_REQUIRED',
          }),
      ),
    destroy: () => {
      for (const client of open.splice(0)) client.destroy();
      for (const cache of [athena, cloudFront, cloudTrail, cloudWatch, cloudWatchLogs, loadBalancing, s3])
        cache.clear();
    },
  };
}

function requestHandler(limits: AwsLimits, maxSockets: number) {
  return {
    connectionTimeout: limits.connectionTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    throwOnRequestTimeout: true,
    socketTimeout: limits.socketTimeoutMs,
    httpAgent: { keepAlive: true, maxSockets },
    httpsAgent: { keepAlive: true, maxSockets },
  };
}

/** Assumes the role when first needed and shares the session among all clients, each of which would assume it for itself. */
function assumeRoleOnce(settings: AwsSettings, roleArn: string, limits: AwsLimits): () => Promise<Credentials> {
  const assume = fromTemporaryCredentials({
    params: {
      RoleArn: roleArn,
      RoleSessionName: sessionName(settings.sessionUser),
      ...(settings.externalId === null ? {} : { ExternalId: settings.externalId }),
      ...(settings.sessionUser === null ? {} : { Tags: [{ Key: 'SlackUser', Value: settings.sessionUser }] }),
      ...(settings.sessionPolicy === undefined ? {} : { Policy: settings.sessionPolicy }),
    },
    clientConfig: {
      ...(settings.region === undefined ? {} : { region: settings.region }),
      // The client that needs the credentials tries again too.
      maxAttempts: Math.min(limits.maxAttempts, 2),
      requestHandler: requestHandler(limits, controlSockets),
    },
  });
  let session: { readonly credentials: Promise<Credentials>; renewAt: number } | null = null;
  return () => {
    if (session !== null && Date.now() < session.renewAt) return session.credentials;
    const credentials: Promise<Credentials> = assume().catch((error: unknown) => {
      throw roleFailure(error, roleArn);
    });
    const started = { credentials, renewAt: Number.POSITIVE_INFINITY };
    session = started;
    credentials.then(
      (got) => {
        if (got.expiration !== undefined) started.renewAt = got.expiration.getTime() - renewCredentialsBeforeMs;
      },
      () => {
        // A refusal must not be remembered: the next call asks again.
        if (session === started) session = null;
      },
    );
    return credentials;
  };
}

/** Without this, a refused role would be reported as a refusal of whatever needed it first. */
function roleFailure(error: unknown, roleArn: string): Failure {
  const failure = translateAwsError(error, { action: 'sts:AssumeRole', resource: roleArn });
  if (failure.kind !== 'access-denied') return failure;
  const remedy =
    'Let its trust policy allow sts:AssumeRole and sts:TagSession to the identity that cf502 runs as, and check the external id in the policy file.';
  return new Failure('access-denied', `AWS did not let cf502 assume the role ${roleArn}.`, {
    cause: error,
    details: { ...failure.details, remedy },
  });
}

/** `[\w+=,.@-]{2,64}` is what STS takes. */
function sessionName(sessionUser: string | null): string {
  if (sessionUser === null) return 'cf502';
  return `cf502-${sessionUser.replaceAll(/[^\w+=,.@-]/g, '_')}`.slice(0, 64);
}
