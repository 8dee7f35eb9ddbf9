import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AggregateResult, createAggregate } from '../../src/access-log/aggregate.js';
import { logDimensions } from '../../src/diagnosis/evidence.js';
import type { AccessLogRow } from '../world/access-logs.js';
import { plantStory } from '../world/log-story.js';
import { aggregateOf, rowAt, window } from './log-builders.js';

const failing = (time: string, values: AccessLogRow['values'] = {}) =>
  rowAt(time, { 'sc-status': '502', 'x-edge-detailed-result-type': 'OriginConnectError', ...values });
const countOf = (result: AggregateResult, dimension: (typeof logDimensions)[number], value: string) =>
  result.dimensions[dimension].find((count) => count.value === value);

const inLetters = (value: number) => String(value).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));

describe('the aggregate', () => {
  it('is empty without rows', () => {
    expect(aggregateOf([]).finish()).toMatchObject({
      rows: { inWindow: 0, outsideWindow: 0 },
      newestRow: null,
      oldestRow: null,
      requests: 0,
      failures: 0,
      byStatus: [],
      perMinute: [],
      failureCells: [],
      failureTimeTakenSeconds: null,
      samples: [],
    });
  });

  it('counts requests and 502s by every dimension', () => {
    const result = aggregateOf([
      rowAt('10:15:01', { 'cs-uri-stem': '/api/orders/1', 'time-taken': '0.050', 'sc-bytes': '500' }),
      failing('10:15:59', { 'cs-uri-stem': '/api/orders/2', 'cs-method': 'POST', 'time-taken': '30.012' }),
      rowAt('10:16:00', { 'cs-uri-stem': '/index.html', 'sc-status': '503' }),
    ]).finish();
    expect(result).toMatchObject({ requests: 3, failures: 1 });
    expect(result.byStatus).toEqual([
      { status: '200', count: 1 },
      { status: '502', count: 1 },
      { status: '503', count: 1 },
    ]);
    expect(result.perMinute).toEqual([
      { minute: '2026-11-20T10:15:00.000Z', requests: 2, failures: 1 },
      { minute: '2026-11-20T10:16:00.000Z', requests: 1, failures: 0 },
    ]);
    expect(countOf(result, 'behaviour', '/api/*')).toEqual({ value: '/api/*', requests: 2, failures: 1 });
    expect(countOf(result, 'path', '/api/orders/{number}')).toMatchObject({ requests: 2, failures: 1 });
    expect(countOf(result, 'method', 'POST')).toMatchObject({ requests: 1, failures: 1 });
    expect(countOf(result, 'edge-location', 'FRA56-P1')).toMatchObject({ requests: 3, failures: 1 });
    expect(countOf(result, 'host', 'www.example.com')).toMatchObject({ requests: 3 });
    expect(countOf(result, 'protocol-version', 'HTTP/2.0')).toMatchObject({ requests: 3 });
    expect(countOf(result, 'detailed-result', 'OriginConnectError')).toMatchObject({ requests: 1, failures: 1 });
    expect(countOf(result, 'size-band', 'under 1 kB')).toMatchObject({ requests: 1 });
    expect(countOf(result, 'time-taken-band', '29.5 to 31 s')).toMatchObject({ requests: 1, failures: 1 });
    expect(countOf(result, 'hour', '2026-11-20T10:00:00.000Z')).toMatchObject({ requests: 3, failures: 1 });
    expect(result.failureCells).toEqual([
      {
        behaviour: '/api/*',
        path: '/api/orders/{number}',
        method: 'POST',
        detailedResult: 'OriginConnectError',
        count: 1,
        underTenMs: 0,
        underOneSecond: 0,
        firstAt: '2026-11-20T10:15:59.000Z',
        lastAt: '2026-11-20T10:15:59.000Z',
      },
    ]);
    expect(result.byBehaviour).toEqual([
      {
        behaviour: '/api/*',
        repeatable: { requests: 1, failures: 0 },
        unrepeatable: { requests: 1, failures: 1 },
        otherServerErrors: 0,
        slow: 1,
        perMinute: [
          {
            minute: '2026-11-20T10:15:00.000Z',
            requests: 2,
            failures: 1,
            served: 1,
            unrepeatable: 1,
            unrepeatableFailures: 1,
          },
        ],
      },
    ]);
    expect(result.failureTimeTakenSeconds).toEqual({ p50: 30, p90: 30, p99: 30, max: 30.012 });
  });

  it('counts 503s and 504s of the origin, and not what CloudFront or a function made at the edge', () => {
    const ended = (status: string, result: string) =>
      rowAt('10:15:00', { 'sc-status': status, 'x-edge-detailed-result-type': result });
    const atEdge = ['LimitExceeded', 'CapacityExceeded', 'FunctionExecutionError', 'LambdaExecutionError'];
    const rows = [
      failing('10:15:00'),
      ended('503', 'OriginError'),
      ended('504', 'OriginCommError'),
      ...atEdge.map((result) => ended('503', result)),
    ];
    const behaviours = aggregateOf(rows).finish().byBehaviour ?? [];
    expect(behaviours.reduce((sum, { otherServerErrors }) => sum + otherServerErrors, 0)).toBe(2);
  });

  it('tells the behaviours apart up to a number, and none past it', () => {
    const behaviours = Array.from({ length: 60 }, (_, index) => `/b${index}/*`);
    const rows = behaviours.map((_, index) => failing('10:00:00', { 'cs-uri-stem': `/b${index}/x` }));
    expect(aggregateOf(rows.slice(0, 20), { behaviours }).finish().byBehaviour).toHaveLength(8);
    expect(aggregateOf(rows, { behaviours }).finish().byBehaviour).toEqual([]);
  });

  it('keeps to the window, half-open, and says how old and new the rows are', () => {
    const result = aggregateOf([rowAt('09:59:59'), rowAt('10:00:00'), rowAt('10:59:59'), rowAt('11:00:00')]).finish();
    expect(result).toMatchObject({
      rows: { inWindow: 2, outsideWindow: 2 },
      requests: 2,
      oldestRow: '2026-11-20T09:59:59.000Z',
      newestRow: '2026-11-20T11:00:00.000Z',
    });
  });

  it('counts only what matches the path, and still knows how many rows there were', () => {
    const rows = [rowAt('10:00:00', { 'cs-uri-stem': '/api/x' }), failing('10:00:01', { 'cs-uri-stem': '/other' })];
    const result = aggregateOf(rows, { pathPattern: '/api/*' }).finish();
    expect(result).toMatchObject({ rows: { inWindow: 2 }, requests: 1, failures: 0 });
    expect(result.dimensions.path.map(({ value }) => value)).toEqual(['/api/x']);
    expect(result.dimensions.behaviour.map(({ value }) => value)).toEqual(['/api/*']);
  });

  it('takes the Host of the viewer, and the distribution name where there is none', () => {
    const rows = [
      rowAt('10:00:00', { 'x-host-header': 'WWW.example.com' }),
      rowAt('10:00:01', { 'x-host-header': '-' }),
    ];
    expect(
      aggregateOf(rows)
        .finish()
        .dimensions.host.map(({ value }) => value),
    ).toEqual(['d111111abcdef8.cloudfront.net', 'www.example.com']);
  });

  it('notices origin errors that carry another status', () => {
    const result = aggregateOf([
      rowAt('10:00:00', { 'sc-status': '200', 'x-edge-detailed-result-type': 'OriginDnsError' }),
      rowAt('10:00:01', { 'sc-status': '504', 'x-edge-detailed-result-type': 'OriginCommError' }),
      rowAt('10:00:02', { 'sc-status': '200', 'x-edge-detailed-result-type': 'OriginShieldHit' }),
      failing('10:00:03'),
    ]).finish();
    expect(result.hiddenOriginErrors).toBe(1);
  });

  it('shows samples without anything about the viewer', () => {
    const { samples } = aggregateOf([failing('10:15:42', { 'cs-uri-stem': '/u/anna@example.com/4711' })]).finish();
    expect(samples).toEqual([
      {
        at: '2026-11-20T10:15:42.000Z',
        requestId: expect.stringMatching(/==$/),
        edgeLocation: 'FRA56-P1',
        method: 'GET',
        host: 'www.example.com',
        path: '/u/{address}/{number}',
        detailedResult: 'OriginConnectError',
        timeTakenSeconds: 0.104,
      },
    ]);
  });

  it('keeps every cap and every total, whatever viewers ask for', () => {
    const rows = Array.from({ length: 3_000 }, (_, index) =>
      failing('10:00:00', {
        'cs-uri-stem': `/${String.fromCharCode(97 + (index % 26))}/${'x'.repeat(index % 40)}/page-${index % 700}`,
        'x-host-header': `h${index}.example.com`,
        'cs-method': `M${index % 90}`,
        'x-edge-request-id': `id-${index}`,
      }),
    );
    const result = aggregateOf(rows).finish();
    for (const dimension of logDimensions) {
      expect(result.dimensions[dimension].length).toBeLessThanOrEqual(50);
      expect(result.dimensions[dimension].reduce((sum, { failures }) => sum + failures, 0)).toBe(3_000);
    }
    expect(result.dimensions.host.at(-1)?.value).toBe('(other)');
    expect(result.failureCells.length).toBeLessThanOrEqual(500);
    expect(result.failureCells.reduce((sum, { count }) => sum + count, 0)).toBe(3_000);
    expect(result.samples).toHaveLength(20);
  });

  const story = plantStory({
    seed: 7,
    window: { from: new Date(window.from), to: new Date(window.to) },
    requestsPerMinute: 10,
    failures: [{ share: 0.3, detailedResult: 'OriginReadError' }],
  });

  it('comes to the same in any order and however the rows are cut into objects', () => {
    const whole = aggregateOf(story).finish();
    expect(whole.failures).toBeGreaterThan(100);
    const cut = fc.integer({ min: 0, max: story.length });
    fc.assert(
      fc.property(cut, cut, fc.boolean(), (a, b, isReversed) => {
        const rows = isReversed ? [...story].reverse() : story;
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const [one, two, three] = [
          aggregateOf(rows.slice(0, first)),
          aggregateOf(rows.slice(first, second)),
          aggregateOf(rows.slice(second)),
        ];
        two.merge(three);
        one.merge(two);
        expect(one.finish()).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('agrees with a count by hand', () => {
    const result = aggregateOf(story).finish();
    const failed = story.filter(({ values }) => values['sc-status'] === '502');
    expect(result.requests).toBe(story.length);
    expect(result.failures).toBe(failed.length);
    for (const { value, failures } of result.dimensions['edge-location'])
      expect(failures).toBe(failed.filter(({ values }) => values['x-edge-location'] === value).length);
    const times = failed.map(({ values }) => Number(values['time-taken'])).sort((x, y) => x - y);
    expect(result.failureTimeTakenSeconds).toEqual({
      p50: times[Math.ceil(times.length * 0.5) - 1],
      p90: times[Math.ceil(times.length * 0.9) - 1],
      p99: times[Math.ceil(times.length * 0.99) - 1],
      max: times.at(-1),
    });
  });

  it('merges into one that has folded its paths', () => {
    const options = { window, pathPattern: null, behaviours: ['*'] };
    const total = createAggregate(options);
    for (let part = 0; part < 4; part += 1) {
      const rows = Array.from({ length: 150 }, (_, index) =>
        failing('10:00:00', {
          'cs-uri-stem': `/shoes/${inLetters(part * 150 + index)}`,
          'x-edge-request-id': `${part}-${index}`,
        }),
      );
      total.merge(aggregateOf(rows, options));
    }
    const result = total.finish();
    expect(result.dimensions.path).toEqual([{ value: '/shoes/{any}', requests: 600, failures: 600 }]);
    expect(result.failureCells.map(({ path, count }) => [path, count])).toEqual([['/shoes/{any}', 600]]);
    expect(new Set(result.samples.map(({ path }) => path))).toEqual(new Set(['/shoes/{any}']));
  });
});
