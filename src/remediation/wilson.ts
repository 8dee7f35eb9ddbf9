/** The 95 % interval of a share, by Wilson's score: right for few failures among many requests, where the plain one is not. Pure. */
import type { Sample } from './proposal.js';

const z = 1.959964;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Null without requests. */
export function wilsonInterval({ requests, failures }: Sample): Interval | null {
  if (requests <= 0) return null;
  const share = Math.min(1, Math.max(0, failures / requests));
  const scale = 1 + z ** 2 / requests;
  const centre = (share + z ** 2 / (2 * requests)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / requests + z ** 2 / (4 * requests ** 2));
  // At the ends the sum is 0 or 1 but for rounding.
  return {
    low: failures <= 0 ? 0 : Math.max(0, centre - half),
    high: failures >= requests ? 1 : Math.min(1, centre + half),
  };
}

/** So many requests without a failure put the whole interval below a share. */
export function requestsToShow(share: number): number {
  return share <= 0 ? Number.POSITIVE_INFINITY : Math.ceil((z ** 2 * (1 - share)) / share) + 1;
}
