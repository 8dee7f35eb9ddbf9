/** Whether the success test was passed. Pure. */
import { countOf, formatCount, listOf, percentOf } from '../diagnosis/wording.js';
import type { Iso, ProofResult, Sample, SuccessTest } from './proposal.js';
import { wilsonInterval } from './wilson.js';

export interface ProofSamples {
  /** Requests of `proofWindow` only. */
  readonly after: Sample;
  /** The control behaviours before and after; null where there are none or they could not be counted. */
  readonly control: { readonly before: Sample; readonly after: Sample } | null;
  readonly window: { readonly from: Iso; readonly to: Iso };
  /** Completion time of the newest log row, or of the newest datapoint; null: none. Logs are late. */
  readonly newestRow: Iso | null;
  /** 502s and the like that are still answered from the cache; they are left out of `after`. */
  readonly cachedErrors?: number;
}

export type ProofJudgement =
  | { readonly state: 'judged'; readonly proof: ProofResult }
  /** Too little has arrived yet: look again later. `because` is a sentence. */
  | { readonly state: 'wait'; readonly because: string };

/** Rows this far from the end of the window are enough: the last minutes of a quiet service may hold none. */
const lagMs = 2 * 60_000;

/** @param isLastTry there will be no later look: what is missing is said, and the test is not passed. */
export function judgeProof(test: SuccessTest, samples: ProofSamples, isLastTry: boolean): ProofJudgement {
  const { after, control, window, newestRow, cachedErrors = 0 } = samples;
  const isWhole = newestRow !== null && Date.parse(newestRow) >= Date.parse(window.to) - lagMs;
  const missing = describeMissing(test, after, newestRow, window.to, isWhole);
  if (missing !== null && !isLastTry) return { state: 'wait', because: missing };
  const interval = wilsonInterval(after);
  const worse = control === null ? null : describeWorse(control);
  const isEnough = after.requests >= test.minRequests;
  const isBelow = interval !== null && interval.high < test.maxShare;
  const isPassed = isEnough && isBelow && worse === null;
  const of = listOf(test.statuses.map((status) => `${status}s`));
  const figures = `${of} went from ${describeSample(test.before)} to ${describeSample(after)}`;
  const range = interval === null ? '' : ` (95 %: ${percentOf(interval.low)} to ${percentOf(interval.high)})`;
  const verdict = isPassed
    ? 'Verified'
    : isEnough && interval !== null
      ? 'Not verified'
      : 'Not verified, for lack of requests';
  const sentences = [
    `${verdict}: ${figures}${range}; below ${percentOf(test.maxShare)} was asked for.`,
    ...(isEnough && !isBelow && interval !== null ? [describeShortfall(test, after, interval.low)] : []),
    ...(worse === null ? [] : [worse]),
    ...(missing === null ? [] : [missing]),
    ...(cachedErrors === 0
      ? []
      : [`${countOf(cachedErrors, 'error')} from the cache ${cachedErrors === 1 ? 'is' : 'are'} not counted.`]),
  ];
  return {
    state: 'judged',
    proof: {
      outcome: isPassed ? 'verified' : 'not-verified',
      before: test.before,
      after,
      interval,
      control,
      window,
      sentences,
    },
  };
}

/** Null where all that the test asks for is there. */
function describeMissing(
  test: SuccessTest,
  after: Sample,
  newestRow: Iso | null,
  end: Iso,
  isWhole: boolean,
): string | null {
  const what = test.source === 'access-logs' ? 'log row' : 'datapoint';
  if (newestRow === null) return `No ${what} of after the deployment has arrived yet.`;
  if (!isWhole)
    return `The newest ${what} is of ${newestRow.slice(11, 16)} UTC, and the window ends at ${end.slice(11, 16)} UTC.`;
  return after.requests < test.minRequests
    ? `${countOf(after.requests, 'request')} of after the deployment ${after.requests === 1 ? 'is' : 'are'} there, and ${formatCount(test.minRequests)} are needed.`
    : null;
}

function describeShortfall({ maxShare, before }: SuccessTest, after: Sample, low: number): string {
  const was = wilsonInterval(before);
  if (was !== null && low > was.high) return 'There are more failures than before: roll it back.';
  return after.failures / after.requests < maxShare
    ? 'The share itself is low enough, but so few requests leave room for chance.'
    : 'The change did not do what it was for: roll it back, unless something else happened.';
}

/** The control behaviours got worse where the two intervals do not even touch. */
function describeWorse({ before, after }: { readonly before: Sample; readonly after: Sample }): string | null {
  const [was, is] = [wilsonInterval(before), wilsonInterval(after)];
  if (was === null || is === null || is.low <= was.high) return null;
  return `Behaviours of other origins got worse, from ${describeSample(before)} to ${describeSample(after)}: something else is going on as well.`;
}

function describeSample({ requests, failures }: Sample): string {
  if (requests === 0) return 'no requests';
  return `${formatCount(failures)} of ${formatCount(requests)} (${percentOf(failures / requests)})`;
}
