/** Reads the text of a log object, whatever its format, into a row scanner. */

import { LineSplitter } from './line-splitter.js';
import { detectLayout, type LogHint, type TextLayout } from './log-layout.js';
import { maxLineBytes } from './parse-log.js';
import { columnNamed, fieldKey, readFieldsLine } from './row-layout.js';
import type { ObjectNotes, RowScanner, RowSource } from './row-scanner.js';
import { createRowWriter, type RowWriter } from './row-writer.js';

export interface TextReader {
  /** Any piece of the text. */
  push(piece: Uint8Array): void;
  end(): ObjectNotes;
}

/** Begins an object in the scanner as soon as its layout is known. */
export function createTextReader(scanner: RowScanner, source: RowSource, hint: LogHint): TextReader {
  let head: Buffer = Buffer.alloc(0);
  let sink: Sink | null = null;

  /** @param isWhole whether the head is all there is. */
  function start(isWhole: boolean): void {
    const lines = head.toString('latin1').split(/\r?\n/);
    // What follows the last line end is not a whole line yet.
    if (!isWhole) lines.pop();
    const hasRow = lines.some((line) => line !== '' && !line.startsWith('#'));
    if (!hasRow && !isWhole && head.length <= maxLineBytes) return;
    if (!hasRow && !lines.some((line) => line.startsWith('#Fields:'))) {
      // Nothing is missed in an object that says nothing.
      scanner.begin(source);
      scanner.push(head);
      return;
    }
    sink = openSink(scanner, source, detectLayout(lines.slice(0, 20), hint));
    sink.push(head);
  }

  return {
    push(piece) {
      if (sink !== null) return sink.push(piece);
      head = head.length === 0 ? Buffer.from(piece) : Buffer.concat([head, piece]);
      return start(false);
    },
    end() {
      if (sink === null) start(true);
      sink?.end();
      return scanner.end();
    },
  };
}

interface Sink {
  push(piece: Uint8Array): void;
  end(): void;
}

function openSink(scanner: RowScanner, source: RowSource, layout: TextLayout): Sink {
  if (layout.kind === 'json') {
    scanner.begin(source);
    return jsonSink(createRowWriter(scanner));
  }
  const { delimiter, fields, headerLines } = layout;
  const byte = delimiter.charCodeAt(0);
  const isPlain = delimiter.length === 1 && byte < 128 && headerLines === 0;
  // Rows without a date and a time of their own take them from a timestamp, which the scanner knows nothing of.
  if (isPlain && fields === null) {
    scanner.begin({ ...source, delimiter: byte });
    return fieldsLineSink(scanner, source, byte);
  }
  if (isPlain && fields !== null && hasDate(fields)) {
    scanner.begin({ ...source, delimiter: byte });
    scanner.layOut(fields);
    return { push: (piece) => scanner.push(piece), end: () => undefined };
  }
  scanner.begin(source);
  return delimitedSink(createRowWriter(scanner), delimiter, fields, headerLines);
}

/** Straight into the scanner where the `#Fields` line, which comes with the first piece, names a date. */
function fieldsLineSink(scanner: RowScanner, source: RowSource, delimiter: number): Sink {
  let inner: Sink | null = null;
  return {
    push(piece) {
      if (inner === null) {
        const mark = String.fromCharCode(delimiter);
        const text = Buffer.from(piece.buffer, piece.byteOffset, Math.min(piece.length, maxLineBytes)).toString(
          'latin1',
        );
        const line = text.split(/\r?\n/).find((one) => one.startsWith('#Fields:')) ?? '';
        if (hasDate(readFieldsLine(line, mark) ?? []))
          inner = { push: (part) => scanner.push(part), end: () => undefined };
        else {
          scanner.begin(source);
          inner = delimitedSink(createRowWriter(scanner), mark, null, 0);
        }
      }
      inner.push(piece);
    },
    end: () => inner?.end(),
  };
}

function hasDate(names: readonly string[]): boolean {
  const keys = names.map(fieldKey);
  return keys.includes('date') || !(keys.includes('timestamp') || keys.includes('timestamp_ms'));
}

/** Lines with delimiters that the scanner cannot take, or with timestamps. */
function delimitedSink(
  writer: RowWriter,
  delimiter: string,
  fields: readonly string[] | null,
  headerLines: number,
): Sink {
  let names = fields;
  let toSkip = headerLines;
  if (names !== null) writer.layOut(names);
  const lines = new LineSplitter(maxLineBytes, (line) => {
    if (line === null) return writer.writeMalformed('');
    if (line.startsWith('#')) {
      const read = readFieldsLine(line, delimiter);
      if (read === null) return;
      names = read;
      return writer.layOut(read);
    }
    if (toSkip > 0) {
      toSkip -= 1;
      return;
    }
    const values = line.split(delimiter);
    if (names === null || values.length !== names.length) return writer.writeMalformed(line);
    return writer.writeRow(values);
  });
  return sinkOf(lines, writer);
}

/** An object a line; its keys are the names of fields. */
function jsonSink(writer: RowWriter): Sink {
  let names: readonly string[] = [];
  let known = '';
  const lines = new LineSplitter(maxLineBytes, (line) => {
    if (line === null) return writer.writeMalformed('');
    const row = parseObject(line);
    if (row === null) return writer.writeMalformed('');
    const keys = Object.keys(row);
    const joined = keys.join('\t');
    if (joined !== known) {
      known = joined;
      names = keys.filter((key) => columnNamed(key) >= 0 || fieldKey(key).startsWith('timestamp'));
      writer.layOut(names);
    }
    return writer.writeRow(names.map((name) => row[name]));
  });
  return sinkOf(lines, writer);
}

function sinkOf(lines: LineSplitter, writer: RowWriter): Sink {
  return {
    push: (piece) => lines.push(piece),
    end() {
      lines.end();
      writer.flush();
    },
  };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
