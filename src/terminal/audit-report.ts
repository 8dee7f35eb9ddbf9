/** The audit as JSON, for programs: a published shape (docs/report.md) that does not change with our own. Pure. */
import type { Scorecard } from '../diagnosis/scorecard.js';
import { clean } from './report.js';

export const auditFormat = 'cf502.audit/1';

/** Plain JSON; texts hold no control characters or terminal escapes. Fields may be added within a format, never changed or removed. */
export function renderAuditReport(scorecard: Scorecard) {
  const { checkId, concludedAt, outcome, headline, remedy, target, window, counts, items } = scorecard;
  return clean({
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
    items: items.map((item) => ({
      id: item.id,
      title: item.title,
      state: item.state,
      because: item.because,
      fix:
        item.fix === null
          ? null
          : {
              action: item.fix.action,
              // A list of lines: texts hold no line ends.
              terraform: item.fix.terraform?.split('\n') ?? null,
              cloudFormation: item.fix.cloudFormation,
            },
      missing: item.missing.map(({ kind, message, remedy: needs }) => ({ kind, message, remedy: needs ?? null })),
      evidence: item.citations.map(({ kind, ref, fact }) => ({ kind, ref, fact })),
      whyItMatters: item.matters,
      whatAwsOffers: item.offers,
      documentation: item.why,
    })),
  });
}

export type AuditReport = ReturnType<typeof renderAuditReport>;
