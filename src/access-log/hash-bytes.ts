/** A fast hash of 64 bits, the same in the wasm scanner and here, since both look into the same tables of request ids. */

/**
 * Writes the hash of some bytes as two numbers of 32 bits into `into`. Not for keeping secrets: ids that collide on purpose would have to be
 * made by CloudFront itself.
 */
export function hashBytes(bytes: Uint8Array, start: number, end: number, into: Int32Array): void {
  const length = end - start;
  let first = 0x811c9dc5 ^ length;
  let second = 0x9747b28c + length;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = readWord(bytes, at, 4);
    first = Math.imul(((first << 5) | (first >>> 27)) ^ word, 0x9e3779b1);
    second = Math.imul(((second << 13) | (second >>> 19)) ^ word, 0x85ebca6b);
  }
  const tail = readWord(bytes, at, end - at);
  first = Math.imul(((first << 5) | (first >>> 27)) ^ tail, 0x9e3779b1);
  second = Math.imul(((second << 13) | (second >>> 19)) ^ tail, 0x85ebca6b);
  first ^= second >>> 15;
  second ^= first >>> 13;
  into[0] = Math.imul(first, 0xc2b2ae35);
  into[1] = Math.imul(second, 0x27d4eb2f);
}

/** Up to four bytes, the lowest first. */
function readWord(bytes: Uint8Array, at: number, length: number): number {
  let word = 0;
  for (let index = 0; index < length; index += 1) word |= (bytes[at + index] ?? 0) << (index * 8);
  return word;
}
