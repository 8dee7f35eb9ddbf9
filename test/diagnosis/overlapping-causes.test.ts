/** One fault seen by two checks is one cause: the more specific one, with the evidence of both. */
import { describe, expect, it } from '@jest/globals';
import { type CandidateCause, dropRefined, isMerelyProlonging } from '../../src/diagnosis/overlapping-causes.js';
import { aCell, someLogs } from '../builders/evidence.js';
import { cause } from '../builders/verdict.js';

const citation = (fact: string) => ({ kind: 'probe', ref: 'x', fact }) as const;
const vague = (count: number): CandidateCause => ({
  cause: cause({ checkId: 'relayed-502', explained: { count, of: 100 }, citations: [citation('seen by the probe')] }),
  shares: [count / 100],
  refines: [],
  role: null,
});
const specific = (count: number, changes: Partial<CandidateCause['cause']> = {}): CandidateCause => ({
  cause: cause({
    checkId: 'balancer-made-502',
    explained: { count, of: 100 },
    citations: [citation('counted by the balancer')],
    ...changes,
  }),
  shares: [count / 100],
  refines: ['relayed-502'],
  role: null,
});
const ids = (candidates: readonly CandidateCause[]) => candidates.map((one) => one.cause.checkId);

describe('dropRefined', () => {
  it('leaves the more specific one, with the evidence of both', () => {
    const [only, ...others] = dropRefined([vague(100), specific(95)]);
    expect(others).toEqual([]);
    expect(only?.cause).toMatchObject({
      checkId: 'balancer-made-502',
      citations: [{ fact: 'counted by the balancer' }, { fact: 'seen by the probe' }],
    });
  });

  it.each([
    ['explains far less', specific(40)],
    ['is of another origin', specific(100, { originId: 'web' })],
    ['is merely possible', specific(100, { strength: 'possible' })],
    ['explains nothing', specific(0)],
    ['is a remark', specific(0, { explains: null, explained: null })],
  ])('leaves both where the more specific one %s', (_, other) => {
    expect(ids(dropRefined([vague(100), other]))).toEqual(['relayed-502', 'balancer-made-502']);
  });

  it('leaves the more specific one where no log could be read', () => {
    const unseen = (one: CandidateCause): CandidateCause => ({
      ...one,
      cause: { ...one.cause, explained: null },
      shares: null,
    });
    expect(ids(dropRefined([unseen(vague(1)), unseen(specific(1))]))).toEqual(['balancer-made-502']);
  });
});

describe('isMerelyProlonging', () => {
  const logs = someLogs({ cells: [aCell({ count: 100 })] });
  const amplifier: CandidateCause = { ...specific(80), role: 'amplifier' };
  it('is so where another cause accounts for the same rows, and only for an amplifier', () => {
    expect(isMerelyProlonging(amplifier, [amplifier, vague(100)], logs)).toBe(true);
    expect(isMerelyProlonging(amplifier, [amplifier, vague(20)], logs)).toBe(false);
    expect(isMerelyProlonging(amplifier, [amplifier], logs)).toBe(false);
    expect(isMerelyProlonging(specific(80), [specific(80), vague(100)], logs)).toBe(false);
    expect(isMerelyProlonging(amplifier, [amplifier, vague(100)], null)).toBe(false);
  });
});
