/**
 * Unpacks gzip, piece by piece, where the pieces are counted: in WebAssembly and in place, so that nothing is allocated and nothing waits for
 * another thread. Checks what zlib checks: every member's CRC and length, and that the last one is whole.
 */
import { crc32 } from 'node:zlib';
import { checkUnpacked } from './unpacked-limit.js';
import { inflateWasm } from './wasm/inflate.wasm.js';
import { compileWasm, startWasm, type WasmInstance } from './wasm/module.js';

export interface GzipReader {
  /**
   * Any piece of the compressed bytes, which must stay as it is until it was read. @param isLast whether there is no more of them.
   * @returns whether it was read; else a megabyte or more was unpacked since the last pause, and `resume` goes on.
   * @throws GzipError where they are damaged, or where that was the last and the last member is not whole.
   * @throws UnreadableLogError where they unpack to more than a log can.
   */
  push(piece: Uint8Array, isLast: boolean): boolean;
  /** Goes on where `push`, or this, paused; returns and throws as `push` does. */
  resume(): boolean;
}

/** So much is unpacked at most before others have their turn: some milliseconds, and a second where every line is hard to read. */
const pauseAfterBytes = 1024 * 1024;

/**
 * Takes what was unpacked; the bytes are used for something else afterwards.
 * @param isAll whether that is all there is, and proved whole: only for what fits the window, of an eighth of a megabyte.
 */
export type TextSink = (bytes: Uint8Array, isAll: boolean) => void;

/** `code` as zlib has it: `Z_BUF_ERROR` for a stream that is cut short, `Z_DATA_ERROR` for one with wrong bytes in it. */
export class GzipError extends Error {
  override readonly name = 'GzipError';
  readonly code: 'Z_BUF_ERROR' | 'Z_DATA_ERROR';

