/** Plans what to collect for a check, and puts what was gathered into one bag. Pure. */

import type {
  DistributionEvidence,
  EvidenceBag,
  Gathered,
  Iso,
  OriginProbe,
  TimeWindow,
  Unavailability,
} from '../diagnosis/evidence.js';
import { isHostUnknown } from '../diagnosis/probe-subject.js';
import type { Target } from '../diagnosis/target.js';
import type { CollectedByKind, CollectTask } from './collector.js';
import { mergeProbes } from './merge-probes.js';
import { planAuditTasks } from './plan-audit-tasks.js';
import { planChanges, planEdgeFunctions, planEdgeTwin, planLoadBalancers } from './plan-aws-tasks.js';
import { choosePaths, rootObjectOf } from './probe-paths.js';

export { planDeeperTasks } from './deeper-tasks.js';
export { collectTaskSchema } from './task-schema.js';

/** A task with its place in the live message. Plain JSON. */
export interface PlannedTask {
  /** Stable within the check: `distribution`, `access-logs`, `cloudfront-metrics`, `origin-probe-1` …, `keep-alive-1` …, `load-balancer-1` … */
  readonly id: string;
  /** For people. May hold untrusted text (host names, bucket names). */
  readonly title: string;
  readonly task: CollectTask;
}

/** What `collect` returns: plain JSON, so that it can be a job's result. */
export type CollectedTask = {
  readonly [K in CollectTask['kind']]: { readonly kind: K; readonly gathered: Gathered<CollectedByKind[K]> };
}[CollectTask['kind']];

export interface PlanOptions {
  readonly window: TimeWindow;
  readonly pathPattern: string | null;
  /** Compressed log bytes read at most. */
  readonly maxLogBytes: number;
  /** As is reckoned before anything is read; absent: no limit. */
  readonly maxLogSeconds?: number;
  readonly maxLogDollars?: number;
  /** Whether one request may be sent through the distribution itself; off unless the policy turns it on. */
  readonly throughTheEdge?: boolean;
  /** An audit collects more than a check; absent: a check. */
  readonly purpose?: 'check' | 'audit';
}

export const distributionTaskId = 'distribution';

/** What can be collected before anything is known. */
export function firstTasks(target: Target): readonly PlannedTask[] {
  const name = target.kind === 'distribution-id' ? target.id : target.domainName;
  return [
    {
      id: distributionTaskId,
      title: `Read the configuration of ${name}`,
      task: { kind: 'distribution', target },
    },
  ];
}

/** What the configuration says there is to look at, in the order in which people see it. */
export function planTasks(distribution: DistributionEvidence, options: PlanOptions): readonly PlannedTask[] {
  const { window, pathPattern, maxLogBytes } = options;
  const { id: distributionId, legacyLogging, behaviours } = distribution;
  return [
    {
      id: 'access-logs',
      title: 'Scan the access logs',
      task: {
        kind: 'access-logs',
        distributionId,
        ...(distribution.arn === '' ? {} : { distributionArn: distribution.arn }),
        ...(distribution.domainName === '' || distribution.connectionMode === 'tenant-only'
          ? {}
          : { domainName: distribution.domainName }),
        legacyLogging,
        behaviours: behaviours.map((behaviour) => ({
          pathPattern: behaviour.pathPattern,
          isDefault: behaviour.isDefault,
        })),
        window,
        pathPattern,
        maxBytes: maxLogBytes,
        ...(options.maxLogSeconds === undefined ? {} : { maxSeconds: options.maxLogSeconds }),
        ...(options.maxLogDollars === undefined ? {} : { maxDollars: options.maxLogDollars }),
      },
    },
    {
      id: 'cloudfront-metrics',
      title: 'Read the CloudFront metrics',
      task: { kind: 'cloudfront-metrics', distributionId, window },
    },
    ...planProbes(distribution, pathPattern),
    ...planKeepAlive(distribution, pathPattern),
    ...planLoadBalancers(distribution, window),
    ...planEdgeFunctions(distribution, window),
    ...planChanges(distribution, window),
    ...(options.throughTheEdge === true ? planEdgeTwin(distribution, pathPattern) : []),
    ...(options.purpose === 'audit' ? planAuditTasks(distribution) : []),
  ];
}

function planProbes(distribution: DistributionEvidence, pathPattern: string | null): readonly PlannedTask[] {
  const origins = new Map(distribution.origins.map((origin) => [origin.id, origin]));
  return distribution.connections.flatMap((connection, index) => {
    const origin = origins.get(connection.originId);
    if (origin === undefined) return [];
    const where = `${connection.domainName}:${connection.port}`;
    const paths = choosePaths(connection, distribution, pathPattern);
    return [
      {
        id: `origin-probe-${index + 1}`,
        title: connection.hostIsForwarded ? `Probe ${where} (Host ${connection.host})` : `Probe ${where}`,
        task: { kind: 'origin-probe', origin, connection, paths, ...rootObjectOf(distribution) } as const,
      },
    ];
  });
}

/** Labs of one check at most: each holds connections for some seconds. */
const maxKeepAliveLabs = 6;

