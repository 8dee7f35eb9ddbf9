/** What remediation needs to know of the policy file's `changes`. A shape, so that a parsed policy fits and nothing has to be imported. */
import type { ChangeField } from './proposal.js';

export const weekDays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type WeekDay = (typeof weekDays)[number];

/** Opens on each of the days at `from` and closes at `to`, both `hh:mm` in UTC; `to` at or before `from` is on the next day. */
export interface ChangeWindow {
  readonly days: readonly WeekDay[];
  readonly from: string;
  readonly to: string;
}

/** How a change is tried by continuous deployment. */
export interface TrialTerms {
  /** Of the viewers, 0.01 to 0.15. */
  readonly weight: number;
  /** Minutes that are compared. */
  readonly windowMinutes: number;
  /** A trial that nobody has decided is ended at this age. */
  readonly mostHours: number;
}

/** How far one value may go, and how far at once. */
export interface Bound {
  readonly min: number;
  readonly max: number;
  readonly largestStep?: number | undefined;
}

export interface ChangePolicy {
  readonly mode: 'dry-run' | 'apply';
  /** Distributions that may be changed, by id. */
  readonly distributions: readonly string[];
  readonly approvers: {
    readonly users: readonly string[];
    readonly groups: readonly string[];
    readonly quorum: number;
    readonly selfApproval: boolean;
  };
  readonly expiresAfterMinutes: number;
  /** Absent: always open. */
  readonly windows?: readonly ChangeWindow[] | undefined;
  /** Absent: nobody. */
  readonly breakGlass?: { readonly users: readonly string[] } | undefined;
  readonly bounds: { readonly [Field in ChangeField]?: Bound | undefined };
  readonly proofWindowMinutes: number;
  /** Absent: nothing is tried on a part of the traffic first. */
  readonly trial?: TrialTerms | undefined;
}
