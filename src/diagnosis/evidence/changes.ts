/** What CloudTrail recorded around the onset. */
import type { Iso, Unavailability } from './gathered.js';

/** A change that somebody or something made through AWS's API. */
export interface Change {
  readonly at: Iso;
  /** `UpdateDistribution`, `ModifyListener` … */
  readonly name: string;
  /** `cloudfront`, `elasticloadbalancing`, `acm`. */
  readonly service: string;
  readonly region: string;
  /** User or role session name, and nothing else about who it was; null where CloudTrail has none. */
  readonly by: string | null;
  /** Ids and ARNs that the request named; at most 5. */
  readonly resources: readonly string[];
  /** Why it failed; null where it took effect. */
  readonly errorCode: string | null;
}

export interface ChangesEvidence {
  /** From two hours before the window on. */
  readonly from: Iso;
  readonly to: Iso;
  /** Newest first, at most 50. */
  readonly changes: readonly Change[];
  /** Changes left out past that. */
  readonly more: number;
  /** Names of events that were asked for, by region. */
  readonly asked: readonly { readonly region: string; readonly names: readonly string[] }[];
  readonly gaps: readonly Unavailability[];
}
