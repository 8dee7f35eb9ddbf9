/** What CloudFront's log says about one request of ours. */
import type { Iso } from './evidence.js';

/** Nothing that could be private is in it: the request was ours, and its row is looked up by the id that CloudFront gave it. */
export interface LoggedRequest {
  /** When the edge location had finished answering. */
  readonly at: Iso;
  /** `x-edge-location`. */
  readonly edgeLocation: string | null;
  /** `sc-status`; 0 where the viewer left before there was one. */
  readonly status: number;
  /** `x-edge-result-type`. */
  readonly result: string | null;
  /** `x-edge-detailed-result-type`. */
  readonly detailedResult: string | null;
  /** `time-taken`. */
  readonly timeTakenSeconds: number | null;
}
