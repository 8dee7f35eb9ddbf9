/** What the 502s have in common, and that chance is not taken for it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccessLogEvidence, DimensionCount, LogDimension } from '../../src/diagnosis/evidence.js';
import { overRepresentationRules, rankOverRepresented } from '../../src/diagnosis/over-representation.js';
import { aCell, someLogs } from '../builders/evidence.js';

function logsOf(
  failures: number,
  requests: number,
  dimensions: Partial<Record<LogDimension, readonly DimensionCount[]>>,
): AccessLogEvidence {
  const base = someLogs({ requests, cells: [aCell({ count: failures })] });
  const empty = Object.fromEntries(Object.keys(base.dimensions).map((name) => [name, []]));
  return { ...base, dimensions: { ...empty, ...dimensions } as AccessLogEvidence['dimensions'] };
}
const counts = (value: string, failures: number, requests: number): DimensionCount => ({ value, failures, requests });

describe('rankOverRepresented', () => {
  it('names a value that holds far more of the 502s than of the requests, with its counts and lift', () => {
    const logs = logsOf(500, 10_000, {
      path: [counts('/api/:id', 400, 1_000), counts('/', 100, 9_000)],
      method: [counts('GET', 495, 9_900), counts('POST', 5, 100)],
    });
    expect(rankOverRepresented(logs)).toEqual([
      { dimension: 'path', value: '/api/:id', failures: 400, requests: 1_000, lift: 8 },
    ]);
  });

  it.each([
    ['three rows', logsOf(3, 10_000, { path: [counts('/a', 3, 3)] })],
    ['a value with four 502s of many', logsOf(100, 10_000, { path: [counts('/a', 4, 4)] })],
    ['a difference that may be chance', logsOf(20, 200, { path: [counts('/a', 9, 55)] })],
    ['a share of the 502s that is too small to matter', logsOf(10_000, 100_000, { path: [counts('/a', 400, 400)] })],
    ['a lift that is too small to matter', logsOf(5_000, 100_000, { method: [counts('GET', 4_900, 70_000)] })],
    ['what was folded', logsOf(500, 10_000, { path: [counts('(other)', 400, 1_000)] })],
    ['requests that have all failed', logsOf(500, 500, { path: [counts('/a', 500, 500)] })],
    ['no 502s', logsOf(0, 10_000, { path: [counts('/a', 0, 10)] })],
    ['no requests', logsOf(0, 0, {})],
  ])('names nothing for %s', (_, logs) => {
    expect(rankOverRepresented(logs)).toEqual([]);
  });

  it('compares no detailed result and no size of an error page, and puts how long it took last', () => {
    const logs = logsOf(500, 10_000, {
      'detailed-result': [counts('OriginConnectError', 500, 500)],
      'size-band': [counts('under 1 kB', 500, 600)],
      'time-taken-band': [counts('under 0.1 s', 450, 500)],
      method: [counts('POST', 400, 2_000)],
    });
    expect(rankOverRepresented(logs).map(({ dimension }) => dimension)).toEqual(['method', 'time-taken-band']);
  });

  it('ranks by lift, and lets no dimension flood the table', () => {
    const paths = [1, 2, 3, 4, 5].map((index) => counts(`/${index}`, 60, 60 + index * 10));
    const rows = rankOverRepresented(logsOf(500, 10_000, { path: paths, behaviour: [counts('/api/*', 450, 3_000)] }));
    expect(rows.map(({ value }) => value)).toEqual(['/1', '/2', '/3', '/api/*']);
  });

  it('writes an hour as people do', () => {
    const hour = [counts('2026-11-22T23:00:00.000Z', 400, 2_000)];
    expect(rankOverRepresented(logsOf(500, 10_000, { hour }))).toMatchObject([{ value: '2026-11-22 23:00 UTC' }]);
  });

  it('never throws, and every row keeps the rules, whatever the counts', () => {
    const count = fc.record({ value: fc.string(), failures: fc.nat(5_000), requests: fc.nat(50_000) });
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(50_000), fc.array(count, { maxLength: 20 }), (failures, requests, path) => {
        for (const row of rankOverRepresented(logsOf(failures, requests, { path, method: path }))) {
          expect(row.failures).toBeGreaterThanOrEqual(overRepresentationRules.minFailures);
          expect(row.failures).toBeLessThanOrEqual(row.requests);
          expect(row.lift).toBeGreaterThanOrEqual(overRepresentationRules.minLift);
          expect(Number.isFinite(row.lift)).toBe(true);
        }
      }),
    );
  });
});
