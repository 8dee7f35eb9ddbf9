/** Which column of a log stands where in a line. */
import { type LogColumn, logColumns } from './log-columns.js';
import { UnreadableLogError } from './unreadable-log.js';

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

/** What a list of names makes of a line. */
export interface NamedLayout extends Pick<RowLayout, 'positions' | 'missing'> {
  /** Columns of a row; null where its fields say nothing. */
  readonly columns: number | null;
}

/** Remembers layouts, since objects of a delivery share one, and nothing keeps an object from naming its fields on every other line. */
export interface FieldsReader {
  /** Another object begins. */
  restart(): void;
  ofNames(names: readonly string[]): NamedLayout;
  /** Of a `#Fields` line. @throws UnreadableLogError where the object holds far too many of them. */
  ofLine(bytes: Uint8Array, start: number, end: number, delimiter: number): NamedLayout;
}

const maxKnownLayouts = 64;
/** An object that was put together of many has one for each; past this there is nothing else in it. */
const maxFieldsLines = 100_000;

export function createFieldsReader(): FieldsReader {
  const byNames = new Map<string, NamedLayout>();
  const byLine = new Map<string, NamedLayout>();
  let lines = 0;

  function remember(known: Map<string, NamedLayout>, key: string, make: () => NamedLayout): NamedLayout {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= maxKnownLayouts) known.clear();
    const made = make();
    known.set(key, made);
    return made;
  }

  const ofNames = (names: readonly string[]): NamedLayout =>
    remember(byNames, names.join('\t'), () => {
      const { positions, isUsable, missing } = layOutRow(names);
      return { positions, missing, columns: isUsable ? positions.length : null };
    });
  return {
    restart() {
      lines = 0;
    },
    ofNames,
    ofLine(bytes, start, end, delimiter) {
      lines += 1;
      if (lines > maxFieldsLines)
        throw new UnreadableLogError('The log object names its fields over and over, as no log does.', {
          remedy: 'Look at what wrote it, and take it out of the bucket.',
        });
      const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
      const separator = String.fromCharCode(delimiter);
      return remember(byLine, `${separator}${line}`, () => ofNames(readFieldsLine(line, separator) ?? []));
    },
  };
}

const fieldsMark = [...Buffer.from('#Fields:')];

/** Whether a line names fields, as against another comment. */
export function isFieldsLine(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= fieldsMark.length && fieldsMark.every((byte, index) => bytes[start + index] === byte);
}
