/** Reads the text of a log object, whatever its format, into a row scanner. */

import { LineSplitter } from './line-splitter.js';
import { detectLayout, isRow, type LogHint, type TextLayout } from './log-layout.js';
import { markOfArray, maxLineBytes } from './malformed-lines.js';
import { columnNamed, fieldKey, readFieldsLine } from './row-layout.js';
import type { ObjectNotes, RowScanner, RowSource } from './row-scanner.js';
import { createRowWriter, type RowWriter } from './row-writer.js';

export interface TextReader {
  /** Any piece of the text. */
  push(piece: Uint8Array): void;
  end(): ObjectNotes;
}

/** A layout is told by so much of a text; its first lines may be comments. */
const shortHeadBytes = 8 * 1024;
const headBytes = 160 * 1024;
const maxHeadLines = 20;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Begins an object in the scanner as soon as its layout is known, at the latest where the head ends: then rows are passed on as they come. */
export function createTextReader(scanner: RowScanner, source: RowSource, hint: LogHint): TextReader {
  let head: Buffer = Buffer.alloc(0);
  let sink: Sink | null = null;

  /** @param isWhole whether the head is all there is. */
  function start(isWhole: boolean): Sink | null {
    if (byteOrderMark.every((byte, index) => head[index] === byte)) head = head.subarray(byteOrderMark.length);
    // However the text is cut, its layout rests on the same lines.
    if (!isWhole && head.length < shortHeadBytes) return null;
    const isOver = isWhole || head.length >= headBytes;
    const short = headLines(head, shortHeadBytes, isWhole);
    const lines = short.some(isRow) ? short : headLines(head, headBytes, isOver);
    const hasRow = lines.some(isRow);
    if (!hasRow && !isOver) return null;
    // Nothing is missed in an object that says nothing.
    const saysNothing = isWhole && !hasRow;
    const opened = openSink(scanner, source, detectLayout(lines, saysNothing ? withoutFields(hint) : hint));
    opened.push(head);
    head = Buffer.alloc(0);
    return opened;
  }

  return {
    push(piece) {
      if (sink !== null) return sink.push(piece);
      head =
        head.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([head, piece]);
      sink = start(false);
      // The piece is not ours to keep.
      if (sink === null) head = Buffer.from(head);
      return undefined;
    },
    end() {
      sink ??= start(true);
      sink?.end();
      return scanner.end();
    },
  };
}

function withoutFields({ fields: _fields, ...hint }: LogHint): LogHint {
  return hint;
}

/**
 * The first lines of a text: comments, and then some rows.
 * @param isOver whether what follows the last line end counts for a line, though it may go on.
 */
function headLines(head: Buffer, limit: number, isOver: boolean): readonly string[] {
  const isAll = isOver && (head.length <= limit || limit === headBytes);
  const text = head.toString('latin1', 0, limit);
  const lines = text.split('\n', limit === headBytes ? undefined : maxHeadLines);
  const whole = isAll ? lines : lines.slice(0, -1);
  const ended = whole.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return limit === headBytes ? thinOut(ended) : ended;
}

/** Of a long head: what names the fields, and the first rows. */
function thinOut(lines: readonly string[]): readonly string[] {
  const names = lines.find((line) => line.startsWith('#Fields:'));
  return [...(names === undefined ? [] : [names]), ...lines.filter(isRow).slice(0, maxHeadLines)];
}

interface Sink {
  push(piece: Uint8Array): void;
  end(): void;
}

function openSink(scanner: RowScanner, source: RowSource, layout: TextLayout): Sink {
  if (layout.kind === 'json') {
    scanner.begin(source);
    return jsonSink(createRowWriter(scanner), layout.isArray ? markOfArray : '');
  }
  const { delimiter, fields, namedBy } = layout;
  const byte = delimiter.charCodeAt(0);
  // The scanner takes one byte between values, and knows nothing of timestamps that take the place of date and time.
  if (delimiter.length > 1 || byte > 127 || namedBy === 'first-line' || !hasDate(fields)) {
    scanner.begin(source);
    return delimitedSink(createRowWriter(scanner), layout);
  }
  scanner.begin({ ...source, delimiter: byte });
  if (namedBy === 'delivery' && fields.length > 0) scanner.layOut(fields);
  return { push: (piece) => scanner.push(piece), end: () => undefined };
}

function hasDate(names: readonly string[]): boolean {
  // As CloudFront writes it by default, which most objects are.
  if (names.includes('date')) return true;
  const keys = names.map(fieldKey);
  return keys.includes('date') || !(keys.includes('timestamp') || keys.includes('timestamp_ms'));
}

/** Lines with delimiters that the scanner cannot take, or with timestamps. */
function delimitedSink(writer: RowWriter, layout: Extract<TextLayout, { readonly kind: 'delimited' }>): Sink {
  const { delimiter, fields, namedBy } = layout;
  let names: readonly string[] | null = namedBy === 'fields-line' ? null : fields;
  let toSkip = namedBy === 'first-line' ? 1 : 0;
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

/**
 * An object a line; its keys are the names of fields.
 * @param instead what a line that is none is written as.
 */
function jsonSink(writer: RowWriter, instead: string): Sink {
  let names: readonly string[] = [];
  let known = '';
  const lines = new LineSplitter(maxLineBytes, (line) => {
    const row = line === null ? null : parseObject(line);
    if (row === null) return writer.writeMalformed(instead);
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
  // An error costs more than a row does.
  if (!line.trimStart().startsWith('{') || !line.trimEnd().endsWith('}')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
