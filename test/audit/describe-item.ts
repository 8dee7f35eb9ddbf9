/** The table that every audit item is tested with: what differs -> the state and what is said. */
import { describe, expect, it } from '@jest/globals';
import type { AuditEvidenceMap, AuditItem, AuditState } from '../../src/diagnosis/audit.js';
import type { Gathered } from '../../src/diagnosis/evidence.js';
import { nothing, someAlarms, someDeliveries } from '../builders/audit.js';
import { aDistribution, collected, now, someLogs, someMetrics } from '../builders/evidence.js';

type Evidence = { readonly [K in keyof AuditEvidenceMap]?: AuditEvidenceMap[K] | Gathered<never> };
/** What differs, the evidence, the state, and what is said: `because`, the fix or what is needed. */
export type ItemRow = readonly [string, Evidence, AuditState, RegExp, RegExp?];

const sound: AuditEvidenceMap = {
  distribution: aDistribution(),
  'access-logs': someLogs(),
  'cloudfront-metrics': someMetrics(),
  alarms: someAlarms(),
  'log-delivery': someDeliveries(),
  'origin-probes': nothing,
  'keep-alive-labs': nothing,
  'load-balancers': nothing,
};

export function describeItem(item: AuditItem, rows: readonly ItemRow[]): void {
  describe(item.id, () => {
    it.each(rows.map((row) => [row[0], row] as const))('%s', (_what, [, differing, state, because, then]) => {
      const all: Evidence = { ...sound, ...differing };
      const needed = item.needs.map((kind) => [kind, all[kind]] as const);
      const used = item.uses.map((kind) => [kind, asGathered(all[kind])] as const);
      const answer = item.evaluate(Object.fromEntries([...needed, ...used]), now);
      expect(answer).toMatchObject({ state, because: expect.stringMatching(because) });
      expect(answer.because).toMatch(/^\S[^\n]*\.$/);
      expect(answer.because).not.toMatch(/ {2}|\.\./);
      expect(JSON.stringify(answer)).not.toMatch(/undefined|NaN|\bnull s\b/);
      if (answer.state === 'unknown') {
        for (const { remedy } of answer.missing) expect(remedy).toMatch(/\.$/);
        if (then !== undefined) expect(JSON.stringify(answer.missing)).toMatch(then);
        return;
      }
      expect(answer.citations.length).toBeGreaterThan(0);
      for (const { fact } of answer.citations) expect(fact).not.toBe('');
      if (answer.state === 'in-place') return;
      expect(answer.fix.action).toMatch(/^[A-Z].*\.$/);
      if (then !== undefined) expect(JSON.stringify(answer.fix)).toMatch(then);
    });

    it('has a row for each state that it can be in', () => {
      expect(new Set(rows.map(([, , state]) => state)).size).toBeGreaterThan(1);
    });
  });
}

function asGathered(part: unknown): unknown {
  return typeof part === 'object' && part !== null && 'state' in part && 'elapsedMs' in part ? part : collected(part);
}
