/** How a claim speaks of what was asked for: a path that viewers can know, or the requests that it stood for. Pure. */
import type { OriginConnection } from './evidence.js';
import { isLiteralPath } from './path-pattern.js';
import { listOf } from './wording.js';

/** What stands for a wildcard, or for what an id was, in a path that must be made up. */
export const inventedName = 'cf502';

/** A path that a pattern with wildcards takes. */
export function inventPath(pattern: string): string {
  return pattern.replaceAll('*', inventedName).replaceAll('?', 'x');
}

/** Whether cf502 made a path up, so that nobody else has ever asked for it. */
export function isInvented(path: string, patterns: readonly string[] = []): boolean {
  return (
    path.includes(inventedName) ||
    patterns.some((pattern) => !isLiteralPath(pattern) && inventPath(pattern).replace(/^\/?/, '/') === path)
  );
}

interface Answer {
  readonly method?: string;
  readonly path: string;
  readonly viewerPath?: string;
}

/** A reading that is of an answer to a request; null for any other. */
export function answerOf(reading: unknown): Answer | null {
  return hasPath(reading) ? reading : null;
}

function hasPath(reading: unknown): reading is Answer {
  return typeof reading === 'object' && reading !== null && 'path' in reading && typeof reading.path === 'string';
}

/**
 * The reading as a claim may speak of it: a path of our own making is nobody's, and where the same request is answered both ways the path has
 * nothing to do with it.
 */
export function speakable<Reading>(
  reading: Reading,
  { behaviours }: Pick<OriginConnection, 'behaviours'>,
  comesAndGoes: boolean,
): Reading {
  if (!hasPath(reading)) return reading;
  if (comesAndGoes) return { ...reading, path: 'some requests' };
  if (!isInvented(reading.viewerPath ?? reading.path, behaviours)) return reading;
  const isAll = behaviours.length === 1 && behaviours[0] === '*';
  return { ...reading, path: isAll ? 'requests' : `requests of behaviour ${listOf(behaviours, 2)}` };
}
