/**
 * The query that counts a window of logs in one scan, since engines are paid by the scan: rows are read, parsed and made unique, then grouped
 * by everything that the aggregate tells apart at once. Written in the SQL that Trino (Athena) and DuckDB share. Pure.
 */
import type { AggregateOptions } from '../../access-log/aggregate.js';
import { sizeBandLimits, timeBandLimits } from '../../access-log/bands.js';
import { stepSeconds } from '../../access-log/behaviour-traffic.js';
import { believableSpan } from '../../access-log/believable-span.js';
import { maxTenths } from '../../access-log/server-error-durations.js';
import {
  type CountKind,
  countKinds,
  groupKeys,
  keyColumn,
  keysOf,
  kindIndex,
  kindOfGroup,
  mostGroups,
  mostSamples,
} from './count-kinds.js';
import { loggedPathRegex } from './logged-path-regex.js';
import { sqlInteger, sqlName, sqlString } from './sql-text.js';

/** A table of logs, however it was made. */
export interface LogTable {
  readonly database: string;
  readonly name: string;
  /** Columns that it has. */
  readonly columns: ReadonlySet<string>;
  /** The last of a line, by whose absence a line that is cut short is known; null where rows are no lines. */
  readonly lastColumn: string | null;
  /** What confines the scan: a condition over partitions or `"$path"`, made of checked values. */
  readonly prune: string;
}

/** Athena takes queries of 262,144 bytes. https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const longestQuery = 250_000;

export interface CountQuery {
  readonly sql: string;
  /** Whether paths were matched in the short form, see `loggedPathRegex`. */
  readonly isShort: boolean;
}

/** @param findsTwins whether rows that were delivered twice are told by their ids; sorts all rows. */
export function countQuery(table: LogTable, options: AggregateOptions, findsTwins: boolean): CountQuery {
  const exact = buildQuery(table, options, findsTwins, false);
  if (Buffer.byteLength(exact) <= longestQuery) return { sql: exact, isShort: false };
  return { sql: buildQuery(table, options, findsTwins, true), isShort: true };
}

