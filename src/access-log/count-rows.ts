/** Counts log rows into a tally: the hot loop. Nothing that would identify a viewer is read. */
import { matchBehaviour, matchesPathPattern } from '../diagnosis/path-pattern.js';
import type { AggregateOptions } from './aggregate.js';
import { sizeBand, timeBand } from './bands.js';
import { countOfStep, stepSeconds, type Traffic } from './behaviour-traffic.js';
import { ByteCache } from './byte-cache.js';
import type { Count } from './counts.js';
import { decodeField } from './decode-field.js';
import type { LogRow } from './parse-log.js';
import { templatePath } from './path-template.js';
import type { PathCount } from './path-tree.js';
import { columns, isAbsent, readInteger, readMilliseconds, textOf } from './row-values.js';
import { minuteOf, type TabledDimension, type Tally } from './tally.js';

const failureStatus = 502;
const maxTextLength = 255;
/** From here on a request counts as slow. */
const slowMs = 5_000;

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
  const { paths, tables, traffics } = tally;
  const step = stepSeconds(to - from);
  const methods = cacheOf('method', 32);
  const locations = cacheOf('edge-location', 512);
  const hosts = cacheOf('host', 256);
  const protocols = cacheOf('protocol-version', 16);
  const results = cacheOf('detailed-result', 64);
  const stems = new ByteCache(2_048, readPath);
  let minute = Number.NaN;
  let minuteCount: Count = { requests: 0, failures: 0 };

  function cacheOf(dimension: TabledDimension, size: number): ByteCache<KnownValue> {
    return new ByteCache(size, (text) => {
      const decoded = decodeField(text).slice(0, maxTextLength);
      const value = dimension === 'host' ? decoded.toLowerCase() : decoded;
      return { value: value === '' ? '-' : value, count: tables[dimension].of(value === '' ? '-' : value) };
    });
  }

  function readPath(text: string): KnownPath {
    const path = decodeField(text);
    const behaviour = matchBehaviour(options.behaviours, path) ?? '-';
    const template = templatePath(path);
    const isWanted = options.pathPattern === null || matchesPathPattern(options.pathPattern, path);
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
    if (atSeconds > tally.newest) tally.newest = atSeconds;
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
    if (failed === 0) {
      if (status !== 0 && status < 500 && blamesOrigin(result.value)) tally.hiddenOriginErrors += 1;
      return;
    }

    const coordinates = {
      behaviour: path.behaviour.value,
      path: pathCount.label,
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
    const requestId = textOf(row, columns['x-edge-request-id']).slice(0, maxTextLength);
    tally.samples.offer(requestId, () => ({
      at: new Date(atSeconds * 1000).toISOString(),
      requestId,
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

function count(into: Count | undefined, failed: number): void {
  if (into === undefined) return;
  into.requests += 1;
  into.failures += failed;
}

/**
 * The methods that CloudFront sends again after a failure to read, up to its number of attempts.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
 */
function isRepeatable(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Values of requests that went to the origin and came back with its answer. */
function isServedByOrigin(detailedResult: string): boolean {
  return detailedResult === 'Miss' || detailedResult === 'RefreshHit';
}

/** A limit of CloudFront's own, or a function at its edge: no word of how the origin fares. */
function isMadeAtEdge(detailedResult: string): boolean {
  return /^(?:LimitExceeded|CapacityExceeded|Function|Lambda)/.test(detailedResult);
}

/** `OriginDnsError`, `OriginConnectError` …, and not `OriginShieldHit`. */
function blamesOrigin(detailedResult: string): boolean {
  return detailedResult.startsWith('Origin') && detailedResult.endsWith('Error');
}
