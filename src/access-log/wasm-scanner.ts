/** Counts rows with the WebAssembly kernel: feeds it bytes, says which rows were seen before, and takes over what it counted. */
import type { AggregateOptions } from './aggregate.js';
import { KernelFailures } from './kernel-failures.js';
import type { LogColumn } from './log-columns.js';
import { MalformedLines, maxDescribed, maxLineBytes } from './malformed-lines.js';
import type { Claimant, RowIds } from './row-ids.js';
import { createRowKernel, type RowKernel } from './row-kernel.js';
import { createFieldsReader, type NamedLayout } from './row-layout.js';
import type { RowScanner } from './row-scanner.js';
import { columns } from './row-values.js';
import { takeCounts } from './take-counts.js';
import { createTally, mergeTally } from './tally.js';

const newline = 10;
const tab = 9;

/** @returns null where this engine or these options are not for the kernel. */
export function createWasmScanner(options: AggregateOptions): RowScanner | null {
  const kernel = createRowKernel(options);
  return kernel === null ? null : scannerOf(kernel);
}

interface ObjectState {
  readonly requestIds: RowIds;
  readonly claimant: Claimant;
  readonly delimiter: number;
  readonly malformed: MalformedLines;
  readonly missingFields: Set<LogColumn>;
  duplicates: number;
  failures: number;
  /** Columns of a line; null before `#Fields`, or where its fields say nothing. */
  columns: number | null;
  /** Within a line that is too long to be a row. */
  isSkipping: boolean;
  /** Bytes of a line that is not over, at the beginning of the input. */
  carry: number;
}

function scannerOf(kernel: RowKernel): RowScanner {
  const { instance, bytes, words } = kernel;
  const scan = instance.call('scan');
  const count = instance.call('count');
  const setLayout = instance.call('setLayout');
  const [cursor, lineEnd] = [instance.variable('cursor'), instance.variable('lineEnd')];
  const [rows, failedRows] = [instance.variable('rows'), instance.variable('failedRows')];
  const [toShow, unshown] = [instance.variable('toShow'), instance.variable('unshown')];
  const malformedStart = instance.variable('malformedStart');
  const malformedEnd = instance.variable('malformedEnd');
  const inputBase = instance.constant('inputBase');
  const pieceBytes = instance.constant('pieceBytes');
  const layoutAt = instance.constant('layoutBase') / 4;
  const slots = instance.constant('slots');
  const rowWords = instance.constant('rowStride') / 4;
  const rowsAt = instance.constant('rowsBase') / 4;
  const fields = {
    id: instance.constant('rowId') / 4,
    first: instance.constant('rowFirst') / 4,
    second: instance.constant('rowSecond') / 4,
    status: instance.constant('rowStatus') / 4,
  };
  const failuresInAll = instance.variable('failures');
  const failures = new KernelFailures(kernel);
  /** What was counted with numbers that do not hold any more. */
  let earlier = createTally();
  let object: ObjectState | null = null;

  const fieldsReader = createFieldsReader();
  /** Objects of a delivery have the same one, so it is left in the kernel. */
  let known: NamedLayout | null = null;

  function layOut(state: ObjectState, layout: NamedLayout): void {
    const { columns: count, positions } = layout;
    if (layout !== known) {
      known = layout;
      words.fill(-1, layoutAt, layoutAt + slots);
      for (const [position, index] of positions.entries()) if (index >= 0) words[layoutAt + index] = position;
    }
    for (const name of layout.missing) state.missingFields.add(name);
    state.columns = count;
    setLayout(count ?? -1, state.delimiter, positions.includes(columns['x-edge-request-id']));
  }

  function addMalformed(state: ObjectState, start: number, end: number): void {
    state.malformed.add(bytes, start, end, state.delimiter, state.columns);
    toShow.value = Math.max(0, maxDescribed - state.malformed.count);
  }

  function countBatch(state: ObjectState): void {
    const found = rows.value;
    if (found === 0) return;
    state.duplicates += state.requestIds.claimBatch(words, rowsAt, rowWords, found, fields, state.claimant);
    kernel.makeRoom(() => moveCounts());
    const failuresBefore = failuresInAll.value;
    count();
    state.failures += failuresInAll.value - failuresBefore;
    if (failedRows.value > 0) failures.add(failedRows.value);
  }

  function moveCounts(): void {
    takeCounts(kernel, earlier);
    failures.takeInto(earlier);
  }

  /** Reads what stands in the input up to `end`. */
  function readLines(state: ObjectState, end: number, isLast: boolean): void {
    bytes[end] = newline;
    cursor.value = inputBase;
    for (;;) {
      const code = scan(end, isLast);
      if (code === 3) {
        addMalformed(state, malformedStart.value, malformedEnd.value);
        continue;
      }
      countBatch(state);
      if (code === 0) break;
      if (code === 2) {
        layOut(state, fieldsReader.ofLine(bytes, cursor.value, lineEnd.value, state.delimiter));
        cursor.value = bytes.indexOf(newline, lineEnd.value) + 1;
      }
    }
    const left = Math.max(0, end - cursor.value);
    state.carry = 0;
    if (left > maxLineBytes) {
      addMalformed(state, cursor.value, end);
      state.isSkipping = true;
    } else if (left > 0) {
      bytes.copyWithin(inputBase, cursor.value, end);
      state.carry = left;
    }
  }

  return {
    begin({ requestIds, claimant, delimiter = tab }) {
      object = {
        requestIds,
        claimant,
        delimiter,
        malformed: new MalformedLines(),
        missingFields: new Set(),
        duplicates: 0,
        failures: 0,
        columns: null,
        isSkipping: false,
        carry: 0,
      };
      setLayout(-1, delimiter, false);
      rows.value = 0;
      fieldsReader.restart();
      toShow.value = maxDescribed;
      unshown.value = 0;
    },
    layOut(names) {
      if (object !== null) layOut(object, fieldsReader.ofNames(names));
    },
    push(piece) {
      if (object === null) return;
      for (let at = 0; at < piece.length; at += pieceBytes) {
        let part = piece.subarray(at, at + pieceBytes);
        if (object.isSkipping) {
          const lineEnds = part.indexOf(newline);
          if (lineEnds === -1) continue;
          object.isSkipping = false;
          part = part.subarray(lineEnds + 1);
        }
        const start = inputBase + object.carry;
        bytes.set(part, start);
        readLines(object, start + part.length, false);
      }
    },
    end() {
      const state = object;
      if (state === null) throw new TypeError('No object was begun.');
      if (state.carry > 0) readLines(state, inputBase + state.carry, true);
      object = null;
      state.malformed.addUndescribed(unshown.value);
      return state;
    },
    takeInto(tally) {
      moveCounts();
      mergeTally(tally, earlier);
      earlier = createTally();
    },
    drop() {
      moveCounts();
      earlier = createTally();
    },
  };
}
