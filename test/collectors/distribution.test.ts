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
import { startLocalDns } from '../world/dns.js';
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
        vpcEndpoint: null,
        usesOriginAccessControl: false,
        balancerName: null,
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

  it('reads ports, protocol and balancer of a VPC origin where it keeps them', async () => {
    const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/private/50dc6c495c0c9188';
    const id = local.aws.putVpcOrigin({ Arn: arn, OriginProtocolPolicy: 'http-only', HTTPPort: 8080 });
    const evidence = await collect({ origins: [vpcOrigin({ Id: 'private', config: { VpcOriginId: id } })] });
    expect(evidence.origins[0]).toMatchObject({
      protocolPolicy: 'http-only',
      httpPort: 8080,
      vpcEndpoint: { name: 'private', arn, status: 'Deployed' },
    });
    expect(evidence.connections.map(({ scheme, port }) => [scheme, port])).toEqual([['http', 8080]]);
    expect(evidence.gaps).toEqual([]);
  });

  it('reads where Server-Timing is added and real-time logs are sent', async () => {
    const timed = local.aws.putResponseHeadersPolicy({ ServerTimingHeadersConfig: { Enabled: true, SamplingRate: 0 } });
    const plain = local.aws.putResponseHeadersPolicy({});
    const RealtimeLogConfigArn = 'arn:aws:cloudfront::111122223333:realtime-log-config/ours';
    const evidence = await collect({
      defaultBehaviour: { ResponseHeadersPolicyId: timed, RealtimeLogConfigArn },
      behaviours: [
        behaviour('/a/*', 'origin.example.com', { ResponseHeadersPolicyId: plain }),
        behaviour('/b/*', 'origin.example.com'),
        behaviour('/c/*', 'origin.example.com', { ResponseHeadersPolicyId: 'gone' }),
      ],
    });
    expect(evidence.behaviours.map((one) => [one.pathPattern, one.serverTiming, one.realtimeLogConfigArn])).toEqual([
      ['/a/*', 'off', null],
      ['/b/*', 'off', null],
      ['/c/*', 'unknown', null],
      ['*', 'on', RealtimeLogConfigArn],
    ]);
    expect(evidence.gaps.map(({ message }) => message)).toEqual([
      expect.stringContaining('cloudfront:GetResponseHeadersPolicy'),
    ]);
  });

  it.each([
    ['UseOriginCacheControlHeaders', '83da9c7e-98b4-4e11-a168-04f0df8e2c65', 'yes'],
    ['UseOriginCacheControlHeaders-QueryStrings', '4cc15a8a-d715-48a4-82b8-cc0b614638fe', 'yes'],
    ['Managed-Amplify', '2e54312d-136d-493c-8eb9-b001f22f67d2', 'yes'],
    ['Managed-CachingOptimized', '658327ea-f89d-4fab-a63d-7e88639e58f6', 'no'],
  ])('sees the Host in the managed cache policy %s, readable or not', async (_name, CachePolicyId, forwardsHost) => {
    const sketch = { defaultBehaviour: { CachePolicyId, OriginRequestPolicyId: exceptHost } };
    expect((await collect(sketch)).behaviours[0]).toMatchObject({ forwardsHost });
    local.aws.fail({ service: 'cloudfront', operation: 'GetCachePolicy', how: 'access-denied' });
    const unread = await collect(sketch);
    expect(unread.behaviours[0]).toMatchObject({ forwardsHost });
    expect(unread.gaps).toEqual([]);
  });

  it.each([
    ['index.html', 'index.html'],
    ['/pages/home.html', 'pages/home.html'],
    ['', null],
  ])('reads the default root object %j', async (DefaultRootObject, expected) => {
    const config = { ...distributionConfig(), DefaultRootObject };
    const { id } = local.aws.putDistribution({ config });
    expect(await collectTarget({ kind: 'distribution-id', id })).toMatchObject({ defaultRootObject: expected });
  });

  it('says how much goes to a staging distribution', async () => {
    const put = (traffic: object) =>
      local.aws.putContinuousDeploymentPolicy({
        Enabled: true,
        StagingDistributionDnsNames: { Quantity: 1, Items: ['d222222abcdef8.cloudfront.net'] },
        TrafficConfig: { Type: 'SingleWeight', ...traffic },
      });
    const weighted = put({ SingleWeightConfig: { Weight: 0.05 } });
    const evidence = await collect({ others: { ContinuousDeploymentPolicyId: weighted } });
    expect(evidence.continuousDeployment).toEqual({
      policyId: weighted,
      enabled: true,
      stagingDomainNames: ['d222222abcdef8.cloudfront.net'],
      weight: 0.05,
      header: null,
    });
    expect(evidence.gaps.map(({ message }) => message)).toEqual([
      'A continuous deployment policy sends 5 % of the traffic to d222222abcdef8.cloudfront.net, which was not looked at: it has a configuration, and logs, of its own, so 502s of that part may be missing here.',
    ]);
    const byHeader = put({ Type: 'SingleHeader', SingleHeaderConfig: { Header: 'aws-cf-cd-test', Value: '1' } });
    expect((await collect({ others: { ContinuousDeploymentPolicyId: byHeader } })).gaps[0]?.message).toContain(
      'requests with the header aws-cf-cd-test',
    );
  });

  describe('of a multi-tenant distribution', () => {
    const sketch: DistributionSketch = {
      origins: [
        customOrigin({ Id: 'own', DomainName: '{{tenant}}.app.example.test' }),
        customOrigin({ Id: 'shared', DomainName: 'shared.example.test' }),
      ],
      behaviours: [behaviour('/shared/*', 'shared', { OriginRequestPolicyId: allViewer })],
      others: { ConnectionMode: 'tenant-only' },
    };
    const put = () => local.aws.putDistribution({ config: distributionConfig(sketch) }).id;
    const collectById = (id: string) => collectTarget({ kind: 'distribution-id', id });

    it('probes one address for each tenant that has the parameters', async () => {
      const id = put();
      for (const name of ['blue', 'green'])
        local.aws.putTenant({
          distributionId: id,
          name,
          domains: [`${name}.example.com`],
          parameters: { tenant: `${name}-1` },
        });
      local.aws.putTenant({ distributionId: 'E2ANOTHER12345', name: 'other', domains: ['other.example.com'] });
      const evidence = await collectById(id);
      expect(evidence).toMatchObject({ connectionMode: 'tenant-only' });
      expect(evidence.tenants?.map(({ name, domains }) => [name, domains[0]]).sort()).toEqual([
        ['blue', 'blue.example.com'],
        ['green', 'green.example.com'],
      ]);
      expect(evidence.connections.map(({ domainName, host }) => `${domainName} ${host}`).sort()).toEqual([
        'blue-1.app.example.test blue-1.app.example.test',
        'green-1.app.example.test green-1.app.example.test',
        'shared.example.test blue.example.com',
        'shared.example.test green.example.com',
      ]);
      expect(evidence.gaps).toHaveLength(1);
    });

    it('names an origin that cannot be resolved, and does not probe its placeholder', async () => {
      const id = put();
      local.aws.fail({ operation: 'ListDistributionTenants', how: 'access-denied' });
      const evidence = await collectById(id);
      expect(evidence.connections.map(({ originId }) => originId)).toEqual(['shared']);
      expect(evidence.gaps).toEqual([
        expect.objectContaining({ remedy: expect.stringContaining('cloudfront:ListDistributionTenants') }),
        expect.objectContaining({ message: expect.stringContaining('Origin own') }),
      ]);
    });

    it('reads a few tenants of many', async () => {
      const id = put();
      for (let index = 0; index < 9; index += 1)
        local.aws.putTenant({ distributionId: id, name: `t${index}`, domains: [`t${index}.example.com`] });
      const evidence = await collectById(id);
      expect(evidence.tenants).toHaveLength(5);
      expect(evidence.gaps[0]?.message).toContain('the first of its tenants');
    });
  });

  it('follows an alias to the balancer behind it', async () => {
    const dns = await startLocalDns();
    try {
      const balancer = 'web-1234567890.eu-central-1.elb.amazonaws.com';
      dns.set('app.example.test', { cname: balancer });
      const { id } = local.aws.putDistribution({
        config: distributionConfig({ origins: [customOrigin({ Id: 'app', DomainName: 'app.example.test' })] }),
      });
      const network = { ...local.context.network, dnsServers: [dns.server] };
      const evidence = await collectDistribution(
        { ...local.context, network },
        { kind: 'distribution', target: { kind: 'distribution-id', id } },
      );
      expect(evidence.origins[0]).toMatchObject({ kind: 'custom', balancerName: balancer });
    } finally {
      await dns.stop();
    }
  });

  const oddities: readonly [string, DistributionSketch, RegExp][] = [
    ['a staging distribution', { others: { Staging: true } }, /staging distribution/],
    ['continuous deployment', { others: { ContinuousDeploymentPolicyId: 'policy-1' } }, /continuous deployment/],
    ['tenants', { others: { ConnectionMode: 'tenant-only' } }, /multi-tenant .* it has none/],
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
