import { describe, expect, it } from '@jest/globals';
import { unforwardedHostOnBalancerName } from '../../src/checks/unforwarded-host-on-balancer-name.js';
import { isBalancerName } from '../../src/diagnosis/balancer-name.js';
import type { Behaviour, OriginConnection, VpcEndpoint } from '../../src/diagnosis/evidence.js';
import { aBehaviour, aConnection, aDistribution, anOrigin } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const name = 'example-alb-1234.us-east-1.elb.amazonaws.com';
const distributionOf = (
  behaviour: Partial<Behaviour>,
  connection: Partial<OriginConnection> = {},
  kind: 'load-balancer' | 'vpc' = 'load-balancer',
  vpcEndpoint: VpcEndpoint | null = null,
) => ({
  distribution: aDistribution({
    origins: [anOrigin({ id: 'static' }), anOrigin({ domainName: name, kind, vpcEndpoint })],
    behaviours: [aBehaviour({ pathPattern: '/api/*', ...behaviour }), aBehaviour()],
    connections: [aConnection({ domainName: name, behaviours: ['/api/*'], ...connection })],
  }),
});

describeCheck(unforwardedHostOnBalancerName, {
  found: [
    [
      'HTTPS to it without the Host',
      distributionOf({ forwardsHost: 'no' }),
      /connects to example-alb-1234\.us-east-1\.elb\.amazonaws\.com over HTTPS without forwarding/,
      {
        strength: 'proven',
        explains: expect.objectContaining({ behaviours: ['/api/*'] }),
        citations: [expect.objectContaining({ kind: 'configuration' })],
      },
    ],
    [
      'a VPC origin that is reached over HTTPS, without being sure',
      distributionOf({}, {}, 'vpc', { name: 'private', arn: 'arn:aws:elasticloadbalancing', status: 'Deployed' }),
      /over HTTPS/,
      { strength: 'possible' },
    ],
  ],
  ruledOut: [
    ['a forwarded Host', distributionOf({ forwardsHost: 'yes' }, { host: 'www.example.com' }), /No load balancer/],
    ['plain HTTP', distributionOf({}, { scheme: 'http' }), /No load balancer/],
    ['a name of your own', { distribution: aDistribution() }, /No load balancer/],
  ],
  inconclusive: [
    ['a VPC origin whose protocol could not be read', distributionOf({}, {}, 'vpc'), /over which protocol and port/],
    [
      'a policy that could not be read',
      distributionOf({ forwardsHost: 'unknown' }),
      /could not be read whether/,
      /by the name/,
    ],
  ],
});

describe('isBalancerName', () => {
  it.each([
    [name, true],
    ['Example-1.EU-WEST-1.ELB.amazonaws.com', true],
    ['internal-a-1.eu-west-1.elb.amazonaws.com', true],
    ['example-nlb-1234.elb.eu-west-1.amazonaws.com', true],
    ['a-1.cn-north-1.elb.amazonaws.com.cn', true],
    ['elb.amazonaws.com', false],
    ['a.elb.amazonaws.com.example.com', false],
    ['a-elb.amazonaws.com', false],
    ['bucket.s3.amazonaws.com', false],
  ])('%s: %s', (domainName, expected) => {
    expect(isBalancerName(domainName)).toBe(expected);
  });
});
