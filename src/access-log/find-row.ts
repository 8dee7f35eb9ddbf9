/** Finds the row of one request, by its id, in a gzipped log object. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { LoggedRequest } from '../diagnosis/logged-request.js';
import { plain } from '../diagnosis/wording.js';
import type { LogColumn } from './log-columns.js';
import { createLogParser, type LogRow } from './parse-log.js';
import { columns, isAbsent, readMilliseconds, textOf } from './row-values.js';

const maxTextLength = 100;

interface RowFinder {
  push(chunk: Uint8Array): void;
  /** The file is over: takes a last line that has no line end. */
  end(): void;
  /** null until it was there. */
  readonly found: LoggedRequest | null;
}

/** @param requestId as in `x-amz-cf-id`, which is the `x-edge-request-id` of the row. */
function createRowFinder(requestId: string): RowFinder {
  const wanted = Buffer.from(requestId);
  let found: LoggedRequest | null = null;
  const parser = createLogParser((row) => {
    if (found === null && hasId(row, wanted)) found = readRequest(row);
  });
  return {
    push(chunk) {
      // A log object may hold a million rows, and CloudFront writes a row twice, if at all, with the same content.
      if (found === null) parser.push(chunk);
    },
    end() {
      if (found === null) parser.end();
    },
    get found() {
      return found;
    },
  };
}

/** Rejects where the stream breaks off, or is not whole gzip, before the row was there. */
export async function findRow(source: Readable, requestId: string, signal: AbortSignal): Promise<LoggedRequest | null> {
  const finder = createRowFinder(requestId);
  const gunzip = createGunzip();
  try {
    await pipeline(
      source,
      gunzip,
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) finder.push(chunk);
      },
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    // zlib calls no bytes at all a premature end; an object without bytes is whole all the same.
    if (finder.found === null && (gunzip.bytesWritten > 0 || !isPrematureEnd(error))) throw error;
  }
  finder.end();
  return finder.found;
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

function isPrematureEnd(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'Z_BUF_ERROR';
}
