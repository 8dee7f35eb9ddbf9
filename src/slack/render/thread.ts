/** What the thread under the answer holds: the proof, what the 502s have in common, the probes, and what was ruled out or stayed open. */
import type { EvidenceBag } from '../../diagnosis/evidence.js';
import type { Verdict } from '../../diagnosis/verdict.js';
import type { RenderedMessage } from './blocks.js';
import { renderChanges } from './changes.js';
import { renderCommonTraits } from './common-traits.js';
import { renderOpenQuestions } from './open-questions.js';
import { renderProbes } from './probe-table.js';
import { renderProof } from './proof.js';

/**
 * The messages in the order in which they are posted: at most five, none of them empty.
 * @param bag null where the evidence is no longer kept.
 */
export function renderThread(verdict: Verdict, bag: EvidenceBag | null): readonly RenderedMessage[] {
  return [
    renderProof(verdict),
    renderCommonTraits(verdict),
    renderChanges(verdict),
    bag === null ? null : renderProbes(bag, verdict.concludedAt),
    renderOpenQuestions(verdict),
  ].filter((message) => message !== null);
}
