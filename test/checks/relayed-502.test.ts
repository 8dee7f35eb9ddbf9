import { expect } from '@jest/globals';
import { relayed502 } from '../../src/checks/relayed-502.js';
import { aDeadAddress, anAnswer, aProbe } from '../builders/evidence.js';
import { answersOf, describeCheck } from './describe-check.js';

describeCheck(relayed502, {
  found: [
    [
      'a 502 of the application',
      answersOf([anAnswer({ path: '/api', status: 502, server: 'nginx' })]),
      /answers \/api with 502 itself \(server nginx, a proxy as a rule\), and CloudFront passes it on$/,
      { strength: 'proven', layer: 'target' },
    ],
    [
      'a 502 of a load balancer',
      answersOf([anAnswer({ status: 502, server: 'awselb/2.0' })]),
      /awselb/,
      { layer: 'load-balancer' },
    ],
    [
      'a 502 of API Gateway, which gives no server name',
      answersOf([anAnswer({ status: 502, server: null, headerBytes: [{ name: 'x-amz-apigw-id', bytes: 40 }] })]),
      /\(signed by API Gateway\)/,
      { remedy: expect.stringMatching(/no proxy response/) },
    ],
    [
      'a 502 of another distribution',
      answersOf([anAnswer({ status: 502, server: 'CloudFront' })]),
      /another CloudFront distribution/,
      { remedy: expect.stringMatching(/distribution behind this one/) },
    ],
    ['a 502 without a name', answersOf([anAnswer({ status: 502, server: null })]), /with 502 itself, and/, {}],
  ],
  ruledOut: [
    ['a success', answersOf([anAnswer()]), /did not answer 502/],
    ['another error', answersOf([anAnswer({ status: 503 })]), /did not answer 502/],
  ],
  inconclusive: [['silence', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/]],
});
