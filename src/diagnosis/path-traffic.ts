/** The logged traffic of single paths, in the time in which a fault of them can have been there. Pure. */
import type { AccessLogEvidence, FailureCell } from './evidence.js';
import { isOfTemplate, matchesCell } from './explain.js';
import type { Explains } from './finding.js';
import { type Point, partOfFailingHosts, partOfHosts, pointsOf, stretchOf, sumOf } from './traffic-stretch.js';

export interface PathTraffic {
  /** 502s that fit. */
  readonly failed: number;
  /** Requests that were answered with something else than a 502, from the cache or by the origin. */
  readonly answered: number;
  /** Of them, those by the origin, if the paths are as good to cache as the others of their behaviour; null where nobody counted those. */
  readonly served: number | null;
}

const minuteMs = 60_000;

/**
 * Null where the logs do not name the paths. Requests are counted path by path for the window as a whole: how they are spread over time, and how
 * many came from the cache, is taken from the behaviour.
 *
 * @param explains with `paths`; what fits on other paths is left out.
 */
export function trafficOfPaths(logs: AccessLogEvidence, explains: Explains): PathTraffic | null {
  const { paths = [] } = explains;
  const isOwn = (template: string) => paths.some((path) => isOfTemplate(path, template));
  const counts = logs.dimensions.path.filter(({ value }) => isOwn(value));
  const cells = logs.failureCells.filter(({ path }) => isOwn(path));
  const fitting = cells.filter((cell) => matchesCell(explains, cell));
  if (counts.length === 0 || fitting.length === 0) return null;
  const all = counts.reduce((sum, { requests, failures }) => sum + requests - failures, 0);
  const answered = (all - answeredByOthers(logs, explains, cells, all)) * partOfHosts(logs, explains);
  const points = pointsOf(logs, explains);
  const since = points.filter(({ atMs }) => atMs + minuteMs > firstOf(fitting));
  const stretch = stretchOf(since, explains);
  const good = (some: readonly Point[]) => sumOf(some, ({ requests, failures }) => requests - failures);
  const failures = (some: readonly Point[]) => sumOf(some, (point) => point.failures);
  const requests = (some: readonly Point[]) => sumOf(some, (point) => point.requests);
  const all502s = counts.reduce((sum, count) => sum + count.failures, 0);
  const inTime = Math.max(
    0,
    (answered + all502s) * partOf(requests(stretch), requests(points)) -
      all502s * partOf(failures(stretch), failures(points)),
  );
  const isTold = stretch.every(({ served }) => served !== null);
  return {
    failed: countOf(fitting) * partOf(failures(stretch), failures(since)) * partOfFailingHosts(logs, explains),
    answered: inTime,
    served: isTold
      ? inTime *
        partOf(
          sumOf(stretch, ({ served }) => served ?? 0),
          good(stretch),
        )
      : null,
  };
}

/**
 * Answers to methods that are none of the finding's. They are not counted path by path: where such requests failed on these paths, the part of
 * their 502s that is of these paths is taken to be that of their answers too.
 */
function answeredByOthers(
  logs: AccessLogEvidence,
  { methods, behaviours }: Explains,
  cells: readonly FailureCell[],
  answered: number,
): number {
  if (methods === undefined) return 0;
  const isOther = ({ method }: FailureCell) => !methods.includes(method) && method !== 'GET' && method !== 'HEAD';
  const isMeant = (behaviour: string) => behaviours === undefined || behaviours.includes(behaviour);
  const others = (logs.byBehaviour ?? []).filter(({ behaviour }) => isMeant(behaviour));
  const failed = countOf(logs.failureCells.filter((cell) => isMeant(cell.behaviour) && isOther(cell)));
  const good = others.reduce((sum, { unrepeatable }) => sum + unrepeatable.requests - unrepeatable.failures, 0);
  return Math.min(answered, good * partOf(countOf(cells.filter(isOther)), failed));
}

function firstOf(cells: readonly FailureCell[]): number {
  return Math.min(...cells.map(({ firstAt }) => (firstAt === undefined ? -Infinity : Date.parse(firstAt))));
}

function countOf(cells: readonly FailureCell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0);
}

function partOf(some: number, all: number): number {
  return all === 0 ? 0 : Math.min(1, some / all);
}
