/**
 * Reads log objects, several at a time, into one count. An object counts whole or not at all: a small one is unpacked and proved whole before
 * its first row is counted; what a larger one comes to is set apart until its end.
 */
import type { Readable } from 'node:stream';
import { type AccessLogAggregate, type AggregateOptions, createAggregate } from './aggregate.js';
import { createByteGate } from './byte-gate.js';
import { createGzipSpace } from './gzip-reader.js';
import { heldBytesAtOnce, readObject, type ScanTask } from './read-object.js';
import { createRowScanner, type ObjectNotes, type RowScanner } from './row-scanner.js';
import type { WasmInstance } from './wasm/module.js';

export interface LogScanner {
  /**
   * Counts the rows of an object. Rejects as `readObject` does, and then counts nothing of it; the ids that it claimed are given back.
   */
  scan(source: Readable | Buffer, task: ScanTask): Promise<ObjectNotes>;
  /** What all objects came to that were read to their end; the scanner goes on from nothing. */
  take(): AccessLogAggregate;
}

/** What it takes to read one object; used for one after the other. */
interface Bench {
  readonly rows: RowScanner;
  /** null where there is no WebAssembly. */
  readonly space: WasmInstance | null;
  /** Whether what the rows came to is of an object that may still turn out damaged. */
  isApart: boolean;
}

/** What objects are read with. */
export interface ScannerEngine {
  readonly createRows: (options: AggregateOptions) => RowScanner;
  /** null where there is no WebAssembly. */
  readonly createSpace: () => WasmInstance | null;
}

const fastest: ScannerEngine = { createRows: createRowScanner, createSpace: createGzipSpace };

export function createLogScanner(options: AggregateOptions, engine = fastest): LogScanner {
  let counted = createAggregate(options);
  /** Those at which nothing is read; what they counted is of whole objects. */
  const idle: Bench[] = [];
  const gate = createByteGate(heldBytesAtOnce);

  function setBenchApart(bench: Bench): void {
    if (bench.isApart) return;
    bench.rows.takeInto(counted.tally);
    bench.isApart = true;
  }

  return {
    async scan(source, task) {
      const bench = idle.pop() ?? { rows: engine.createRows(options), space: engine.createSpace(), isApart: false };
      try {
        const setApart = () => setBenchApart(bench);
        const notes = await readObject({ ...bench, setApart, gate }, source, task);
        task.requestIds.keep(task.claimant);
        return notes;
      } catch (error) {
        if (!Buffer.isBuffer(source)) source.destroy();
        // What it counted before it was set apart is of other objects, and of whole ones.
        if (bench.isApart) bench.rows.drop();
        task.requestIds.release(task.claimant);
        task.signal.throwIfAborted();
        throw error;
      } finally {
        bench.isApart = false;
        idle.push(bench);
      }
    },
    take() {
      for (const { rows } of idle) rows.takeInto(counted.tally);
      const taken = counted;
      counted = createAggregate(options);
      return taken;
    },
  };
}
