/** What all evidence has in common: times, windows, and that a piece is either there or missing for a reason. */

export type Iso = string;

/** Half-open interval of time under diagnosis: from <= t < to. */
export interface TimeWindow {
  readonly from: Iso;
  readonly to: Iso;
}

/** Why a piece of evidence is missing, in a form that the report can turn into "what would settle it". */
export interface Unavailability {
  /** The kind of the Failure that stopped the collector. */
  readonly kind: string;
  /** One sentence for a person: what happened. */
  readonly message: string;
  /** What would supply it: an IAM action (`s3:GetObject on arn:…`), a setting to turn on, a time to wait for. */
  readonly remedy?: string;
}

/** One collected thing: the data, or why there is none. A failed collector is never an empty success. */
export type Gathered<T> =
  | { readonly state: 'collected'; readonly at: Iso; readonly elapsedMs: number; readonly data: T }
  | {
      readonly state: 'unavailable';
      readonly at: Iso;
      readonly elapsedMs: number;
      readonly reason: Unavailability;
      /** What was tried before giving up, newest last. */
      readonly tried: readonly string[];
    };
