import { expect } from '@jest/globals';
import { balancerMade502 } from '../../src/checks/balancer-made-502.js';
import type { LoadBalancerEvidence } from '../../src/diagnosis/evidence.js';
import { aBalancer, aBehaviour, aCell, aDistribution, someLogs } from '../builders/evidence.js';
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
/** Most of them in the hour before. */
const mostBefore = {
  elb502: 250,
  elb502PerMinute: [
    { at: '2026-11-20T10:00:00Z', value: 50 },
    { at: '2026-11-20T09:30:00Z', value: 200 },
  ],
};
const cellsOf = (count: number) => [aCell({ detailedResult: 'OriginError', count })];
const logsOf = (count: number, inMinute = count) =>
  someLogs({
    cells: cellsOf(count),
    perMinute: [
      { minute: '2026-11-20T10:00:00.000Z', requests: 5_000, failures: inMinute },
      { minute: '2026-11-20T10:01:00.000Z', requests: 5_000, failures: count - inMinute },
    ],
  });
const paired = (inMinute: number, elb502: number) => ({
  elb502,
  elb502PerMinute: [
    { at: '2026-11-20T10:00:00Z', value: inMinute },
    { at: '2026-11-20T09:30:00Z', value: elb502 - inMinute },
  ],
});
/** All within one hour. */
const minuteAt = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString();
const everyMinute = (value: number) => ({
  elb502: value * 60,
  elb502PerMinute: Array.from({ length: 60 }, (_, minute) => ({ at: minuteAt(minute), value })),
});
/** A twentieth of the rows of that hour: every fifth minute has some. */
const twentieth = (count: number) => {
  const all = someLogs({
    cells: cellsOf(count),
    perMinute: Array.from({ length: 12 }, (_, index) => ({
      minute: minuteAt(index * 5),
      requests: 800,
      failures: count / 12,
    })),
  });
  return { ...all, hours: all.hours.map((hour) => ({ ...hour, partRead: 0.05 })) };
};
const twoOrigins = aDistribution({
  behaviours: [aBehaviour({ pathPattern: '/other/*', targetId: 'other' }), aBehaviour()],
});
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
          expect.objectContaining({
            fact: "100 % of the balancer's 502s and 96 % of the logged ones that fit fall in the same minutes",
          }),
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
      'all in the same minutes of the hours that were read',
      {
        ...balancerOf(mostBefore),
        'access-logs': {
          ...logged,
          hours: logged.hours.map((hour, index) => (index === 0 ? { ...hour, partRead: 0 } : hour)),
        },
      },
      /250 502s/,
      { strength: 'proven' },
    ],
    [
      'as many as a twentieth of the logs can hold, which no minute of them shows',
      { ...balancerOf(everyMinute(20)), 'access-logs': twentieth(60) },
      /1,200 502s/,
      {
        strength: 'proven',
        // And a few more by chance.
        explains: expect.objectContaining({ atMost: 76 }),
        citations: [
          expect.objectContaining({ kind: 'load-balancer' }),
          expect.objectContaining({ fact: expect.stringMatching(/^100 % .* 100 % .* fall in the same 10 minutes$/) }),
        ],
      },
    ],
    [
      'far fewer than there would be in a twentieth of the logs, less surely',
      { ...balancerOf(everyMinute(20)), 'access-logs': twentieth(30) },
      /1,200 502s/,
      { strength: 'supported' },
    ],
    [
      'the same minutes on behaviours that do not lead to it, less surely',
      { ...balancerOf(sameMinute), 'access-logs': someLogs({ cells: [aCell({ behaviour: '/other/*', count: 50 })] }) },
      /48 502s/,
      { strength: 'supported' },
    ],
    [
      'a little less than four fifths of its own, less surely',
      { ...balancerOf(paired(79, 100)), 'access-logs': logsOf(100, 79) },
      /100 502s/,
      { strength: 'supported' },
    ],
    [
      'four fifths of the logged ones',
      { ...balancerOf(paired(80, 80)), 'access-logs': logsOf(100) },
      /80 502s/,
      { strength: 'proven' },
    ],
    [
      'a little less than four fifths of the logged ones, less surely',
      { ...balancerOf(paired(79, 79)), 'access-logs': logsOf(100) },
      /79 502s/,
      { strength: 'supported' },
    ],
    [
      'minutes in which the 502s were of another behaviour, less surely',
      {
        ...balancerOf(sameMinute),
        distribution: twoOrigins,
        'access-logs': someLogs({ cells: [...cellsOf(5), aCell({ behaviour: '/other/*', count: 500 })] }),
      },
      /48 502s/,
      { strength: 'supported' },
    ],
    [
      'minutes in which nearly all of the 502s were of another kind, less surely',
      {
        ...balancerOf(sameMinute),
        'access-logs': someLogs({
          cells: [...cellsOf(5), aCell({ detailedResult: 'OriginConnectError', count: 500 })],
        }),
      },
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
