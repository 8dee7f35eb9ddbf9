/**
 * Saved bags of evidence, each with the verdict that it must lead to. A bag of a real check can be promoted to a case: save it as
 * `test/golden/<story>.json` with what the verdict should say.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import type { Cause, Verdict } from '../../src/diagnosis/verdict.js';

interface GoldenCase {
  readonly story: string;
  readonly now: string;
  readonly bag: EvidenceBag;
  readonly verdict: ReturnType<typeof summarise>;
}

const folder = new URL('../golden/', import.meta.url);

/** What a person would act on; the rest of a verdict follows from the bag. */
function summarise({ outcome, layer, headline, failures, causes, alsoSeen, unexplained, nextTest, ...rest }: Verdict) {
  const brief = ({ checkId, originId, strength, explained }: Cause) => ({ checkId, originId, strength, explained });
  return {
    outcome,
    layer,
    headline,
    failures,
    causes: causes.map(brief),
    alsoSeen: alsoSeen.map(brief),
    unexplained,
    ruledOut: rest.ruledOut.map(({ checkId }) => checkId),
    inconclusive: rest.inconclusive.map(({ checkId, lead }) => ({ checkId, lead })),
    crashed: rest.crashed.map(({ checkId }) => checkId),
    nextTest,
  };
}

const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('golden bags', () => {
  it('are there', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'blind.json',
        'healthy.json',
        'incomplete-chain.json',
        'two-causes.json',
        'unused-origin.json',
      ]),
    );
  });

  it.each(files)('%s leads to its verdict', (name) => {
    const { bag, now, verdict } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as GoldenCase;
    const at = new Date(now);
    expect(summarise(concludeVerdict(bag, evaluateEvidence(checks, bag, at), at))).toEqual(verdict);
  });
});
