/** What the probes, and a count of none, say against a finding. Pure. */
import type { AccessLogEvidence, EvidenceBag, OriginProbe } from './evidence.js';
import { countFitting } from './explain.js';
import type { Finding } from './finding.js';
import { decisiveResults } from './log-results.js';
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
  const isInferred = finding.citations.every(({ kind }) => kind === 'configuration' || kind === 'load-balancer');
  // What is of no one connection is of each that leads to its origin.
  const meant = connections.filter(({ id, originId }) =>
    connectionId === null ? originId === finding.originId : id === connectionId,
  );
  const answering = meant.find(({ id }) => isSound(probeOf(bag, id)));
  if (isInferred && answering !== undefined)
    return { strength: 'possible', because: `A probe over ${answering.id} met no fault, which speaks against it.` };
  const own = meant.find(({ id }) => id === connectionId);
  if (own === undefined) return null;
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

/** The probe of a connection; null where there is none. */
export function probeOf({ originProbes }: EvidenceBag, connectionId: string): OriginProbe | null {
  const gathered = Object.hasOwn(originProbes, connectionId) ? originProbes[connectionId] : undefined;
  return gathered === undefined ? null : dataOf(gathered);
}

const decisive: readonly string[] = Object.values(decisiveResults).flat();

/**
 * An answer to our requests, where CloudFront adds headers that they lack: an origin that asks for one may answer anything to us, or hang up, and
 * serve CloudFront well. One good answer says that it does not ask for them everywhere. What CloudFront itself names in the log needs no probe.
 */
export function weighHeaders(
  finding: Finding,
  probe: OriginProbe | null,
  logs: AccessLogEvidence | null,
): Limit | null {
  const because = probe?.vantage.afterHandshake;
  if (finding.metAt !== 'http' || because === undefined || finding.explains === null) return null;
  const named = finding.explains.named?.filter((value) => decisive.includes(value)) ?? [];
  if (countFitting(logs, { ...finding.explains, detailedResults: named }) > 0) return null;
  const isLetIn = probe?.addresses.some(({ http }) =>
    http.some(({ outcome, status }) => outcome === 'response' && status !== null && status < 400),
  );
  return { strength: isLetIn === true ? 'supported' : 'possible', because };
}
