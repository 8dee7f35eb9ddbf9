/** What counts the rows of log objects: by WebAssembly where this engine runs it, in plain TypeScript otherwise. Both come to the same. */
import type { AggregateOptions } from './aggregate.js';
import { createRowCounter } from './count-rows.js';
import type { LogColumn } from './log-columns.js';
import type { MalformedLines } from './malformed-lines.js';
import { createLogParser } from './parse-log.js';
import type { Claimant, RowIds } from './row-ids.js';
import { columns, isAbsent } from './row-values.js';
import { createTally, mergeTally, type Tally } from './tally.js';
import { createWasmScanner } from './wasm-scanner.js';

/** What else was noticed in one object. */
export interface ObjectNotes {
  readonly malformed: MalformedLines;
  readonly duplicates: number;
  /** 502s that were counted. */
  readonly failures: number;
  readonly missingFields: ReadonlySet<LogColumn>;
}

export interface RowSource {
  /** The ids of the object's hour, shared with the other objects of that hour. */
  readonly requestIds: RowIds;
  /** Under which this object claims ids. */
  readonly claimant: Claimant;
  /** A byte: what stands between the columns of a row. Absent: a tab. */
  readonly delimiter?: number;
}

interface OptionalIds {
  readonly requestIds: RowIds | null;
}

/** Reads one object after another; what it counted is taken from it, or dropped, whenever no object is half read. */
export interface RowScanner {
  /** Begins an object. */
  begin(source: RowSource): void;
  /** Names the columns of the lines to come, for objects that have no `#Fields` line. */
  layOut(names: readonly string[]): void;
  /** Any piece of its text; the bytes may be used for something else afterwards. */
  push(piece: Uint8Array): void;
  /** The object is over: a last line without a line end counts. */
  end(): ObjectNotes;
  /** Adds what was counted since the last time to a tally of the same options. */
  takeInto(tally: Tally): void;
  /** Drops what was counted since the last time. */
  drop(): void;
}

export function createRowScanner(options: AggregateOptions): RowScanner {
  return createWasmScanner(options) ?? createPlainScanner(options);
}

/** In plain TypeScript, byte by byte: for engines without SIMD, for windows and behaviours beyond the kernel's, and as its oracle. */
export function createPlainScanner(options: AggregateOptions): RowScanner {
  const idColumn = columns['x-edge-request-id'];
  let counted = createTally();
  let addRow = createRowCounter(counted, options);
  let read = startObject({ requestIds: null, claimant: 0 });

  function startObject({ requestIds, claimant, delimiter }: Omit<RowSource, 'requestIds'> & OptionalIds) {
    const notes = { duplicates: 0, failuresBefore: counted.failures };
    const parser = createLogParser((row) => {
      if (requestIds?.takesRowsWithoutId === false && isAbsent(row, idColumn)) {
        notes.duplicates += 1;
        return;
      }
      if (requestIds !== null && !isAbsent(row, idColumn)) {
        const start = row.starts[idColumn] ?? 0;
        const end = row.ends[idColumn] ?? 0;
        if (!requestIds.claim(row.bytes, start, end, row.status === 502, claimant)) {
          notes.duplicates += 1;
          return;
        }
      }
      addRow(row);
    }, delimiter);
    return { notes, parser };
  }

  function drop(): void {
    counted = createTally();
    addRow = createRowCounter(counted, options);
  }

  return {
    begin(source) {
      read = startObject(source);
    },
    layOut(names) {
      read.parser.layOut(names);
    },
    push(piece) {
      read.parser.push(piece);
    },
    end() {
      read.parser.end();
      const { malformed, missingFields } = read.parser;
      return {
        malformed,
        missingFields,
        duplicates: read.notes.duplicates,
        failures: counted.failures - read.notes.failuresBefore,
      };
    },
    takeInto(tally) {
      mergeTally(tally, counted);
      drop();
    },
    drop,
  };
}
