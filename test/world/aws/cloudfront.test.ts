/** CloudFront of the local AWS, asked by the real SDK client. */
import {
  type CloudFrontClient,
  GetCachePolicyCommand,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  GetMonitoringSubscriptionCommand,
  GetOriginRequestPolicyCommand,
  ListDistributionsCommand,
  paginateListDistributions,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AwsClients, createAwsClients } from '../../../src/platform/aws.js';
import {
  behaviour,
  customOrigin,
  distributionConfig,
  loadBalancerOrigin,
  originGroup,
  s3Origin,
  vpcOrigin,
} from './distribution-config.js';
import { applyEnvironment } from './environment.js';
import { type LocalAws, startLocalAws } from './local-aws.js';
import { cachePolicyConfig, originRequestPolicyConfig } from './managed-policies.js';

let aws: LocalAws;
let clients: AwsClients;
let client: CloudFrontClient;
let restore: () => void;

beforeEach(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
  clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
  client = clients.cloudFront();
});
afterEach(async () => {
  clients.destroy();
  restore();
  await aws.stop();
});

const rich = () =>
  distributionConfig({
    origins: [
      customOrigin({ Id: 'api', DomainName: 'api.example.com', config: { OriginReadTimeout: 60 } }),
      loadBalancerOrigin({ Id: 'web' }),
      s3Origin({ Id: 'assets' }),
      vpcOrigin({ Id: 'private' }),
    ],
    originGroups: [originGroup('both', ['api', 'web'], [502, 504])],
    behaviours: [behaviour('/api/*', 'both'), behaviour('/assets/*', 'assets', { Compress: false })],
    aliases: ['www.example.com', '*.example.com'],
    logging: { bucket: 'my-logs', prefix: 'cdn/' },
    errorResponses: [{ ErrorCode: 502, ResponsePagePath: '/sorry.html', ResponseCode: '200', ErrorCachingMinTTL: 30 }],
  });

