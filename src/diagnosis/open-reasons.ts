/** Causes left open, put together where the reason is the same: to repeat it for each would bury the others. Pure. */
import type { Unavailability } from './evidence.js';
import type { Inconclusive } from './verdict.js';

export interface OpenReason {
  readonly titles: readonly string[];
  readonly subjects: readonly string[];
  readonly missing: readonly Unavailability[];
  readonly lead: string | null;
}

/** In the order in which each reason first appears. */
export function groupByReason(entries: readonly Inconclusive[]): readonly OpenReason[] {
  const groups = new Map<string, OpenReason & { readonly titles: string[] }>();
  for (const { title, subjects, missing, lead } of entries) {
    const key = JSON.stringify([subjects, missing.map(({ message, remedy }) => [message, remedy]), lead]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { titles: [title], subjects, missing, lead });
    else known.titles.push(title);
  }
  return [...groups.values()];
}
