import { describe, expect, it } from '@jest/globals';
import { isDecided } from '../../jobs/conclude.js';
import { cause, verdict } from '../builders/verdict.js';

describe('isDecided', () => {
  const failures = { count: 100, requests: 1_000, source: 'access-logs' } as const;
  const found = { outcome: 'cause-found', failures, unexplained: 5 } as const;
  const proven = cause({ strength: 'proven' });
  it.each([
    ['a proven cause of nearly all of them', { ...found, causes: [proven] }, true],
    ['a proven cause of fewer', { ...found, unexplained: 6, causes: [proven] }, false],
    ['a cause that is not proven', { ...found, causes: [cause({ strength: 'supported' })] }, false],
    ['no logs to explain', { ...found, unexplained: null, causes: [proven] }, false],
    ['nothing found', { outcome: 'no-502s' as const, failures, unexplained: 0, causes: [] }, false],
    ['nothing decided', { ...found, outcome: 'inconclusive' as const, causes: [proven] }, false],
  ])('%s', (_what, changes, expected) => {
    expect(isDecided(verdict(changes))).toBe(expected);
  });
});
