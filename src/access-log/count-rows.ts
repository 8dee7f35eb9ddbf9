/** Counts log rows into a tally: the hot loop. Nothing that would identify a viewer is read. */
import type { AggregateOptions } from './aggregate.js';
import { sizeBand, timeBand } from './bands.js';
import { countOfStep, stepSeconds, type Traffic } from './behaviour-traffic.js';
import { ByteCache } from './byte-cache.js';
import type { Count } from './counts.js';
import { hashBytes } from './hash-bytes.js';
import {
  blamesOrigin,
  failureStatus,
  isMadeAtEdge,
  isRepeatable,
  isServedByOrigin,
  maxTextLength,
  readPath,
  readValue,
  slowMs,
} from './known-values.js';
import type { LogRow } from './parse-log.js';
import type { PathCount } from './path-tree.js';
import { secondsOf } from './row-time.js';
import { columns, isAbsent, readInteger, readMilliseconds, textOf } from './row-values.js';
import { tenthsOf, timedStatusOf } from './server-error-durations.js';
import { minuteOf, type TabledDimension, type Tally } from './tally.js';

interface KnownValue {
  readonly value: string;
  readonly count: Count;
}

interface KnownPath {
  readonly isWanted: boolean;
  readonly behaviour: KnownValue;
  readonly traffic: Traffic | null;
  readonly template: string;
  /** Where it is counted, as of a version of the path tree. */
  count: PathCount;
  version: number;
}

