/** A fault that was seen on the paths that were tried is that of the others which fail alike, and of no others. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { FailureCell, HttpProbe } from '../../src/diagnosis/evidence.js';
import { aBag, aCell, anAddress, anAnswer, aProbe, now, someLogs } from '../builders/evidence.js';

const paths = ['/a', '/b', '/c', '/d', '/e'] as const;
const cellsOf = (detailedResult: string, differing: Partial<FailureCell> = {}) =>
  paths.map((path) => aCell({ path, detailedResult, count: 20, ...differing }));
const bad = {
  'oversized-response-head': anAnswer({ outcome: 'oversized-head', headBytes: 40_000 }),
  'malformed-response-head': anAnswer({ outcome: 'malformed-head', status: null, problem: 'no status line' }),
  'conflicting-content-length': anAnswer({ contentLengths: [2, 3] }),
  'relayed-502': anAnswer({ status: 502 }),
  'premature-close': anAnswer({ outcome: 'closed-before-head', status: null }),
} as const;

function explained(checkId: keyof typeof bad, cells: readonly FailureCell[], faulty: readonly string[], sound = ['/']) {
  const http: HttpProbe[] = [
    ...sound.map((path) => anAnswer({ path })),
    ...faulty.map((path) => ({ ...bad[checkId], path })),
  ];
  const bag = aBag({ logs: someLogs({ cells }), probes: [aProbe({ addresses: [anAddress({ http })] })] });
  const verdict = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
  return verdict.causes.find((cause) => cause.checkId === checkId)?.explained?.count;
}

describe('a fault of several paths', () => {
  it.each([
    ['oversized-response-head', 'OriginHeaderTooBigError'],
    ['malformed-response-head', 'OriginInvalidResponseError'],
    ['conflicting-content-length', 'OriginInvalidResponseError'],
  ] as const)('(%s) is that of every row that CloudFront calls %s', (checkId, result) => {
    expect(explained(checkId, cellsOf(result), ['/a'])).toBe(100);
  });

  it.each([
    ['relayed-502', 'OriginError'],
    ['premature-close', 'OriginReadError'],
  ] as const)('(%s) is that of the rows of %s, where three paths that fail showed it', (checkId, result) => {
    expect(explained(checkId, cellsOf(result), ['/a', '/b', '/c'])).toBe(100);
  });

  it.each([
    ['two paths showed it', cellsOf('OriginError'), ['/a', '/b'], ['/'], 40],
    ['one that fails in the logs was answered well', cellsOf('OriginError'), ['/a', '/b', '/c'], ['/', '/d'], 60],
    ['one that showed it does not fail in the logs', cellsOf('OriginError'), ['/a', '/b', '/x'], ['/'], 40],
    [
      'POSTs fail so too, which nobody tried',
      [...cellsOf('OriginError'), aCell({ method: 'POST', path: '/d', detailedResult: 'OriginError', count: 9 })],
      ['/a', '/b', '/c'],
      ['/'],
      60,
    ],
    [
      'the rest has another name',
      [...cellsOf('OriginError').slice(0, 3), ...cellsOf('OriginReadError').slice(3)],
      ['/a', '/b', '/c'],
      ['/'],
      60,
    ],
    ['nothing has a name', cellsOf('Error'), ['/a', '/b', '/c'], ['/'], 60],
  ] as const)('stays with its own paths where %s', (_, cells, faulty, sound, count) => {
    expect(explained('relayed-502', cells, faulty, [...sound])).toBe(count);
  });
});
