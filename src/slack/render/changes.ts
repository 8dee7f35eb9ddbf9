/** What somebody changed around the time when the 502s began, by AWS's own record. */
import { describeChange } from '../../diagnosis/list-changes.js';
import type { Verdict } from '../../diagnosis/verdict.js';
import { context, header, list, type RenderedMessage, withinLimits } from './blocks.js';
import { firstOf } from './limits.js';
import { bold, cleanText, fallbackText, type Piece, when } from './text.js';

const maxShown = 10;

/** null where nothing is on record. */
export function renderChanges({ changes }: Verdict): RenderedMessage | null {
  const [first] = changes;
  if (first === undefined) return null;
  const { shown, more } = firstOf(changes, maxShown);
  const items = shown.map((change): Piece[] => [
    bold(cleanText(describeChange(change), 250)),
    ' · ',
    ...when(change.at),
    ...(change.resources.length === 0 ? [] : [` · ${cleanText(change.resources.join(', '), 250)}`]),
  ]);
  return withinLimits(fallbackText(`What changed: ${cleanText(describeChange(first), 250)}.`), [
    header('What changed'),
    list([], items, more),
    context('From CloudTrail, some minutes late. A change near the beginning is a place to look, not a proof.'),
  ]);
}
