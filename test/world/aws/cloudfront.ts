/** CloudFront of the local AWS: distributions with ETags, policies, monitoring subscriptions. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  CachePolicy$,
  type CachePolicyConfig,
  Distribution$,
  type DistributionConfig,
  DistributionConfig$,
  DistributionList$,
  MonitoringSubscription$,
  OriginRequestPolicy$,
  type OriginRequestPolicyConfig,
} from '@aws-sdk/client-cloudfront';
import { distributionConfig } from './distribution-config.js';
import { checkUpdate } from './distribution-rules.js';
import { managedCachePolicyConfigs, managedOriginRequestPolicyConfigs } from './managed-policies.js';
import { AwsFault, type AwsRequest, type AwsResponse, respond } from './wire.js';
import { diffLeaves, type Writes } from './writes.js';
import type { XmlCodec } from './xml-codec.js';

export interface StoredDistribution {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly status: 'InProgress' | 'Deployed';
  readonly lastModified: Date;
  readonly etag: string;
  readonly config: DistributionConfig;
}

export interface DistributionSeed {
  /** `E` and 12 or 13 of A-Z0-9; absent: made up. */
  readonly id?: string;
  readonly config?: DistributionConfig;
  readonly domainName?: string;
  readonly status?: StoredDistribution['status'];
  readonly lastModified?: Date;
  /** The paid additional metrics; absent: never subscribed, which AWS answers with NoSuchMonitoringSubscription. */
  readonly additionalMetrics?: 'Enabled' | 'Disabled';
}

export interface CloudFrontControl {
  putDistribution(seed?: DistributionSeed): StoredDistribution;
  /** What is stored now. Throws where there is none. */
  distribution(id: string): StoredDistribution;
  /** Somebody else's change, by the console or a deploy: a new ETag, and InProgress until deploy(). */
  editDistribution(id: string, edit: (config: DistributionConfig) => DistributionConfig): void;
  /** Ends the deployment that an update began. */
  deploy(id: string): void;
  /** @returns its id. */
  putCachePolicy(config: CachePolicyConfig, id?: string): string;
  /** @returns its id. */
  putOriginRequestPolicy(config: OriginRequestPolicyConfig, id?: string): string;
}

/** The distributions as other operations of CloudFront need them. */
export interface DistributionStore {
  /** @throws AwsFault `NoSuchDistribution`. */
  get(id: string): StoredDistribution;
  all(): readonly StoredDistribution[];
  /** A new one, InProgress until deploy(). */
  add(config: DistributionConfig): StoredDistribution;
  /** A new configuration and ETag, InProgress until deploy(). */
  replace(id: string, config: DistributionConfig): StoredDistribution;
  redeploy(id: string): void;
  remove(id: string): void;
  describe(distribution: StoredDistribution): string;
  identifier(): string;
  /** Has UpdateDistribution ask this as well; it throws an AwsFault. */
  validate(rule: (before: DistributionConfig, wanted: DistributionConfig) => void): void;
}

export interface CloudFront {
  readonly control: CloudFrontControl;
  readonly store: DistributionStore;
  getDistribution(request: AwsRequest): AwsResponse;
  getDistributionConfig(request: AwsRequest): AwsResponse;
  updateDistribution(request: AwsRequest): Promise<AwsResponse>;
  listDistributions(request: AwsRequest): AwsResponse;
  getCachePolicy(request: AwsRequest): AwsResponse;
  getOriginRequestPolicy(request: AwsRequest): AwsResponse;
  getMonitoringSubscription(request: AwsRequest): AwsResponse;
}

const xmlHeaders = { 'content-type': 'text/xml' };
const defaultPageSize = 100;

