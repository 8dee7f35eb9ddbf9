import { targetReported5xx } from '../../src/checks/target-reported-5xx.js';
import type { LoadBalancerEvidence } from '../../src/diagnosis/evidence.js';
import { aBalancer, aBehaviour, aDistribution } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const sound = aBalancer().metrics;
const balancerOf = (differing: Partial<NonNullable<LoadBalancerEvidence['metrics']>>) =>
  aBalancer({ metrics: sound === null ? null : { ...sound, ...differing } });
const distribution = aDistribution({
  originGroups: [{ id: 'pair', memberOriginIds: ['api', 'spare'], failoverStatusCodes: [502] }],
  behaviours: [
    aBehaviour({ pathPattern: '/api/*' }),
    aBehaviour({ pathPattern: '/pair/*', targetId: 'pair' }),
    aBehaviour({ targetId: 'static' }),
  ],
});

describeCheck(targetReported5xx, {
  found: [
    [
      '5xx of its targets, on the behaviours that lead to it, and no more than these',
      { distribution, 'load-balancer': balancerOf({ target5xx: 30 }) },
      /answered 30 5xx responses in the window \(CloudWatch does not say how many of them 502\)$/,
      {
        strength: 'supported',
        layer: 'target',
        explains: {
          behaviours: ['/api/*', '/pair/*'],
          detailedResults: ['OriginError', 'Miss', 'Error', '-', ''],
          atMost: 30,
        },
      },
    ],
  ],
  ruledOut: [['no 5xx of its targets', { distribution, 'load-balancer': balancerOf({ elb502: 5 }) }, /No target/]],
  inconclusive: [
    [
      'metrics that could not be read',
      { distribution, 'load-balancer': aBalancer({ metrics: null }) },
      /could not be read/,
    ],
  ],
});
