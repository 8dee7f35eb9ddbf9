/** What is missing before a success test can be judged, as a sentence. Pure. */
import { countOf, formatCount, percentOf } from '../diagnosis/wording.js';
import { describeCoverage, type ProofSamples } from './proof-samples.js';
import type { Iso, SuccessTest } from './proposal.js';

/** Rows this far from the end of the window are enough: the last minutes of a quiet service may hold none. */
const lagMs = 2 * 60_000;

/**
 * The logs must hold this share of the requests that CloudWatch counted. Every edge location delivers its own log files, some of them an hour late,
 * and failures gather at locations: a sliver of the logs may be just the part that is well. The rest is left to what CloudFront says of its logs,
 * that they are written on a best-effort basis, and to requests on the edge between two minutes.
 */
export const leastLogged = 0.9;

/** Null where all that the test asks for is there. */
export function describeGap(test: SuccessTest, samples: ProofSamples): string | null {
  const { after, newestRow, window } = samples;
  const what = test.source === 'access-logs' ? 'log row' : 'datapoint';
  if (newestRow === null) return `No ${what} of after the deployment has arrived yet.`;
  if (Date.parse(newestRow) < Date.parse(window.to) - lagMs)
    return `The newest ${what} is of ${hourOf(newestRow)}, and the window ends at ${hourOf(window.to)}.`;
  if (test.source === 'access-logs') {
    const gap = describeIncomplete(samples, newestRow);
    if (gap !== null) return gap;
  }
  return after.requests < test.minRequests
    ? `${countOf(after.requests, 'request')} of after the deployment ${after.requests === 1 ? 'is' : 'are'} there, and ${formatCount(test.minRequests)} are needed.`
    : null;
}

function describeIncomplete({ coverage }: ProofSamples, newestRow: Iso): string | null {
  if (coverage === null)
    return 'How many requests there were cannot be read from CloudWatch, so whether the logs are complete is not known.';
  const { logged, counted, newestPoint, isSample } = coverage;
  if (newestPoint === null || counted <= 0)
    return 'CloudWatch has no count of requests of after the deployment yet, so whether the logs are complete is not known.';
  // Else a late count would make few rows look like all of them.
  if (Date.parse(newestPoint) < Date.parse(newestRow) - lagMs)
    return `CloudWatch has counted requests until ${hourOf(newestPoint)} only, so whether the logs are complete is not known.`;
  if (logged / counted >= leastLogged) return null;
  const why = isSample
    ? 'only a part of the log objects was read, to stay within what the policy file lets a scan take'
    : 'logs are late';
  return `${describeCoverage(coverage)}; at least ${percentOf(leastLogged)} are needed (${why}).`;
}

/** `22:09 UTC`. */
function hourOf(iso: Iso): string {
  return `${iso.slice(11, 16)} UTC`;
}
