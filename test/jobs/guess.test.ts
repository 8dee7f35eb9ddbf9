/** What people read before all is in. */
import { describe, expect, it } from '@jest/globals';
import { guessOf } from '../../jobs/guess.js';
import { cause, verdict } from '../builders/verdict.js';

const logs = { kind: 'access-logs', title: 'Access logs' };
const probe = { kind: 'origin-probe', title: 'Probe api.example.com:443' };
const ruledOut = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    checkId: `c${index}`,
    title: `Title ${index + 1}`,
    because: 'It was not seen.',
    layer: 'cloudfront-to-origin' as const,
    citations: [],
  }));

describe('guessOf', () => {
  it('ranks what may be the cause', () => {
    const causes = [
      cause({ claim: 'The first.', strength: 'possible' }),
      cause({ claim: 'The second.', strength: 'possible' }),
    ];
    expect(guessOf(verdict({ outcome: 'inconclusive', causes }), null, [logs])).toEqual({
      sentence: 'The first. Then: The second.',
      strength: 'possible',
      basis: 'what the probes and metrics showed, before any log was read',
    });
  });

  it.each([
    [2, [logs, probe], 'Title 1, Title 2; still reading logs'],
    [0, [logs], 'nothing; still reading logs'],
    [1, [probe], 'Title 1; still waiting for: Probe api.example.com:443'],
    [
      10,
      [logs],
      `${ruledOut(8)
        .map(({ title }) => title)
        .join(', ')} and 2 more; still reading logs`,
    ],
  ])('says that nothing points to a cause, and which %d are ruled out', (count, open, expected) => {
    const nothing = verdict({ outcome: 'inconclusive', causes: [], inconclusive: [], ruledOut: ruledOut(count) });
    expect(guessOf(nothing, null, open)).toMatchObject({
      sentence: `nothing found so far points to a cause; ruled out so far: ${expected}`,
      strength: null,
    });
  });
});
