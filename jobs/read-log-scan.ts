/** What the shards of a log scan came to so far: the evidence, how far it is, and how long the rest will take. */
import { assembleLogScan } from '../src/collectors/assemble-log-scan.js';
import type { LogScanPlan } from '../src/collectors/log-scan.js';
import { parseShardResult, type ShardResult } from '../src/collectors/log-shard.js';
import { describeUnread } from '../src/collectors/scan-notes.js';
import type { AccessLogEvidence, Gathered, Iso } from '../src/diagnosis/evidence.js';
import type { LogScanState, LogScanStore } from '../src/platform/log-scan-store.js';

/** The evidence from the shards that ended so far; null where there are none. */
export async function readLogScan(
  { scans }: { readonly scans: LogScanStore },
  checkId: string,
  now: Date,
  missing: string | null = null,
): Promise<Gathered<AccessLogEvidence> | null> {
  const scan = await scans.state(checkId);
  if (scan === null || scan.ended.length === 0) return null;
  const plan = scan.plan as LogScanPlan;
  const seen: { isAnyRead: boolean; unread: ShardResult['unread'] } = { isAnyRead: false, unread: null };
  const results = async function* (): AsyncGenerator<ShardResult> {
    for await (const group of scans.results(checkId))
      for (const text of group) {
        const result = parseShardResult(text);
        if (result.part === null) seen.unread ??= result.unread;
        else seen.isAnyRead = true;
        yield result;
      }
  };
  const because =
    scan.stoppedBecause ?? missing ?? (scan.ended.length < scan.shards ? 'The rest is still being read.' : null);
  const data = await assembleLogScan(plan, results(), now, because, describeNotReached(scan));
  const stamp = { at: now.toISOString(), elapsedMs: Math.max(0, now.getTime() - scan.startedAtMs) };
  if (!seen.isAnyRead && seen.unread !== null)
    return { state: 'unavailable', ...stamp, reason: seen.unread, tried: [plan.source] };
  return { state: 'collected', ...stamp, data };
}

/** Which hours hold objects of shards that nobody read; null where there is none. Pure. */
export function describeNotReached({ plan, shards, ended, skipped }: LogScanState): string | null {
  // A plan that another version made has none.
  const { hours, shardHours = [] } = plan as Partial<LogScanPlan>;
  const isRead = new Set(ended.filter((shard) => !skipped.includes(shard)));
  const spans = Array.from({ length: shards }, (_, shard) => ({ shard, hours: shardHours[shard] }));
  const unread: Iso[] = [];
  const inPart: Iso[] = [];
  for (const { hour, objects } of hours ?? []) {
    const of = spans.filter(({ hours: span }) => span !== undefined && span[1] <= hour && hour <= span[0]);
    const read = of.filter(({ shard }) => isRead.has(shard)).length;
    if (objects === 0 || read === of.length) continue;
    if (read === 0) unread.push(hour);
    else inPart.push(hour);
  }
  return describeUnread(unread, inPart);
}

/** `310 of 1204 log objects, 96 of 260 MB, about 12 s left, 412 502s so far`. */
export function describeScan(scan: LogScanState, now: Date): string {
  const { cost } = scan.plan as LogScanPlan;
  const { objects, bytes, failures } = scan.read;
  const left = secondsLeft(scan, now);
  return [
    `${objects} of ${cost.objects} log objects`,
    `${megabytes(bytes)} of ${megabytes(cost.bytes)} MB`,
    ...(left === null ? [] : [`about ${Math.ceil(left)} s left`]),
    ...(failures > 0 ? [`${failures} 502s so far`] : []),
  ].join(', ');
}

/** At the pace so far; null before there is one. Pure. */
export function secondsLeft(scan: LogScanState, now: Date): number | null {
  const { cost } = scan.plan as LogScanPlan;
  const elapsed = (now.getTime() - scan.startedAtMs) / 1000;
  if (scan.read.bytes === 0 || elapsed < 0.5) return null;
  return (elapsed * Math.max(0, cost.bytes - scan.read.bytes)) / scan.read.bytes;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
