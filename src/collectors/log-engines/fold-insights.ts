/** Folds what Logs Insights answered into the aggregate that reading the rows would have made, as far as it goes. Pure. */
import type { AggregateOptions } from '../../access-log/aggregate.js';
import { countOfStep, stepSeconds } from '../../access-log/behaviour-traffic.js';
import { believableSpan } from '../../access-log/believable-span.js';
import { addCount, type CountTable, otherValue } from '../../access-log/counts.js';
import { decodeField } from '../../access-log/decode-field.js';
import { templatePath } from '../../access-log/path-template.js';
import { maxTenths, timedStatusOf } from '../../access-log/server-error-durations.js';
import { createTally, minuteOf, type Tally } from '../../access-log/tally.js';
import { matchBehaviour } from '../../diagnosis/path-pattern.js';
import type { InsightsRow } from './insights-calls.js';
import { type InsightsQueries, type InsightsQueryName, mostAnswers } from './insights-queries.js';
import { sampleRank } from './sample-rank.js';

export type InsightsAnswers = Readonly<Record<InsightsQueryName, readonly InsightsRow[]>>;

export interface FoldedInsights {
  readonly tally: Tally;
  /** Names of queries whose answer was cut off. */
  readonly truncated: readonly InsightsQueryName[];
}

export function foldInsights(
  answers: InsightsAnswers,
  options: AggregateOptions,
  { hasBehaviours, hasDurations }: Pick<InsightsQueries, 'hasBehaviours' | 'hasDurations'>,
): FoldedInsights {
  const tally = createTally();
  const [only] = options.behaviours;
  const behaviourOf = (row: InsightsRow): string => {
    if (hasBehaviours) return textOf(row['behaviour']);
    if (only !== undefined && options.behaviours.length === 1) return only;
    const path = row['path'];
    return path === undefined ? '-' : (matchBehaviour(options.behaviours, decodeField(path)) ?? '-');
  };
  const { earliest, latest } = believableSpan(options.window);
  // Rows are asked for by the time of their event: what they say themselves may be of a clock that is wrong.
  const timeOf = (row: InsightsRow): number | null => {
    const at = secondsOf(row['date'], row['clock']);
    return at !== null && at >= earliest && at <= latest ? at : null;
  };
  foldTraffic(tally, answers.traffic, options, behaviourOf, timeOf);
  foldResults(tally, answers.results);
  foldPlaces(tally, answers.places);
  // Rows that tell no path are of a behaviour that is not known, where there are several.
  const isTold = hasDurations && (hasBehaviours || options.behaviours.length === 1);
  if (isTold && answers.durations.length < mostAnswers) foldDurations(tally, answers.durations, behaviourOf);
  else tally.serverErrors.noteUnknown();
  const total = { requests: tally.requests, failures: tally.failures };
  const left = { ...total };
  for (const row of answers.paths) {
    const count = countIn(row);
    addCount(tally.paths.of(templatePath(decodeField(row['path'] ?? '-'))), count);
    if (!hasBehaviours && options.behaviours.length > 1) addCount(tally.tables.behaviour.of(behaviourOf(row)), count);
    left.requests -= count.requests;
    left.failures -= count.failures;
  }
  if (left.requests > 0) addCount(tally.paths.of('/{any}'), left);
  foldFailures(tally, answers.failures, behaviourOf, timeOf);
  return {
    tally,
    truncated: (Object.entries(answers) as [InsightsQueryName, readonly InsightsRow[]][]).flatMap(([name, rows]) =>
      rows.length >= mostAnswers ? [name] : [],
    ),
  };
}

function foldTraffic(
  tally: Tally,
  rows: readonly InsightsRow[],
  { window, behaviours }: AggregateOptions,
  behaviourOf: (row: InsightsRow) => string,
  timeOf: (row: InsightsRow) => number | null,
): void {
  const step = stepSeconds((Date.parse(window.to) - Date.parse(window.from)) / 1000);
  for (const row of rows) {
    const at = timeOf(row);
    if (at === null) continue;
    const count = countIn(row);
    tally.requests += count.requests;
    tally.failures += count.failures;
    tally.inWindow += count.requests;
    tally.newest = Math.max(tally.newest, at);
    tally.oldest = Math.min(tally.oldest, at);
    const hour = at - (at % 3600);
    tally.rowsByHour.set(hour, (tally.rowsByHour.get(hour) ?? 0) + count.requests);
    addCount(minuteOf(tally, at - (at % 60)), count);
    const behaviour = behaviourOf(row);
    // Without the field, traffic cannot be told apart by behaviour: then there is none rather than a wrong one.
    if (behaviour === '-' && behaviours.length > 1) continue;
    addCount(tally.tables.behaviour.of(behaviour), count);
    const traffic = tally.traffics.of(behaviour);
    if (traffic === null) continue;
    const once = { requests: numberIn(row, 'once_n'), failures: numberIn(row, 'once_f') };
    addCount(traffic.unrepeatable, once);
    addCount(traffic.repeatable, {
      requests: count.requests - once.requests,
      failures: count.failures - once.failures,
    });
    traffic.otherServerErrors += numberIn(row, 'others_n');
    traffic.slow += numberIn(row, 'slow_n');
    const inStep = countOfStep(traffic, at - (at % step));
    addCount(inStep, count);
    inStep.served += numberIn(row, 'served_n');
    inStep.unrepeatable += once.requests;
    inStep.unrepeatableFailures += once.failures;
  }
}

