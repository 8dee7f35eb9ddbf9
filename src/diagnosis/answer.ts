/** The readings of HTTP that several checks share. Pure. */
import type { AddressProbe, HttpProbe } from './evidence.js';
import { formatCount } from './wording.js';

/** Requests that came to an end one way or the other; a time-out says nothing about what would have come. */
export function readAnswers({ http }: AddressProbe): readonly HttpProbe[] {
  return http.filter(({ outcome }) => outcome !== 'timed-out' && outcome !== 'failed');
}

export function describeAnswer({ method, path, outcome, status, headBytes, server, problem }: HttpProbe): string {
  const ended =
    outcome === 'response' || outcome === 'oversized-head' ? `head of ${formatCount(headBytes)} bytes` : outcome;
  return [
    `${method} ${path}: ${status === null ? '' : `${status}, `}${ended}`,
    ...(problem === null ? [] : [problem]),
    ...(server === null ? [] : [`server ${server}`]),
  ].join(', ');
}
