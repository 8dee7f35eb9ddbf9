/** Reads the body of a response as far as its framing can be judged, and keeps none of it. No I/O; hostile bytes never throw. */
import type { BodyReading } from '../../diagnosis/probe-depth.js';

/** Where reading stops: framing faults show before, and a probe is no download. */
export const maxBodyBytesRead = 65_536;

const maxLineLength = 1_024;

export interface BodyFraming {
  readonly kind: BodyReading['framing'];
  readonly declaredBytes: number | null;
}

/**
 * How the end of a body is told (RFC 9112 section 6.3).
 *
 * @returns null where it is told in contradictory ways: then there is nothing to hold the body against.
 */
export function parseFraming(head: {
  readonly method: 'GET' | 'HEAD';
  readonly status: number;
  readonly contentLengths: readonly number[];
  readonly transferEncoding: string | null;
}): BodyFraming | null {
  const { method, status, contentLengths, transferEncoding } = head;
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304)
    return { kind: 'none', declaredBytes: null };
  const [first] = contentLengths;
  if (transferEncoding !== null) {
    if (first !== undefined) return null;
    return { kind: /(?:^|,\s*)chunked$/i.test(transferEncoding) ? 'chunked' : 'until-close', declaredBytes: null };
  }
  if (first === undefined) return { kind: 'until-close', declaredBytes: null };
  return new Set(contentLengths).size === 1 ? { kind: 'content-length', declaredBytes: first } : null;
}

export interface BodyReader {
  /** Takes bytes; returns whether the reading is over, upon which further bytes are ignored. */
  push(chunk: Buffer): boolean;
  /** @param ended how the connection ended, or null where it is open still. */
  reading(ended: 'closed' | 'reset' | null): BodyReading;
}

export function createBodyReader({ kind, declaredBytes }: BodyFraming): BodyReader {
  let arrived = 0;
  let isOver = kind === 'none' || declaredBytes === 0;
  const chunks = kind === 'chunked' ? createChunkReader() : null;
  const received = (): number => chunks?.received() ?? Math.min(arrived, declaredBytes ?? arrived);
  const isComplete = (ended: 'closed' | 'reset' | null): boolean => {
    if (kind === 'none') return true;
    if (kind === 'chunked') return chunks?.state() === 'complete';
    return kind === 'content-length' ? received() === declaredBytes : ended === 'closed';
  };
  return {
    push: (chunk) => {
      if (isOver) return true;
      arrived += chunk.length;
      chunks?.push(chunk);
      isOver = arrived >= maxBodyBytesRead || (chunks === null ? isComplete(null) : chunks.state() !== 'open');
      return isOver;
    },
    reading: (ended) => {
      const base = { framing: kind, declaredBytes, receivedBytes: received() };
      if (chunks?.state() === 'malformed') return { ...base, outcome: 'malformed', problem: chunks.problem() };
      if (isComplete(ended)) return { ...base, outcome: 'complete', problem: null };
      if (ended === null || arrived >= maxBodyBytesRead) return { ...base, outcome: 'unfinished', problem: null };
      return { ...base, outcome: 'truncated', problem: describeCut(kind, ended) };
    },
  };
}

function describeCut(kind: BodyReading['framing'], ended: 'closed' | 'reset'): string {
  const how = ended === 'reset' ? 'was reset' : 'closed';
  if (kind === 'chunked') return `the connection ${how} before the last chunk`;
  return kind === 'content-length'
    ? `the connection ${how} before the declared length`
    : `the connection ${how} inside the body`;
}

interface ChunkReader {
  push(bytes: Buffer): void;
  state(): 'open' | 'complete' | 'malformed';
  received(): number;
  problem(): string | null;
}

function createChunkReader(): ChunkReader {
  let expects: 'size' | 'data' | 'end-of-data' | 'trailer' = 'size';
  let state: 'open' | 'complete' | 'malformed' = 'open';
  let problem: string | null = null;
  let left = 0;
  let received = 0;
  let line = '';
  const fail = (why: string): void => {
    state = 'malformed';
    problem = why;
  };
  const takeLine = (text: string): void => {
    if (expects === 'trailer') {
      if (text === '') state = 'complete';
      return;
    }
    if (expects === 'end-of-data') {
      if (text === '') expects = 'size';
      else fail('a chunk is longer than its size says');
      return;
    }
    const size = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(text)?.[1];
    if (size === undefined) {
      fail('a chunk does not begin with its size');
      return;
    }
    left = Number.parseInt(size, 16);
    expects = left === 0 ? 'trailer' : 'data';
  };
  return {
    push: (bytes) => {
      for (let at = 0; at < bytes.length && state === 'open'; ) {
        if (expects === 'data') {
          const taken = Math.min(left, bytes.length - at);
          left -= taken;
          received += taken;
          at += taken;
          if (left === 0) expects = 'end-of-data';
          continue;
        }
        const end = bytes.indexOf(0x0a, at);
        line += bytes.toString('latin1', at, end === -1 ? bytes.length : end);
        if (line.length > maxLineLength) fail('the line of a chunk has no end');
        // What cannot become an end any more is told at once: the line feed may never come.
        if (expects === 'end-of-data' && !'\r'.startsWith(line)) fail('a chunk is longer than its size says');
        if (end === -1 || state !== 'open') return;
        at = end + 1;
        const text = line.replace(/\r$/, '');
        line = '';
        takeLine(text);
      }
    },
    state: () => state,
    received: () => received,
    problem: () => problem,
  };
}
