/** Reads one log object, whatever its format, into what takes its rows. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import type { ByteGate } from './byte-gate.js';
import { createGzipReader } from './gzip-reader.js';
import type { LogHint } from './log-layout.js';
import type { ObjectNotes, RowScanner, RowSource } from './row-scanner.js';
import { createRowWriter } from './row-writer.js';
import { createTextReader, type TextReader } from './text-reader.js';
import { checkUnpacked } from './unpacked-limit.js';
import { UnreadableLogError } from './unreadable-log.js';
import type { WasmInstance } from './wasm/module.js';

/** An object to be read. */
export interface ScanTask extends Omit<RowSource, 'delimiter'> {
  readonly signal: AbortSignal;
  /** What is known of its layout; absent: only what it says itself. */
  readonly hint?: LogHint;
  /** Its size as it was listed; absent: not known. */
  readonly bytes?: number;
}

/** Of zlib, where there is no WebAssembly; measured: twice as fast as the default of 16 KiB. */
const chunkBytes = 256 * 1024;
/** Most objects of a quiet distribution are smaller than this packed: they are read in one go. */
const headBytes = 64 * 1024;
const gzipMagic = [0x1f, 0x8b] as const;
const parquetMagic = 'PAR1';
/** The footer of a Parquet file comes last, so all of it is held; CloudFront's objects are some megabytes. */
const maxParquetBytes = 64 * 1024 * 1024;
/** What its pages take beside it, for which room is kept. */
const decodedBytes = 32 * 1024 * 1024;
/** For the objects of which all is held; the others take some hundred kilobytes each, however large they are. */
export const heldBytesAtOnce = maxParquetBytes + decodedBytes;

/** What it takes to read one object. */
export interface ObjectReader {
  readonly rows: RowScanner;
  /** null where there is no WebAssembly. */
  readonly space: WasmInstance | null;
  /** Called before rows are handed over of an object that may still turn out damaged. */
  readonly setApart: () => void;
  /** Bounds what objects of which all is held take at once, those that others read included; absent: nobody else reads. */
  readonly gate?: ByteGate;
}

/**
 * Reads an object: gzip (several members are fine) or plain text in W3C's, plain, raw or JSON layout, or Parquet, told by its first bytes.
 * Rejects where the stream breaks off, is not whole, or cannot be read (`UnreadableLogError`).
 */
export async function readObject(
  { rows, space, setApart, gate }: ObjectReader,
  source: Readable | Buffer,
  task: ScanTask,
): Promise<ObjectNotes> {
  const body = bodyOf(source);
  const head = await readHead(body, headBytes, task.signal);
  if (head.bytes.toString('latin1', 0, parquetMagic.length) === parquetMagic) {
    const read = () => readParquet(rows, setApart, head, body, task);
    const bytes = (head.isWhole ? head.bytes.length : (task.bytes ?? maxParquetBytes)) + decodedBytes;
    return gate === undefined ? await read() : await gate.hold(bytes, task.signal, read);
  }
  const isGzip = head.bytes[0] === gzipMagic[0] && head.bytes[1] === gzipMagic[1];
  const text = createTextReader(rows, task, task.hint ?? {});
  if (!isGzip || space === null) {
    if (isGzip || !head.isWhole) setApart();
    await readByZlib(head, body, text, isGzip, task.signal);
    return text.end();
  }
  const gzip = createGzipReader(space, (piece, isAll) => {
    if (!isAll) setApart();
    text.push(piece);
  });
  const unpack = async (piece: Buffer, isLast: boolean): Promise<void> => {
    for (let isRead = gzip.push(piece, isLast); !isRead; isRead = gzip.resume()) await breathe(task.signal);
  };
  await unpack(head.bytes, head.isWhole);
  for (let isWhole = head.isWhole; !isWhole; ) {
    const next = await orAborted(body.next(), task.signal);
    isWhole = next.done === true;
    await unpack(next.done === true ? nothing : next.value, isWhole);
  }
  return text.end();
}

/** Lets others have their turn, among them whoever stops this. */
async function breathe(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

async function readParquet(
  rows: RowScanner,
  setApart: () => void,
  head: Head,
  body: AsyncIterator<Buffer>,
  task: ScanTask,
): Promise<ObjectNotes> {
  // Few deliveries are in Parquet, and its reader is half as large as everything else here.
  const { readParquetRows } = await import('./parquet-rows.js');
  const { bytes, isWhole } = head.isWhole ? head : await readHead(body, maxParquetBytes, task.signal, head.bytes);
  if (!isWhole)
    throw new UnreadableLogError('The Parquet log object is larger than 64 MB.', {
      remedy: 'Let whatever writes it make smaller objects, or deliver the logs as W3C or JSON.',
    });
  setApart();
  rows.begin(task);
  await readParquetRows(bytes, createRowWriter(rows), task.signal);
  return rows.end();
}

const nothing = Buffer.alloc(0);

async function readByZlib(
  head: Head,
  body: AsyncIterator<Buffer>,
  text: TextReader,
  isGzip: boolean,
  signal: AbortSignal,
): Promise<void> {
  let packed = 0;
  let unpacked = 0;
  const chunks = (async function* () {
    yield* cut(head.bytes);
    if (!head.isWhole) for await (const chunk of { [Symbol.asyncIterator]: () => body }) yield* cut(chunk);
  })();
  function* cut(chunk: Buffer): Generator<Buffer> {
    for (let at = 0; at < chunk.length; at += chunkBytes) {
      const piece = chunk.subarray(at, at + chunkBytes);
      packed += piece.length;
      yield piece;
    }
  }
  const pushAll = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of pieces) {
      unpacked += piece.length;
      checkUnpacked(packed, unpacked);
      text.push(piece);
      await breathe(signal);
    }
  };
  if (isGzip) await pipeline(chunks, createGunzip({ chunkSize: chunkBytes }), pushAll, { signal });
  else await pipeline(chunks, pushAll, { signal });
}

function bodyOf(source: Readable | Buffer): AsyncIterator<Buffer> {
  if (!Buffer.isBuffer(source)) return source[Symbol.asyncIterator]();
  const parts = [source].values();
  return { next: async () => parts.next() };
}

interface Head {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/** The first bytes of a body, up to some more than `limit`. */
async function readHead(
  body: AsyncIterator<Buffer>,
  limit: number,
  signal: AbortSignal,
  before: Buffer = Buffer.alloc(0),
): Promise<Head> {
  const parts = [before];
  let length = before.length;
  while (length <= limit) {
    const next = await orAborted(body.next(), signal);
    if (next.done === true) return { bytes: joined(parts), isWhole: true };
    parts.push(next.value);
    length += next.value.length;
  }
  return { bytes: joined(parts), isWhole: false };
}

/** One part alone is not copied: it may be all of a large object. */
function joined(parts: readonly Buffer[]): Buffer {
  const [only, ...others] = parts.filter(({ length }) => length > 0);
  return only !== undefined && others.length === 0 ? only : Buffer.concat(parts);
}

/** A body that does not come does not keep a scan from being stopped. */
async function orAborted<Value>(pending: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
