/** The shape of a trial, beside the proposal it belongs to, and what can happen to it. Plain JSON; its life is `trial-life.ts`. */
import type { Iso, Sample } from './proposal.js';
import type { TrialComparison } from './trial.js';

export const trialStates = [
  'planned',
  'copied',
  'changed',
  'by-header',
  'by-weight',
  'compared',
  'promoting',
  'promoted',
  'aborting',
  'aborted',
  'failed',
] as const;
export type TrialState = (typeof trialStates)[number];

/** What has been made in the account and must be taken away again, whatever happens. */
export interface TrialRemains {
  readonly stagingDistributionId: string | null;
  readonly policyId: string | null;
  readonly isPolicyAttached: boolean;
}

/** The writes that lead forward. Each is claimed by one compare-and-set and sent once at most; those that take away are free to be repeated. */
export const trialWrites = ['copy', 'change-staging', 'create-policy', 'attach-policy', 'shift-to-weight'] as const;
export type TrialWrite = (typeof trialWrites)[number];

/** What was settled when it began. */
export interface TrialTermsKept {
  readonly header: { readonly name: string; readonly value: string };
  /** Of the traffic, 0 to 0.15. */
  readonly weight: number;
  readonly minRequests: number;
  readonly windowMinutes: number;
  readonly startedAt: Iso;
  /** Ended by cf502 where nobody has decided by then. */
  readonly endsAt: Iso;
}

export interface Trial {
  readonly format: 'cf502.trial/1';
  readonly proposalId: string;
  readonly revision: number;
  readonly state: TrialState;
  readonly terms: TrialTermsKept;
  readonly remains: TrialRemains;
  /** `d….cloudfront.net`, by which the policy names it; null until it was copied. */
  readonly stagingDomainName: string | null;
  /** The last write that was claimed and whose end is not known. */
  readonly sent: { readonly write: TrialWrite; readonly at: Iso } | null;
  /** What its own requests with the header showed; null until then. */
  readonly headerCheck: string | null;
  /** When the part of the traffic had begun to flow everywhere; null until then. */
  readonly observedFrom: Iso | null;
  readonly samples: { readonly primary: Sample; readonly staging: Sample } | null;
  readonly comparison: TrialComparison | null;
  /** ETag of the distribution after cf502 took the policy off. */
  readonly etagAfter: string | null;
  /** Who ended it, and why; `by` null: cf502 itself. */
  readonly ending: { readonly by: string | null; readonly because: string } | null;
  readonly failure: string | null;
  readonly history: readonly {
    readonly at: string;
    readonly event: TrialEvent['name'];
    readonly from: TrialState;
    readonly to: TrialState;
    readonly by: string | null;
  }[];
}

export type TrialEvent = {
  readonly at: string;
} /** The write is about to be sent: whoever loses this compare-and-set must not send it. */ & (
  | { readonly name: 'claim'; readonly write: TrialWrite }
  | { readonly name: 'copied'; readonly stagingDistributionId: string; readonly stagingDomainName: string }
  | { readonly name: 'changed' }
  | { readonly name: 'policy-made'; readonly policyId: string }
  | { readonly name: 'attached' }
  | { readonly name: 'header-compared'; readonly sentence: string }
  | { readonly name: 'weighted' }
  /** The weight is deployed. */
  | { readonly name: 'observed' }
  | {
      readonly name: 'compared';
      readonly primary: Sample;
      readonly staging: Sample;
      readonly comparison: TrialComparison;
    }
  /** A person says so, after the comparison. */
  | { readonly name: 'promote'; readonly by: string }
  | { readonly name: 'promoted' }
  /** `by` null: cf502 itself, since the trial is worse or too old. */
  | { readonly name: 'abort'; readonly by: string | null; readonly because: string }
  /** What is there of it, as AWS says: something whose answer was lost may be among it. */
  | { readonly name: 'found'; readonly remains: TrialRemains; readonly stagingDomainName: string | null }
  | { readonly name: 'detached'; readonly etag: string | null }
  | { readonly name: 'policy-gone' }
  | { readonly name: 'staging-gone' }
  | { readonly name: 'ended' }
  | { readonly name: 'fail'; readonly because: string }
);