export function createCloudFront(accountId: string, xml: XmlCodec, now: () => Date, writes: Writes): CloudFront {
  const distributions = new Map<string, StoredDistribution>();
  const subscriptions = new Map<string, 'Enabled' | 'Disabled'>();
  const cachePolicies = new Map(managedCachePolicyConfigs());
  const originRequestPolicies = new Map(managedOriginRequestPolicyConfigs());
  const startedAt = now();
  const rules: ((before: DistributionConfig, wanted: DistributionConfig) => void)[] = [];

  const stored = (id: string): StoredDistribution => {
    const found = distributions.get(id);
    if (found === undefined)
      throw new AwsFault(404, 'NoSuchDistribution', 'The specified distribution does not exist.');
    return found;
  };

  const control: CloudFrontControl = {
    putDistribution: (seed = {}) => {
      const id = seed.id ?? identifier();
      const distribution: StoredDistribution = {
        id,
        arn: `arn:aws:cloudfront::${accountId}:distribution/${id}`,
        domainName: seed.domainName ?? `d${randomBytes(8).toString('hex').slice(0, 13)}.cloudfront.net`,
        status: seed.status ?? 'Deployed',
        lastModified: seed.lastModified ?? now(),
        etag: identifier(),
        config: structuredClone(seed.config ?? distributionConfig()),
      };
      distributions.set(id, distribution);
      if (seed.additionalMetrics !== undefined) subscriptions.set(id, seed.additionalMetrics);
      return distribution;
    },
    distribution: stored,
    editDistribution: (id, edit) => {
      const config = edit(structuredClone(stored(id).config));
      distributions.set(id, { ...stored(id), status: 'InProgress', lastModified: now(), etag: identifier(), config });
    },
    deploy: (id) => {
      distributions.set(id, { ...stored(id), status: 'Deployed' });
    },
    putCachePolicy: (config, id = randomUUID()) => {
      cachePolicies.set(id, config);
      return id;
    },
    putOriginRequestPolicy: (config, id = randomUUID()) => {
      originRequestPolicies.set(id, config);
      return id;
    },
  };

  const idOf = (request: AwsRequest) => request.pathParameters['Id'] ?? '';
  const describe = (distribution: StoredDistribution) =>
    xml.write(Distribution$, {
      Id: distribution.id,
      ARN: distribution.arn,
      Status: distribution.status,
      LastModifiedTime: distribution.lastModified,
      InProgressInvalidationBatches: 0,
      DomainName: distribution.domainName,
      ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
      ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
      DistributionConfig: distribution.config,
    });

  const replace = (id: string, config: DistributionConfig): StoredDistribution => {
    const after: StoredDistribution = {
      ...stored(id),
      status: 'InProgress',
      lastModified: now(),
      etag: identifier(),
      config,
    };
    distributions.set(id, after);
    return after;
  };

  return {
    control,
    store: {
      get: stored,
      all: () => [...distributions.values()],
      add: (config) => control.putDistribution({ config, status: 'InProgress' }),
      replace,
      redeploy: (id) => void distributions.set(id, { ...stored(id), status: 'InProgress' }),
      remove: (id) => void distributions.delete(id),
      describe,
      identifier,
      validate: (rule) => void rules.push(rule),
    },
    getDistribution: (request) => {
      const distribution = stored(idOf(request));
      return respond(200, { ...xmlHeaders, etag: distribution.etag }, describe(distribution));
    },
    getDistributionConfig: (request) => {
      const { etag, config } = stored(idOf(request));
      return respond(200, { ...xmlHeaders, etag }, xml.write(DistributionConfig$, config));
    },
    updateDistribution: async (request) => {
      const ifMatch = request.headers['if-match'];
      if (ifMatch === undefined || !/^[A-Z0-9]{5,30}$/.test(ifMatch))
        throw new AwsFault(
          400,
          'InvalidIfMatchVersion',
          'The If-Match version is missing or not valid for the resource.',
        );
      if (request.body.length === 0) throw new AwsFault(400, 'MissingBody', 'This operation requires a body.');
      const before = stored(idOf(request));
      const wanted = await readConfig(xml, request.body);
      // Looked at again after the wait, so that of two updates at once only one wins.
      if (ifMatch !== stored(before.id).etag)
        throw new AwsFault(
          412,
          'PreconditionFailed',
          "The request failed because it didn't meet the preconditions in one or more request-header fields.",
        );
      checkUpdate(before.config, wanted);
      for (const rule of rules) rule(before.config, wanted);
      const after = replace(before.id, wanted);
      writes.record({
        at: now(),
        requestId: request.requestId,
        operation: 'UpdateDistribution',
        subject: after.id,
        principal: request.principal,
        changed: diffLeaves(before.config, wanted),
      });
      return respond(200, { ...xmlHeaders, etag: after.etag }, describe(after));
    },
    listDistributions: (request) => {
      const marker = request.query.get('Marker') ?? '';
      const asked = Number(request.query.get('MaxItems') ?? defaultPageSize);
      if (!Number.isInteger(asked) || asked < 1) throw new AwsFault(400, 'InvalidArgument', 'MaxItems is not valid.');
      const size = Math.min(asked, defaultPageSize);
      const ordered = [...distributions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      // A marker is the id of the last distribution of the page before.
      const rest = ordered.filter(({ id }) => id > marker);
      const page = rest.slice(0, size);
      const last = page.at(-1);
      const more = rest.length > page.length && last !== undefined;
      const body = xml.write(DistributionList$, {
        Marker: marker,
        ...(more ? { NextMarker: last.id } : {}),
        MaxItems: size,
        IsTruncated: more,
        Quantity: page.length,
        ...(page.length === 0 ? {} : { Items: page.map(summarize) }),
      });
      return respond(200, xmlHeaders, body);
    },
    getCachePolicy: (request) => {
      const Id = idOf(request);
      const config = cachePolicies.get(Id);
      if (config === undefined) throw new AwsFault(404, 'NoSuchCachePolicy', 'The cache policy does not exist.');
      const body = xml.write(CachePolicy$, { Id, LastModifiedTime: startedAt, CachePolicyConfig: config });
      return respond(200, { ...xmlHeaders, etag: 'E23ZP02F085DFQ' }, body);
    },
    getOriginRequestPolicy: (request) => {
      const Id = idOf(request);
      const config = originRequestPolicies.get(Id);
      if (config === undefined)
        throw new AwsFault(404, 'NoSuchOriginRequestPolicy', 'The origin request policy does not exist.');
      const body = xml.write(OriginRequestPolicy$, {
        Id,
        LastModifiedTime: startedAt,
        OriginRequestPolicyConfig: config,
      });
      return respond(200, { ...xmlHeaders, etag: 'E23ZP02F085DFQ' }, body);
    },
    getMonitoringSubscription: (request) => {
      const id = stored(request.pathParameters['DistributionId'] ?? '').id;
      const status = subscriptions.get(id);
      if (status === undefined) {
        throw new AwsFault(
          404,
          'NoSuchMonitoringSubscription',
          'A monitoring subscription does not exist for the specified distribution.',
        );
      }
      const body = xml.write(MonitoringSubscription$, {
        RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus: status },
      });
      return respond(200, xmlHeaders, body);
    },
  };
}

async function readConfig(xml: XmlCodec, body: Buffer): Promise<DistributionConfig> {
  try {
    return await xml.read<DistributionConfig>(DistributionConfig$, body);
  } catch {
    throw new AwsFault(400, 'MalformedXML', 'The XML document is malformed.');
  }
}

function summarize({ id, arn, status, etag, lastModified, domainName, config }: StoredDistribution): object {
  const { CallerReference: _caller, DefaultRootObject: _root, Logging: _logging, ...shared } = config;
  return {
    ...shared,
    Id: id,
    ARN: arn,
    ETag: etag,
    Status: status,
    LastModifiedTime: lastModified,
    DomainName: domainName,
  };
}

/** Distribution ids and ETags look alike: `E` and 13 capitals or digits. */
function identifier(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return `E${Array.from(randomBytes(13), (byte) => alphabet.charAt(byte % alphabet.length)).join('')}`;
}
