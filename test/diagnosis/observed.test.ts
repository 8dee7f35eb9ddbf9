/** What a count of 502s is worth: what was not read, what CloudWatch counts beside it, one path, and what else is wrong. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aCell,
  aDeadAddress,
  aDistribution,
  aProbe,
  type BagParts,
  now,
  someLogs,
  someMetrics,
  unavailable,
} from '../builders/evidence.js';

function conclude(parts: BagParts) {
  const bag = aBag(parts);
  return concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
}
const noMetrics = unavailable();
const { objects, rows } = someLogs();

describe('no 502 in the logs, without CloudWatch to count them', () => {
  it.each([
    [
      'objects that were left out',
      { objects: { ...objects, listed: 100, read: 1 } },
      'Only 1 of 100 log objects were read',
    ],
    [
      'hours that could not be read',
      {
        hours: someLogs().hours.map((hour, index) =>
          index === 0 ? { ...hour, objects: 0, rows: 0, partRead: 0 } : hour,
        ),
      },
      'logs of 1 hour of the window could not be read',
    ],
    [
      'rows that are none',
      { rows: { ...rows, inWindow: 100, malformed: 99_900 } },
      '99,900 log rows could not be understood',
    ],
  ])('shows nothing beside %s', (_, differing, words) => {
    const verdict = conclude({ logs: someLogs(differing), metrics: noMetrics });
    expect(verdict).toMatchObject({ outcome: 'inconclusive', headline: expect.stringContaining(words) });
  });

  it('is good beside a stray row that is none, and where CloudWatch counts none either', () => {
    expect(conclude({ logs: someLogs({ rows: { ...rows, malformed: 3 } }), metrics: noMetrics }).outcome).toBe(
      'no-502s',
    );
    expect(conclude({ logs: someLogs({ objects: { ...objects, listed: 100, read: 1 } }) }).outcome).toBe('no-502s');
  });

  it('is good of logs that an engine counted, unless it could not count all of them either', () => {
    const counted = someLogs({ objects: { ...objects, listed: 100, read: 0 } });
    expect(conclude({ logs: counted, metrics: noMetrics }).outcome).toBe('no-502s');
    const hours = counted.hours.map((hour) => ({ ...hour, partRead: 0.5 }));
    expect(conclude({ logs: { ...counted, hours }, metrics: noMetrics })).toMatchObject({
      outcome: 'inconclusive',
      headline: expect.stringContaining('Only a part of the logs could be read'),
    });
  });
});

describe('what would settle whether there were 502s', () => {
  const wait = /Run the check again in an hour with the same window, when the logs are in\.$/;
  const readMore = /Why not stands with the access logs; of a shorter window all may be read\.$/;
  const of5xx = someMetrics({ estimated502: null, error502Rate: null, estimated5xx: 900, requestsTotal: 100_000 });
  const noSuchPath = someLogs({ pathPattern: '/none/*', requests: 0, rows });
  const inPart = { hours: someLogs().hours.map((hour) => ({ ...hour, partRead: 0.05 })) };
  it.each<[string, string, BagParts, RegExp]>([
    [
      'waiting',
      'rows that are late',
      { logs: someLogs({ newestRow: '2026-11-20T09:30:00.000Z' }), metrics: noMetrics },
      wait,
    ],
    ['waiting', 'requests that CloudWatch alone has', { metrics: of5xx }, wait],
    ['waiting', 'a path without rows', { logs: noSuchPath }, wait],
    [
      'no waiting',
      'objects left out',
      { logs: someLogs({ objects: { ...objects, listed: 100 } }), metrics: noMetrics },
      readMore,
    ],
    ['no waiting', 'objects that failed', { logs: someLogs({ objects: { ...objects, failedCount: 1 } }) }, readMore],
    ['no waiting', 'requests in logs that were not read', { logs: someLogs(inPart), metrics: of5xx }, readMore],
    ['no waiting', 'a path without rows in a sample', { logs: { ...noSuchPath, ...inPart } }, readMore],
    [
      'no waiting',
      'rows that are none',
      { logs: someLogs({ rows: { ...rows, malformed: 900 } }), metrics: noMetrics },
      /which format that place really has\.$/,
    ],
  ])('is %s for %s', (_, _what, parts, words) => {
    expect(conclude(parts)).toMatchObject({ outcome: 'inconclusive', nextTest: expect.stringMatching(words) });
  });

  it('does not say of logs left unread that they are late', () => {
    expect(conclude({ logs: someLogs(inPart), metrics: of5xx }).headline).toContain('not all of the logs were read');
  });
});

describe('logs that end long before the window', () => {
  const late = someLogs({ newestRow: '2026-11-20T09:30:00.000Z' });
  it.each([
    ['has no figure', someMetrics({ requests: [], requestsTotal: 0 })],
    ['has counted fewer requests than they hold', someMetrics({ requestsTotal: 4_000 })],
  ])('are not vouched for by CloudWatch, which %s', (_, metrics) => {
    expect(conclude({ logs: late, metrics })).toMatchObject({
      outcome: 'inconclusive',
      headline: expect.stringContaining('newest log row is from 09:30'),
    });
    expect(conclude({ logs: late }).outcome).toBe('no-502s');
  });

  it('and hold no 502 leave a fault of now to be possible, be it new or what only we meet', () => {
    const probes = [aProbe({ addresses: [aDeadAddress('refused')] })];
    expect(conclude({ logs: late, metrics: noMetrics, probes })).toMatchObject({
      outcome: 'inconclusive',
      causes: [
        { strength: 'possible', cappedBecause: expect.stringContaining('none of 10,000 requests failed up to') },
      ],
    });
    expect(conclude({ logs: { ...late, requests: 200 }, metrics: noMetrics, probes }).outcome).toBe('cause-found');
  });
});

describe('a window without any figure', () => {
  const nothing = {
    logs: someLogs({ requests: 0, newestRow: null }),
    metrics: someMetrics({ requests: [], requestsTotal: 0 }),
  };

  it('had no request, and does not speak for an origin that fails now', () => {
    expect(conclude(nothing)).toMatchObject({ outcome: 'no-502s', headline: expect.stringContaining('no request at') });
    const probes = [aProbe({ addresses: [aDeadAddress('refused')] })];
    expect(conclude({ ...nothing, probes })).toMatchObject({
      outcome: 'cause-found',
      headline: expect.stringMatching(/^No 502s counted yet, but requests will fail/),
    });
  });
});

describe('502s that a custom error response gives another status', () => {
  const probes = [aProbe({ addresses: [aDeadAddress('refused')] })];
  const mapped = (responseCode: number) =>
    aDistribution({ customErrorResponses: [{ errorCode: 502, responseCode, cachingMinTtlSeconds: 10 }] });
  function logged(status: string, results: Readonly<Record<string, number>>) {
    const base = someLogs();
    const counts = Object.entries(results).map(([value, requests]) => ({ value, requests, failures: 0 }));
    const failed = Object.values(results).reduce((sum, count) => sum + count, 0);
    const byStatus = [
      { status: '200', count: 10_000 - failed },
      { status, count: failed },
    ];
    return { ...base, byStatus, dimensions: { ...base.dimensions, 'detailed-result': counts } };
  }

  it.each([
    [503, logged('503', { OriginConnectError: 900, Miss: 50, CapacityExceeded: 50 }), '900 origin errors'],
    [504, logged('504', { OriginConnectError: 700, OriginCommError: 200 }), '700 origin errors'],
    [503, { ...logged('503', { OriginError: 400 }), hiddenOriginErrors: 30 }, '370 origin errors'],
  ])('of a 5xx (%s) are counted by what CloudFront lays to the origin', (status, logs, words) => {
    expect(conclude({ distribution: mapped(status), logs, probes })).toMatchObject({
      outcome: 'cause-found',
      headline: expect.stringMatching(new RegExp(`^Most likely .*: ${words} logged under another status`)),
    });
  });

  it.each([
    ['other 5xx', logged('504', { OriginConnectError: 700 })],
    ['none', someLogs({ hiddenOriginErrors: 0 })],
  ])('are none among %s, so that what only we meet is no cause', (_, logs) => {
    expect(conclude({ distribution: mapped(503), logs, probes })).toMatchObject({
      outcome: 'inconclusive',
      causes: [{ strength: 'possible' }],
    });
  });
});

describe('a path without logs', () => {
  it('is not counted by CloudWatch, which knows the whole distribution only', () => {
    const bag = aBag({ logs: unavailable(), metrics: someMetrics({ estimated502: 400, estimated5xx: 400 }) });
    const failuresOf = (asked: EvidenceBag) =>
      concludeVerdict(asked, evaluateEvidence(checks, asked, now), now).failures;
    expect(failuresOf(bag)?.count).toBe(400);
    expect(failuresOf({ ...bag, pathPattern: '/api/*' })).toBeNull();
  });
});

describe('a path that no row matches', () => {
  it('is not answered with the figures of the whole distribution', () => {
    const logs = someLogs({ pathPattern: '/none/*', requests: 0, rows });
    expect(conclude({ logs, metrics: someMetrics({ estimated502: 400, estimated5xx: 400 }) })).toMatchObject({
      outcome: 'inconclusive',
      failures: { count: 0, requests: 0, source: 'access-logs' },
      headline: expect.stringContaining('no logged request matches /none/*'),
    });
  });
});

describe('what CloudWatch counts beyond the logs', () => {
  const probes = [aProbe({ addresses: [aDeadAddress('refused')] })];
  const logs = someLogs({ cells: [aCell({ count: 10 })], requests: 100 });

  it('remains to be explained, and is said', () => {
    expect(conclude({ logs, probes, metrics: someMetrics({ estimated502: 5_000 }) })).toMatchObject({
      headline: expect.stringContaining('explains 10 of 10 logged, CloudWatch counts about 5,000'),
      unexplained: 4_990,
      nextTest: expect.stringMatching(/^CloudWatch counts about 5,000 502s, of which the logs hold 10: /),
    });
  });

  it.each([
    ['about as many', someMetrics({ estimated502: 13 }), null],
    ['a few more', someMetrics({ estimated502: 14 }), null],
    ['502s that it does not tell from other 5xx', someMetrics({ estimated502: null, estimated5xx: 5_000 }), null],
    ['those of other paths too', someMetrics({ estimated502: 5_000 }), '/api/*'],
  ])('is not said of %s', (_, metrics, pathPattern) => {
    const verdict = conclude({ logs: { ...logs, pathPattern }, probes, metrics });
    expect(verdict).toMatchObject({ headline: expect.stringMatching(/explains 10 of 10\.$/), unexplained: 0 });
  });

  it.each([
    [
      'the hours that were not read',
      { hours: logs.hours.map((hour, index) => (index === 0 ? { ...hour, partRead: 0 } : hour)) },
    ],
    ['what is left of a sample', { whole: { objects: 400, bytes: 4_000_000, seconds: 40, dollars: 0 } }],
  ])('is not said of %s', (_, differs) => {
    const verdict = conclude({ logs: { ...logs, ...differs }, probes, metrics: someMetrics({ estimated502: 5_000 }) });
    expect(verdict).toMatchObject({ headline: expect.stringMatching(/explains 10 of 10\.$/), unexplained: 0 });
  });
});

describe('no 502s', () => {
  const half = [
    { status: '200', count: 5_000 },
    { status: '504', count: 5_000 },
  ];
  it.each<[string, BagParts, string]>([
    ['half of the requests being 504s', { logs: someLogs({ byStatus: half }) }, '; but 5,000 of them a 504.'],
    [
      'many 5xx by CloudWatch alone',
      { logs: unavailable(), metrics: someMetrics({ estimated5xx: 900 }) },
      '; but CloudWatch counts about 900 5xx responses.',
    ],
    [
      'a disabled distribution',
      { distribution: aDistribution({ enabled: false }) },
      '; but the distribution is disabled.',
    ],
    [
      'a change under way',
      { distribution: aDistribution({ status: 'InProgress' }) },
      '; but a change of it is still being deployed.',
    ],
  ])('with %s is not called nothing wrong', (_, parts, words) => {
    const { outcome, headline } = conclude(parts);
    expect(outcome).toBe('no-502s');
    expect(headline).toContain(words);
    expect(headline).not.toContain('nothing wrong');
  });

  it('with a stray 503 is nothing wrong', () => {
    const byStatus = [
      { status: '200', count: 9_990 },
      { status: '503', count: 10 },
    ];
    expect(conclude({ logs: someLogs({ byStatus }) }).headline).toContain('nothing wrong');
  });
});
