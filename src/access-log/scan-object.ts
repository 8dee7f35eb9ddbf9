/** Reads one gzipped log object from a stream into an aggregate of its own. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type AccessLogAggregate, type AggregateOptions, createAggregate } from './aggregate.js';
import { createLogParser, type LogColumn } from './parse-log.js';
import type { Claimant, RequestIds } from './request-ids.js';
import { columns, isAbsent } from './row-values.js';

/** Measured: twice as fast as the default of 16 KiB. */
const chunkBytes = 256 * 1024;

export interface ScannedObject {
  readonly aggregate: AccessLogAggregate;
  readonly malformed: number;
  readonly duplicates: number;
  readonly missingFields: ReadonlySet<LogColumn>;
}

export interface ScanOptions extends AggregateOptions {
  readonly signal: AbortSignal;
  /** The ids of the object's hour, shared with the other objects of that hour. */
  readonly requestIds: RequestIds;
  /** Under which this object claims ids; the caller releases them when the scan fails. */
  readonly claimant: Claimant;
}

/**
 * Rejects where the stream breaks off or is not whole gzip: then nothing of the object may be counted, hence an aggregate of its own that the
 * caller merges. Several gzip members one after the other, and an empty object, are fine.
 */
export async function scanObject(source: Readable, options: ScanOptions): Promise<ScannedObject> {
  const { requestIds, claimant, signal } = options;
  const aggregate = createAggregate(options);
  const idColumn = columns['x-edge-request-id'];
  let duplicates = 0;
  const parser = createLogParser((row) => {
    if (!isAbsent(row, idColumn)) {
      const start = row.starts[idColumn] ?? 0;
      const end = row.ends[idColumn] ?? 0;
      if (!requestIds.claim(row.bytes, start, end, row.status === 502, claimant)) {
        duplicates += 1;
        return;
      }
    }
    aggregate.addRow(row);
  });
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  try {
    await pipeline(
      source,
      gunzip,
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) parser.push(chunk);
      },
      { signal },
    );
  } catch (error) {
    // zlib calls no bytes at all a premature end; an object without bytes is whole all the same.
    if (gunzip.bytesWritten > 0 || !isPrematureEnd(error)) throw error;
  }
  parser.end();
  return { aggregate, duplicates, malformed: parser.malformed, missingFields: parser.missingFields };
}

function isPrematureEnd(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'Z_BUF_ERROR';
}
