/** Which paths are worth requesting over a connection when nothing is known but the configuration. Pure. */
import type { DistributionEvidence, OriginConnection } from '../diagnosis/evidence.js';
import { isLiteralPath, matchBehaviour } from '../diagnosis/path-pattern.js';
import { inventPath } from '../diagnosis/spoken-path.js';

/** At most this many for one connection. */
const maxProbePaths = 3;

/**
 * The paths that the first probe asks for, as viewers would, without the origin path. Each is one that CloudFront would send over this
 * connection: of a behaviour whose pattern takes it first. Where there is none, `/` all the same, since something must be asked for.
 *
 * @param pathPattern the path filter of the check, or null.
 */
export function choosePaths(
  { behaviours }: Pick<OriginConnection, 'behaviours'>,
  distribution: Pick<DistributionEvidence, 'behaviours' | 'defaultRootObject'>,
  pathPattern: string | null,
): readonly string[] {
  const patterns = distribution.behaviours.map((behaviour) => behaviour.pathPattern);
  const paths = new Set<string>();
  for (const pattern of pathPattern === null ? behaviours : [pathPattern, ...behaviours]) {
    const travels = (path: string): boolean =>
      viewerPathsOf(path, distribution).some((one) => {
        const behaviour = matchBehaviour(patterns, one);
        return behaviour === null || behaviours.includes(behaviour);
      });
    const path = nearestPaths(pattern).find(travels);
    if (path !== undefined) paths.add(path);
  }
  if (paths.size === 0) paths.add('/');
  return [...paths].slice(0, maxProbePaths);
}

/** Whether the behaviour of `/` is chosen before or after the default root object takes its place is in no page of AWS: either will do. */
function viewerPathsOf(
  path: string,
  { defaultRootObject }: Pick<DistributionEvidence, 'defaultRootObject'>,
): readonly string[] {
  return path === '/' && defaultRootObject ? [path, `/${defaultRootObject}`] : [path];
}

/** The pattern itself where it names one path, else the folder before its first wildcard, else a name made up to fit. */
function nearestPaths(pattern: string): readonly string[] {
  const rooted = (path: string): string => (path.startsWith('/') ? path : `/${path}`);
  if (isLiteralPath(pattern)) return [rooted(pattern)];
  return [pattern.replace(/[^/]*[*?].*$/s, ''), inventPath(pattern)].map(rooted);
}

/** As a task carries it. */
export function rootObjectOf({ defaultRootObject }: Pick<DistributionEvidence, 'defaultRootObject'>): {
  readonly rootObject?: string;
} {
  return defaultRootObject ? { rootObject: defaultRootObject } : {};
}
