/** Which column of a log stands where in a line. */
import { type LogColumn, logColumns } from './log-columns.js';

const indexes = new Map<string, number>(logColumns.map((name, index) => [name, index]));
/** Without these a row says nothing. */
const requiredColumns: readonly LogColumn[] = ['date', 'time', 'sc-status'];
/** The others; `cs(Host)` only stands in for `x-host-header`, and the result type adds little to the detailed one. */
const expectedColumns = logColumns.filter((name) => name !== 'cs(Host)' && name !== 'x-edge-result-type');

export interface RowLayout {
  /** For each position in a line, the index of the column there, or -1 where it is not read. */
  readonly positions: Int8Array;
  /** Whether its rows say anything. */
  readonly isUsable: boolean;
  readonly missing: readonly LogColumn[];
}

/** @param names as in `#Fields`. */
export function layOutRow(names: readonly string[]): RowLayout {
  return {
    positions: Int8Array.from(names, (name) => indexes.get(name) ?? -1),
    isUsable: requiredColumns.every((name) => names.includes(name)),
    missing: expectedColumns.filter((name) => !names.includes(name)),
  };
}

/** The names of a `#Fields` line; null for another comment. */
export function readFieldsLine(line: string): readonly string[] | null {
  if (!line.startsWith('#Fields:')) return null;
  return line
    .slice('#Fields:'.length)
    .split(/\s+/)
    .filter((name) => name !== '');
}