/** One for each origin and scheme, since the Host changes nothing about how long a connection is kept. Origins without the setting have none. */
function planKeepAlive(distribution: DistributionEvidence, pathPattern: string | null): readonly PlannedTask[] {
  const origins = new Map(distribution.origins.map((origin) => [origin.id, origin]));
  const seen = new Set<string>();
  return distribution.connections
    .flatMap((connection) => {
      const origin = origins.get(connection.originId);
      const key = JSON.stringify([connection.originId, connection.scheme]);
      const cannotBeHeld = origin === undefined || origin.keepAliveTimeoutSeconds === null || isHostUnknown(connection);
      if (cannotBeHeld || seen.has(key)) return [];
      seen.add(key);
      const [path = '/'] = choosePaths(connection, distribution, pathPattern);
      return [{ origin, connection, path }];
    })
    .slice(0, maxKeepAliveLabs)
    .map(({ origin, connection, path }, index) => ({
      id: `keep-alive-${index + 1}`,
      title: `Hold idle connections to ${connection.domainName}:${connection.port}`,
      task: { kind: 'keep-alive', origin, connection, path, ...rootObjectOf(distribution) },
    }));
}

/** What a bag says about the check it belongs to. */
export interface BagOf {
  readonly checkId: string;
  /** What was asked about, as typed. */
  readonly asked: string;
  readonly window: TimeWindow;
  /** The path filter that was asked for; null: none. */
  readonly pathPattern: string | null;
}

/**
 * The bag of a check. A planned task without a result becomes `unavailable`, never a gap that reads as "nothing wrong".
 *
 * @param planned the tasks of `planTasks`; empty where the distribution could not be read.
 * @param results what was collected, by task id; those of `planDeeperTasks` are found by their kind.
 * @param at when the collecting ended.
 * @param stoppedBy why results are missing, where something stopped the collecting.
 */
export function assembleBag(
  of: BagOf,
  planned: readonly PlannedTask[],
  results: Readonly<Record<string, CollectedTask>>,
  at: Iso,
  stoppedBy: Unavailability | null = null,
): EvidenceBag {
  const distribution = pick(results[distributionTaskId], 'distribution') ?? missing(at, stoppedBy ?? notCollected);
  const unread: Unavailability =
    distribution.state === 'unavailable'
      ? {
          ...distribution.reason,
          message: `Not looked at, because the distribution could not be read: ${distribution.reason.message}`,
        }
      : (stoppedBy ?? notCollected);
  const gathered = <K extends CollectTask['kind']>(id: string, kind: K) =>
    pick(results[id], kind) ?? missing(at, unread);
  const secondLook = (connectionId: string): Gathered<OriginProbe> | null =>
    Object.values(results)
      .map((result) => pick(result, 'path-probe'))
      .find((one) => one?.state === 'collected' && one.data.connection.id === connectionId) ?? null;
  const isPlanned = (kind: CollectTask['kind']) => planned.some(({ task }) => task.kind === kind);
  return {
    format: 'cf502.evidence/1',
    checkId: of.checkId,
    target: of.asked,
    window: of.window,
    ...(of.pathPattern === null ? {} : { pathPattern: of.pathPattern }),
    distribution,
    accessLogs: gathered('access-logs', 'access-logs'),
    cloudFrontMetrics: gathered('cloudfront-metrics', 'cloudfront-metrics'),
    originProbes: Object.fromEntries(
      planned
        .flatMap(({ id, task }) =>
          task.kind === 'origin-probe'
            ? [[task.connection.id, mergeProbes(gathered(id, 'origin-probe'), secondLook(task.connection.id))]]
            : [],
        )
        .concat(listNamed(planned, results)),
    ),
    keepAliveLabs: Object.fromEntries(
      planned.flatMap(({ id, task }) =>
        task.kind === 'keep-alive' ? [[task.connection.id, gathered(id, 'keep-alive')]] : [],
      ),
    ),
    loadBalancers: Object.fromEntries(
      planned.flatMap(({ id, task }) =>
        task.kind === 'load-balancer' ? [[task.originId, gathered(id, 'load-balancer')]] : [],
      ),
    ),
    ...(isPlanned('edge-functions') ? { edgeFunctions: gathered('edge-functions', 'edge-functions') } : {}),
    ...(isPlanned('changes') ? { changes: gathered('changes', 'changes') } : {}),
    ...(isPlanned('edge-twin') ? { edgeTwin: gathered('edge-twin', 'edge-twin') } : {}),
    ...(isPlanned('alarms')
      ? { audit: { alarms: gathered('alarms', 'alarms'), logDelivery: gathered('log-delivery', 'log-delivery') } }
      : {}),
  };
}

/** Probes with the names that the logs hold under a wildcard: none of the plan, which knew the wildcard alone. */
function listNamed(
  planned: readonly PlannedTask[],
  results: Readonly<Record<string, CollectedTask>>,
): [string, Gathered<OriginProbe>][] {
  const ids = new Set(planned.flatMap(({ task }) => (task.kind === 'origin-probe' ? [task.connection.id] : [])));
  return Object.values(results).flatMap((result): [string, Gathered<OriginProbe>][] => {
    const gathered = pick(result, 'origin-probe');
    if (gathered?.state !== 'collected' || ids.has(gathered.data.connection.id)) return [];
    return [[gathered.data.connection.id, gathered]];
  });
}

const notCollected: Unavailability = { kind: 'bug', message: 'This was planned and no result came back.' };

function pick<K extends CollectTask['kind']>(
  result: CollectedTask | undefined,
  kind: K,
): Gathered<CollectedByKind[K]> | null {
  return result !== undefined && isOfKind(result, kind) ? result.gathered : null;
}

function isOfKind<K extends CollectTask['kind']>(
  result: CollectedTask,
  kind: K,
): result is Extract<CollectedTask, { kind: K }> & { readonly gathered: Gathered<CollectedByKind[K]> } {
  return result.kind === kind;
}

function missing(at: Iso, reason: Unavailability): Gathered<never> {
  return { state: 'unavailable', at, elapsedMs: 0, reason, tried: [] };
}
