/** What the thread under the answer holds: the proof, what the 502s have in common, the probes, and what was ruled out or stayed open. */
import type { EvidenceBag } from '../../diagnosis/evidence.js';
import type { Verdict } from '../../diagnosis/verdict.js';
import type { Offers } from '../../remediation/offer.js';
import type { RenderedMessage } from './blocks.js';
import { renderChanges } from './changes.js';
import { renderCommonTraits } from './common-traits.js';
import { renderNoOffer, renderOffer } from './offer.js';
import { renderOpenQuestions } from './open-questions.js';
import { renderProbes } from './probe-table.js';
import { renderProof } from './proof.js';

/**
 * The messages in the order in which they are posted: at most five and those of the offers, none of them empty.
 * @param bag null where the evidence is no longer kept.
 * @param offers null where this installation changes nothing.
 */
export function renderThread(
  verdict: Verdict,
  bag: EvidenceBag | null,
  offers: Offers | null = null,
): readonly RenderedMessage[] {
  return [
    renderProof(verdict),
    renderCommonTraits(verdict),
    renderChanges(verdict),
    bag === null ? null : renderProbes(bag, verdict.concludedAt),
    renderOpenQuestions(verdict),
    ...(offers === null ? [] : renderOffers(verdict.checkId, offers)),
  ].filter((message) => message !== null);
}

/** Last, so that what is to be decided stands where people look. */
function renderOffers(checkId: string, { offers, remarks }: Offers): readonly RenderedMessage[] {
  return [
    ...(remarks.length === 0 ? [] : [renderNoOffer(remarks, offers.length > 0)]),
    ...offers.map((offer, index) => renderOffer(checkId, index, offer, null)),
  ];
}
