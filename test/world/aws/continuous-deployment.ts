/**
 * Continuous deployment of the local AWS: staging distributions, the policies that send traffic to them, promotion.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment.html
 */
import { randomUUID } from 'node:crypto';
import {
  ContinuousDeploymentPolicy$,
  type ContinuousDeploymentPolicyConfig,
  ContinuousDeploymentPolicyConfig$,
  ContinuousDeploymentPolicyList$,
  CopyDistributionRequest$,
} from '@aws-sdk/client-cloudfront';
import type { DistributionStore } from './cloudfront.js';
import { checkUpdate } from './distribution-rules.js';
import { AwsFault, type AwsRequest, type AwsResponse, respond } from './wire.js';
import { diffLeaves, type Writes } from './writes.js';
import type { XmlCodec } from './xml-codec.js';

export interface ContinuousDeploymentControl {
  /** @returns its id. */
  putContinuousDeploymentPolicy(config: ContinuousDeploymentPolicyConfig): string;
  /** Every policy there is, by id. */
  continuousDeploymentPolicies(): ReadonlyMap<string, ContinuousDeploymentPolicyConfig>;
  /** Ids of all staging distributions. */
  stagingDistributions(): readonly string[];
}

export interface ContinuousDeployments {
  readonly control: ContinuousDeploymentControl;
  copyDistribution(request: AwsRequest): Promise<AwsResponse>;
  promote(request: AwsRequest): AwsResponse;
  deleteDistribution(request: AwsRequest): AwsResponse;
  createPolicy(request: AwsRequest): Promise<AwsResponse>;
  getPolicy(request: AwsRequest): AwsResponse;
  getPolicyConfig(request: AwsRequest): AwsResponse;
  updatePolicy(request: AwsRequest): Promise<AwsResponse>;
  deletePolicy(request: AwsRequest): AwsResponse;
  listPolicies(request: AwsRequest): AwsResponse;
}

interface Policy {
  readonly id: string;
  readonly etag: string;
  readonly config: ContinuousDeploymentPolicyConfig;
  readonly lastModified: Date;
}

const headers = { 'content-type': 'text/xml' };
const mostStaging = 20;

