/** Writes rows of other formats as lines for the row scanner, so that all formats are counted by the same code. */
import { logColumns } from './log-columns.js';
import { columnNamed, fieldKey } from './row-layout.js';
import type { RowScanner } from './row-scanner.js';

/** A row as its format gives it: by position of the field names. */
export type FieldValues = readonly unknown[];

export interface RowWriter {
  /** Says which fields the rows to come have. */
  layOut(names: readonly string[]): void;
  writeRow(values: FieldValues): void;
  /** A line that is no row of its format. */
  writeMalformed(text: string): void;
  flush(): void;
}

const flushLength = 64 * 1024;
const maxShownLength = 100;

/** The object must have been begun in the scanner. */
export function createRowWriter(scanner: RowScanner): RowWriter {
  let text = '';
  /** For each column of the line that is written, the field it comes from, and how its values are written. */
  let sources: readonly { readonly field: number; readonly write: (value: unknown) => string }[] = [];
  let timestamp: { readonly field: number; readonly perSecond: number } | null = null;

  function add(line: string): void {
    text += line;
    if (text.length >= flushLength) flush();
  }

  function flush(): void {
    if (text !== '') scanner.push(Buffer.from(text, 'utf8'));
    text = '';
  }

  return {
    layOut(names) {
      flush();
      const byColumn = new Map(names.map((name, field) => [columnNamed(name), field]));
      timestamp = byColumn.has(0) && byColumn.has(1) ? null : findTimestamp(names);
      const written = logColumns.filter((_name, index) => byColumn.has(index) || (timestamp !== null && index <= 1));
      sources = written.map((name) => ({
        field: byColumn.get(logColumns.indexOf(name)) ?? -1,
        write: name === 'time' ? timeOf : name === 'sc-status' ? statusOf : textOf,
      }));
      scanner.layOut(written);
    },
    writeRow(values) {
      const texts = sources.map(({ field, write }) => write(values[field]));
      if (timestamp !== null) {
        // Date and time are the first two columns that there are.
        const at = dateOf(values[timestamp.field], timestamp.perSecond);
        [texts[0] = '-', texts[1] = '-'] = at === null ? [] : at.toISOString().split(/[T.]/);
      }
      return add(`${texts.join('\t')}\n`);
    },
    writeMalformed(line) {
      // Never taken for a row, and never for a comment.
      add(`?${line.slice(0, maxShownLength).replaceAll(/[\t\r\n]/g, ' ')}\n`);
    },
    flush,
  };
}

/** Seconds or milliseconds since 1970, which take the place of date and time in some deliveries. */
function findTimestamp(names: readonly string[]) {
  const keys = names.map(fieldKey);
  const milliseconds = keys.indexOf('timestamp_ms');
  if (milliseconds !== -1) return { field: milliseconds, perSecond: 1000 };
  const seconds = keys.indexOf('timestamp');
  return seconds === -1 ? null : { field: seconds, perSecond: 1 };
}

/** What a timestamp means; null where it is none: nothing, least of all the year 1970, stands for one that is absent. */
function dateOf(value: unknown, perSecond: number): Date | null {
  const isNumber = typeof value === 'bigint' || typeof value === 'number' || /^\d+(?:\.\d+)?$/.test(String(value));
  if (!isNumber && !(value instanceof Date)) return null;
  const at = value instanceof Date ? value : new Date((Number(value) / perSecond) * 1000);
  return Number.isNaN(at.getTime()) ? null : at;
}

function timeOf(value: unknown): string {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString().slice(11, 19) : textOf(value);
}

/** Three digits, also of a number: that of a viewer who left is 000. */
function statusOf(value: unknown): string {
  const text = textOf(value);
  return /^\d{1,2}$/.test(text) ? text.padStart(3, '0') : text;
}

/** A value in one column of one line; what would begin another is encoded as CloudFront would. */
function textOf(value: unknown): string {
  if (typeof value === 'string') {
    if (value === '') return '-';
    return /[\t\r\n#]/.test(value) ? value.replaceAll(/[\t\r\n#]/g, encodeURIComponent) : value;
  }
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString().slice(0, 10) : '-';
}
