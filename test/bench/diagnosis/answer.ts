/** What was said about a case, by the product or by the runbook, in the form in which it is scored. Pure. */
import type { Strength } from '../../../src/diagnosis/finding.js';
import type { Verdict } from '../../../src/diagnosis/verdict.js';

export interface Answer {
  readonly outcome: Verdict['outcome'];
  /** Best first; those that are merely possible are leads and not answers. */
  readonly causes: readonly { readonly id: string; readonly strength: Strength }[];
  /** Share of the logged 502s that they account for together; absent where that was not said. */
  readonly explained?: number;
  readonly crashed: readonly string[];
  readonly elapsedMs: number;
  /** For people who look at a missed case. */
  readonly headline: string;
}

export function answerOf(
  { outcome, causes, crashed, headline, failures, unexplained }: Verdict,
  elapsedMs: number,
): Answer {
  return {
    outcome,
    causes: causes.map(({ checkId, strength }) => ({ id: checkId, strength })),
    ...(unexplained === null || failures === null || failures.count === 0
      ? {}
      : { explained: 1 - unexplained / failures.count }),
    crashed: crashed.map(({ checkId }) => checkId),
    elapsedMs,
    headline,
  };
}

/** The causes that it stands by. */
export function statedCauses({ causes }: Answer): readonly string[] {
  return [...new Set(causes.filter(({ strength }) => strength !== 'possible').map(({ id }) => id))];
}

/** What it answers first; null where it names nothing. */
export function topOf(answer: Answer): string | null {
  return answer.outcome === 'cause-found' ? (statedCauses(answer)[0] ?? null) : null;
}
