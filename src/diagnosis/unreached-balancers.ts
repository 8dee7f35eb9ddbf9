/** What a balancer counts, where CloudFront cannot come as far as that balancer: its errors are those of other clients. Pure. */
import { rewrittenBehaviours } from './cap-finding.js';
import type { EvidenceBag } from './evidence.js';
import type { Finding } from './finding.js';
import type { Found } from './merge-findings.js';
import { dataOf } from './observed.js';
import type { CandidateCause } from './overlapping-causes.js';
import { probeOf } from './weigh-probes.js';
import { plain } from './wording.js';

/**
 * Without rows to look at, equal totals are all that joins a balancer's errors to CloudFront's. They do not where every connection to that origin
 * was seen to fail before a request could be sent. With rows, the results that were logged say which it was.
 */
export function stepBackUnreached(
  bag: EvidenceBag,
  candidates: readonly CandidateCause[],
  found: readonly Found[],
): readonly CandidateCause[] {
  if ((dataOf(bag.accessLogs)?.failures ?? 0) > 0) return candidates;
  return candidates.map((candidate) => {
    const { cause } = candidate;
    const isCount = cause.citations[0].kind === 'load-balancer' && cause.explains !== null;
    const cut = isCount && cause.strength !== 'possible' ? whyUnreached(bag, cause.originId, found) : null;
    if (cut === null) return candidate;
    const cappedBecause = `CloudFront’s own requests do not come as far: ${plain(cut.claim, 120)}.`;
    return { ...candidate, cause: { ...cause, strength: 'possible', cappedBecause } };
  });
}

/** A fault that keeps every request from the origin; null where there is none on one of the ways there. */
function whyUnreached(bag: EvidenceBag, originId: string | null, found: readonly Found[]): Finding | null {
  const connections = (dataOf(bag.distribution)?.connections ?? []).filter((one) => one.originId === originId);
  const cuts = connections.map(
    ({ id }) => found.find(({ finding }) => finding.connectionId === id && isCut(bag, finding, id))?.finding,
  );
  const [first] = cuts;
  return first === undefined || cuts.includes(undefined) ? null : first;
}

function isCut(bag: EvidenceBag, finding: Finding, connectionId: string): boolean {
  const { metAt, failsEveryRequest, strength, explains } = finding;
  const [from, since] = [Date.parse(bag.window.from), Date.parse(explains?.since ?? '')];
  return (
    failsEveryRequest === true &&
    metAt !== undefined &&
    metAt !== 'http' &&
    strength !== 'possible' &&
    explains !== null &&
    !(since > from) &&
    explains.until === undefined &&
    probeOf(bag, connectionId)?.vantage.class === 'valid' &&
    rewrittenBehaviours(dataOf(bag.distribution), finding).length === 0
  );
}