function foldResults(tally: Tally, rows: readonly InsightsRow[]): void {
  for (const row of rows) {
    const requests = numberIn(row, 'n');
    const status = Number(row['status']);
    const result = textOf(row['result']);
    const count = { requests, failures: status === 502 ? requests : 0 };
    if (Number.isInteger(status) && status >= 0 && status < 1_000)
      tally.statuses[status] = (tally.statuses[status] ?? 0) + requests;
    if (status > 0 && status < 500 && /^Origin.*Error$/.test(result)) tally.hiddenOriginErrors += requests;
    addCount(tally.tables.method.of(textOf(row['method'])), count);
    addCount(tally.tables['detailed-result'].of(result), count);
    addCount(tally.tables['protocol-version'].of(textOf(row['protocol'])), count);
  }
}

function foldPlaces(tally: Tally, rows: readonly InsightsRow[]): void {
  const left = { requests: tally.requests, failures: tally.failures };
  const tables: readonly [CountTable, (row: InsightsRow) => string][] = [
    [tally.tables['edge-location'], (row) => textOf(row['location'])],
    [tally.tables.host, (row) => textOf(row['host']).toLowerCase()],
  ];
  for (const row of rows) {
    const count = countIn(row);
    for (const [table, value] of tables) addCount(table.of(value(row)), count);
    left.requests -= count.requests;
    left.failures -= count.failures;
  }
  if (left.requests > 0) for (const [table] of tables) addCount(table.of(otherValue), left);
}

function foldDurations(tally: Tally, rows: readonly InsightsRow[], behaviourOf: (row: InsightsRow) => string): void {
  for (const row of rows) {
    const status = timedStatusOf(Number(row['status']));
    // A row without a time has no tenths, and is of no use here.
    if (status === null || row['tenths'] === undefined || row['tenths'] === '') continue;
    tally.serverErrors.add({
      behaviour: behaviourOf(row),
      status,
      detailedResult: textOf(row['result']),
      tenthsOfSecond: Math.min(maxTenths, numberIn(row, 'tenths')),
      count: numberIn(row, 'n'),
    });
  }
}

function foldFailures(
  tally: Tally,
  rows: readonly InsightsRow[],
  behaviourOf: (row: InsightsRow) => string,
  timeOf: (row: InsightsRow) => number | null,
): void {
  let seen = 0;
  const times: number[] = [];
  for (const row of rows) {
    const at = timeOf(row);
    if (at === null) continue;
    seen += 1;
    times.push(at);
    const taken = row['taken'] ?? '';
    const ms = /^\d{1,15}(\.\d*)?$/.test(taken) ? Math.floor(Number(taken) * 1_000 + 1e-6) : null;
    const path = templatePath(decodeField(row['path'] ?? '-'));
    const at4 = {
      behaviour: behaviourOf(row),
      path,
      method: textOf(row['method']),
      detailedResult: textOf(row['result']),
    };
    tally.cells.add(at4, {
      count: 1,
      underTenMs: ms !== null && ms < 10 ? 1 : 0,
      underOneSecond: ms !== null && ms < 1_000 ? 1 : 0,
      first: at,
      last: at,
    });
    if (ms !== null) tally.durations.add(ms);
    const requestId = textOf(row['id']);
    tally.samples.offer(sampleRank(requestId), () => ({
      at: new Date(at * 1000).toISOString(),
      requestId,
      edgeLocation: textOf(row['location']),
      host: textOf(row['host']).toLowerCase(),
      timeTakenSeconds: ms === null ? null : ms / 1000,
      method: at4.method,
      path,
      detailedResult: at4.detailedResult,
    }));
  }
  const unseen = tally.failures - seen;
  if (unseen <= 0 || times.length === 0) return;
  const anywhere = { behaviour: otherValue, path: otherValue, method: otherValue, detailedResult: otherValue };
  const span = { first: tally.oldest, last: tally.newest };
  tally.cells.add(anywhere, { count: unseen, underTenMs: 0, underOneSecond: 0, ...span });
}

/** Of a date and as much of a time as is given: `10:4`, `10:45`, `10:45:12`. */
function secondsOf(date: string | undefined, clock: string | undefined): number | null {
  const [, hour = '', minute = '', second = ''] = /^(\d{2})(?::(\d{1,2})(?::(\d{2}))?)?$/.exec(clock ?? '') ?? [];
  if (hour === '' || !/^\d{4}-\d{2}-\d{2}$/.test(date ?? '')) return null;
  const ms = Date.parse(`${date}T${hour}:${minute.padEnd(2, '0')}:${second.padEnd(2, '0')}.000Z`);
  return Number.isNaN(ms) ? null : ms / 1000;
}

function textOf(value: string | undefined): string {
  const decoded = decodeField(value ?? '').slice(0, 255);
  return decoded === '' ? '-' : decoded;
}

function countIn(row: InsightsRow): { readonly requests: number; readonly failures: number } {
  return { requests: numberIn(row, 'n'), failures: numberIn(row, 'failures') };
}

/** Sums over no value are absent. */
function numberIn(row: InsightsRow, name: string): number {
  const value = Number(row[name] ?? 0);
  return Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
}
