/** How long a whole request may take with its retries, replayed. Pure. */

import {
  cellsAtLimit,
  describeOthers,
  describeStatuses,
  mayBeWait,
  sum,
  timedFailures,
} from '../diagnosis/failure-times.js';
import { countOf, formatCount } from '../diagnosis/wording.js';
import { countSlowerAnswers, forecastOf, isEnough, type Scene } from './forecast-scene.js';
import type { Forecast } from './proposal.js';

/** The whole request with its retries: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html */
export function forecastCompletion({ change: { before, after }, logs, behaviours }: Scene): Forecast {
  const isLonger = before !== null && (after === null || after > before);
  if (!isLonger) {
    const limit = after ?? 0;
    const slower = countSlowerAnswers(logs, limit);
    if (slower === null)
      return forecastOf(
        'unknown',
        null,
        `How many answers take longer than ${limit} s was not counted; each that does would be cut.`,
      );
    return slower > 0
      ? forecastOf(
          'against',
          null,
          `Up to ${countOf(slower, 'request')} took longer than ${limit} s and would be ended then.`,
        )
      : forecastOf(
          'against',
          null,
          `No request was seen to take longer than ${limit} s. The limit cures nothing by itself; it ends what takes too long.`,
        );
  }
  const timed = timedFailures(logs, behaviours);
  if (timed === null)
    return forecastOf(
      'unknown',
      null,
      'How long the failures took is not in the evidence, so it is not known how many reached this limit.',
    );
  const cut = cellsAtLimit(timed.cells.filter(mayBeWait), before, 1);
  const count = sum(cut);
  const touched = { count, of: timed.total };
  if (count === 0)
    return forecastOf(
      'against',
      touched,
      `None of ${countOf(timed.total, 'failure')} ended at ${before} s, so a later end would change nothing.`,
    );
  const more = after === null ? 'no limit' : `${after - before} more seconds`;
  return forecastOf(
    isEnough(count, timed.total) ? 'supports' : 'unknown',
    touched,
    `${formatCount(count)} of ${countOf(timed.total, 'failure')} sat at ${before} s (${describeStatuses(cut)}) and would have had ${more}.`,
    timed.total === count
      ? null
      : `${describeOthers(timed.cells.filter((cell) => !cut.includes(cell)))}: they would still fail.`,
  );
}