describe('GetDistribution and GetDistributionConfig', () => {
  it('give back every field that was put in, and the ETag', async () => {
    const { id, etag, arn } = aws.putDistribution({ config: rich(), domainName: 'd111111abcdef8.cloudfront.net' });
    const whole = await client.send(new GetDistributionCommand({ Id: id }));
    expect(whole).toMatchObject({
      ETag: etag,
      Distribution: { Id: id, ARN: arn, Status: 'Deployed', DomainName: 'd111111abcdef8.cloudfront.net' },
    });
    expect(whole.Distribution?.DistributionConfig).toEqual(rich());
    const config = await client.send(new GetDistributionConfigCommand({ Id: id }));
    expect(config.DistributionConfig).toEqual(rich());
    expect(config.ETag).toBe(etag);
  });

  it('name a distribution that is not there', async () => {
    await expect(client.send(new GetDistributionCommand({ Id: 'E0000000000000' }))).rejects.toMatchObject({
      name: 'NoSuchDistribution',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('make ids in the format of CloudFront', () => {
    expect(aws.putDistribution().id).toMatch(/^E[A-Z0-9]{13}$/);
    expect(aws.putDistribution({ id: 'E123456789ABC' }).id).toBe('E123456789ABC');
  });
});

describe('UpdateDistribution', () => {
  const update = (id: string, ifMatch: string | undefined, config = rich()) =>
    client.send(new UpdateDistributionCommand({ Id: id, IfMatch: ifMatch, DistributionConfig: config }));

  it('replaces the configuration, changes the ETag and is in progress until deployed', async () => {
    const { id, etag } = aws.putDistribution({ config: rich() });
    const wanted = { ...rich(), Comment: 'changed' };
    const answer = await update(id, etag, wanted);
    expect(answer.Distribution?.Status).toBe('InProgress');
    expect(answer.ETag).not.toBe(etag);
    expect(aws.distribution(id)).toMatchObject({ etag: answer.ETag, config: wanted });
    aws.deploy(id);
    const after = await client.send(new GetDistributionCommand({ Id: id }));
    expect(after.Distribution?.Status).toBe('Deployed');
  });

  it('lets only one of two updates at once win', async () => {
    const { id, etag } = aws.putDistribution({ config: rich() });
    const outcomes = await Promise.allSettled([
      update(id, etag, { ...rich(), Comment: 'first' }),
      update(id, etag, { ...rich(), Comment: 'second' }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  const withOrigin = (config: NonNullable<Parameters<typeof customOrigin>[0]>['config']) => () =>
    distributionConfig({ origins: [customOrigin(config === undefined ? {} : { config })] });
  it.each([
    ['a stale ETag', 'E1111111111111', rich, 'PreconditionFailed', 412],
    ['a malformed ETag', '"quoted"', rich, 'InvalidIfMatchVersion', 400],
    ['another caller reference', null, () => ({ ...rich(), CallerReference: 'other' }), 'IllegalUpdate', 400],
    [
      'a wrong count',
      null,
      () => ({ ...rich(), Aliases: { Quantity: 5, Items: ['a.example.com'] } }),
      'InconsistentQuantities',
      400,
    ],
    [
      'a behaviour without origin',
      null,
      () => distributionConfig({ behaviours: [behaviour('/x', 'nowhere')] }),
      'NoSuchOrigin',
      404,
    ],
    ['a read timeout out of range', null, withOrigin({ OriginReadTimeout: 999 }), 'InvalidOriginReadTimeout', 400],
    [
      'a keep-alive out of range',
      null,
      withOrigin({ OriginKeepaliveTimeout: 0 }),
      'InvalidOriginKeepaliveTimeout',
      400,
    ],
    ['a missing comment', null, () => ({ ...rich(), Comment: undefined }), 'InvalidArgument', 400],
  ])('refuses %s', async (_what, ifMatch, config, name, httpStatusCode) => {
    const { id, etag, config: before } = aws.putDistribution({ config: rich() });
    await expect(update(id, ifMatch ?? etag, config())).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(aws.distribution(id)).toMatchObject({ etag, config: before, status: 'Deployed' });
  });

  it('refuses an update without If-Match, and one of an unknown distribution', async () => {
    const { id } = aws.putDistribution();
    await expect(update(id, undefined)).rejects.toMatchObject({ name: 'InvalidIfMatchVersion' });
    await expect(update('E0000000000000', 'E1111111111111')).rejects.toMatchObject({ name: 'NoSuchDistribution' });
  });
});

describe('ListDistributions', () => {
  it('pages in order of id', async () => {
    const ids = ['E1AAAAAAAAAAA', 'E2AAAAAAAAAAA', 'E3AAAAAAAAAAA', 'E4AAAAAAAAAAA', 'E5AAAAAAAAAAA'];
    for (const id of [...ids].reverse())
      aws.putDistribution({ id, config: distributionConfig({ aliases: [`${id.toLowerCase()}.example.com`] }) });
    const pages: (string | undefined)[][] = [];
    for await (const { DistributionList } of paginateListDistributions({ client, pageSize: 2 }, {}))
      pages.push((DistributionList?.Items ?? []).map(({ Id }) => Id));
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    const { DistributionList } = await client.send(new ListDistributionsCommand({}));
    expect(DistributionList).toMatchObject({ IsTruncated: false, Quantity: 5, MaxItems: 100 });
    expect(DistributionList?.Items?.[0]).toMatchObject({
      DomainName: aws.distribution('E1AAAAAAAAAAA').domainName,
      Aliases: { Quantity: 1, Items: ['e1aaaaaaaaaaa.example.com'] },
    });
  });

  it('is empty in an empty account', async () => {
    const { DistributionList } = await client.send(new ListDistributionsCommand({}));
    expect(DistributionList).toMatchObject({ IsTruncated: false, Quantity: 0 });
    expect(DistributionList?.Items ?? []).toEqual([]);
  });
});

describe('policies', () => {
  it.each([
    ['216adef6-5c7f-47e4-b989-5492eafa07d3', 'Managed-AllViewer', 'allViewer', undefined],
    ['b689b0a8-53d0-40ab-baf2-68738e2966ac', 'Managed-AllViewerExceptHostHeader', 'allExcept', ['Host']],
    ['bf0718e1-ba1e-49d1-88b1-f726733018ae', 'Managed-HostHeaderOnly', 'whitelist', ['Host']],
  ])('origin request policy %s is managed', async (Id, Name, HeaderBehavior, Items) => {
    const { OriginRequestPolicy } = await client.send(new GetOriginRequestPolicyCommand({ Id }));
    const config = OriginRequestPolicy?.OriginRequestPolicyConfig;
    expect(config).toMatchObject({ Name, HeadersConfig: { HeaderBehavior } });
    expect(config?.HeadersConfig?.Headers?.Items).toEqual(Items);
  });

  it('cache policies are managed too, some with the Host header', async () => {
    const headersOf = async (Id: string) => {
      const { CachePolicy } = await client.send(new GetCachePolicyCommand({ Id }));
      return CachePolicy?.CachePolicyConfig?.ParametersInCacheKeyAndForwardedToOrigin?.HeadersConfig;
    };
    expect(await headersOf('658327ea-f89d-4fab-a63d-7e88639e58f6')).toEqual({ HeaderBehavior: 'none' });
    expect((await headersOf('83da9c7e-98b4-4e11-a168-04f0df8e2c65'))?.Headers?.Items).toContain('Host');
  });

  it('can be put and are named when they are not there', async () => {
    const cachePolicyId = aws.putCachePolicy(cachePolicyConfig('mine', ['Host']));
    const originRequestPolicyId = aws.putOriginRequestPolicy(originRequestPolicyConfig('mine', 'none'));
    const cache = await client.send(new GetCachePolicyCommand({ Id: cachePolicyId }));
    expect(cache.CachePolicy).toMatchObject({
      Id: cachePolicyId,
      CachePolicyConfig: cachePolicyConfig('mine', ['Host']),
    });
    const request = await client.send(new GetOriginRequestPolicyCommand({ Id: originRequestPolicyId }));
    expect(request.OriginRequestPolicy?.OriginRequestPolicyConfig).toEqual(originRequestPolicyConfig('mine', 'none'));
    await expect(client.send(new GetCachePolicyCommand({ Id: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchCachePolicy',
    });
    await expect(client.send(new GetOriginRequestPolicyCommand({ Id: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchOriginRequestPolicy',
    });
  });
});

describe('GetMonitoringSubscription', () => {
  it.each(['Enabled', 'Disabled'] as const)('says %s', async (additionalMetrics) => {
    const { id } = aws.putDistribution({ additionalMetrics });
    const answer = await client.send(new GetMonitoringSubscriptionCommand({ DistributionId: id }));
    expect(answer.MonitoringSubscription?.RealtimeMetricsSubscriptionConfig?.RealtimeMetricsSubscriptionStatus).toBe(
      additionalMetrics,
    );
  });

  it('names a subscription that was never made', async () => {
    const { id } = aws.putDistribution();
    await expect(client.send(new GetMonitoringSubscriptionCommand({ DistributionId: id }))).rejects.toMatchObject({
      name: 'NoSuchMonitoringSubscription',
      $metadata: { httpStatusCode: 404 },
    });
  });
});
