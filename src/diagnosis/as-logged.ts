/** A finding in the terms of the logs: the paths that viewers ask for, and no more 502s than it can have made. Pure. */
import { toViewerPath } from './asked-paths.js';
import type { AccessLogEvidence, EvidenceBag } from './evidence.js';
import { countFitting } from './explain.js';
import type { Explains, Finding } from './finding.js';
import { dataOf } from './observed.js';
import { boundByAddresses } from './weigh-addresses.js';
import { probeOf } from './weigh-probes.js';
import { widenPaths } from './widen-paths.js';

export function asLogged(bag: EvidenceBag, finding: Finding): Finding {
  const { explains, originId, connectionId } = finding;
  if (explains === null) return finding;
  const logs = dataOf(bag.accessLogs);
  if (explains.paths === undefined) return boundByAddresses(finding, logs);
  // The paths of a probe hold the origin path, which CloudFront adds; those of the logs do not.
  const originPath = dataOf(bag.distribution)?.origins.find(({ id }) => id === originId)?.originPath ?? '';
  const toLogged = (path: string) =>
    toViewerPath(bag, connectionId, path) ??
    (originPath !== '' && path.startsWith(`${originPath}/`) ? path.slice(originPath.length) : path);
  const probe = connectionId === null ? null : probeOf(bag, connectionId);
  const sound = (probe?.addresses ?? [])
    .flatMap(({ http }) => http)
    .filter(({ path, outcome }) => outcome !== 'timed-out' && outcome !== 'failed' && !explains.paths?.includes(path))
    .map(({ path }) => toLogged(path));
  const selector = ofTriedMethods({ ...explains, paths: explains.paths.map(toLogged) }, logs);
  return boundByAddresses(widenPaths({ ...finding, explains: selector }, logs, sound), logs);
}

/** Where no 502 of the paths is by a method that showed it, those by the others may be of it; see `weighMethods`. */
function ofTriedMethods(explains: Explains, logs: AccessLogEvidence | null): Explains {
  const { methods, ...byAny } = explains;
  const isTried = methods === undefined || countFitting(logs, explains) > 0;
  return isTried || countFitting(logs, byAny) === 0 ? explains : byAny;
}
