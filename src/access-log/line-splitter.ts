/** Cuts bytes into lines of text, in bounded memory. */

const newline = 10;

export class LineSplitter {
  readonly #maxBytes: number;
  readonly #onLine: (line: string | null) => void;
  #carry: Buffer = Buffer.alloc(0);
  #isSkipping = false;

  /** @param onLine without the line end, never empty; null for a line that is longer than `maxBytes`. */
  constructor(maxBytes: number, onLine: (line: string | null) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  push(piece: Uint8Array): void {
    const bytes = this.#carry.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#carry, piece]);
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      if (this.#isSkipping) this.#isSkipping = false;
      else this.#take(bytes.subarray(start, end));
      start = end + 1;
    }
    if (!this.#isSkipping && bytes.length - start > this.#maxBytes) {
      this.#isSkipping = true;
      this.#onLine(null);
    }
    this.#carry = this.#isSkipping ? Buffer.alloc(0) : bytes.subarray(start);
  }

  end(): void {
    if (this.#carry.length > 0) this.#take(this.#carry);
    this.#carry = Buffer.alloc(0);
  }

  #take(line: Buffer): void {
    if (line.length > this.#maxBytes) {
      this.#onLine(null);
      return;
    }
    const text = line.toString('utf8');
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (whole !== '') this.#onLine(whole);
  }
}
