/** Checks that keep how long they took, for the trace; what they answer stays the same. */
import type { Check } from '../diagnosis/check.js';

export interface TimedChecks {
  readonly checks: readonly Check[];
  /** By id, milliseconds in all: a check is put to every connection or origin that it is about. */
  readonly elapsedMs: ReadonlyMap<string, number>;
}

/** @param clock milliseconds from any beginning. */
export function timeChecks(checks: readonly Check[], clock: () => number): TimedChecks {
  const elapsedMs = new Map<string, number>();
  return {
    elapsedMs,
    checks: checks.map((check) => ({
      ...check,
      evaluate: (evidence, now) => {
        const startedAt = clock();
        try {
          return check.evaluate(evidence, now);
        } finally {
          elapsedMs.set(check.id, (elapsedMs.get(check.id) ?? 0) + clock() - startedAt);
        }
      },
    })),
  };
}
