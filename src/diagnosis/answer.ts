/** The readings of HTTP that several checks share. Pure. */
import type { AddressProbe, HttpProbe } from './evidence.js';
import { isInvented } from './spoken-path.js';
import { formatCount } from './wording.js';

/** Requests that came to an end one way or the other; a time-out says nothing about what would have come. */
export function readAnswers({ http, otherProtocol }: AddressProbe): readonly HttpProbe[] {
  // What a port that speaks another protocol sends is no answer, good or bad.
  if (otherProtocol !== null) return [];
  return http.filter(({ outcome }) => outcome !== 'timed-out' && outcome !== 'failed');
}

export function describeAnswer({
  method,
  path,
  viewerPath,
  outcome,
  status,
  headBytes,
  server,
  problem,
}: HttpProbe): string {
  const ended =
    outcome === 'response' || outcome === 'oversized-head' ? `head of ${formatCount(headBytes)} bytes` : outcome;
  const asked = isInvented(viewerPath ?? path) ? `${path} (a path that cf502 made up)` : path;
  return [
    `${method} ${asked}: ${status === null ? '' : `${status}, `}${ended}`,
    ...(problem === null ? [] : [problem]),
    ...(server === null ? [] : [`server ${server}`]),
  ].join(', ');
}

/** Whether an answer declares different lengths for one body. The same length said twice is harmless (RFC 9110 section 8.6). */
export function hasConflictingLengths({ outcome, contentLengths }: HttpProbe): boolean {
  return outcome === 'response' && new Set(contentLengths).size > 1;
}
