import { describe, expect, it } from '@jest/globals';
import { parseLoadBalancerArn, parseLoadBalancerName } from '../../src/collectors/load-balancer-name.js';

describe('parseLoadBalancerName', () => {
  it.each([
    [
      'Web-123.EU-central-1.elb.amazonaws.com.',
      { dnsName: 'web-123.eu-central-1.elb.amazonaws.com', region: 'eu-central-1', name: 'web' },
    ],
    [
      'dualstack.web-123.us-east-1.elb.amazonaws.com',
      { dnsName: 'web-123.us-east-1.elb.amazonaws.com', region: 'us-east-1', name: 'web' },
    ],
    [
      'internal-web-123.us-east-1.elb.amazonaws.com',
      { dnsName: 'internal-web-123.us-east-1.elb.amazonaws.com', region: 'us-east-1', name: 'web' },
    ],
    [
      'net-abc.elb.us-gov-west-1.amazonaws.com',
      { dnsName: 'net-abc.elb.us-gov-west-1.amazonaws.com', region: 'us-gov-west-1', name: 'net' },
    ],
    [
      'web-123.cn-north-1.elb.amazonaws.com.cn',
      { dnsName: 'web-123.cn-north-1.elb.amazonaws.com.cn', region: 'cn-north-1', name: 'web' },
    ],
    ['www.example.com', null],
    ['a.b.us-east-1.elb.amazonaws.com', null],
    ['web-123.us-east-1.elb.amazonaws.com.example.test', null],
  ])('%s', (domainName, expected) => {
    expect(parseLoadBalancerName(domainName)).toEqual(expected);
  });
});

describe('parseLoadBalancerArn', () => {
  it.each([
    [
      'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/my-web/50dc6c495c0c9188',
      'eu-west-1',
      'my-web',
    ],
    [
      'arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:loadbalancer/net/tcp/50dc6c495c0c9188',
      'cn-north-1',
      'tcp',
    ],
  ])('%s', (arn, region, name) => {
    expect(parseLoadBalancerArn(arn)).toEqual({ arn, region, name });
  });

  it.each([
    'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0',
    'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app/50dc6c495c0c9188',
    '',
  ])('is not one of a balancer: %s', (arn) => {
    expect(parseLoadBalancerArn(arn)).toBeNull();
  });
});
