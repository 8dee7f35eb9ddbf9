/** What the card of a pending proposal says about trying it first: that it can be, or why not. */
import type { Proposal } from '../../remediation/proposal.js';
import { bold, cleanText, type Piece } from './text.js';

/**
 * Why it cannot be tried on a part of the traffic first; null: it can. undefined: nothing is said, since it takes a change back or was made by an
 * earlier version.
 */
export function whyNoTrial({ trialRefusal, rollbackOf }: Proposal, mayTry: boolean): string | null | undefined {
  if (rollbackOf !== null || trialRefusal === undefined) return undefined;
  return trialRefusal === null && !mayTry
    ? 'Trials on a part of the traffic are off: the policy file has no changes.trial.'
    : trialRefusal;
}

export function trialRows(proposal: Proposal, mayTry: boolean): Piece[][] {
  const why = whyNoTrial(proposal, mayTry);
  if (why === undefined) return [];
  const can = 'can be tried on a part of the traffic first; one approval as a trial makes it one';
  return [[bold('Trial: '), why === null ? can : cleanText(why, 300)]];
}
