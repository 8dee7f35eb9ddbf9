/**
 * Saved bags of evidence, each with the verdict that it must lead to. A bag of a real check is promoted to a case by
 * test/playground/golden.ts.
 */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { parseBagFile, renderBagFile } from '../../src/diagnosis/bag-file.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import { readGoldenCases, summariseVerdict } from './golden-case.js';

const golden = readGoldenCases();

function conclude(bag: EvidenceBag, now: string) {
  const at = new Date(now);
  return concludeVerdict(bag, evaluateEvidence(checks, bag, at), at);
}

describe('golden bags', () => {
  it('are there', () => {
    expect(golden.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'blind.json',
        'healthy.json',
        'incomplete-chain.json',
        'two-causes.json',
        'unused-origin.json',
      ]),
    );
  });

  it.each(golden)('$name leads to its verdict', ({ bag, now, verdict }) => {
    expect(summariseVerdict(conclude(bag, now))).toEqual(verdict);
  });

  it.each(golden)('$name, saved and read again, leads to the same verdict byte for byte', ({ bag, now }) => {
    const read = parseBagFile(renderBagFile({ bag, now: new Date(now) }, '0.0.0'), 'bag.json');
    if (!read.ok) throw new Error(read.problem);
    expect(JSON.stringify(conclude(read.bag, read.now.toISOString()))).toBe(JSON.stringify(conclude(bag, now)));
  });
});
