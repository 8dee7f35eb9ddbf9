/** What the counting query groups by: the kinds of rows in its answer, their keys and columns, and how a row tells its kind. Pure. */
import { sqlInteger } from './sql-text.js';

/** What the rows of the answer are about, in the order of their `kind`. */
export const countKinds = [
  'total',
  'hour',
  'minute',
  'step',
  'behaviour',
  'method',
  'location',
  'host',
  'protocol',
  'result',
  'size',
  'time',
  'status',
  'path',
  'cell',
  'duration',
  'taken',
] as const;
export type CountKind = (typeof countKinds)[number];

/** Columns of the answer, all of them text or whole numbers. */
export const countColumns = [
  'kind',
  'k1',
  'k2',
  'k3',
  'k4',
  'n',
  'f',
  'served',
  'unrepeatable',
  'unrepeatable_f',
  'others',
  'slow',
  'hidden',
  'inside',
  'outside',
  'bad',
  'twice',
  'newest',
  'oldest',
  'f_first',
  'f_last',
  'under_ten_ms',
  'under_one_s',
  'f_max_ms',
  'samples',
] as const;
export type CountColumn = (typeof countColumns)[number];

/** Groups of a kind answered at most, the most failures first; what is past it is known by the total. */
export const mostGroups: Readonly<Partial<Record<CountKind, number>>> = {
  path: 2_000,
  cell: 2_000,
  host: 1_000,
  method: 200,
  location: 1_500,
  protocol: 100,
  result: 500,
  taken: 2_000,
};
export const mostSamples = 20;
/** Keys by which rows are grouped, and the kinds made of them. */
export const groupKeys = [
  'hour',
  'minute',
  'step',
  'b',
  'method',
  'location',
  'host',
  'protocol',
  'result',
  'size_band',
  'time_band',
  'status',
  'path',
  'f_path',
  'f_method',
  'f_result',
  'f_ms',
  'e_status',
  'e_result',
  'e_tenths',
] as const;
type Key = (typeof groupKeys)[number];
export const keysOf: Readonly<Record<CountKind, readonly Key[]>> = {
  total: [],
  hour: ['hour'],
  minute: ['minute'],
  step: ['b', 'step'],
  behaviour: ['b'],
  method: ['method'],
  location: ['location'],
  host: ['host'],
  protocol: ['protocol'],
  result: ['result'],
  size: ['size_band'],
  time: ['time_band'],
  status: ['status'],
  path: ['path'],
  cell: ['b', 'f_path', 'f_method', 'f_result'],
  duration: ['f_ms'],
  taken: ['b', 'e_status', 'e_result', 'e_tenths'],
};

/** `grouping` gives a bit for each key, the first the highest: 0 where the row is grouped by it. */
export function kindOfGroup(): string {
  const cases = countKinds.map((kind, index) => {
    const mask = groupKeys.reduce((bits, key) => bits * 2 + (keysOf[kind].includes(key) ? 0 : 1), 0);
    return `WHEN ${sqlInteger(mask)} THEN ${sqlInteger(index)}`;
  });
  return `CASE grouping(${groupKeys.join(', ')}) ${cases.join(' ')} END`;
}

export function kindIndex(kind: CountKind): string {
  return sqlInteger(countKinds.indexOf(kind));
}

/** The keys of every kind in the same columns. */
export function keyColumn(position: number): string {
  const cases = countKinds.flatMap((kind) => {
    const key = keysOf[kind][position];
    return key === undefined ? [] : [`WHEN ${kindIndex(kind)} THEN CAST(${key} AS VARCHAR)`];
  });
  return `CASE kind ${cases.join(' ')} END AS k${position + 1}`;
}
