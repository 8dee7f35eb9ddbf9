import type { VpcOrigin } from '@aws-sdk/client-cloudfront';
import { describe, expect, it } from '@jest/globals';
import { parseOrigin } from '../../src/collectors/parse-origin.js';
import { customOrigin, s3Origin, vpcOrigin } from '../world/aws/distribution-config.js';

describe('parseOrigin', () => {
  it.each([
    ['web-1234567890.eu-central-1.elb.amazonaws.com', 'load-balancer'],
    ['dualstack.web-1234567890.eu-central-1.elb.amazonaws.com', 'load-balancer'],
    ['net-0123456789abcdef.elb.us-east-1.amazonaws.com', 'load-balancer'],
    ['assets.s3-website-us-east-1.amazonaws.com', 's3-website'],
    ['assets.s3-website.eu-central-1.amazonaws.com', 's3-website'],
    ['a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com', 'api-gateway'],
    ['abcdefghijklmnop.lambda-url.us-east-1.on.aws', 'lambda-url'],
    ['abc123.data.mediastore.us-east-1.amazonaws.com', 'mediastore'],
    ['app.example.test', 'custom'],
    ['elb.amazonaws.com.example.test', 'custom'],
  ])('%s is %s', (DomainName, kind) => {
    expect(parseOrigin(customOrigin({ DomainName }), null).kind).toBe(kind);
  });

  it('fills in what CloudFront leaves out', () => {
    const bare = {
      Id: 'bare',
      DomainName: 'app.example.test',
      CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: 'https-only' },
    } as const;
    expect(parseOrigin(bare, null)).toEqual({
      id: 'bare',
      domainName: 'app.example.test',
      originPath: '',
      kind: 'custom',
      protocolPolicy: 'https-only',
      httpPort: 80,
      httpsPort: 443,
      sslProtocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
      ipAddressType: 'ipv4',
      connectionAttempts: 3,
      connectionTimeoutSeconds: 10,
      readTimeoutSeconds: 30,
      keepAliveTimeoutSeconds: 5,
      responseCompletionTimeoutSeconds: null,
      vpcOriginId: null,
      usesMutualTls: false,
      customHeaderNames: [],
      originShieldRegion: null,
      vpcEndpoint: null,
      usesOriginAccessControl: false,
      balancerName: null,
    });
  });

  it('has no keep-alive setting for S3', () => {
    expect(parseOrigin(s3Origin(), null)).toMatchObject({
      kind: 's3',
      protocolPolicy: 'match-viewer',
      readTimeoutSeconds: 30,
      keepAliveTimeoutSeconds: null,
    });
  });

  it('takes ports and protocols of a VPC origin from its own settings', () => {
    const endpoint = {
      Name: 'private',
      Arn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/private/0123456789abcdef',
      HTTPPort: 8080,
      HTTPSPort: 8443,
      OriginProtocolPolicy: 'http-only',
      OriginSslProtocols: { Quantity: 1, Items: ['TLSv1.2'] },
    } satisfies VpcOrigin['VpcOriginEndpointConfig'];
    const read = {
      Id: 'vo_1',
      Arn: 'arn:aws:cloudfront::111122223333:vpcorigin/vo_1',
      Status: 'Deployed',
      CreatedTime: new Date(0),
      LastModifiedTime: new Date(0),
      VpcOriginEndpointConfig: endpoint,
    };
    expect(parseOrigin(vpcOrigin(), read)).toMatchObject({
      kind: 'vpc',
      protocolPolicy: 'http-only',
      httpPort: 8080,
      httpsPort: 8443,
      sslProtocols: ['TLSv1.2'],
      keepAliveTimeoutSeconds: 5,
      vpcEndpoint: { name: 'private', arn: endpoint.Arn, status: 'Deployed' },
    });
  });

  it('knows an origin that wants a client certificate of CloudFront', () => {
    const ClientCertificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555';
    const origin = customOrigin({ config: { OriginMtlsConfig: { ClientCertificateArn } } });
    expect(parseOrigin(origin, null).usesMutualTls).toBe(true);
  });
});