export function createContinuousDeployments(
  store: DistributionStore,
  xml: XmlCodec,
  now: () => Date,
  writes: Writes,
): ContinuousDeployments {
  const policies = new Map<string, Policy>();
  const put = (config: ContinuousDeploymentPolicyConfig, id: string = randomUUID()): Policy => {
    const policy = { id, etag: store.identifier(), config: structuredClone(config), lastModified: now() };
    policies.set(id, policy);
    return policy;
  };
  const found = ({ pathParameters }: AwsRequest): Policy => {
    const policy = policies.get(pathParameters['Id'] ?? '');
    if (policy === undefined)
      throw new AwsFault(404, 'NoSuchContinuousDeploymentPolicy', 'The continuous deployment policy does not exist.');
    return policy;
  };
  const describe = ({ id, config, lastModified }: Policy) => ({
    Id: id,
    LastModifiedTime: lastModified,
    ContinuousDeploymentPolicyConfig: config,
  });
  const answer = (status: number, policy: Policy): AwsResponse =>
    respond(status, { ...headers, etag: policy.etag }, xml.write(ContinuousDeploymentPolicy$, describe(policy)));
  const record = (request: AwsRequest, operation: string, subject: string, before: unknown, after: unknown): void =>
    writes.record({
      at: now(),
      requestId: request.requestId,
      operation,
      subject,
      principal: request.principal,
      changed: diffLeaves(before, after),
    });
  const usersOf = (policyId: string) =>
    store.all().filter(({ config }) => config.ContinuousDeploymentPolicyId === policyId);

  store.validate((before, wanted) => {
    const policyId = wanted.ContinuousDeploymentPolicyId ?? '';
    if (policyId !== '' && !policies.has(policyId))
      throw new AwsFault(404, 'NoSuchContinuousDeploymentPolicy', 'The continuous deployment policy does not exist.');
    const others = usersOf(policyId).filter(({ config }) => config.CallerReference !== before.CallerReference);
    if (policyId !== '' && others.length > 0)
      throw new AwsFault(409, 'ContinuousDeploymentPolicyInUse', 'Another distribution has this policy.');
  });

  return {
    control: {
      putContinuousDeploymentPolicy: (config) => put(config).id,
      continuousDeploymentPolicies: () => new Map([...policies].map(([id, { config }]) => [id, config])),
      stagingDistributions: () => store.all().flatMap(({ id, config }) => (config.Staging === true ? [id] : [])),
    },

    async copyDistribution(request) {
      const primary = store.get(request.pathParameters['PrimaryDistributionId'] ?? '');
      requireMatch(request, primary.etag);
      const asked = await xml.read<{ readonly CallerReference?: string; readonly Enabled?: boolean }>(
        CopyDistributionRequest$,
        request.body,
      );
      if (request.headers['staging'] !== 'true')
        throw new AwsFault(400, 'InvalidArgument', 'The only valid value of Staging is True.');
      if (store.all().some(({ config }) => config.CallerReference === asked.CallerReference))
        throw new AwsFault(409, 'DistributionAlreadyExists', 'The caller reference is in use.');
      if (store.all().filter(({ config }) => config.Staging === true).length >= mostStaging)
        throw new AwsFault(400, 'TooManyDistributions', 'There are too many staging distributions.');
      requireNoHttp3(primary.config.HttpVersion);
      const copy = store.add({
        ...structuredClone(primary.config),
        CallerReference: asked.CallerReference,
        Aliases: { Quantity: 0 },
        ContinuousDeploymentPolicyId: '',
        Staging: true,
        Enabled: asked.Enabled ?? true,
      });
      record(request, 'CopyDistribution', copy.id, {}, { Staging: true });
      return respond(201, { ...headers, etag: copy.etag }, store.describe(copy));
    },

    promote(request) {
      const primary = store.get(request.pathParameters['Id'] ?? '');
      const staging = store.get(request.query.get('StagingDistributionId') ?? '');
      const [primaryEtag, stagingEtag] = String(request.headers['if-match'] ?? '').split(/,\s*/);
      if (primaryEtag === undefined || stagingEtag === undefined)
        throw new AwsFault(400, 'InvalidIfMatchVersion', 'The If-Match version is missing or not valid.');
      if (primaryEtag !== primary.etag || stagingEtag !== staging.etag)
        throw new AwsFault(412, 'PreconditionFailed', 'The preconditions in the request header do not hold.');
      const policy = policies.get(primary.config.ContinuousDeploymentPolicyId ?? '');
      const names = policy?.config.StagingDistributionDnsNames?.Items ?? [];
      if (policy === undefined || !names.includes(staging.domainName))
        throw new AwsFault(400, 'IllegalUpdate', 'The staging distribution is not that of the primary one.');
      const config = {
        ...structuredClone(staging.config),
        CallerReference: primary.config.CallerReference,
        Aliases: primary.config.Aliases,
        ContinuousDeploymentPolicyId: primary.config.ContinuousDeploymentPolicyId,
        Staging: false,
      };
      checkUpdate(primary.config, config);
      put({ ...policy.config, Enabled: false }, policy.id);
      const after = store.replace(primary.id, config);
      record(request, 'UpdateDistributionWithStagingConfig', primary.id, primary.config, config);
      return respond(200, { ...headers, etag: after.etag }, store.describe(after));
    },

    deleteDistribution(request) {
      const distribution = store.get(request.pathParameters['Id'] ?? '');
      requireMatch(request, distribution.etag);
      if (distribution.config.Enabled === true || distribution.status !== 'Deployed')
        throw new AwsFault(409, 'DistributionNotDisabled', 'The distribution is not disabled everywhere yet.');
      const named = [...policies.values()].some(({ config }) =>
        config.StagingDistributionDnsNames?.Items?.includes(distribution.domainName),
      );
      if (named) throw new AwsFault(409, 'ResourceInUse', 'A continuous deployment policy names it.');
      store.remove(distribution.id);
      record(request, 'DeleteDistribution', distribution.id, { Staging: distribution.config.Staging }, {});
      return respond(204, {}, '');
    },

    async createPolicy(request) {
      const config = await readPolicy(xml, request.body);
      checkPolicy(config);
      const names = config.StagingDistributionDnsNames?.Items ?? [];
      const staged = store.all().filter(({ config: { Staging } }) => Staging === true);
      if (names.length === 0 || !names.every((name) => staged.some(({ domainName }) => domainName === name)))
        throw new AwsFault(400, 'InvalidArgument', 'The policy names no staging distribution.');
      const taken = [...policies.values()].flatMap((other) => other.config.StagingDistributionDnsNames?.Items ?? []);
      if (names.some((name) => taken.includes(name)))
        throw new AwsFault(409, 'StagingDistributionInUse', 'A policy for this staging distribution exists already.');
      const policy = put(config);
      record(request, 'CreateContinuousDeploymentPolicy', policy.id, {}, config);
      return answer(201, policy);
    },

    getPolicy: (request) => answer(200, found(request)),

    getPolicyConfig: (request) => {
      const { etag, config } = found(request);
      return respond(200, { ...headers, etag }, xml.write(ContinuousDeploymentPolicyConfig$, config));
    },

    async updatePolicy(request) {
      const before = found(request);
      const config = await readPolicy(xml, request.body);
      requireMatch(request, found(request).etag);
      checkPolicy(config);
      const after = put(config, before.id);
      // The distribution that has it is deployed anew, under the same version.
      for (const { id } of usersOf(before.id)) store.redeploy(id);
      record(request, 'UpdateContinuousDeploymentPolicy', before.id, before.config, config);
      return answer(200, after);
    },

    deletePolicy(request) {
      const policy = found(request);
      requireMatch(request, policy.etag);
      if (usersOf(policy.id).length > 0)
        throw new AwsFault(409, 'ContinuousDeploymentPolicyInUse', 'A distribution has this policy.');
      policies.delete(policy.id);
      record(request, 'DeleteContinuousDeploymentPolicy', policy.id, policy.config, {});
      return respond(204, {}, '');
    },

    listPolicies: () => {
      const items = [...policies.values()].map((policy) => ({ ContinuousDeploymentPolicy: describe(policy) }));
      const list = { MaxItems: 100, Quantity: items.length, ...(items.length === 0 ? {} : { Items: items }) };
      return respond(200, headers, xml.write(ContinuousDeploymentPolicyList$, list));
    },
  };
}

