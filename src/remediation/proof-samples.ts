/** What was counted after a deployment, and the words for it. Pure. */
import { countOf, formatCount, listOf, percentOf } from '../diagnosis/wording.js';
import type { LiveClaim } from './live-claim.js';
import type { Iso, Sample, SuccessTest } from './proposal.js';
import { wilsonInterval } from './wilson.js';

export interface ProofSamples {
  /** Requests of `proofWindow` only. */
  readonly after: Sample;
  /** The control behaviours after; null where there are none or they could not be counted. */
  readonly control: Sample | null;
  readonly window: { readonly from: Iso; readonly to: Iso };
  /** Completion time of the newest log row, or of the newest datapoint; null: none. Logs are late. */
  readonly newestRow: Iso | null;
  /** How much of the window's traffic the logs hold; null: CloudWatch could not be read, or the test is not by logs. */
  readonly coverage: {
    /** Of the whole distribution, as `counted`, which is CloudWatch's `Requests` of the same minutes. */
    readonly logged: number;
    readonly counted: number;
    /** End of CloudWatch's newest minute. */
    readonly newestPoint: Iso | null;
    /** A part of the log objects was read. */
    readonly isSample: boolean;
  } | null;
  readonly live: LiveClaim;
}

/** What stands behind the figures. */
export function describeData({ coverage }: ProofSamples, gap: string | null): readonly string[] {
  if (gap !== null) return [gap];
  return coverage === null || coverage.counted <= 0 ? [] : [`${describeCoverage(coverage)}.`];
}

/** `502s and 504s went from 500 of 20,000 (2.5 %) to 20 of 5,000 (0.4 %)`. */
export function describeStep({ statuses, before }: SuccessTest, after: Sample): string {
  const of = listOf(statuses.map((status) => `${status}s`));
  return before.requests === 0
    ? `${of} were ${describeSample(after)}${rangeOf(after)}`
    : `${of} went from ${describeSample(before)} to ${describeSample(after)}${rangeOf(after)}`;
}

/** ` (95 %: 0.3 % to 0.6 %)`. */
function rangeOf(sample: Sample): string {
  const interval = wilsonInterval(sample);
  return interval === null ? '' : ` (95 %: ${percentOf(interval.low)} to ${percentOf(interval.high)})`;
}

export function describeSample({ requests, failures }: Sample): string {
  if (requests === 0) return 'no requests';
  return `${formatCount(failures)} of ${formatCount(requests)} (${percentOf(failures / requests)})`;
}

/** `The logs hold 2,880 of the 3,000 requests that CloudWatch counted (96 %)`. */
export function describeCoverage({
  logged,
  counted,
}: Pick<NonNullable<ProofSamples['coverage']>, 'logged' | 'counted'>): string {
  return `The logs hold ${formatCount(logged)} of the ${countOf(counted, 'request')} that CloudWatch counted (${percentOf(Math.min(1, logged / counted))})`;
}
