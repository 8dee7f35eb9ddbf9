/** Several results of shards into one, so that what a large scan keeps stays small. */
import type { AggregateOptions } from '../access-log/aggregate.js';
import { createPartialScan, decodePartialScan, encodePartialScan } from '../access-log/partial-scan.js';
import { type ShardResult, shardResultVersion } from './log-shard.js';

const mostFailed = 50;
const mostTroubles = 200;

/** In any order; putting together what this returns comes to the same as putting together what it was given. */
export function mergeShardResults(results: readonly ShardResult[], options: AggregateOptions): ShardResult {
  const total = createPartialScan(options);
  const parts = results.flatMap(({ part }) => part ?? []);
  for (const part of parts) total.merge(decodePartialScan(part, options));
  const sum = (of: 'objects' | 'read' | 'bytes' | 'duplicates' | 'failedCount'): number =>
    results.reduce((all, result) => all + result[of], 0);
  return {
    v: shardResultVersion,
    part: parts.length === 0 ? null : encodePartialScan(total),
    unread: parts.length === 0 ? (results.find(({ unread }) => unread !== null)?.unread ?? null) : null,
    objects: sum('objects'),
    read: sum('read'),
    bytes: sum('bytes'),
    readByHour: addByHour(results.map(({ readByHour }) => readByHour)),
    duplicates: sum('duplicates'),
    failed: results.flatMap(({ failed }) => failed).slice(0, mostFailed),
    failedCount: sum('failedCount'),
    troubles: mergeTroubles(results.flatMap(({ troubles }) => troubles)).slice(0, mostTroubles),
  };
}

export function addByHour(counts: readonly ShardResult['readByHour'][]): ShardResult['readByHour'] {
  const sums: Record<string, number> = {};
  for (const [hour, count] of counts.flatMap((one) => Object.entries(one))) sums[hour] = (sums[hour] ?? 0) + count;
  return sums;
}

/** One for each reason, with the objects of all. */
export function mergeTroubles(troubles: ShardResult['troubles']): ShardResult['troubles'] {
  const merged = new Map<string, ShardResult['troubles'][number]>();
  for (const trouble of troubles) {
    const reason = `${trouble.kind} ${trouble.message}`;
    merged.set(reason, { ...trouble, objects: trouble.objects + (merged.get(reason)?.objects ?? 0) });
  }
  return [...merged.values()];
}
