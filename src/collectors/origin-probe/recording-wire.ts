/** A Duplex between TLS and its socket that keeps what the server sent first, so that the handshake can be read afterwards. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { codeOf } from './tcp.js';

/** Chains of twenty large certificates fit; a server that sends more before a handshake ends is recorded up to here. */
const maxRecordedBytes = 131_072;

/** How the connection ended below TLS, which Node's TLS errors do not tell: a clean end, or an error code. */
export type WireEnd = 'open' | 'ended' | { readonly errorCode: string | null };

export class RecordingWire extends Duplex {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #recorded = 0;
  #end: WireEnd = 'open';

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      if (this.#recorded < maxRecordedBytes) {
        const kept = chunk.subarray(0, maxRecordedBytes - this.#recorded);
        this.#chunks.push(kept);
        this.#recorded += kept.length;
      }
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => {
      if (this.#end === 'open') this.#end = 'ended';
      this.push(null);
    });
    socket.on('error', (error) => {
      if (this.#end === 'open') this.#end = { errorCode: codeOf(error) };
      this.destroy(error);
    });
    socket.on('close', () => this.destroy());
    // Without TLS listening (yet, or any more) an error here is nobody's, and would end the process.
    this.on('error', () => socket.destroy());
  }

  /** How the connection ended, so far. */
  get ending(): WireEnd {
    return this.#end;
  }

  /** Hands over what was recorded and stops recording. */
  takeRecording(): Buffer {
    const recording = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#recorded = maxRecordedBytes;
    return recording;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
