import { expect } from '@jest/globals';
import { balancerMade502 } from '../../src/checks/balancer-made-502.js';
import type { LoadBalancerEvidence } from '../../src/diagnosis/evidence.js';
import { aBalancer, aCell, aDistribution, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

type Metrics = NonNullable<LoadBalancerEvidence['metrics']>;
const distribution = aDistribution();
const sound = aBalancer().metrics;
const balancerOf = (differing: Partial<Metrics>) => ({
  distribution,
  'load-balancer': aBalancer({ metrics: sound === null ? null : { ...sound, ...differing } }),
});
const logged = someLogs({ cells: [aCell({ detailedResult: 'OriginError', count: 50 })] });
const sameMinute = { elb502: 48, elb502PerMinute: [{ at: '2026-11-20T10:00:00Z', value: 48 }] };
const fourFifths = {
  elb502: 50,
  elb502PerMinute: [
    { at: '2026-11-20T10:00:00Z', value: 40 },
    { at: '2026-11-20T09:30:00Z', value: 10 },
  ],
};
const otherMinute = { elb502: 48, elb502PerMinute: [{ at: '2026-11-20T09:30:00Z', value: 48 }] };

describeCheck(balancerMade502, {
  found: [
    [
      '502s of its own in the same minutes',
      { ...balancerOf(sameMinute), 'access-logs': logged },
      /^example-alb counts 48 502s that it made itself in the window$/,
      {
        strength: 'proven',
        layer: 'load-balancer',
        explains: { behaviours: ['*'], detailedResults: ['OriginError', 'Miss', 'Error', '-', ''], atMost: 48 },
        citations: [
          expect.objectContaining({ kind: 'load-balancer' }),
          expect.objectContaining({ fact: "100 % of the balancer's 502s fall in minutes with logged 502s" }),
        ],
      },
    ],
    [
      'the same number in other minutes, less surely',
      { ...balancerOf(otherMinute), 'access-logs': logged },
      /counts 48 502s/,
      { strength: 'supported' },
    ],
    [
      'four fifths in the same minutes',
      { ...balancerOf(fourFifths), 'access-logs': logged },
      /50 502s/,
      { strength: 'proven' },
    ],
    [
      'the same minutes on behaviours that do not lead to it, less surely',
      { ...balancerOf(sameMinute), 'access-logs': someLogs({ cells: [aCell({ behaviour: '/other/*', count: 50 })] }) },
      /48 502s/,
      { strength: 'supported' },
    ],
    ['502s of its own without logs', balancerOf(sameMinute), /counts 48 502s/, { strength: 'supported' }],
  ],
  ruledOut: [
    ['none of its own nor of its targets', balancerOf({}), /the fault lies before it/],
    ['errors of its targets only', balancerOf({ target5xx: 9 }), /made no 502 in the window\.$/],
    [
      'a network load balancer',
      { distribution, 'load-balancer': aBalancer({ type: 'network' }) },
      /does not speak HTTP/,
    ],
  ],
  inconclusive: [
    [
      'metrics that could not be read',
      { distribution, 'load-balancer': aBalancer({ metrics: null }) },
      /could not be read/,
    ],
  ],
});
