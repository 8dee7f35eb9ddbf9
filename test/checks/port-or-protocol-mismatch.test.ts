import { expect } from '@jest/globals';
import { portOrProtocolMismatch } from '../../src/checks/port-or-protocol-mismatch.js';
import type { LoadBalancerEvidence, VpcEndpoint } from '../../src/diagnosis/evidence.js';
import {
  aBalancer,
  aConnection,
  aDeadAddress,
  aDistribution,
  aFailedTls,
  anAddress,
  anAnswer,
  anExploration,
  anOrigin,
  aProbe,
  aResolution,
} from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

const connection = aConnection({ scheme: 'http' });
const overHttp = (differing: Parameters<typeof anAddress>[0]) => ({
  'origin-probe': aProbe({ connection, addresses: [anAddress({ port: 80, tls: null, ...differing })] }),
});
const redirect = (location: string) => overHttp({ http: [anAnswer({ path: '/a', status: 301, location })] });
const h2 = { protocol: 'TLSv1.2', cipher: 'x', curve: 'X25519', applicationProtocol: 'h2' };

const website = 'site.s3-website-us-east-1.amazonaws.com';
const overTls = (domainName: string, addresses = [anAddress()]) => ({
  'origin-probe': aProbe({ connection: aConnection({ domainName }), addresses }),
});

const listed = (
  differing: Partial<LoadBalancerEvidence>,
  vpcEndpoint: VpcEndpoint | null = { name: 'private', arn: 'arn:aws:elasticloadbalancing', status: 'Deployed' },
) => ({
  'origin-probe': aProbe({
    addresses: [],
    dns: aResolution({ outcome: 'failed', answers: [] }),
    vantage: { class: 'blind', because: 'This is a VPC origin.' },
  }),
  'load-balancer': aBalancer(differing),
  distribution: aDistribution({ origins: [anOrigin({ kind: 'vpc', vpcEndpoint })] }),
});

describeCheck(portOrProtocolMismatch, {
  found: [
    [
      'TLS where plain HTTP is due',
      overHttp({ otherProtocol: 'tls', http: [anAnswer({ outcome: 'closed-before-head', status: null })] }),
      /^Port 80 of origin\.example\.com speaks TLS, and CloudFront speaks plain HTTP\/1\.1 to it$/,
      { strength: 'proven' },
    ],
    ['another protocol', overHttp({ otherProtocol: 'banner' }), /speaks another protocol, which greets first/, {}],
    [
      'HTTP/2 only, by what the handshake takes',
      probeOf({
        tls: {
          ...aFailedTls('alert', 'no_application_protocol'),
          exploration: anExploration({ enough: [{ ...h2, by: 'application-protocol' }] }),
        },
        http: [],
      }),
      /speaks HTTP\/2 only, and CloudFront speaks HTTP\/1\.1 over TLS to it$/,
      { strength: 'supported' },
    ],
    [
      'a port without a listener, behind a VPC origin that no probe reaches',
      listed({ listeners: [{ port: 80, protocol: 'HTTP', certificateArns: [] }] }),
      /^CloudFront connects to port 443 of example-alb, which has no listener there \(it has HTTP on 80\)$/,
      { strength: 'proven', citations: [expect.objectContaining({ kind: 'load-balancer' })] },
    ],
    [
      'TLS to a listener for plain HTTP',
      listed({ listeners: [{ port: 443, protocol: 'HTTP', certificateArns: [] }] }),
      /^CloudFront speaks TLS to port 443 of example-alb, whose listener there is plain HTTP$/,
      {},
    ],
    [
      'an S3 website endpoint over HTTPS, by rule',
      {
        ...overTls(website, [aDeadAddress('refused')]),
        distribution: aDistribution({ origins: [anOrigin({ domainName: website, protocolPolicy: 'match-viewer' })] }),
      },
      /^CloudFront speaks TLS to port 443 of site\.s3-website-us-east-1\.amazonaws\.com, an S3 website endpoint, which speaks HTTP only$/,
      {
        strength: 'proven',
        failsEveryRequest: true,
        citations: [
          {
            kind: 'configuration',
            ref: 'cloudfront:GetDistributionConfig',
            fact: expect.stringMatching(/match-viewer/),
          },
        ],
      },
    ],
    [
      'an alias of one',
      {
        'origin-probe': aProbe({
          connection: aConnection({ domainName: 'static.example.com' }),
          dns: aResolution({ cnames: [`${website}.`] }),
          addresses: [aDeadAddress('timed-out')],
        }),
      },
      /of static\.example\.com, an alias of the S3 website endpoint site\.s3-website-us-east-1\.amazonaws\.com\.?, which/,
      { citations: [expect.objectContaining({ kind: 'configuration' }), expect.objectContaining({ kind: 'probe' })] },
    ],
    [
      'a redirect to itself over HTTPS, which is no 502',
      redirect('https://origin.example.com/a'),
      /loop of redirects, which is no 502$/,
      { explains: null },
    ],
  ],
  ruledOut: [
    [
      'an S3 website endpoint over plain HTTP',
      {
        'origin-probe': aProbe({
          connection: aConnection({ domainName: website, scheme: 'http' }),
          addresses: [anAddress({ port: 80, tls: null })],
        }),
      },
      /speaks what CloudFront speaks/,
    ],
    ['a name that only looks like one', overTls('s3-website.example.com'), /speaks what CloudFront speaks/],
    ['what CloudFront speaks', probeOf({}), /speaks what CloudFront speaks/],
    [
      'a listing that what was seen contradicts',
      { ...listed({ listeners: [{ port: 80, protocol: 'HTTP', certificateArns: [] }] }), ...probeOf({}) },
      /speaks what/,
    ],
    ['a redirect elsewhere', redirect('https://www.example.com/b'), /speaks what/],
  ],
  inconclusive: [
    ['a VPC origin whose listeners fit', listed({}), /VPC/],
    [
      'a VPC origin whose port could not be read',
      listed({ listeners: [{ port: 80, protocol: 'HTTP', certificateArns: [] }] }, null),
      /VPC/,
    ],
    ['silence', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/],
  ],
});
