/** Remembers what the bytes of a column were made into, so that a value seen before costs no string. */

/** A direct-mapped cache: bounded, since a new value takes the place of the one with the same hash. */
export class ByteCache<Value> {
  readonly #mask: number;
  readonly #keys: (Uint8Array | undefined)[];
  readonly #values: (Value | undefined)[];
  readonly #make: (text: string) => Value;

  /** @param size a power of two. */
  constructor(size: number, make: (text: string) => Value) {
    this.#mask = size - 1;
    this.#keys = new Array<Uint8Array | undefined>(size);
    this.#values = new Array<Value | undefined>(size);
    this.#make = make;
  }

  of(bytes: Uint8Array, start: number, end: number): Value {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & this.#mask;
    const key = this.#keys[slot];
    const known = this.#values[slot];
    if (known !== undefined && key !== undefined && isSame(key, bytes, start, end)) return known;
    const made = this.#make(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
    this.#keys[slot] = bytes.slice(start, end);
    this.#values[slot] = made;
    return made;
  }
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let at = 0; at < key.length; at += 1) if (key[at] !== bytes[start + at]) return false;
  return true;
}
