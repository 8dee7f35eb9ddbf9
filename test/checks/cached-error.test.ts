import { describe, expect, it } from '@jest/globals';
import { cachedError } from '../../src/checks/cached-error.js';
import { refusedConnection } from '../../src/checks/refused-connection.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import { aBag, aBehaviour, aCell, aDeadAddress, aDistribution, aProbe, now, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const ttl = (cachingMinTtlSeconds: number) =>
  aDistribution({ customErrorResponses: [{ errorCode: 502, responseCode: null, cachingMinTtlSeconds }] });
const original = aCell({
  path: '/a',
  count: 30,
  firstAt: '2026-11-20T09:30:00.000Z',
  lastAt: '2026-11-20T09:31:00.000Z',
});
const copy = aCell({
  path: '/a',
  detailedResult: 'Error',
  count: 200,
  underTenMs: 196,
  underOneSecond: 200,
  firstAt: '2026-11-20T09:30:01.000Z',
  lastAt: '2026-11-20T09:45:00.000Z',
});

describeCheck(cachedError, {
  found: [
    [
      'quick copies of a 502 on a path that failed towards the origin',
      { distribution: aDistribution(), 'access-logs': someLogs({ cells: [copy, original] }) },
      /^About 196 502s came from CloudFront's cache, which keeps a 502 for 10 s or longer$/,
      {
        strength: 'supported',
        explains: { behaviours: ['*'], paths: ['/a'], detailedResults: ['Error'], atMost: 196 },
        remedy: expect.stringContaining('wait 10 s'),
      },
    ],
    [
      'quick copies of a 502 that is kept for long, its original out of the window',
      { distribution: ttl(3_600), 'access-logs': someLogs({ cells: [copy] }) },
      /for 3600 s or longer$/,
      {},
    ],
  ],
  ruledOut: [
    ['no 502s', { distribution: ttl(300), 'access-logs': someLogs() }, /do not look like copies/],
    [
      'quick errors without an original, kept for no longer than usual',
      { distribution: aDistribution(), 'access-logs': someLogs({ cells: [copy] }) },
      /do not look/,
    ],
    [
      'requests for different items, which share a template and no copy',
      {
        distribution: ttl(3_600),
        'access-logs': someLogs({
          cells: [
            { ...copy, path: '/products/{id}' },
            { ...original, path: '/products/{id}' },
          ],
        }),
      },
      /do not look/,
    ],
    [
      'quick errors that outlast every copy of a 502 from before the first row',
      {
        distribution: ttl(60),
        'access-logs': someLogs({ cells: [{ ...copy, lastAt: '2026-11-20T10:45:00.000Z' }] }),
      },
      /do not look/,
    ],
    [
      'quick errors without an original, where a function at the edge may be what answers',
      {
        distribution: {
          ...ttl(3_600),
          behaviours: [
            aBehaviour({
              edgeFunctions: [
                {
                  event: 'viewer-request',
                  runtime: 'cloudfront-function',
                  arn: 'arn:aws:cloudfront::111122223333:function/rewrite',
                },
              ],
            }),
          ],
        },
        'access-logs': someLogs({ cells: [copy] }),
      },
      /do not look/,
    ],
    [
      'errors that took time',
      { distribution: ttl(300), 'access-logs': someLogs({ cells: [{ ...copy, underTenMs: 20 }, original] }) },
      /do not look/,
    ],
    [
      'POSTs, which are never answered from the cache',
      { distribution: ttl(300), 'access-logs': someLogs({ cells: [{ ...copy, method: 'POST' }, original] }) },
      /do not look/,
    ],
    [
      'three rows',
      { distribution: ttl(300), 'access-logs': someLogs({ cells: [{ ...copy, count: 3, underTenMs: 3 }, original] }) },
      /do not look/,
    ],
  ],
  inconclusive: [],
});

describe('cached-error beside a cause of its own', () => {
  const logs = someLogs({ cells: [copy, original] });
  const conclude = (probe = aProbe()) => {
    const bag = aBag({ logs, probes: [probe] });
    return concludeVerdict(bag, evaluateEvidence([refusedConnection, cachedError], bag, now), now);
  };

  it('is the cause while the origin is sound again', () => {
    expect(conclude()).toMatchObject({ outcome: 'cause-found', causes: [{ checkId: 'cached-error' }] });
  });

  it('steps back where the fault of the origin accounts for the same 502s', () => {
    expect(conclude(aProbe({ addresses: [aDeadAddress('refused')] }))).toMatchObject({
      causes: [{ checkId: 'refused-connection', explained: { count: 230, of: 230 } }],
      alsoSeen: [{ checkId: 'cached-error' }],
    });
  });
});
