/** Which column of a log stands where in a line. */
import { type LogColumn, logColumns } from './log-columns.js';

/** Without these a row says nothing. */
const requiredColumns: readonly LogColumn[] = ['date', 'time', 'sc-status'];
/** The others; `cs(Host)` only stands in for `x-host-header`, and the result type adds little to the detailed one. */
const expectedColumns = logColumns.filter((name) => name !== 'cs(Host)' && name !== 'x-edge-result-type');

/** More than CloudFront can log, by far. */
const maxColumns = 127;

/** What a name is told by: Parquet has underscores for the marks (`cs_host`, `sc_status`), Athena's tables lower case. */
export function fieldKey(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');
}

const indexes = new Map<string, number>(logColumns.map((name, index) => [fieldKey(name), index]));

/** Index of the column that a field name means; -1 where it is none that is read. */
export function columnNamed(name: string): number {
  return indexes.get(fieldKey(name)) ?? -1;
}

export interface RowLayout {
  /** For each position in a line, the index of the column there, or -1 where it is not read. */
  readonly positions: Int8Array;
  /** Whether its rows say anything. */
  readonly isUsable: boolean;
  readonly missing: readonly LogColumn[];
}

/** @param names as in `#Fields`. */
export function layOutRow(names: readonly string[]): RowLayout {
  const positions = Int8Array.from(names, columnNamed);
  const has = (name: LogColumn) => positions.includes(columnNamed(name));
  const isUsable = names.length <= maxColumns && requiredColumns.every(has);
  return { positions, isUsable, missing: expectedColumns.filter((name) => !has(name)) };
}

/** The names of a `#Fields` line; null for another comment. */
export function readFieldsLine(line: string, delimiter = '\t'): readonly string[] | null {
  if (!line.startsWith('#Fields:')) return null;
  return line
    .slice('#Fields:'.length)
    .replaceAll(delimiter, ' ')
    .split(/\s+/)
    .filter((name) => name !== '');
}
