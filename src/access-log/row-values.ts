/** Reads values of a row from its bytes. */
import { column, type LogColumn, logColumns } from './log-columns.js';
import type { LogRow } from './parse-log.js';

/** Index of each column in a row. */
export const columns = Object.fromEntries(logColumns.map((name) => [name, column(name)])) as Readonly<
  Record<LogColumn, number>
>;

const dash = 45;
const dot = 46;

/** Whether a column holds no value: the file lacks it, or it is `-`. */
export function isAbsent({ bytes, starts, ends }: LogRow, index: number): boolean {
  const start = starts[index] ?? 0;
  const end = ends[index] ?? 0;
  return end === start || (end - start === 1 && bytes[start] === dash);
}

/** The value as text; empty where the file lacks the column. */
export function textOf({ bytes, starts, ends }: LogRow, index: number): string {
  const start = starts[index] ?? 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, (ends[index] ?? 0) - start).toString('utf8');
}

/** A whole number; -1 where there is none. */
export function readInteger({ bytes, starts, ends }: LogRow, index: number): number {
  return readDigits(bytes, starts[index] ?? 0, ends[index] ?? 0);
}

/** Seconds with up to three decimals, in milliseconds; -1 where there is none. */
export function readMilliseconds(
  { bytes, starts, ends }: Pick<LogRow, 'bytes' | 'starts' | 'ends'>,
  index: number,
): number {
  const start = starts[index] ?? 0;
  const end = ends[index] ?? 0;
  let point = start;
  while (point < end && bytes[point] !== dot) point += 1;
  const seconds = readDigits(bytes, start, point);
  if (seconds < 0) return -1;
  let ms = seconds * 1000;
  let unit = 100;
  for (let at = point + 1; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    ms += digit * unit;
    unit = unit === 1 ? 0 : unit / 10;
  }
  return ms;
}

/** Longer numbers are no counts of bytes or seconds. */
const maxDigits = 15;

function readDigits(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > maxDigits) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
