import { expect } from '@jest/globals';
import { targetReported5xx } from '../../src/checks/target-reported-5xx.js';
import type { AccessLogEvidence, LoadBalancerEvidence } from '../../src/diagnosis/evidence.js';
import { aBalancer, aBehaviour, aCell, aDistribution, someLogs, someMetrics } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const sound = aBalancer().metrics;
const balancerOf = (differing: Partial<NonNullable<LoadBalancerEvidence['metrics']>>) =>
  aBalancer({ metrics: sound === null ? null : { ...sound, ...differing } });
const inMinute = (target5xx: number, time = '10:00') => ({
  target5xx,
  target5xxPerMinute: [{ at: `2026-11-20T${time}:00Z`, value: target5xx }],
});
const logged = (count: number) =>
  someLogs({ cells: [aCell({ behaviour: '/api/*', detailedResult: 'OriginError', count })] });
const tenth = (logs: AccessLogEvidence): AccessLogEvidence => ({
  ...logs,
  hours: logs.hours.map((hour) => ({ ...hour, partRead: 0.1 })),
});
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
      '5xx of its targets in the minutes of the 502s, on the behaviours that lead to it, and no more than these',
      { distribution, 'load-balancer': balancerOf(inMinute(30)), 'access-logs': logged(40) },
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
    [
      'as many as a tenth of the logs can hold',
      { distribution, 'load-balancer': balancerOf(inMinute(400)), 'access-logs': tenth(logged(40)) },
      /400 5xx/,
      { strength: 'supported', explains: expect.objectContaining({ atMost: 53 }) },
    ],
    [
      'fewer than the other 5xx in a tenth of the logs, as a mere possibility',
      {
        distribution,
        'load-balancer': balancerOf(inMinute(400)),
        'access-logs': tenth({ ...logged(40), byStatus: [{ status: '503', count: 50 }] }),
      },
      /400 5xx/,
      { strength: 'possible' },
    ],
    [
      'as many 502s by CloudWatch, without rows',
      {
        distribution,
        'load-balancer': balancerOf({ target5xx: 30 }),
        'cloudfront-metrics': someMetrics({ estimated502: 100 }),
      },
      /30 5xx/,
      { strength: 'supported' },
    ],
    ...(
      [
        ['nothing that counts 502s', { 'load-balancer': balancerOf({ target5xx: 30 }) }],
        ['no 502s', { 'load-balancer': balancerOf(inMinute(30)), 'cloudfront-metrics': someMetrics() }],
        ['502s in other minutes', { 'load-balancer': balancerOf(inMinute(30, '09:30')), 'access-logs': logged(40) }],
        [
          '502s in minutes that are not known',
          { 'load-balancer': balancerOf({ target5xx: 30 }), 'access-logs': logged(40) },
        ],
        ['far more 502s', { 'load-balancer': balancerOf(inMinute(30)), 'access-logs': logged(400) }],
        ['far fewer 502s', { 'load-balancer': balancerOf(inMinute(9_000)), 'access-logs': logged(412) }],
        [
          '502s on a behaviour that leads elsewhere',
          { 'load-balancer': balancerOf(inMinute(30)), 'access-logs': someLogs({ cells: [aCell({ count: 40 })] }) },
        ],
      ] as const
    ).map(
      ([beside, evidence]) =>
        [
          `5xx beside ${beside}, as a mere possibility`,
          { distribution, ...evidence },
          /5xx/,
          { strength: 'possible' },
        ] as const,
    ),
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
