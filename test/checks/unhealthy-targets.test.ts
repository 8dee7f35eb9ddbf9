import { expect } from '@jest/globals';
import { unhealthyTargets } from '../../src/checks/unhealthy-targets.js';
import type { LoadBalancerEvidence, TargetHealth } from '../../src/diagnosis/evidence.js';
import { aBalancer, aDistribution } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const distribution = aDistribution();
const [group] = aBalancer().targetGroups;
const target = (id: string, state: string): TargetHealth => ({
  id,
  port: 8080,
  zone: null,
  state,
  reason: state === 'healthy' ? null : 'Target.FailedHealthChecks',
  description: null,
});
const balancerOf = (
  states: readonly string[],
  counted: { readonly elb502?: number; readonly target5xx?: number } = {},
) => {
  const { metrics } = aBalancer();
  const targetGroups: LoadBalancerEvidence['targetGroups'] =
    group === undefined ? [] : [{ ...group, targets: states.map((state, index) => target(`i-${index}`, state)) }];
  return {
    distribution,
    'load-balancer': aBalancer({ targetGroups, metrics: metrics === null ? null : { ...metrics, ...counted } }),
  };
};

describeCheck(unhealthyTargets, {
  found: [
    [
      'some of them, which explains nothing while the balancer answers no errors',
      balancerOf(['healthy', 'unhealthy']),
      /^1 of 2 targets in example-targets are unhealthy \(Target\.FailedHealthChecks: the health check cannot connect.*\)$/,
      { strength: 'possible', explains: null },
    ],
    [
      'some of them while the balancer makes 502s',
      balancerOf(['healthy', 'unhealthy.draining'], { elb502: 1 }),
      /1 of 2/,
      { strength: 'supported', explains: expect.objectContaining({ behaviours: ['*'], atMost: 1 }) },
    ],
    [
      'some of them while targets answer 5xx',
      balancerOf(['healthy', 'unhealthy'], { target5xx: 1 }),
      /1 of 2/,
      { strength: 'supported' },
    ],
    [
      'a group without any, which answers 503',
      balancerOf([]),
      /^No target is registered in example-targets: .* 503 and not 502$/,
      { explains: null },
    ],
    ['all of them', balancerOf(['unhealthy', 'unhealthy']), /2 of 2 .* the balancer tries every one$/, {}],
  ],
  ruledOut: [
    ['healthy targets', balancerOf(['healthy', 'healthy']), /No target/],
    ['targets on their way in or out', balancerOf(['initial', 'draining', 'unused']), /No target/],
  ],
  inconclusive: [
    [
      'health that may not be read',
      {
        distribution,
        'load-balancer': aBalancer({
          targetGroups: group === undefined ? [] : [{ ...group, targets: [] }],
          gaps: [
            {
              kind: 'access-denied',
              message: 'AWS did not allow elasticloadbalancing:DescribeTargetHealth.',
              remedy: 'Allow elasticloadbalancing:DescribeTargetHealth.',
            },
          ],
        }),
      },
      /DescribeTargetHealth/,
    ],
    ['targets whose health nobody checks', balancerOf(['unavailable', 'unused']), /is not known/],
    [
      'targets that could not be read',
      { distribution, 'load-balancer': aBalancer({ targetGroups: [] }) },
      /could not be read/,
    ],
  ],
});
