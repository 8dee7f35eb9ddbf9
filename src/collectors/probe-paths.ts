/** Which paths are worth requesting over a connection when nothing is known but the configuration. Pure. */
import type { OriginConnection } from '../diagnosis/evidence.js';
import { isLiteralPath, matchBehaviour } from '../diagnosis/path-pattern.js';

/** At most this many for one connection. */
const maxProbePaths = 3;

/**
 * The paths that the first probe asks for, without the origin path.
 *
 * @param patterns path patterns of all behaviours, in order of precedence.
 * @param pathPattern the path filter of the check, or null.
 */
export function choosePaths(
  connection: OriginConnection,
  patterns: readonly string[],
  pathPattern: string | null,
): readonly string[] {
  const paths = new Set<string>();
  for (const pattern of pathPattern === null ? connection.behaviours : [pathPattern, ...connection.behaviours]) {
    const path = nearestPath(pattern);
    const behaviour = matchBehaviour(patterns, path);
    // A path that another behaviour takes would never travel over this connection.
    if (behaviour === null || connection.behaviours.includes(behaviour)) paths.add(path);
  }
  if (paths.size === 0) paths.add('/');
  return [...paths].slice(0, maxProbePaths);
}

/** The pattern itself where it names one path, else the folder before its first wildcard. */
function nearestPath(pattern: string): string {
  const path = isLiteralPath(pattern) ? pattern : pattern.replace(/[^/]*[*?].*$/s, '');
  return path.startsWith('/') ? path : `/${path}`;
}