function buildQuery(table: LogTable, options: AggregateOptions, findsTwins: boolean, isShort: boolean): string {
  const from = sqlInteger(Math.ceil(Date.parse(options.window.from) / 1000));
  const to = sqlInteger(Math.ceil(Date.parse(options.window.to) / 1000));
  const step = sqlInteger(stepSeconds((Date.parse(options.window.to) - Date.parse(options.window.from)) / 1000));
  const span = believableSpan(options.window);
  const column = (name: string) => (table.columns.has(name) ? sqlName(name) : 'CAST(NULL AS VARCHAR)');
  const value = (name: string) => `coalesce(nullif(${column(name)}, ''), '-')`;
  const isWhole = table.lastColumn === null ? 'TRUE' : `${sqlName(table.lastColumn)} IS NOT NULL`;
  const wanted =
    options.pathPattern === null
      ? 'TRUE'
      : `regexp_like(path, ${sqlString(loggedPathRegex(options.pathPattern, isShort))})`;
  const isTimed = 'w = 1 AND status IN (502, 503, 504) AND ms IS NOT NULL';
  return `WITH logged AS (
  SELECT
    ${column('date')} AS d, ${column('time')} AS t, ${column('sc_status')} AS s, ${isWhole} AS is_whole,
    ${value('cs_uri_stem')} AS path, ${value('cs_method')} AS method, ${value('x_edge_location')} AS location,
    CASE WHEN ${value('x_host_header')} = '-' THEN ${value('cs_host')} ELSE ${value('x_host_header')} END AS host,
    ${value('cs_protocol_version')} AS protocol, ${value('x_edge_detailed_result_type')} AS result,
    ${value('x_edge_request_id')} AS id, ${column('sc_bytes')} AS bytes_text, ${column('time_taken')} AS seconds_text
  FROM ${sqlName(table.database)}.${sqlName(table.name)}
  WHERE ${table.prune}
),
parsed AS (
  SELECT *,
    CASE WHEN is_whole AND regexp_like(d, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
      AND regexp_like(t, '^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)$') AND regexp_like(s, '^[0-9]{3}$')
    THEN date_diff('day', DATE '1970-01-01', TRY_CAST(d AS DATE)) * 86400 + TRY_CAST(substr(t, 1, 2) AS BIGINT) * 3600
      + TRY_CAST(substr(t, 4, 2) AS BIGINT) * 60 + TRY_CAST(substr(t, 7, 2) AS BIGINT) END AS ended,
    TRY_CAST(s AS INTEGER) AS status,
    CASE WHEN regexp_like(bytes_text, '^[0-9]{1,15}$') THEN TRY_CAST(bytes_text AS BIGINT) END AS bytes,
    CASE WHEN regexp_like(seconds_text, '^[0-9]{1,15}([.][0-9]*)?$')
      THEN TRY_CAST(floor(TRY_CAST(seconds_text AS DECIMAL(24, 6)) * 1000) AS BIGINT) END AS ms
  FROM logged
  WHERE d IS NULL OR (d <> '' AND d <> 'date' AND d NOT LIKE '#%')
),
numbered AS (
  SELECT *, ${twinNumber(findsTwins)} AS nth FROM parsed
),
judged AS (
  SELECT *,
    CASE WHEN ended >= ${from} AND ended < ${to} AND nth = 1 THEN 1 ELSE 0 END AS inside,
    CASE WHEN ended >= ${from} AND ended < ${to} AND nth = 1 AND ${wanted} THEN 1 ELSE 0 END AS w,
    CASE WHEN ended >= ${from} AND ended < ${to} AND nth = 1 AND ${wanted} AND status = 502 THEN 1 ELSE 0 END AS w_f
  FROM numbered
),
keyed AS (
  SELECT
    ended, inside, w, w_f, nth, status AS code, ms AS taken, result AS outcome,
    CASE WHEN inside = 1 THEN ended - ended % 3600 END AS hour,
    CASE WHEN w = 1 THEN ended - ended % 60 END AS minute,
    CASE WHEN w = 1 THEN ended - ended % ${step} END AS step,
    CASE WHEN w = 1 THEN ${behaviourIndex(options.behaviours, isShort)} END AS b,
    CASE WHEN w = 1 THEN method END AS method,
    CASE WHEN w = 1 THEN location END AS location,
    CASE WHEN w = 1 THEN host END AS host,
    CASE WHEN w = 1 THEN protocol END AS protocol,
    CASE WHEN w = 1 THEN result END AS result,
    CASE WHEN w = 1 THEN ${band('bytes', sizeBandLimits)} END AS size_band,
    CASE WHEN w = 1 THEN ${band('ms', timeBandLimits)} END AS time_band,
    CASE WHEN w = 1 THEN status END AS status,
    CASE WHEN w = 1 THEN path END AS path,
    CASE WHEN w_f = 1 THEN path END AS f_path,
    CASE WHEN w_f = 1 THEN method END AS f_method,
    CASE WHEN w_f = 1 THEN result END AS f_result,
    CASE WHEN w_f = 1 THEN ${rounded('ms')} END AS f_ms,
    CASE WHEN ${isTimed} THEN status END AS e_status,
    CASE WHEN ${isTimed} THEN result END AS e_result,
    CASE WHEN ${isTimed} THEN least(${sqlInteger(maxTenths)}, CAST(floor(ms / 100) AS BIGINT)) END AS e_tenths,
    CASE WHEN w = 1 AND method NOT IN ('GET', 'HEAD') THEN 1 ELSE 0 END AS is_unrepeatable,
    CASE WHEN w_f = 1 THEN concat(CAST(ended AS VARCHAR), chr(9), id, chr(9), location, chr(9), method, chr(9), host, chr(9), path, chr(9), result,
      chr(9), coalesce(CAST(ms AS VARCHAR), '-')) END AS sample,
    id AS sample_rank
  FROM judged
),
grouped AS (
  SELECT
    ${kindOfGroup()} AS kind,
    ${groupKeys.join(', ')},
    SUM(w) AS n, SUM(w_f) AS f,
    SUM(CASE WHEN w = 1 AND code >= 200 AND code < 500 AND outcome IN ('Miss', 'RefreshHit') THEN 1 ELSE 0 END) AS served,
    SUM(is_unrepeatable) AS unrepeatable,
    SUM(is_unrepeatable * w_f) AS unrepeatable_f,
    SUM(CASE WHEN w = 1 AND code IN (503, 504) AND NOT regexp_like(outcome, '^(LimitExceeded|CapacityExceeded|Function|Lambda)') THEN 1 ELSE 0 END) AS others,
    SUM(CASE WHEN w = 1 AND taken >= 5000 THEN 1 ELSE 0 END) AS slow,
    SUM(CASE WHEN w = 1 AND code > 0 AND code < 500 AND regexp_like(outcome, '^Origin.*Error$') THEN 1 ELSE 0 END) AS hidden,
    SUM(inside) AS inside,
    SUM(CASE WHEN ended IS NOT NULL AND nth = 1 AND inside = 0 THEN 1 ELSE 0 END) AS outside,
    SUM(CASE WHEN ended IS NULL THEN 1 ELSE 0 END) AS bad,
    SUM(CASE WHEN ended IS NOT NULL AND nth > 1 THEN 1 ELSE 0 END) AS twice,
    MAX(CASE WHEN ended <= ${sqlInteger(span.latest)} THEN ended END) AS newest,
    MIN(CASE WHEN ended >= ${sqlInteger(span.earliest)} THEN ended END) AS oldest,
    MIN(CASE WHEN w_f = 1 THEN ended END) AS f_first, MAX(CASE WHEN w_f = 1 THEN ended END) AS f_last,
    SUM(CASE WHEN w_f = 1 AND taken < 10 THEN 1 ELSE 0 END) AS under_ten_ms,
    SUM(CASE WHEN w_f = 1 AND taken < 1000 THEN 1 ELSE 0 END) AS under_one_s,
    MAX(CASE WHEN w_f = 1 THEN taken END) AS f_max_ms,
    min_by(sample, sample_rank, ${sqlInteger(mostSamples)}) FILTER (WHERE w_f = 1) AS samples
  FROM keyed
  GROUP BY GROUPING SETS (${countKinds.map((kind) => `(${keysOf[kind].join(', ')})`).join(', ')})
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY kind ORDER BY f DESC, n DESC, path, f_path, host, b) AS place
  FROM grouped
  WHERE kind = 0 OR (kind = ${kindIndex('hour')} AND inside > 0 AND hour IS NOT NULL)
    OR (kind > ${kindIndex('hour')} AND kind < ${kindIndex('cell')} AND n > 0)
    OR (kind = ${kindIndex('cell')} AND f > 0 AND f_path IS NOT NULL) OR (kind = ${kindIndex('duration')} AND f_ms IS NOT NULL)
    OR (kind = ${kindIndex('taken')} AND e_tenths IS NOT NULL)
)
SELECT
  kind, ${[0, 1, 2, 3].map(keyColumn).join(', ')},
  n, f, served, unrepeatable, unrepeatable_f, others, slow, hidden, inside, outside, bad, twice, newest, oldest, f_first, f_last,
  under_ten_ms, under_one_s, f_max_ms, CASE WHEN kind = 0 THEN array_join(samples, chr(10)) END AS samples
FROM ranked
WHERE ${Object.entries(mostGroups)
    .map(([kind, most]) => `NOT (kind = ${kindIndex(kind as CountKind)} AND place > ${sqlInteger(most)})`)
    .join('\n  AND ')}
ORDER BY kind, place`;
}