function requireMatch(request: AwsRequest, etag: string): void {
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined)
    throw new AwsFault(400, 'InvalidIfMatchVersion', 'The If-Match version is missing or not valid.');
  if (ifMatch !== etag)
    throw new AwsFault(412, 'PreconditionFailed', 'The preconditions in the request header do not hold.');
}

function requireNoHttp3(httpVersion: string | undefined): void {
  if ((httpVersion ?? '').endsWith('3'))
    throw new AwsFault(400, 'InvalidArgument', 'Continuous deployment is not supported for distributions with HTTP/3.');
}

function checkPolicy({ TrafficConfig: traffic }: ContinuousDeploymentPolicyConfig): void {
  const weight = traffic?.SingleWeightConfig?.Weight ?? 0;
  const header = traffic?.SingleHeaderConfig?.Header;
  if (weight < 0 || weight > 0.15) throw new AwsFault(400, 'InvalidArgument', 'The weight is not between 0 and 0.15.');
  if (traffic?.Type === 'SingleHeader' && header?.startsWith('aws-cf-cd-') !== true)
    throw new AwsFault(400, 'InvalidArgument', 'The header must begin with aws-cf-cd-.');
}

async function readPolicy(xml: XmlCodec, body: Buffer): Promise<ContinuousDeploymentPolicyConfig> {
  try {
    return await xml.read<ContinuousDeploymentPolicyConfig>(ContinuousDeploymentPolicyConfig$, body);
  } catch {
    throw new AwsFault(400, 'MalformedXML', 'The XML document is malformed.');
  }
}
