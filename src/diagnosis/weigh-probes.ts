/** What the probes, and a count of none, say against a finding. Pure. */
import type { EvidenceBag, OriginProbe } from './evidence.js';
import type { Finding } from './finding.js';
import { dataOf, type Observed } from './observed.js';
import { answersFromHere } from './probe-fault.js';
import type { Limit } from './weigh-traffic.js';

/** Past errors of something else, where no 502 was counted: not seen by ourselves, and not certain to fail any request. */
export function weighNone(finding: Finding, { failures }: Observed): Limit | null {
  const failsNow = finding.citations.some(({ kind }) => kind === 'probe' || kind === 'configuration');
  return failures?.count !== 0 || failsNow
    ? null
    : { strength: 'possible', because: 'No 502s were counted that it could explain.' };
}

/**
 * Of a fault that would fail every request over a connection: whether a probe of it completed all the same, and whether those requests may as
 * well have gone over the other scheme, as they do where CloudFront follows the viewer.
 */
export function weighProbes(bag: EvidenceBag, finding: Finding, connectionId: string | null): Limit | null {
  if (finding.failsEveryRequest !== true) return null;
  const connections = dataOf(bag.distribution)?.connections ?? [];
  const own = connections.find(({ id }) => id === connectionId);
  if (own === undefined) return null;
  const isInferred = finding.citations.every(({ kind }) => kind === 'configuration');
  const probe = probeOf(bag, own.id);
  if (isInferred && probe !== null && answersFromHere(probe))
    return { strength: 'possible', because: `A probe over ${own.id} met no fault, which speaks against it.` };
  const other = connections.find(
    ({ id, originId, scheme, behaviours }) =>
      originId === own.originId &&
      scheme !== own.scheme &&
      behaviours.some((behaviour) => own.behaviours.includes(behaviour)) &&
      !isSound(probeOf(bag, id)),
  );
  if (other === undefined) return null;
  return {
    strength: 'supported',
    because: `CloudFront reaches the origin over ${other.scheme} too, for viewers that come so, and the 502s may be of those requests.`,
  };
}

function isSound(probe: OriginProbe | null): boolean {
  return probe !== null && answersFromHere(probe);
}

function probeOf({ originProbes }: EvidenceBag, connectionId: string): OriginProbe | null {
  const gathered = Object.hasOwn(originProbes, connectionId) ? originProbes[connectionId] : undefined;
  return gathered === undefined ? null : dataOf(gathered);
}