  constructor(code: GzipError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const [needsInput, isFull, isOver, isCutShort] = [0, 1, 2, 3] as const;
const trailerBytes = 8;
const compiled = { module: undefined as WebAssembly.Module | null | undefined };

/** A place to unpack in, used for one stream after the other; null where this engine has no WebAssembly with SIMD. */
export function createGzipSpace(): WasmInstance | null {
  compiled.module ??= compileWasm(inflateWasm);
  // As in inflate.as; checked below.
  const memoryBytes = 246_784;
  if (compiled.module === null) return null;
  const space = startWasm(compiled.module, memoryBytes);
  if (space.constant('memoryBytes') !== memoryBytes) throw new TypeError('The module has another layout.');
  return space;
}

type State = 'before' | 'header' | 'body' | 'trailer' | 'padding';

/** Begins a stream in a space, whatever was in it before. */
export function createGzipReader(space: WasmInstance, onText: TextSink): GzipReader {
  const bytes = new Uint8Array(space.memory.buffer);
  const [begin, inflate, slide] = [space.call('begin'), space.call('inflate'), space.call('slide')];
  const [inputAt, outputAt] = [space.variable('inputAt'), space.variable('outputAt')];
  const inputBase = space.constant('inputBase');
  const inputBytes = space.constant('inputBytes');
  const outputBase = space.constant('outputBase');
  let state: State = 'before';
  let filled = inputBase;
  let crc = 0;
  let length = 0;
  /** Where what was not handed over begins. */
  let pending = outputBase;
  let isFirst = true;
  let packed = 0;
  let unpacked = 0;
  let untilPause = pauseAfterBytes;
  /** What is being read: a piece, how much of it is in the input, and whether that was looked through. */
  let todo = { piece: new Uint8Array(0) as Uint8Array, at: 0, isLast: false, isRead: true };
  inputAt.value = inputBase;
  outputAt.value = outputBase;

  function fail(code: GzipError['code']): never {
    const message = code === 'Z_BUF_ERROR' ? 'The gzip stream is cut short.' : 'The gzip stream is damaged.';
    throw new GzipError(code, message);
  }

  function handOver(isAll: boolean): void {
    const text = bytes.subarray(pending, outputAt.value);
    pending = outputAt.value;
    if (text.length > 0) onText(text, isAll && isFirst);
    isFirst = false;
    unpacked += text.length;
    untilPause -= text.length;
    checkUnpacked(packed, unpacked);
  }

  /** @returns whether the header was there; else more input is needed. */
  function readHeader(isLast: boolean): boolean {
    const size = headerBytes(bytes.subarray(inputAt.value, filled));
    if (size === 'wrong') return fail('Z_DATA_ERROR');
    if (size === null) return isLast || filled - inputAt.value > inputBytes - 16 ? fail('Z_BUF_ERROR') : false;
    inputAt.value += size;
    outputAt.value = outputBase;
    pending = outputBase;
    crc = 0;
    length = 0;
    begin();
    return true;
  }

  function readBody(isLast: boolean): 'over' | 'more' | 'pause' {
    for (;;) {
      const from = outputAt.value;
      const code = inflate(filled, isLast);
      const text = bytes.subarray(from, outputAt.value);
      if (code !== needsInput && code !== isFull && code !== isOver)
        return fail(code === isCutShort ? 'Z_BUF_ERROR' : 'Z_DATA_ERROR');
      if (text.length > 0) {
        crc = crc32(text, crc);
        length = (length + text.length) >>> 0;
      }
      if (code !== isFull) return code === isOver ? 'over' : 'more';
      handOver(false);
      slide();
      pending = outputBase;
      if (untilPause <= 0) return 'pause';
    }
  }

  function readTrailer(isLast: boolean): boolean {
    if (filled - inputAt.value < trailerBytes) return isLast ? fail('Z_BUF_ERROR') : false;
    const trailer = new DataView(bytes.buffer, inputAt.value, trailerBytes);
    if (trailer.getUint32(0, true) !== crc || trailer.getUint32(4, true) !== length) return fail('Z_DATA_ERROR');
    inputAt.value += trailerBytes;
    // Zeroes after it are taken for more, which costs nothing but time.
    handOver(isLast && inputAt.value === filled);
    return true;
  }

  /** @returns whether all of the input was read that can be; else it is time for a pause. */
  function read(isLast: boolean): boolean {
    for (;;) {
      if (state === 'before' || state === 'padding') {
        // Zeroes may fill up the last block of an archive.
        while (state === 'padding' && inputAt.value < filled && bytes[inputAt.value] === 0) inputAt.value += 1;
        if (inputAt.value === filled) return true;
        state = 'header';
      }
      if (state === 'header') {
        if (!readHeader(isLast)) return true;
        state = 'body';
      }
      if (state === 'body') {
        const outcome = readBody(isLast);
        if (outcome !== 'over') return outcome === 'more';
        state = 'trailer';
      }
      if (!readTrailer(isLast)) return true;
      state = 'padding';
    }
  }

  function goOn(): boolean {
    const { piece, isLast } = todo;
    while (!todo.isRead || todo.at < piece.length) {
      if (todo.isRead) {
        const size = Math.min(piece.length - todo.at, inputBase + inputBytes - filled);
        bytes.set(piece.subarray(todo.at, todo.at + size), filled);
        todo.at += size;
        filled += size;
        packed += size;
      }
      const isEnd = isLast && todo.at === piece.length;
      if (isEnd) bytes.fill(0, filled, filled + 128);
      todo.isRead = read(isEnd);
      if (!todo.isRead) {
        untilPause = pauseAfterBytes;
        return false;
      }
      if (isEnd) return true;
      // What was read ahead may be given back: up to eight bytes.
      const from = Math.max(inputBase, inputAt.value - 8);
      bytes.copyWithin(inputBase, from, filled);
      inputAt.value -= from - inputBase;
      filled -= from - inputBase;
    }
    return true;
  }

  return {
    push(piece, isLast) {
      // An end without any bytes is looked at as well.
      todo = { piece, at: 0, isLast, isRead: piece.length > 0 || !isLast };
      return goOn();
    },
    resume: goOn,
  };
}

/** Length of a member's header (RFC 1952); null where it is not all there. */
function headerBytes(bytes: Uint8Array): number | 'wrong' | null {
  const magic = [0x1f, 0x8b, 8];
  if (magic.some((byte, index) => index < bytes.length && bytes[index] !== byte)) return 'wrong';
  if (bytes.length < 10) return null;
  const flags = bytes[3] ?? 0;
  if ((flags & 0xe0) !== 0) return 'wrong';
  let at = 10;
  if ((flags & 4) !== 0) {
    if (bytes.length < at + 2) return null;
    at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  }
  // Name and comment end in a zero.
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) return null;
    at = end + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  return at <= bytes.length ? at : null;
}
