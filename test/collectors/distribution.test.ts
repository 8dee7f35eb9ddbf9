/** The distribution collector against the local CloudFront. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collectDistribution } from '../../src/collectors/distribution.js';
import type { Target } from '../../src/diagnosis/target.js';
import {
  behaviour,
  customOrigin,
  type DistributionSketch,
  distributionConfig,
  loadBalancerOrigin,
  originGroup,
  s3Origin,
  vpcOrigin,
} from '../world/aws/distribution-config.js';
import { type LocalContext, startLocalContext } from './local-context.js';

let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T12:00:00.000Z'));
});
afterEach(() => local.stop());

const collectTarget = (target: Target) => collectDistribution(local.context, { kind: 'distribution', target });
function collect(sketch: DistributionSketch = {}) {
  const { id } = local.aws.putDistribution({ config: distributionConfig(sketch) });
  return collectTarget({ kind: 'distribution-id', id });
}

const allViewer = '216adef6-5c7f-47e4-b989-5492eafa07d3';
const exceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

describe('collectDistribution', () => {
  it('reads what the configuration says', async () => {
    const stored = local.aws.putDistribution({
      config: distributionConfig({
        origins: [
          customOrigin({
            Id: 'app',
            DomainName: 'app.example.test',
            OriginPath: '/v1',
            ConnectionAttempts: 2,
            ConnectionTimeout: 4,
            ResponseCompletionTimeout: 90,
            CustomHeaders: { Quantity: 1, Items: [{ HeaderName: 'X-Secret', HeaderValue: 'not-for-the-report' }] },
            OriginShield: { Enabled: true, OriginShieldRegion: 'eu-west-1' },
            config: { HTTPSPort: 8443, OriginReadTimeout: 45, OriginKeepaliveTimeout: 20 },
          }),
        ],
        aliases: ['www.example.com'],
        logging: { bucket: 'example-logs', prefix: 'cdn/' },
        errorResponses: [
          { ErrorCode: 502, ResponseCode: '200', ResponsePagePath: '/sorry.html', ErrorCachingMinTTL: 30 },
          { ErrorCode: 404, ErrorCachingMinTTL: 10 },
        ],
      }),
    });
    const evidence = await collectTarget({ kind: 'distribution-id', id: stored.id });
    expect(evidence).toMatchObject({
      id: stored.id,
      arn: stored.arn,
      accountId: local.aws.accountId,
      domainName: stored.domainName,
      aliases: ['www.example.com'],
      status: 'Deployed',
      enabled: true,
      staging: false,
      etag: stored.etag,
      httpVersion: 'http2',
      legacyLogging: { enabled: true, bucket: 'example-logs', prefix: 'cdn/' },
      customErrorResponses: [
        { errorCode: 502, responseCode: 200, cachingMinTtlSeconds: 30 },
        { errorCode: 404, responseCode: null, cachingMinTtlSeconds: 10 },
      ],
      gaps: [],
    });
    expect(evidence.origins).toEqual([
      {
        id: 'app',
        domainName: 'app.example.test',
        originPath: '/v1',
        kind: 'custom',
        protocolPolicy: 'https-only',
        httpPort: 80,
        httpsPort: 8443,
        sslProtocols: ['TLSv1.2'],
        ipAddressType: 'ipv4',
        connectionAttempts: 2,
        connectionTimeoutSeconds: 4,
        readTimeoutSeconds: 45,
        keepAliveTimeoutSeconds: 20,
        responseCompletionTimeoutSeconds: 90,
        vpcOriginId: null,
        usesMutualTls: false,
        customHeaderNames: ['X-Secret'],
        originShieldRegion: 'eu-west-1',
      },
    ]);
    expect(evidence.connections.map(({ id, port }) => [id, port])).toEqual([['app/https/app.example.test', 8443]]);
    expect(JSON.stringify(evidence)).not.toContain('not-for-the-report');
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  });

  it('reads each policy once, and follows it to the Host that the origin sees', async () => {
    const evidence = await collect({
      origins: [loadBalancerOrigin({ Id: 'alb' }), s3Origin({ Id: 'assets' })],
      aliases: ['www.example.com', 'shop.example.com'],
      defaultBehaviour: { OriginRequestPolicyId: allViewer },
      behaviours: [
        behaviour('/api/*', 'alb', { OriginRequestPolicyId: allViewer }),
        behaviour('/fn/*', 'alb', { OriginRequestPolicyId: exceptHost }),
        behaviour('/img/*', 'assets'),
      ],
    });
    expect(evidence.behaviours.map(({ pathPattern, forwardsHost }) => [pathPattern, forwardsHost])).toEqual([
      ['/api/*', 'yes'],
      ['/fn/*', 'no'],
      ['/img/*', 'no'],
      ['*', 'yes'],
    ]);
    expect(evidence.behaviours[0]?.forwardsHostBecause).toContain(allViewer);
    expect(evidence.origins.map(({ id, kind, protocolPolicy }) => [id, kind, protocolPolicy])).toEqual([
      ['alb', 'load-balancer', 'https-only'],
      ['assets', 's3', 'match-viewer'],
    ]);
    expect(evidence.connections.map(({ host, behaviours }) => [host, behaviours])).toEqual([
      ['www.example.com', ['/api/*', '*']],
      ['shop.example.com', ['/api/*', '*']],
      ['web-1234567890.eu-central-1.elb.amazonaws.com', ['/fn/*']],
      ['assets.s3.us-east-1.amazonaws.com', ['/img/*']],
    ]);
    const reads = local.aws.calls.filter(({ operation }) => operation === 'GetOriginRequestPolicy');
    expect(reads).toHaveLength(2);
  });

  it('says "unknown", with the permission to ask for, where a policy cannot be read', async () => {
    const policy = local.aws.putOriginRequestPolicy({
      Name: 'ours',
      HeadersConfig: { HeaderBehavior: 'allViewer' },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'all' },
    });
    local.aws.fail({ service: 'cloudfront', operation: 'GetOriginRequestPolicy', how: 'access-denied' });
    const evidence = await collect({
      defaultBehaviour: { OriginRequestPolicyId: policy },
      aliases: ['www.example.com'],
    });
    expect(evidence.behaviours[0]).toMatchObject({ forwardsHost: 'unknown' });
    expect(evidence.gaps).toEqual([
      {
        kind: 'access-denied',
        message: expect.stringContaining('cloudfront:GetOriginRequestPolicy'),
        remedy: expect.stringContaining('cloudfront:GetOriginRequestPolicy'),
      },
    ]);
    expect(evidence.connections.map(({ host }) => host)).toEqual(['origin.example.com', 'www.example.com']);
  });

  it('knows the policies that AWS manages without reading them', async () => {
    local.aws.fail({ service: 'cloudfront', operation: 'GetOriginRequestPolicy', how: 'access-denied' });
    const evidence = await collect({ defaultBehaviour: { OriginRequestPolicyId: allViewer } });
    expect(evidence.behaviours[0]).toMatchObject({ forwardsHost: 'yes' });
    expect(evidence.gaps).toEqual([]);
  });

  it('reads origin groups and the functions at the edge', async () => {
    const evidence = await collect({
      origins: [customOrigin({ Id: 'main' }), customOrigin({ Id: 'spare', DomainName: 'spare.example.test' })],
      originGroups: [originGroup('pair', ['main', 'spare'], [500, 502])],
      defaultBehaviour: {
        TargetOriginId: 'pair',
        FunctionAssociations: {
          Quantity: 1,
          Items: [{ EventType: 'viewer-request', FunctionARN: 'arn:aws:cloudfront::111122223333:function/rewrite' }],
        },
        LambdaFunctionAssociations: {
          Quantity: 1,
          Items: [
            { EventType: 'origin-response', LambdaFunctionARN: 'arn:aws:lambda:us-east-1:111122223333:function:f:1' },
          ],
        },
      },
    });
    expect(evidence.originGroups).toEqual([
      { id: 'pair', memberOriginIds: ['main', 'spare'], failoverStatusCodes: [500, 502] },
    ]);
    expect(evidence.connections.map(({ originId }) => originId)).toEqual(['main', 'spare']);
    expect(evidence.behaviours[0]?.edgeFunctions).toEqual([
      {
        event: 'viewer-request',
        runtime: 'cloudfront-function',
        arn: 'arn:aws:cloudfront::111122223333:function/rewrite',
      },
      {
        event: 'origin-response',
        runtime: 'lambda-at-edge',
        arn: 'arn:aws:lambda:us-east-1:111122223333:function:f:1',
      },
    ]);
  });

  it('takes a VPC origin whose settings cannot be read as a gap', async () => {
    const evidence = await collect({ origins: [vpcOrigin({ Id: 'private' })] });
    expect(evidence.origins[0]).toMatchObject({ kind: 'vpc', vpcOriginId: 'vo_0123456789abcdefABCDEF', httpPort: 80 });
    expect(evidence.connections).toHaveLength(1);
    expect(evidence.gaps.map(({ message }) => message)).toEqual([expect.stringContaining('cloudfront:GetVpcOrigin')]);
  });

  const oddities: readonly [string, DistributionSketch, RegExp][] = [
    ['a staging distribution', { others: { Staging: true } }, /staging distribution/],
    ['continuous deployment', { others: { ContinuousDeploymentPolicyId: 'policy-1' } }, /continuous deployment/],
    ['tenants', { others: { ConnectionMode: 'tenant-only' } }, /multi-tenant/],
    [
      'a tenant parameter',
      { origins: [customOrigin({ Id: 'o', DomainName: '{{tenant}}.example.test' })] },
      /parameter/,
    ],
  ];
  it.each(oddities)('says what is not the whole truth: %s', async (_name, sketch, message) => {
    const { gaps } = await collect(sketch);
    expect(gaps.map((gap) => gap.message)).toEqual([expect.stringMatching(message)]);
  });

  it('is null where logging was never set up', async () => {
    expect((await collect()).legacyLogging).toBeNull();
  });
});
