/** Which times of rows may say how far the logs of a window reach. Pure. */
import type { TimeWindow } from '../diagnosis/evidence.js';

const hourSeconds = 3_600;

/**
 * The hours that the window touches, whose objects are read, and one more on either side, in seconds since 1970, both inclusive. A row of any other
 * time is of a clock that is wrong: it is outside the window like any, and neither the oldest row nor the newest.
 */
export function believableSpan({ from, to }: TimeWindow): { readonly earliest: number; readonly latest: number } {
  const hourOf = (seconds: number): number => seconds - (seconds % hourSeconds);
  return {
    earliest: hourOf(Date.parse(from) / 1000) - hourSeconds,
    latest: hourOf(Math.ceil(Date.parse(to) / 1000) - 1) + 2 * hourSeconds,
  };
}
