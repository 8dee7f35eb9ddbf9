/** The counts that rows are aggregated into, and how two of them become one. */

import { sizeBandNames, timeBandNames } from './bands.js';
import { BehaviourTraffics } from './behaviour-traffic.js';
import { addCount, type Count, CountTable } from './counts.js';
import { Durations } from './durations.js';
import { FailureCells } from './failure-cells.js';
import { PathTree } from './path-tree.js';
import { Samples } from './samples.js';
import { ServerErrorDurations } from './server-error-durations.js';

/** Dimensions counted by value; the others follow from bands, paths and minutes. */
export const tabledDimensions = [
  'behaviour',
  'method',
  'edge-location',
  'host',
  'protocol-version',
  'detailed-result',
] as const;
export type TabledDimension = (typeof tabledDimensions)[number];

export interface Tally {
  /** Completion times, seconds since 1970; infinite while there is no row. */
  newest: number;
  oldest: number;
  inWindow: number;
  outsideWindow: number;
  requests: number;
  failures: number;
  /** Requests whose detailed result blames the origin although their status is no 5xx. */
  hiddenOriginErrors: number;
  /** By the hour and by the minute in which they ended, seconds since 1970. */
  readonly rowsByHour: Map<number, number>;
  readonly minutes: Map<number, Count>;
  /** Index: the status. */
  readonly statuses: Float64Array;
  /** Index: the band. */
  readonly sizes: readonly Count[];
  readonly times: readonly Count[];
  readonly tables: Readonly<Record<TabledDimension, CountTable>>;
  readonly paths: PathTree;
  readonly cells: FailureCells;
  readonly traffics: BehaviourTraffics;
  readonly durations: Durations;
  readonly serverErrors: ServerErrorDurations;
  readonly samples: Samples;
}

export const maxSamples = 20;
/** Values of a dimension told apart; CloudFront has some 700 edge locations. */
const maxValues = 2_000;

export function createTally(): Tally {
  const paths = new PathTree();
  return {
    newest: Number.NEGATIVE_INFINITY,
    oldest: Number.POSITIVE_INFINITY,
    inWindow: 0,
    outsideWindow: 0,
    requests: 0,
    failures: 0,
    hiddenOriginErrors: 0,
    rowsByHour: new Map(),
    minutes: new Map(),
    statuses: new Float64Array(1_000),
    sizes: sizeBandNames.map(() => ({ requests: 0, failures: 0 })),
    times: timeBandNames.map(() => ({ requests: 0, failures: 0 })),
    tables: {
      behaviour: new CountTable(maxValues),
      method: new CountTable(maxValues),
      'edge-location': new CountTable(maxValues),
      host: new CountTable(maxValues),
      'protocol-version': new CountTable(maxValues),
      'detailed-result': new CountTable(maxValues),
    },
    paths,
    cells: new FailureCells((path) => paths.of(path).label),
    traffics: new BehaviourTraffics(),
    durations: new Durations(),
    serverErrors: new ServerErrorDurations(),
    samples: new Samples(maxSamples),
  };
}

/** Adds one tally to another: associative and independent of order (past the caps of its parts, in totals only). */
export function mergeTally(into: Tally, from: Tally): void {
  into.newest = Math.max(into.newest, from.newest);
  into.oldest = Math.min(into.oldest, from.oldest);
  into.inWindow += from.inWindow;
  into.outsideWindow += from.outsideWindow;
  into.requests += from.requests;
  into.failures += from.failures;
  into.hiddenOriginErrors += from.hiddenOriginErrors;
  for (const [hour, rows] of from.rowsByHour) into.rowsByHour.set(hour, (into.rowsByHour.get(hour) ?? 0) + rows);
  for (const [minute, count] of from.minutes) addCount(minuteOf(into, minute), count);
  for (const [status, requests] of from.statuses.entries())
    if (requests > 0) into.statuses[status] = (into.statuses[status] ?? 0) + requests;
  mergeBands(into.sizes, from.sizes);
  mergeBands(into.times, from.times);
  for (const dimension of tabledDimensions) into.tables[dimension].merge(from.tables[dimension]);
  into.paths.merge(from.paths);
  into.cells.merge(from.cells);
  into.traffics.merge(from.traffics);
  into.durations.merge(from.durations);
  into.serverErrors.merge(from.serverErrors);
  into.samples.merge(from.samples);
}

function mergeBands(into: readonly Count[], from: readonly Count[]): void {
  for (const [index, count] of into.entries()) {
    const other = from[index];
    if (other !== undefined) addCount(count, other);
  }
}

/** @param minute seconds since 1970 of its beginning. */
export function minuteOf(tally: Tally, minute: number): Count {
  const known = tally.minutes.get(minute);
  if (known !== undefined) return known;
  const count = { requests: 0, failures: 0 };
  tally.minutes.set(minute, count);
  return count;
}
