/** Plans the second look, once the logs say which paths fail: those that the first probe did not ask for. Pure. */
import type {
  AccessLogEvidence,
  DistributionEvidence,
  FailureCell,
  Origin,
  OriginConnection,
} from '../diagnosis/evidence.js';
import { decisiveResults } from '../diagnosis/log-results.js';
import { matchBehaviour } from '../diagnosis/path-pattern.js';
import { choosePaths } from './probe-paths.js';
import type { PlannedTask } from './tasks.js';

const maxPathsPerConnection = 3;
const maxPathProbes = 8;
const maxPathLength = 1_024;

/** Failures that happen before a path is ever sent, so that another path would meet the same. */
const pathless: readonly string[] = [...decisiveResults.dns, 'OriginConnectError'];

/** What stands for a placeholder of a path template: of its kind, and nobody's. */
const neutralValues: Readonly<Record<string, string>> = {
  '{number}': '1',
  '{uuid}': '00000000-0000-4000-8000-000000000000',
  '{hash}': '000000000000',
  '{date}': '2000-01-01',
  '{id}': 'cf502',
  '{address}': 'nobody@example.com',
  '{more}': 'cf502',
};

/**
 * One task for each connection whose behaviours have 502s on paths that the first probe left out: those with the most, three for a connection,
 * the placeholders filled with neutral values, never a query string. Only what can be asked with GET or HEAD.
 */
export function planDeeperTasks(distribution: DistributionEvidence, logs: AccessLogEvidence): readonly PlannedTask[] {
  const origins = new Map(distribution.origins.map((origin) => [origin.id, origin]));
  const patterns = distribution.behaviours.map(({ pathPattern }) => pathPattern);
  return distribution.connections
    .flatMap((connection) => {
      const origin = origins.get(connection.originId);
      if (origin === undefined || origin.kind === 'vpc' || origin.vpcOriginId !== null) return [];
      const tried = choosePaths(connection, patterns, logs.pathPattern);
      const failing = listFailing(connection, patterns, logs.failureCells).filter(({ path }) => !tried.includes(path));
      const chosen = failing.slice(0, maxPathsPerConnection);
      const count = chosen.reduce((sum, one) => sum + one.count, 0);
      return chosen.length === 0 ? [] : [{ origin, connection, chosen, count }];
    })
    .sort((a, b) => b.count - a.count)
    .slice(0, maxPathProbes)
    .map(({ origin, connection, chosen }, index) => planOne(origin, connection, chosen, index));
}

function planOne(origin: Origin, connection: OriginConnection, chosen: readonly Failing[], index: number): PlannedTask {
  return {
    id: `path-probe-${index + 1}`,
    title: `Ask ${connection.hostIsForwarded ? connection.host : connection.domainName} for the paths that fail`,
    task: {
      kind: 'path-probe',
      origin,
      connection,
      requests: chosen.map(({ method, path }) => ({ method, path })),
    },
  };
}

interface Failing {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly count: number;
}

/** Paths with 502s that travel over this connection, the most failures first. */
function listFailing(
  { behaviours }: OriginConnection,
  patterns: readonly string[],
  cells: readonly FailureCell[],
): readonly Failing[] {
  const byPath = new Map<string, Failing>();
  for (const { behaviour, path: template, method, detailedResult, count } of cells) {
    if (method !== 'GET' && method !== 'HEAD') continue;
    if (!behaviours.includes(behaviour) || pathless.includes(detailedResult)) continue;
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

/** A path that the template stands for, or null where it stands for none: `(other)`, or one that was cut short. */
export function fillTemplate(template: string): string | null {
  if (!template.startsWith('/') || template.includes('…') || template.length > maxPathLength) return null;
  const [path = ''] = template.split(/[?#]/, 1);
  return path.replace(/\{[a-z]+\}/g, (placeholder) => neutralValues[placeholder] ?? placeholder);
}