/** 1 for the first row with a request id; rows without one are all first. */
function twinNumber(findsTwins: boolean): string {
  if (!findsTwins) return '1';
  const known = "ended IS NOT NULL AND id <> '-'";
  return `CASE WHEN ${known} THEN row_number() OVER (PARTITION BY ${known}, id) ELSE 1 END`;
}

/** Index into the behaviours of the first that matches; -1 where none does. */
function behaviourIndex(behaviours: readonly string[], isShort: boolean): string {
  const cases = behaviours.map(
    (pattern, index) =>
      `WHEN regexp_like(path, ${sqlString(loggedPathRegex(pattern, isShort))}) THEN ${sqlInteger(index)}`,
  );
  return cases.length === 0 ? '-1' : `CASE ${cases.join(' ')} ELSE -1 END`;
}

function band(column: string, limits: readonly number[]): string {
  const cases = limits.map((below, index) =>
    Number.isFinite(below)
      ? `WHEN ${column} < ${sqlInteger(below)} THEN ${sqlInteger(index)}`
      : `WHEN ${column} IS NOT NULL THEN ${sqlInteger(index)}`,
  );
  return `CASE ${cases.join(' ')} ELSE ${sqlInteger(limits.length)} END`;
}

/** To the bucket of `Durations`: milliseconds below a second, three significant digits above. */
function rounded(column: string): string {
  const cases = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((digits) => {
    const unit = 10 ** digits;
    const half = unit / 2;
    return `WHEN ${column} < ${sqlInteger(unit * 1_000)} THEN ${column} + ${half} - (${column} + ${half}) % ${unit}`;
  });
  return `CASE WHEN ${column} < 1000 THEN ${column} ${cases.join(' ')} ELSE ${column} END`;
}
