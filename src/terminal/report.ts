/** The report as JSON, for programs: a published shape (docs/report.md) that does not change with our own. Pure. */
import type { Citation } from '../diagnosis/finding.js';
import type { Cause, Verdict } from '../diagnosis/verdict.js';
import { plain } from '../diagnosis/wording.js';

export const reportFormat = 'cf502.report/1';

const maxTextLength = 4_000;

/** Plain JSON; texts hold no control characters or terminal escapes. Fields may be added within a format, never changed or removed. */
export function renderReport(verdict: Verdict) {
  return clean({
    format: reportFormat,
    checkId: verdict.checkId,
    concludedAt: verdict.concludedAt,
    outcome: verdict.outcome,
    headline: verdict.headline,
    layer: verdict.layer,
    target: verdict.target,
    window: verdict.window,
    failures: verdict.failures,
    unexplained: verdict.unexplained,
    causes: verdict.causes.map(renderCause),
    alsoSeen: verdict.alsoSeen.map(renderCause),
    onset: verdict.onset,
    load: verdict.load,
    curve: verdict.curve,
    detailedResults: verdict.detailedResults,
    overRepresented: verdict.overRepresented,
    changes: verdict.changes,
    ruledOut: verdict.ruledOut.map(({ checkId, title, because, layer, citations }) => ({
      id: checkId,
      title,
      layer,
      because,
      evidence: citations.map(renderEvidence),
    })),
    inconclusive: verdict.inconclusive.map(({ checkId, title, subjects, missing, lead }) => ({
      id: checkId,
      title,
      subjects,
      missing: missing.map(({ kind, message, remedy }) => ({ kind, message, remedy: remedy ?? null })),
      lead,
    })),
    crashed: verdict.crashed.map(({ checkId, title, message }) => ({ id: checkId, title, message })),
    coverage: {
      ...verdict.coverage,
      missing: verdict.coverage.missing.map(({ what, kind, message, remedy }) => ({
        what,
        kind,
        message,
        remedy: remedy ?? null,
      })),
    },
    nextTest: verdict.nextTest,
  });
}

export type Report = ReturnType<typeof renderReport>;

function renderCause(cause: Cause) {
  return {
    id: cause.checkId,
    title: cause.title,
    strength: cause.strength,
    cappedBecause: cause.cappedBecause,
    layer: cause.layer,
    claim: cause.claim,
    origin: cause.originId,
    connection: cause.connectionId,
    explained: cause.explained,
    evidence: cause.citations.map(renderEvidence),
    remedy: cause.remedy,
    documentation: cause.why,
  };
}

function renderEvidence({ kind, ref, fact }: Citation) {
  return { kind, ref, fact };
}

/** Every text in it without control and invisible characters; shape and type stay what they are. */
export function clean<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? plain(part, maxTextLength) : part)),
  ) as T;
}
