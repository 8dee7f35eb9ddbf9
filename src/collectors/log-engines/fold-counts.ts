/** Folds the groups that a query counted into the aggregate that reading the rows would have made. Pure. */
import type { AggregateOptions } from '../../access-log/aggregate.js';
import { countOfStep } from '../../access-log/behaviour-traffic.js';
import { addCount, type Count, type CountTable, otherValue } from '../../access-log/counts.js';
import { decodeField } from '../../access-log/decode-field.js';
import { templatePath } from '../../access-log/path-template.js';
import { timedStatusOf } from '../../access-log/server-error-durations.js';
import { createTally, minuteOf, type Tally } from '../../access-log/tally.js';
import { Failure } from '../../failure.js';
import { type CountColumn, type CountKind, countKinds } from './count-kinds.js';
import { sampleRank } from './sample-rank.js';

/** A row of the answer: text by column; null where there is no value. */
export type CountRow = Readonly<Record<CountColumn, string | null>>;

export interface FoldedCounts {
  readonly tally: Tally;
  readonly malformed: number;
  readonly duplicates: number;
  /** Requests, and failures among them, whose path is past those that the query tells apart. */
  readonly unnamedPaths: Count;
  /** Failures that are cross-tabulated under `(other)` for the same reason. */
  readonly unnamedFailures: number;
}

const maxTextLength = 255;
const tables = {
  method: 'method',
  location: 'edge-location',
  host: 'host',
  protocol: 'protocol-version',
  result: 'detailed-result',
} as const;

/** @throws Failure `bad-data` where the answer has no total or numbers that are none. */
export function foldCounts(rows: readonly CountRow[], { behaviours }: AggregateOptions): FoldedCounts {
  const tally = createTally();
  const byKind = new Map<CountKind, CountRow[]>();
  for (const row of rows) {
    const kind = countKinds[numberIn(row, 'kind')];
    if (kind === undefined) throw notUnderstood('kind');
    const known = byKind.get(kind);
    if (known === undefined) byKind.set(kind, [row]);
    else known.push(row);
  }
  const of = (kind: CountKind) => byKind.get(kind) ?? [];
  const [total] = of('total');
  if (total === undefined) throw notUnderstood('total');
  const nameOf = (index: string | null) => behaviours[Number(index)] ?? '-';

  foldTotal(tally, total);
  for (const row of of('hour')) tally.rowsByHour.set(key(row), numberIn(row, 'inside'));
  for (const row of of('minute')) addCount(minuteOf(tally, key(row)), countIn(row));
  for (const row of of('status')) tally.statuses[key(row)] = numberIn(row, 'n');
  for (const row of of('size')) addBand(tally.sizes, row);
  for (const row of of('time')) addBand(tally.times, row);
  for (const row of of('behaviour')) {
    const behaviour = nameOf(row.k1);
    addCount(tally.tables.behaviour.of(behaviour), countIn(row));
    foldTraffic(tally, behaviour, row);
  }
  for (const row of of('step')) foldStep(tally, nameOf(row.k1), row);
  for (const [kind, dimension] of Object.entries(tables) as [
    keyof typeof tables,
    (typeof tables)[keyof typeof tables],
  ][])
    foldTable(tally.tables[dimension], of(kind), countIn(total), kind === 'host');
  const unnamedPaths = foldPaths(tally, of('path'), countIn(total));
  const unnamedFailures = foldCells(tally, of('cell'), total, nameOf);
  const buckets = of('duration').map((row): [number, number] => [key(row), numberIn(row, 'f')]);
  tally.durations.restore({ buckets, maxMs: numberOr(total, 'f_max_ms', 0) });
  foldServerErrors(tally, of('taken'), nameOf);
  foldSamples(tally, total.samples);
  return {
    tally,
    malformed: numberIn(total, 'bad'),
    duplicates: numberIn(total, 'twice'),
    unnamedPaths,
    unnamedFailures,
  };
}

function foldTotal(tally: Tally, total: CountRow): void {
  tally.newest = numberOr(total, 'newest', Number.NEGATIVE_INFINITY);
  tally.oldest = numberOr(total, 'oldest', Number.POSITIVE_INFINITY);
  tally.inWindow = numberIn(total, 'inside');
  tally.outsideWindow = numberIn(total, 'outside');
  tally.requests = numberIn(total, 'n');
  tally.failures = numberIn(total, 'f');
  tally.hiddenOriginErrors = numberIn(total, 'hidden');
}

function foldTraffic(tally: Tally, behaviour: string, row: CountRow): void {
  const traffic = tally.traffics.of(behaviour);
  if (traffic === null) return;
  const { requests, failures } = countIn(row);
  const unrepeatable = { requests: numberIn(row, 'unrepeatable'), failures: numberIn(row, 'unrepeatable_f') };
  addCount(traffic.unrepeatable, unrepeatable);
  addCount(traffic.repeatable, {
    requests: requests - unrepeatable.requests,
    failures: failures - unrepeatable.failures,
  });
  traffic.otherServerErrors += numberIn(row, 'others');
  traffic.slow += numberIn(row, 'slow');
}

