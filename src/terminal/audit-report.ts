/** The audit as JSON, for programs: a published shape (docs/report.md) that does not change with our own. Pure. */
import { settingLines } from '../diagnosis/audit-reading.js';
import type { Scorecard, ScoredItem } from '../diagnosis/scorecard.js';
import { clean } from './report.js';

export const auditFormat = 'cf502.audit/1';

/** Plain JSON; texts hold no control characters or terminal escapes. Fields may be added within a format, never changed or removed. */
export function renderAuditReport(scorecard: Scorecard) {
  const { checkId, concludedAt, outcome, headline, remedy, target, window, counts, items } = scorecard;
  return {
    ...clean({
      format: auditFormat,
      checkId,
      concludedAt,
      outcome,
      headline,
      remedy,
      target,
      window,
      counts: {
        inPlace: counts['in-place'],
        missing: counts.missing,
        atRisk: counts['at-risk'],
        unknown: counts.unknown,
      },
    }),
    items: items.map(renderItem),
  };
}

export type AuditReport = ReturnType<typeof renderAuditReport>;

function renderItem({ id, title, state, because, fix, missing, citations, matters, offers, why }: ScoredItem) {
  return {
    ...clean({ id, title, state, because }),
    fix:
      fix === null
        ? null
        : {
            ...clean({ action: fix.action, cloudFormation: fix.cloudFormation }),
            // Line by line, since texts hold no line ends.
            terraform: fix.terraform === null ? null : settingLines(fix.terraform),
          },
    ...clean({
      missing: missing.map(({ kind, message, remedy }) => ({ kind, message, remedy: remedy ?? null })),
      evidence: citations.map(({ kind, ref, fact }) => ({ kind, ref, fact })),
      whyItMatters: matters,
      whatAwsOffers: offers,
      documentation: why,
    }),
  };
}
