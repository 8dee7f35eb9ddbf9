import { describe, expect, it } from '@jest/globals';
import { parseLoadBalancerName } from '../../src/collectors/load-balancer-name.js';

describe('parseLoadBalancerName', () => {
  it.each([
    [
      'Web-123.EU-central-1.elb.amazonaws.com.',
      { dnsName: 'web-123.eu-central-1.elb.amazonaws.com', region: 'eu-central-1' },
    ],
    [
      'dualstack.web-123.us-east-1.elb.amazonaws.com',
      { dnsName: 'web-123.us-east-1.elb.amazonaws.com', region: 'us-east-1' },
    ],
    [
      'internal-web-123.us-east-1.elb.amazonaws.com',
      { dnsName: 'internal-web-123.us-east-1.elb.amazonaws.com', region: 'us-east-1' },
    ],
    [
      'net-abc.elb.us-gov-west-1.amazonaws.com',
      { dnsName: 'net-abc.elb.us-gov-west-1.amazonaws.com', region: 'us-gov-west-1' },
    ],
    [
      'web-123.cn-north-1.elb.amazonaws.com.cn',
      { dnsName: 'web-123.cn-north-1.elb.amazonaws.com.cn', region: 'cn-north-1' },
    ],
    ['www.example.com', null],
    ['a.b.us-east-1.elb.amazonaws.com', null],
    ['web-123.us-east-1.elb.amazonaws.com.example.test', null],
  ])('%s', (domainName, expected) => {
    expect(parseLoadBalancerName(domainName)).toEqual(expected);
  });
});
