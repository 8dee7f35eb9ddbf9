/** The cases of the bench against the checks of the product: nothing is expected that does not exist, and nothing exists untried. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../../src/checks/index.js';
import { families } from './bench-case.js';
import { cases } from './cases/index.js';

const ids = checks.map(({ id }) => id);
/** Checks that explain no 502 by themselves, so that no case can have them for its cause. */
const neverACause = [
  'hidden-502',
  'missing-access-logs',
  'rejected-handshake',
  'slow-origin',
  'truncated-body',
  'unhealthy-targets',
  'unseen-origin-fault',
  'viewer-aborts',
];

describe('the cases', () => {
  it('are many, each by a name of its own, of every family', () => {
    const names = cases.map(({ id }) => id);
    expect(names.length).toBeGreaterThanOrEqual(80);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect([...new Set(cases.map(({ family }) => family))].sort()).toEqual([...families].sort());
  });

  it('expect causes that there are checks for', () => {
    const expected = cases.flatMap(
      ({ expected: { causes, mayAlsoSay = [], mustNotSay = [], mustNotProve = [], orTop = [] } }) => [
        ...causes,
        ...mayAlsoSay,
        ...mustNotSay,
        ...mustNotProve,
        ...orTop,
      ],
    );
    expect([...new Set(expected)].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('try every check that can name a cause', () => {
    const tried = new Set(cases.flatMap(({ expected }) => expected.causes));
    expect(ids.filter((id) => !tried.has(id) && !neverACause.includes(id))).toEqual([]);
  });

  it.each(cases)('$id names its first cause among its causes', ({ expected: { top, causes, outcome } }) => {
    expect(causes[0] ?? null).toBe(top);
    expect(outcome === 'cause-found').toBe(top !== null);
  });
});
