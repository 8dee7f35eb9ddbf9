/** Plans probes with the names that viewers ask for, where a wildcard alias is all that the configuration says of them. Pure. */
import type { AccessLogEvidence, DistributionEvidence, OriginConnection } from '../diagnosis/evidence.js';
import { isHostUnknown, isUnder } from '../diagnosis/probe-subject.js';
import { choosePaths, rootObjectOf } from './probe-paths.js';
import type { PlannedTask } from './tasks.js';

const maxHostsPerWildcard = 3;
const maxHostProbes = 6;
const maxFailingPaths = 2;
/** Names come from logs, hence from viewers. */
const hostName = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * For each connection whose Host is a wildcard, a probe for each of the names under it with the most 502s, then the most requests, as the logs
 * have them. The ids of their connections are those that the names would have had in the plan.
 *
 * @param listFailing paths that fail over a connection, the most failures first.
 */
export function planHostProbes(
  distribution: DistributionEvidence,
  { dimensions, pathPattern }: AccessLogEvidence,
  listFailing: (connection: OriginConnection) => readonly { readonly method: string; readonly path: string }[],
): readonly PlannedTask[] {
  const origins = new Map(distribution.origins.map((origin) => [origin.id, origin]));
  const names = [...dimensions.host]
    .sort((a, b) => b.failures - a.failures || b.requests - a.requests)
    .map(({ value }) => value.toLowerCase())
    .filter((value) => hostName.test(value));
  return distribution.connections
    .filter(isHostUnknown)
    .flatMap((connection) => {
      const origin = origins.get(connection.originId);
      if (origin === undefined || origin.kind === 'vpc' || origin.vpcOriginId !== null) return [];
      const failing = listFailing(connection).flatMap(({ method, path }) => (method === 'GET' ? [path] : []));
      const paths = new Set([
        ...choosePaths(connection, distribution, pathPattern),
        ...failing.slice(0, maxFailingPaths),
      ]);
      return names
        .filter((name) => isUnder(connection.host, name))
        .slice(0, maxHostsPerWildcard)
        .map((host) => ({ origin, connection: withHost(connection, host), paths: [...paths] }));
    })
    .slice(0, maxHostProbes)
    .map(({ origin, connection, paths }, index) => ({
      id: `host-probe-${index + 1}`,
      title: `Probe ${connection.domainName}:${connection.port} (Host ${connection.host}, from the logs)`,
      task: { kind: 'origin-probe', origin, connection, paths, ...rootObjectOf(distribution) },
    }));
}

function withHost(connection: OriginConnection, host: string): OriginConnection {
  const { originId, scheme, id } = connection;
  const prefix = id.endsWith(`/${connection.host}`) ? id.slice(0, -connection.host.length) : `${originId}/${scheme}/`;
  return { ...connection, id: `${prefix}${host}`, host, sni: scheme === 'https' ? host : null };
}
