/** What the 502s have in common: values that they hold more often than the requests do, beyond chance. */
import { type AccessLogEvidence, type LogDimension, logDimensions } from './evidence.js';
import { chanceOfAtLeast } from './significance.js';
import type { OverRepresentation } from './verdict.js';

/** What a value must show before it is named; three rows never make a finding. */
export const overRepresentationRules = {
  /** 502s that hold the value. */
  minFailures: 5,
  /** Of all 502s, the share that holds the value. */
  minShare: 0.05,
  minLift: 1.5,
  /** Chance that it is chance, over all values that were tried (Bonferroni). */
  maxChance: 0.001,
  /** Rows of the table, in all and of one dimension. */
  maxRows: 12,
  maxRowsOfDimension: 3,
} as const;

/**
 * Left out: every 502 has a detailed result of its own, so that is a breakdown and no comparison, and its size is that of an error page.
 * How long a 502 took is an effect too, yet it tells a refusal from a time-out: it comes last.
 */
const leftOut: readonly LogDimension[] = ['detailed-result', 'size-band'];
const effects: readonly string[] = ['time-taken-band'];

/** Ranked by lift; the counts are beside it. Empty without significant differences. */
export function rankOverRepresented(logs: AccessLogEvidence): readonly OverRepresentation[] {
  const { failures: allFailures, requests: allRequests } = logs;
  const rules = overRepresentationRules;
  if (allFailures < rules.minFailures || allRequests <= allFailures) return [];
  const compared = logDimensions.filter((dimension) => !leftOut.includes(dimension));
  const candidates = compared.flatMap((dimension) =>
    (logs.dimensions[dimension] ?? [])
      .filter(({ value }) => value !== '(other)')
      .map(({ value, failures, requests }) => {
        // Every logged failure is a request too; a count that says otherwise would make the test meaningless.
        const counted = Math.min(Math.max(requests, failures), allRequests);
        const lift = counted === 0 ? 0 : failures / allFailures / (counted / allRequests);
        return { dimension, value, failures: Math.min(failures, allFailures), requests: counted, lift };
      }),
  );
  const maxChance = rules.maxChance / Math.max(1, candidates.length);
  const ranked = candidates
    .filter(
      ({ failures, lift }) =>
        failures >= rules.minFailures && failures / allFailures >= rules.minShare && lift >= rules.minLift,
    )
    .filter(({ failures, requests }) => chanceOfAtLeast(failures, requests, allFailures, allRequests) <= maxChance)
    .sort(
      (a, b) =>
        Number(effects.includes(a.dimension)) - Number(effects.includes(b.dimension)) ||
        b.lift - a.lift ||
        b.failures - a.failures,
    );
  const ofDimension = new Map<string, number>();
  return ranked
    .filter(({ dimension }) => {
      const seen = ofDimension.get(dimension) ?? 0;
      ofDimension.set(dimension, seen + 1);
      return seen < rules.maxRowsOfDimension;
    })
    .slice(0, rules.maxRows)
    .map((row) => (row.dimension === 'hour' ? { ...row, value: describeHour(row.value) } : row));
}

/** `2026-11-20 10:00 UTC`; any other text as it is. */
function describeHour(value: string): string {
  return Number.isNaN(Date.parse(value)) ? value : `${value.slice(0, 16).replace('T', ' ')} UTC`;
}
