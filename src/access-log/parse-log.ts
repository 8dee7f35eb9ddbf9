/**
 * Reads CloudFront's W3C logs from chunks of bytes: rows by the column names of the file's own `#Fields`, never by position.
 * Columns that hold personal data (address, cookie, referer, query, user agent) are not among those that can be read.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */

import { type LogColumn, logColumns } from './log-columns.js';
import { MalformedLines, maxLineBytes } from './malformed-lines.js';
import { createFieldsReader, isFieldsLine, type NamedLayout } from './row-layout.js';
import { createTimeReader } from './row-time.js';

/** One row, valid only during the callback: the same object is used for the next. */
export interface LogRow {
  readonly bytes: Uint8Array;
  /** Where each column begins and ends in `bytes`; both 0 for a column that the file lacks. A value that is absent is `-`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Completion time, seconds since 1970 (UTC). */
  readonly atSeconds: number;
  /** 0 where the viewer left before there was one. */
  readonly status: number;
}

export interface LogParser {
  /** Names the columns of the lines to come, as a `#Fields` line does. */
  layOut(names: readonly string[]): void;
  push(chunk: Uint8Array): void;
  /** The file is over: takes a last line that has no line end. */
  end(): void;
  /** Lines that are no rows: a wrong number of columns, no time, no status, before any `#Fields`. */
  readonly malformed: MalformedLines;
  /** Columns that a `#Fields` line lacked. */
  readonly missingFields: ReadonlySet<LogColumn>;
}

const newline = 10;
const carriageReturn = 13;
const tab = 9;
const hash = 35;

/** @param delimiter a byte: what stands between the columns of a row. */
export function createLogParser(onRow: (row: LogRow) => void, delimiter = tab): LogParser {
  const readTime = createTimeReader();
  const row = {
    bytes: new Uint8Array(0) as Uint8Array,
    starts: new Int32Array(logColumns.length),
    ends: new Int32Array(logColumns.length),
    atSeconds: 0,
    status: 0,
  };
  const missingFields = new Set<LogColumn>();
  /** For each position in a line, the index of the column there, or -1 where it is not read; null before `#Fields`. */
  let layout: Int8Array | null = null;
  const malformed = new MalformedLines();
  let carry: Uint8Array = new Uint8Array(0);
  let isSkipping = false;

  const fieldsReader = createFieldsReader();

  function layOut({ positions, columns, missing }: NamedLayout): void {
    for (const name of missing) missingFields.add(name);
    layout = columns === null ? null : positions;
    row.starts.fill(0);
    row.ends.fill(0);
  }

  function readLine(bytes: Uint8Array, start: number, lineEnd: number): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
    if (end === start) return;
    const isTooLong = end - start > maxLineBytes;
    if (bytes[start] === hash && !isTooLong) {
      if (isFieldsLine(bytes, start, end)) layOut(fieldsReader.ofLine(bytes, start, end, delimiter));
      return;
    }
    if (layout === null || isTooLong || !readColumns(layout, bytes, start, end)) {
      malformed.add(bytes, start, end, delimiter, layout?.length ?? null);
      return;
    }
    onRow(row);
  }

  function readColumns(positions: Int8Array, bytes: Uint8Array, start: number, end: number): boolean {
    const { starts, ends } = row;
    let position = 0;
    let from = start;
    for (let at = start; at <= end; at += 1) {
      if (at !== end && bytes[at] !== delimiter) continue;
      if (position >= positions.length) return false;
      const index = positions[position] ?? -1;
      if (index >= 0) {
        starts[index] = from;
        ends[index] = at;
      }
      position += 1;
      from = at + 1;
    }
    if (position !== positions.length) return false;
    row.bytes = bytes;
    row.atSeconds = readTime(bytes, starts[0] ?? 0, ends[0] ?? 0, starts[1] ?? 0, ends[1] ?? 0);
    row.status = readStatus(bytes, starts[2] ?? 0, ends[2] ?? 0);
    return row.atSeconds >= 0 && row.status >= 0;
  }

  function readLines(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      if (isSkipping) isSkipping = false;
      else readLine(bytes, start, end);
      start = end + 1;
    }
    if (isSkipping) return;
    if (bytes.length - start > maxLineBytes) {
      isSkipping = true;
      malformed.add(bytes, start, bytes.length, delimiter, layout?.length ?? null);
      return;
    }
    carry = bytes.slice(start);
  }

  return {
    layOut: (names) => layOut(fieldsReader.ofNames(names)),
    push(chunk) {
      const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
      carry = new Uint8Array(0);
      readLines(bytes);
    },
    end() {
      if (carry.length > 0) readLine(carry, 0, carry.length);
      carry = new Uint8Array(0);
    },
    malformed,
    missingFields,
  };
}

/** Three digits; -1 where they are not. */
function readStatus(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 3) return -1;
  let status = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    status = status * 10 + digit;
  }
  return status;
}