function foldStep(tally: Tally, behaviour: string, row: CountRow): void {
  const traffic = tally.traffics.of(behaviour);
  if (traffic === null) return;
  const step = countOfStep(traffic, numberFrom(row.k2, 'k2'));
  addCount(step, countIn(row));
  step.served += numberIn(row, 'served');
  step.unrepeatable += numberIn(row, 'unrepeatable');
  step.unrepeatableFailures += numberIn(row, 'unrepeatable_f');
}

/** What the answer leaves out goes to `(other)`, so that sums stay those of the total. */
function foldTable(table: CountTable, rows: readonly CountRow[], total: Count, isLowerCase: boolean): void {
  const left = { ...total };
  for (const row of rows) {
    const count = countIn(row);
    addCount(table.of(decodedValue(row.k1, isLowerCase)), count);
    left.requests -= count.requests;
    left.failures -= count.failures;
  }
  if (left.requests > 0) addCount(table.of(otherValue), left);
}

function foldPaths(tally: Tally, rows: readonly CountRow[], total: Count): Count {
  const left = { ...total };
  for (const row of rows) {
    const count = countIn(row);
    addCount(tally.paths.of(templatePath(decodeField(row.k1 ?? '-'))), count);
    left.requests -= count.requests;
    left.failures -= count.failures;
  }
  // The tree knows folders and files only: what lies in none of them stands beside them.
  if (left.requests > 0) addCount(tally.paths.of('/{any}'), left);
  return left;
}

function foldCells(
  tally: Tally,
  rows: readonly CountRow[],
  total: CountRow,
  nameOf: (index: string | null) => string,
): number {
  const left = {
    count: numberIn(total, 'f'),
    underTenMs: numberIn(total, 'under_ten_ms'),
    underOneSecond: numberIn(total, 'under_one_s'),
  };
  for (const row of rows) {
    const counts = {
      count: numberIn(row, 'f'),
      underTenMs: numberIn(row, 'under_ten_ms'),
      underOneSecond: numberIn(row, 'under_one_s'),
    };
    const at = {
      behaviour: nameOf(row.k1),
      path: templatePath(decodeField(row.k2 ?? '-')),
      method: decodedValue(row.k3),
      detailedResult: decodedValue(row.k4),
    };
    tally.cells.add(at, { ...counts, first: numberIn(row, 'f_first'), last: numberIn(row, 'f_last') });
    left.count -= counts.count;
    left.underTenMs -= counts.underTenMs;
    left.underOneSecond -= counts.underOneSecond;
  }
  if (left.count <= 0) return 0;
  tally.cells.add(
    { behaviour: otherValue, path: otherValue, method: otherValue, detailedResult: otherValue },
    { ...left, first: numberIn(total, 'f_first'), last: numberIn(total, 'f_last') },
  );
  return left.count;
}

function foldServerErrors(tally: Tally, rows: readonly CountRow[], nameOf: (index: string | null) => string): void {
  for (const row of rows) {
    const status = timedStatusOf(numberFrom(row.k2, 'k2'));
    if (status === null) throw notUnderstood('k2');
    tally.serverErrors.add({
      behaviour: nameOf(row.k1),
      status,
      detailedResult: decodedValue(row.k3),
      tenthsOfSecond: numberFrom(row.k4, 'k4'),
      count: numberIn(row, 'n'),
    });
  }
}

function foldSamples(tally: Tally, samples: string | null): void {
  for (const line of (samples ?? '').split('\n')) {
    const [ended, requestId, location, method, host, path, result, ms, more] = line.split('\t');
    // A value that holds a tab or a line end is none that CloudFront writes.
    if (ended === undefined || !/^\d+$/.test(ended) || ms === undefined || more !== undefined) continue;
    const id = (requestId ?? '').slice(0, maxTextLength);
    tally.samples.offer(sampleRank(id), () => ({
      at: new Date(Number(ended) * 1000).toISOString(),
      requestId: id,
      edgeLocation: decodedValue(location),
      host: decodedValue(host, true),
      timeTakenSeconds: /^\d+$/.test(ms) ? Number(ms) / 1000 : null,
      method: decodedValue(method),
      path: templatePath(decodeField(path ?? '-')),
      detailedResult: decodedValue(result),
    }));
  }
}

function addBand(bands: readonly Count[], row: CountRow): void {
  const band = bands[key(row)];
  if (band === undefined) throw notUnderstood('k1');
  addCount(band, countIn(row));
}

/** As the reading of rows takes it from its bytes. */
function decodedValue(text: string | null | undefined, isLowerCase = false): string {
  const decoded = decodeField(text ?? '').slice(0, maxTextLength);
  const value = isLowerCase ? decoded.toLowerCase() : decoded;
  return value === '' ? '-' : value;
}

function countIn(row: CountRow): Count {
  return { requests: numberIn(row, 'n'), failures: numberIn(row, 'f') };
}

function key(row: CountRow): number {
  return numberFrom(row.k1, 'k1');
}

function numberIn(row: CountRow, column: CountColumn): number {
  return numberFrom(row[column], column);
}

function numberOr(row: CountRow, column: CountColumn, otherwise: number): number {
  return row[column] === null ? otherwise : numberIn(row, column);
}

function numberFrom(text: string | null, column: CountColumn): number {
  if (text !== null && /^-?\d{1,15}$/.test(text)) return Number(text);
  throw notUnderstood(column);
}

function notUnderstood(column: string): Failure {
  return new Failure('bad-data', `The answer of the log query cannot be understood (${column}).`);
}
