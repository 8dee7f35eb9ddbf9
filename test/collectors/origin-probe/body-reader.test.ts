import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBodyReader, maxBodyBytesRead, parseFraming } from '../../../src/collectors/origin-probe/body-reader.js';

const head = { method: 'GET', status: 200, contentLengths: [], transferEncoding: null } as const;

describe('parseFraming', () => {
  it.each([
    ['a length', { ...head, contentLengths: [5] }, { kind: 'content-length', declaredBytes: 5 }],
    ['the same length twice', { ...head, contentLengths: [5, 5] }, { kind: 'content-length', declaredBytes: 5 }],
    ['two lengths', { ...head, contentLengths: [5, 6] }, null],
    ['chunks', { ...head, transferEncoding: 'gzip, Chunked' }, { kind: 'chunked', declaredBytes: null }],
    ['chunks and a length', { ...head, contentLengths: [5], transferEncoding: 'chunked' }, null],
    ['another coding', { ...head, transferEncoding: 'gzip' }, { kind: 'until-close', declaredBytes: null }],
    ['nothing', head, { kind: 'until-close', declaredBytes: null }],
    ['HEAD', { ...head, method: 'HEAD', contentLengths: [5] }, { kind: 'none', declaredBytes: null }],
    ['204', { ...head, status: 204 }, { kind: 'none', declaredBytes: null }],
  ] as const)('%s', (_title, given, expected) => {
    expect(parseFraming(given)).toEqual(expected);
  });
});

const pieces = fc.array(fc.uint8Array({ minLength: 0, maxLength: 200 }), { maxLength: 20 });

function renderChunks(parts: readonly Uint8Array[]): Buffer {
  const chunks = parts
    .filter((part) => part.length > 0)
    .map((part) => Buffer.concat([Buffer.from(`${part.length.toString(16)};x=y\r\n`), part, Buffer.from('\r\n')]));
  return Buffer.concat([...chunks, Buffer.from('0\r\nTrailer: x\r\n\r\n')]);
}

function read(bytes: Buffer, sizes: readonly number[]) {
  const reader = createBodyReader({ kind: 'chunked', declaredBytes: null });
  let at = 0;
  for (const size of sizes) {
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  reader.push(bytes.subarray(at));
  return reader.reading('closed');
}

describe('createBodyReader', () => {
  it('reads chunks the same however they are cut', () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }), (parts, sizes) => {
        const receivedBytes = parts.reduce((sum, part) => sum + part.length, 0);
        expect(read(renderChunks(parts), sizes)).toMatchObject({ outcome: 'complete', receivedBytes });
      }),
    );
  });

  it('calls chunks that end early truncated, and never complete', () => {
    fc.assert(
      fc.property(pieces, fc.nat(), (parts, cut) => {
        const bytes = renderChunks(parts);
        const { outcome } = read(bytes.subarray(0, cut % bytes.length), []);
        expect(outcome).toBe('truncated');
      }),
    );
  });

  it('never throws on hostile bytes, and stops at its cap', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom('chunked' as const, 'until-close' as const), (parts, kind) => {
        const reader = createBodyReader({ kind, declaredBytes: null });
        for (const part of parts) reader.push(Buffer.from(part));
        expect(['complete', 'truncated', 'malformed', 'unfinished']).toContain(reader.reading('reset').outcome);
      }),
    );
    const endless = createBodyReader({ kind: 'until-close', declaredBytes: null });
    expect(endless.push(Buffer.alloc(maxBodyBytesRead))).toBe(true);
    expect(endless.reading(null)).toMatchObject({ outcome: 'unfinished', receivedBytes: maxBodyBytesRead });
  });
});
