/** Plans the second look, once the logs say which paths fail, and which are asked for at all: those that the first probe left out. Pure. */
import { isAsked, pathlessResults } from '../diagnosis/asked-paths.js';
import type {
  AccessLogEvidence,
  DistributionEvidence,
  FailureCell,
  Origin,
  OriginConnection,
} from '../diagnosis/evidence.js';
import { matchBehaviour } from '../diagnosis/path-pattern.js';
import { isHostUnknown } from '../diagnosis/probe-subject.js';
import { planHostProbes } from './host-probes.js';
import { choosePaths, rootObjectOf } from './probe-paths.js';
import type { PlannedTask } from './tasks.js';

const maxPathsPerConnection = 3;
const maxPathProbes = 8;
const maxPathLength = 1_024;

/** What stands for a placeholder of a path template: of its kind, and nobody's. */
const neutralValues: Readonly<Record<string, string>> = {
  '{number}': '1',
  '{uuid}': '00000000-0000-4000-8000-000000000000',
  '{hash}': '000000000000',
  '{date}': '2000-01-01',
  '{id}': 'cf502',
  '{address}': 'nobody@example.com',
  '{more}': 'cf502',
  '{any}': 'cf502',
};

/**
 * One task for each connection whose behaviours have 502s on paths that the first probe left out: those with the most, three for a connection,
 * the placeholders filled with neutral values, never a query string. Only what can be asked with GET or HEAD. Where nothing of that kind
 * fails, and no viewer asks for what the first probe made up, the path that is asked for most: what viewers never see decides nothing.
 */
export function planDeeperTasks(distribution: DistributionEvidence, logs: AccessLogEvidence): readonly PlannedTask[] {
  const origins = new Map(distribution.origins.map((origin) => [origin.id, origin]));
  const patterns = distribution.behaviours.map(({ pathPattern }) => pathPattern);
  const paths = distribution.connections
    .flatMap((connection) => {
      const origin = origins.get(connection.originId);
      if (origin === undefined || origin.kind === 'vpc' || origin.vpcOriginId !== null || isHostUnknown(connection))
        return [];
      const tried = choosePaths(connection, distribution, logs.pathPattern);
      const failing = listFailing(connection, patterns, logs.failureCells);
      const isInvented = failing.length === 0 && tried.every((path) => isAsked(logs, path) === false);
      const wanted = isInvented ? listMostAsked(connection, patterns, logs) : failing;
      const chosen = wanted.filter(({ path }) => !tried.includes(path)).slice(0, maxPathsPerConnection);
      const count = chosen.reduce((sum, one) => sum + one.count, 0);
      return chosen.length === 0 ? [] : [{ origin, connection, chosen, count }];
    })
    .sort((a, b) => b.count - a.count)
    .slice(0, maxPathProbes)
    .map(({ origin, connection, chosen }, index) => planOne(distribution, origin, connection, chosen, index));
  return [
    ...paths,
    ...planHostProbes(distribution, logs, (connection) => listFailing(connection, patterns, logs.failureCells)),
  ];
}

function planOne(
  distribution: DistributionEvidence,
  origin: Origin,
  connection: OriginConnection,
  chosen: readonly Wanted[],
  index: number,
): PlannedTask {
  const what = chosen.some(({ count }) => count > 0) ? 'the paths that fail' : 'what viewers ask for';
  return {
    id: `path-probe-${index + 1}`,
    title: `Ask ${connection.hostIsForwarded ? connection.host : connection.domainName} for ${what}`,
    task: {
      kind: 'path-probe',
      origin,
      connection,
      requests: chosen.map(({ method, path }) => ({ method, path })),
      ...rootObjectOf(distribution),
    },
  };
}

interface Wanted {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  /** 502s. */
  readonly count: number;
}

/** Paths with 502s that travel over this connection, the most failures first. */
function listFailing(
  { behaviours }: OriginConnection,
  patterns: readonly string[],
  cells: readonly FailureCell[],
): readonly Wanted[] {
  const byPath = new Map<string, Wanted>();
  for (const { behaviour, path: template, method, detailedResult, count } of cells) {
    if (method !== 'GET' && method !== 'HEAD') continue;
    if (!behaviours.includes(behaviour) || pathlessResults.includes(detailedResult)) continue;
    const path = fillTemplate(template);
    // What the placeholders became may belong to another behaviour, and would then never travel here.
    if (path === null || !behaviours.includes(matchBehaviour(patterns, path) ?? behaviour)) continue;
    const known = byPath.get(path);
    // Where both fail the whole answer is asked for: it shows more.
    const asked = known?.method === 'GET' ? 'GET' : method;
    byPath.set(path, { method: asked, path, count: (known?.count ?? 0) + count });
  }
  return [...byPath.values()].sort((a, b) => b.count - a.count);
}

/** The one path of these behaviours that most requests are for, unless all that fails there fails before a path is sent. */
function listMostAsked(
  { behaviours }: OriginConnection,
  patterns: readonly string[],
  { dimensions, failureCells }: AccessLogEvidence,
): readonly Wanted[] {
  const own = failureCells.filter(({ behaviour }) => behaviours.includes(behaviour));
  if (own.length > 0 && own.every(({ detailedResult }) => pathlessResults.includes(detailedResult))) return [];
  // Seen with other methods alone: whether it can be asked for is not known.
  const unasked = new Set(
    own.filter(({ method }) => method !== 'GET' && method !== 'HEAD').map(({ path: template }) => template),
  );
  return [...dimensions.path]
    .sort((a, b) => b.requests - a.requests)
    .flatMap(({ value }) => {
      const path = unasked.has(value) ? null : fillTemplate(value);
      const behaviour = path === null ? null : matchBehaviour(patterns, path);
      return path === null || behaviour === null || !behaviours.includes(behaviour)
        ? []
        : [{ method: 'GET' as const, path, count: 0 }];
    })
    .slice(0, 1);
}

/** A path that the template stands for, or null where it stands for none: `(other)`, or one that was cut short. */
export function fillTemplate(template: string): string | null {
  if (!template.startsWith('/') || template.includes('…') || template.length > maxPathLength) return null;
  const [path = ''] = template.split(/[?#]/, 1);
  return path.replace(/\{[a-z]+\}/g, (placeholder) => neutralValues[placeholder] ?? placeholder);
}
