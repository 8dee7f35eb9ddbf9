/** Reads one log object from a stream into an aggregate of its own. For many objects `createLogScanner` is the way: it keeps what it learnt. */
import type { Readable } from 'node:stream';
import type { AccessLogAggregate, AggregateOptions } from './aggregate.js';
import { createLogScanner } from './log-scanner.js';
import type { ScanTask } from './read-object.js';
import type { ObjectNotes } from './row-scanner.js';

export interface ScannedObject {
  readonly aggregate: AccessLogAggregate;
  readonly malformed: number;
  readonly malformedSamples: readonly string[];
  readonly duplicates: number;
  readonly missingFields: ObjectNotes['missingFields'];
}

export interface ScanOptions extends AggregateOptions, ScanTask {}

/**
 * Rejects where the stream breaks off or is not whole: then nothing of the object may be counted, hence an aggregate of its own that the caller
 * merges. Several gzip members one after the other, and an empty object, are fine.
 */
export async function scanObject(source: Readable, options: ScanOptions): Promise<ScannedObject> {
  const scanner = createLogScanner(options);
  const { malformed, duplicates, missingFields } = await scanner.scan(source, options);
  return {
    aggregate: scanner.take(),
    duplicates,
    malformed: malformed.count,
    malformedSamples: malformed.samples,
    missingFields,
  };
}
