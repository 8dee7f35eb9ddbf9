/** Our gzip against zlib's: what is whole comes out the same, and what is not is refused for the same reason. */
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createGzipReader, createGzipSpace, GzipError } from '../../src/access-log/gzip-reader.js';

const space = createGzipSpace();
if (space === null) throw new Error('This engine has no WebAssembly with SIMD.');

/** What comes out, in one space for all, as it is used. */
function unpack(packed: Buffer, sizes: readonly number[] = [65_536]): Buffer {
  const texts: Buffer[] = [];
  if (space === null) return Buffer.alloc(0);
  const reader = createGzipReader(space, (bytes) => texts.push(Buffer.from(bytes)));
  for (let at = 0, turn = 0; at < packed.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    let isRead = reader.push(packed.subarray(at, at + size), at + size >= packed.length);
    while (!isRead) isRead = reader.resume();
    at += size;
  }
  return Buffer.concat(texts);
}

function codeOf(packed: Buffer): string {
  try {
    unpack(packed);
    return 'whole';
  } catch (error) {
    return error instanceof GzipError ? error.code : String(error);
  }
}

function isWholeToZlib(packed: Buffer): boolean {
  try {
    gunzipSync(packed);
    return true;
  } catch {
    return false;
  }
}

/** Bytes with repeats near and far, and some without any. */
const piece = fc.oneof(
  fc
    .tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 3_000 }))
    .map(([text, times]) => text.repeat(times).slice(0, 9_000)),
  fc.uint8Array({ maxLength: 4_000 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc
    .integer({ min: 0, max: 70_000 })
    .map((length) =>
      Array.from({ length }, (_, index) => String.fromCharCode(33 + (((index * index * 7919) % 211) % 90))).join(''),
    ),
);
const content = fc.array(piece, { maxLength: 8 }).map((pieces) => Buffer.from(pieces.join('\n'), 'latin1'));
const strategy = fc.constantFrom(
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FILTERED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
  constants.Z_FIXED,
);
const settings = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy,
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
});
const cuts = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 8 });

describe('the gzip reader', () => {
  it('unpacks whatever zlib packed, in several members, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(content, settings), { minLength: 1, maxLength: 3 }), cuts, (members, sizes) => {
        const packed = Buffer.concat(members.map(([bytes, options]) => gzipSync(bytes, options)));
        expect(unpack(packed, sizes).equals(Buffer.concat(members.map(([bytes]) => bytes)))).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  it('unpacks what is much longer than its window', () => {
    const far = Buffer.from(
      Array.from({ length: 3_000_000 }, (_, index) => ((index % 32_768) * 31 + (index >> 15)) & 255),
    );
    for (const level of [1, 6, 9]) {
      const packed = gzipSync(far, { level });
      expect(unpack(packed, [packed.length]).equals(far)).toBe(true);
      expect(unpack(packed, [1, 7, 300_000]).equals(far)).toBe(true);
    }
  });

  it('reads headers with a name, a comment, further fields and a sum of their own, and passes over zeroes at the end', () => {
    const body = Buffer.from('date time');
    const header = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 4 + 8 + 16 + 2, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3]),
      Buffer.from(`name\0${'comment '.repeat(500)}\0`),
      Buffer.from([0, 0]),
    ]);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc32(body), 0);
    trailer.writeUInt32LE(body.length, 4);
    const packed = Buffer.concat([header, deflateRawSync(body), trailer, Buffer.alloc(700)]);
    for (const sizes of [[1], [10_000]]) expect(unpack(packed, sizes).equals(body)).toBe(true);
  });

  const whole = gzipSync(Buffer.from('a line of a log\tand what it says\n'.repeat(4_000)));
  it('takes every beginning of a stream for one that is cut short', () => {
    for (let length = 1; length < whole.length; length += 1)
      expect(codeOf(whole.subarray(0, length))).toBe('Z_BUF_ERROR');
    expect(codeOf(whole)).toBe('whole');
    expect(codeOf(Buffer.concat([whole, whole.subarray(0, 9)]))).toBe('Z_BUF_ERROR');
    expect(codeOf(Buffer.concat([whole, Buffer.from('more')]))).toBe('Z_DATA_ERROR');
  });

  it('vouches for a stream with a wrong bit no more than zlib does, never crashes, and ends', () => {
    const noise = gzipSync(Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * index * 31) & 255)));
    fc.assert(
      fc.property(fc.constantFrom(whole, noise), fc.nat(), fc.integer({ min: 1, max: 255 }), (packed, at, mask) => {
        const damaged = Buffer.from(packed);
        // Bytes 3 to 9 say how it was made and when, which proves nothing of what is in it.
        const place = 10 + (at % (packed.length - 10));
        damaged[place] = (damaged[place] ?? 0) ^ mask;
        // Bits that fill up the last byte mean nothing to either.
        if (isWholeToZlib(damaged)) expect(unpack(damaged).equals(gunzipSync(damaged))).toBe(true);
        else expect(['Z_DATA_ERROR', 'Z_BUF_ERROR']).toContain(codeOf(damaged));
      }),
      { numRuns: 400 },
    );
  });

  it('survives any bytes after a header', () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(['Z_DATA_ERROR', 'Z_BUF_ERROR']).toContain(codeOf(Buffer.concat([header, bytes])));
      }),
      { numRuns: 500 },
    );
  });

  it('says what is all there is only when it was proved whole', () => {
    if (space === null) return;
    const seen: boolean[] = [];
    const small = gzipSync('short');
    const read = (packed: Buffer) => createGzipReader(space, (_bytes, isAll) => seen.push(isAll)).push(packed, true);
    read(small);
    read(Buffer.concat([small, small]));
    read(gzipSync(Buffer.alloc(300_000, 'long')));
    expect(seen.slice(0, 3)).toEqual([true, false, false]);
    expect(seen.slice(3)).toEqual([false, false, false]);
    expect(() => read(small.subarray(0, -1))).toThrow(GzipError);
    expect(seen).toHaveLength(6);
  });
});
