/** The aggregate of log rows: created empty, fed with rows, merged with others, and finished into what evidence is made of. */
import type { AccessLogEvidence, DimensionCount, Iso, LogDimension, TimeWindow } from '../diagnosis/evidence.js';
import { sizeBandNames, timeBandNames } from './bands.js';
import { believableSpan } from './believable-span.js';
import { createRowCounter } from './count-rows.js';
import { addCount, type Count, rankCounts } from './counts.js';
import type { LogRow } from './parse-log.js';
import { createTally, mergeTally, type Tally } from './tally.js';

export interface AggregateOptions {
  readonly window: TimeWindow;
  /** Only requests whose path matches are counted; null: all. */
  readonly pathPattern: string | null;
  /** Path patterns of the behaviours, in order of precedence. */
  readonly behaviours: readonly string[];
  /** A row of a later time is of a clock that is wrong, and proves not that logs have arrived: it is never the newest. Absent: none is. */
  readonly notAfter?: Iso;
}

/** The part of the evidence that comes from rows alone. */
export type AggregateResult = Pick<
  AccessLogEvidence,
  | 'newestRow'
  | 'oldestRow'
  | 'requests'
  | 'failures'
  | 'byStatus'
  | 'perMinute'
  | 'failureCells'
  | 'byBehaviour'
  | 'dimensions'
  | 'failureTimeTakenSeconds'
  | 'serverErrorDurations'
  | 'samples'
> & {
  readonly rows: Pick<AccessLogEvidence['rows'], 'inWindow' | 'outsideWindow'>;
  /** Rows in the window by the hour in which they ended. */
  readonly rowsByHour: ReadonlyMap<string, number>;
  /** Requests whose detailed result blames the origin although their status is no 5xx: a custom error response may hide 502s. */
  readonly hiddenOriginErrors: number;
};

/**
 * `merge` is associative and independent of order (past the caps of its tables, in totals only), so that each log object can be aggregated
 * apart and committed when it proved whole.
 */
export interface AccessLogAggregate {
  addRow(row: LogRow): void;
  /** The other is to be created with the same options, and is not to be used afterwards. */
  merge(other: AccessLogAggregate): void;
  finish(): AggregateResult;
  /** For `merge`. */
  readonly tally: Tally;
}

const maxValues = 50;
const maxCells = 500;
const maxTraffics = 8;
const maxServerErrors = 1_000;

export function createAggregate(options: AggregateOptions): AccessLogAggregate {
  return aggregateOf(createTally(), options);
}

/** Goes on from a tally that was counted with the same options. */
export function aggregateOf(tally: Tally, options: AggregateOptions): AccessLogAggregate {
  return {
    tally,
    addRow: createRowCounter(tally, options),
    merge: (other) => mergeTally(tally, other.tally),
    finish: () => summarise(tally, options),
  };
}

function summarise(tally: Tally, { window }: AggregateOptions): AggregateResult {
  // Paths noted early may have been folded since.
  const labelOf = (path: string) => tally.paths.of(path).label;
  const serverErrors = tally.serverErrors.list(maxServerErrors);
  const minutes = [...tally.minutes].filter(([, { requests }]) => requests > 0).sort(([a], [b]) => a - b);
  return {
    rows: { inWindow: tally.inWindow, outsideWindow: tally.outsideWindow },
    newestRow: Number.isFinite(tally.newest) ? isoOf(tally.newest) : null,
    oldestRow: oldestOf(tally, window),
    requests: tally.requests,
    failures: tally.failures,
    hiddenOriginErrors: tally.hiddenOriginErrors,
    rowsByHour: new Map([...tally.rowsByHour].map(([hour, rows]) => [isoOf(hour), rows])),
    byStatus: [...tally.statuses.entries()]
      .filter(([, count]) => count > 0)
      .map(([status, count]) => ({ status: String(status).padStart(3, '0'), count })),
    perMinute: minutes.map(([minute, { requests, failures }]) => ({ minute: isoOf(minute), requests, failures })),
    failureCells: tally.cells.list(maxCells, labelOf),
    byBehaviour: tally.traffics.list(maxTraffics),
    dimensions: listDimensions(tally, minutes),
    failureTimeTakenSeconds: tally.durations.summarise(),
    ...(serverErrors === null ? {} : { serverErrorDurations: serverErrors }),
    samples: tally.samples.list().map((sample) => ({ ...sample, path: labelOf(sample.path) })),
  };
}

/** Where a row of a wrong clock hides the oldest, that is known by the hour of the first rows in the window. */
function oldestOf({ oldest, rowsByHour }: Tally, window: TimeWindow): Iso | null {
  const firstHour = Math.min(...rowsByHour.keys());
  const known =
    oldest >= believableSpan(window).earliest ? oldest : Math.max(firstHour, Date.parse(window.from) / 1000);
  return Number.isFinite(known) ? isoOf(known) : null;
}

function listDimensions(
  { tables, paths, sizes, times }: Tally,
  minutes: readonly (readonly [number, Count])[],
): AccessLogEvidence['dimensions'] {
  const hours = new Map<string, Count>();
  for (const [minute, count] of minutes) {
    const hour = isoOf(minute - (minute % 3600));
    const known = hours.get(hour) ?? { requests: 0, failures: 0 };
    addCount(known, count);
    hours.set(hour, known);
  }
  const unranked: Readonly<Record<LogDimension, readonly DimensionCount[]>> = {
    behaviour: tables.behaviour.list(),
    path: paths.list(),
    method: tables.method.list(),
    'edge-location': tables['edge-location'].list(),
    host: tables.host.list(),
    'protocol-version': tables['protocol-version'].list(),
    'detailed-result': tables['detailed-result'].list(),
    'size-band': named(sizeBandNames, sizes),
    'time-taken-band': named(timeBandNames, times),
    hour: [...hours].map(([value, count]) => ({ value, ...count })),
  };
  const rank = (dimension: LogDimension) => rankCounts(unranked[dimension], maxValues);
  return {
    behaviour: rank('behaviour'),
    path: rank('path'),
    method: rank('method'),
    'edge-location': rank('edge-location'),
    host: rank('host'),
    'protocol-version': rank('protocol-version'),
    'detailed-result': rank('detailed-result'),
    'size-band': rank('size-band'),
    'time-taken-band': rank('time-taken-band'),
    hour: rank('hour'),
  };
}

function named(names: readonly string[], counts: readonly Count[]): readonly DimensionCount[] {
  return counts.map((count, index) => ({ value: names[index] ?? '', ...count }));
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
