/** The shape of an audit's answer. Built by `concludeAudit`; rendered for Slack, for the terminal and as JSON. */
import type { AuditState, Fix } from './audit.js';
import type { Iso, TimeWindow, Unavailability } from './evidence.js';
import type { Citation } from './finding.js';
import type { Verdict } from './verdict.js';

export interface ScoredItem {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly matters: string;
  readonly offers: string;
  readonly state: AuditState;
  readonly because: string;
  readonly citations: readonly Citation[];
  /** null where nothing is to be done, or where it is not known whether. */
  readonly fix: Fix | null;
  /** What is missing to know, for `unknown`. */
  readonly missing: readonly Unavailability[];
}

export interface Scorecard {
  readonly format: 'cf502.scorecard/1';
  readonly checkId: string;
  readonly target: {
    readonly asked: string;
    readonly distributionId: string | null;
    readonly domainName: string | null;
  };
  /** The time that logs and metrics were looked at for. */
  readonly window: TimeWindow;
  readonly concludedAt: Iso;
  /** `failed`: the distribution could not be read, or may not be; then there are no items. */
  readonly outcome: 'complete' | 'cancelled' | 'failed';
  /** One sentence that stands alone: the notification text. */
  readonly headline: string;
  /** What would make it possible, where it failed. */
  readonly remedy: string | null;
  readonly counts: Readonly<Record<AuditState, number>>;
  /** The worst first: at risk, missing, unknown, in place; within a state by importance. */
  readonly items: readonly ScoredItem[];
}

/** What a request may end in: the answer of a check or of an audit. */
export type Conclusion = Verdict | Scorecard;

export function isScorecard(conclusion: Conclusion): conclusion is Scorecard {
  return conclusion.format === 'cf502.scorecard/1';
}