/** @returns adds one row to the tally. */
export function createRowCounter(tally: Tally, options: AggregateOptions): (row: LogRow) => void {
  const from = Date.parse(options.window.from) / 1000;
  const to = Date.parse(options.window.to) / 1000;
  const latest = secondsOf(options.notAfter);
  const { paths, tables, traffics } = tally;
  const step = stepSeconds(to - from);
  const methods = cacheOf('method', 32);
  const locations = cacheOf('edge-location', 512);
  const hosts = cacheOf('host', 256);
  const protocols = cacheOf('protocol-version', 16);
  const results = cacheOf('detailed-result', 64);
  const stems = new ByteCache(2_048, knownPath);
  let minute = Number.NaN;
  let minuteCount: Count = { requests: 0, failures: 0 };

  function cacheOf(dimension: TabledDimension, size: number): ByteCache<KnownValue> {
    return new ByteCache(size, (text) => {
      const value = readValue(dimension, text);
      return { value, count: tables[dimension].of(value) };
    });
  }

  function knownPath(text: string): KnownPath {
    const { isWanted, behaviour, template } = readPath(text, options);
    return {
      isWanted,
      behaviour: { value: behaviour, count: tables.behaviour.of(behaviour) },
      traffic: isWanted ? traffics.of(behaviour) : null,
      template,
      count: isWanted ? paths.of(template) : { label: template, requests: 0, failures: 0 },
      version: paths.version,
    };
  }

  function pathCountOf(path: KnownPath): PathCount {
    if (path.version !== paths.version) {
      path.count = paths.of(path.template);
      path.version = paths.version;
    }
    return path.count;
  }

  return (row) => {
    const { atSeconds, status } = row;
    if (atSeconds > tally.newest && atSeconds <= latest) tally.newest = atSeconds;
    if (atSeconds < tally.oldest) tally.oldest = atSeconds;
    if (atSeconds < from || atSeconds >= to) {
      tally.outsideWindow += 1;
      return;
    }
    tally.inWindow += 1;
    const hour = atSeconds - (atSeconds % 3600);
    tally.rowsByHour.set(hour, (tally.rowsByHour.get(hour) ?? 0) + 1);
    const path = lookUp(row, columns['cs-uri-stem'], stems);
    if (!path.isWanted) return;

    const failed = status === failureStatus ? 1 : 0;
    tally.requests += 1;
    tally.failures += failed;
    tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
    const rowMinute = atSeconds - (atSeconds % 60);
    if (rowMinute !== minute) {
      minute = rowMinute;
      minuteCount = minuteOf(tally, rowMinute);
    }
    count(minuteCount, failed);
    count(path.behaviour.count, failed);
    const pathCount = pathCountOf(path);
    count(pathCount, failed);
    const method = lookUp(row, columns['cs-method'], methods);
    count(method.count, failed);
    const location = lookUp(row, columns['x-edge-location'], locations);
    count(location.count, failed);
    // In standard logs `x-host-header` is what the viewer asked for, and `cs(Host)` the name of the distribution.
    const hostColumn = isAbsent(row, columns['x-host-header']) ? columns['cs(Host)'] : columns['x-host-header'];
    const host = lookUp(row, hostColumn, hosts);
    count(host.count, failed);
    const result = lookUp(row, columns['x-edge-detailed-result-type'], results);
    count(result.count, failed);
    count(lookUp(row, columns['cs-protocol-version'], protocols).count, failed);
    count(tally.sizes[sizeBand(readInteger(row, columns['sc-bytes']))], failed);
    const ms = readMilliseconds(row, columns['time-taken']);
    count(tally.times[timeBand(ms)], failed);
    if (path.traffic !== null) {
      const { traffic } = path;
      const stepCount = countOfStep(traffic, atSeconds - (atSeconds % step));
      count(stepCount, failed);
      if (status >= 200 && status < 500 && isServedByOrigin(result.value)) stepCount.served += 1;
      if (isRepeatable(method.value)) count(traffic.repeatable, failed);
      else {
        count(traffic.unrepeatable, failed);
        stepCount.unrepeatable += 1;
        stepCount.unrepeatableFailures += failed;
      }
      if ((status === 503 || status === 504) && !isMadeAtEdge(result.value)) traffic.otherServerErrors += 1;
      if (ms >= slowMs) traffic.slow += 1;
    }
    const timed = timedStatusOf(status);
    if (timed !== null && ms >= 0)
      tally.serverErrors.add({
        behaviour: path.behaviour.value,
        status: timed,
        detailedResult: result.value,
        tenthsOfSecond: tenthsOf(ms),
        count: 1,
      });
    if (failed === 0) {
      if (status !== 0 && status < 500 && blamesOrigin(result.value)) tally.hiddenOriginErrors += 1;
      return;
    }

    const coordinates = {
      behaviour: path.behaviour.value,
      path: path.template,
      method: method.value,
      detailedResult: result.value,
    };
    tally.cells.add(coordinates, {
      count: 1,
      underTenMs: ms >= 0 && ms < 10 ? 1 : 0,
      underOneSecond: ms >= 0 && ms < 1_000 ? 1 : 0,
      first: atSeconds,
      last: atSeconds,
    });
    if (ms >= 0) tally.durations.add(ms);
    tally.samples.offer(rankOf(row), () => ({
      at: new Date(atSeconds * 1000).toISOString(),
      requestId: textOf(row, columns['x-edge-request-id']).slice(0, maxTextLength),
      edgeLocation: location.value,
      host: host.value,
      timeTakenSeconds: ms < 0 ? null : ms / 1000,
      method: coordinates.method,
      path: coordinates.path,
      detailedResult: coordinates.detailedResult,
    }));
  };
}

function lookUp<Value>({ bytes, starts, ends }: LogRow, index: number, cache: ByteCache<Value>): Value {
  return cache.of(bytes, starts[index] ?? 0, ends[index] ?? 0);
}

/** As the kernel ranks it; failures are few enough to hash each anew. */
function rankOf(row: LogRow): number {
  const id = columns['x-edge-request-id'];
  if (isAbsent(row, id)) return 0;
  const hash = new Int32Array(2);
  hashBytes(row.bytes, row.starts[id] ?? 0, row.ends[id] ?? 0, hash);
  return (hash[0] ?? 0) >>> 0;
}

function count(into: Count | undefined, failed: number): void {
  if (into === undefined) return;
  into.requests += 1;
  into.failures += failed;
}
