/** What a golden case is: a saved bag, and what a person would act on in its verdict. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import type { Cause, Verdict } from '../../src/diagnosis/verdict.js';

export interface GoldenCase {
  readonly story: string;
  readonly now: string;
  readonly bag: EvidenceBag;
  readonly verdict: VerdictSummary;
}

export type VerdictSummary = ReturnType<typeof summariseVerdict>;

/** From the root of the repository, so that it is the same for sources and for what is compiled from them. */
export const goldenFolder = join('test', 'golden');

/** The rest of a verdict follows from the bag. */
export function summariseVerdict({ outcome, layer, headline, failures, causes, alsoSeen, ...rest }: Verdict) {
  const brief = ({ checkId, originId, strength, explained }: Cause) => ({ checkId, originId, strength, explained });
  return {
    outcome,
    layer,
    headline,
    failures,
    causes: causes.map(brief),
    alsoSeen: alsoSeen.map(brief),
    unexplained: rest.unexplained,
    ruledOut: rest.ruledOut.map(({ checkId }) => checkId),
    inconclusive: rest.inconclusive.map(({ checkId, lead }) => ({ checkId, lead })),
    crashed: rest.crashed.map(({ checkId }) => checkId),
    nextTest: rest.nextTest,
  };
}

export function readGoldenCases(): readonly (GoldenCase & { readonly name: string })[] {
  return readdirSync(goldenFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, ...(JSON.parse(readFileSync(join(goldenFolder, name), 'utf8')) as GoldenCase) }));
}
