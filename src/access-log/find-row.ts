/** Finds the row of one request, by its id, in a log object of any format. */
import type { Readable } from 'node:stream';
import type { LoggedRequest } from '../diagnosis/logged-request.js';
import { plain } from '../diagnosis/wording.js';
import { createGzipSpace } from './gzip-reader.js';
import type { LogColumn } from './log-columns.js';
import type { LogHint } from './log-layout.js';
import { createLogParser, type LogRow } from './parse-log.js';
import { readObject } from './read-object.js';
import { RequestIds } from './request-ids.js';
import type { RowScanner } from './row-scanner.js';
import { columns, isAbsent, readMilliseconds, textOf } from './row-values.js';

const maxTextLength = 100;

/** Takes rows as a scanner does, and counts none of them. */
interface RowFinder extends RowScanner {
  /** null until it was there. */
  readonly found: LoggedRequest | null;
}

/** @param requestId as in `x-amz-cf-id`, which is the `x-edge-request-id` of the row. */
function createRowFinder(requestId: string): RowFinder {
  const wanted = Buffer.from(requestId);
  let found: LoggedRequest | null = null;
  const onRow = (row: LogRow): void => {
    if (found === null && hasId(row, wanted)) found = readRequest(row);
  };
  let parser = createLogParser(onRow);
  return {
    begin({ delimiter }) {
      parser = createLogParser(onRow, delimiter);
    },
    layOut(names) {
      parser.layOut(names);
    },
    push(piece) {
      // A log object may hold a million rows, and CloudFront writes a row twice, if at all, with the same content.
      if (found === null) parser.push(piece);
    },
    end() {
      if (found === null) parser.end();
      const { malformed, missingFields } = parser;
      return { malformed, missingFields, duplicates: 0, failures: 0 };
    },
    takeInto() {},
    drop() {},
    get found() {
      return found;
    },
  };
}

/**
 * @param hint what is known of the object's layout.
 * Rejects as `readObject` does where the stream breaks off, is not whole or cannot be read before the row was there.
 */
export async function findRow(
  source: Readable,
  requestId: string,
  signal: AbortSignal,
  hint: LogHint = {},
): Promise<LoggedRequest | null> {
  const rows = createRowFinder(requestId);
  const reader = { rows, space: createGzipSpace(), setApart: () => undefined };
  try {
    await readObject(reader, source, { requestIds: new RequestIds(), claimant: 1, signal, hint });
  } catch (error) {
    source.destroy();
    signal.throwIfAborted();
    if (rows.found === null) throw error;
  }
  return rows.found;
}

function hasId({ bytes, starts, ends }: LogRow, wanted: Uint8Array): boolean {
  const start = starts[columns['x-edge-request-id']] ?? 0;
  const end = ends[columns['x-edge-request-id']] ?? 0;
  return end - start === wanted.length && Buffer.compare(bytes.subarray(start, end), wanted) === 0;
}

function readRequest(row: LogRow): LoggedRequest {
  const value = (name: LogColumn): string | null =>
    isAbsent(row, columns[name]) ? null : plain(textOf(row, columns[name]), maxTextLength);
  const ms = readMilliseconds(row, columns['time-taken']);
  return {
    at: new Date(row.atSeconds * 1000).toISOString(),
    edgeLocation: value('x-edge-location'),
    status: row.status,
    result: value('x-edge-result-type'),
    detailedResult: value('x-edge-detailed-result-type'),
    timeTakenSeconds: ms < 0 ? null : ms / 1000,
  };
}
