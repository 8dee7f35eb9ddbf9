/**
 * Unpacks DEFLATE (RFC 1951) into a window in linear memory, resumably: the host puts input at `inputBase`, calls `inflate`, takes what was written,
 * and calls again. zlib does the same; here nothing is allocated and nothing waits for another thread. The decoding loop is that of libdeflate:
 * a bit buffer of 64 bits, tables whose entries hold symbol, base and extra bits in one word, and up to three literals a turn.
 */

export const inputBase: i32 = 1024;
export const inputBytes: i32 = 65536;
/** Zeroes after the last input: reading past it is noticed afterwards. */
const inputEnd: i32 = inputBase + inputBytes + 128;
const literals: i32 = inputEnd;
const literalBits: i32 = 11;
const distances: i32 = literals + 2400 * 4;
const distanceBits: i32 = 8;
const lengths: i32 = distances + 512 * 4;
const counts: i32 = lengths + 512;
const offsets: i32 = counts + 64;
const sorted: i32 = offsets + 64;
const codeLengths: i32 = sorted + 1024;
/** How far back a match may reach, then what is being written, then room for copies that run over. */
const historyBytes: i32 = 32768;
export const windowBase: i32 = 81920;
export const outputBase: i32 = windowBase + historyBytes;
export const outputBytes: i32 = 131072;
export const memoryBytes: i32 = outputBase + outputBytes + 1024;

const LITERAL: u32 = 0x80000000;
const SPECIAL: u32 = 0x8000;
const SUBTABLE: u32 = 0x4000;
const END: u32 = 0x2000;

// What `inflate` returns.
export const needsInput: i32 = 0;
export const isFull: i32 = 1;
export const isOver: i32 = 2;
export const isCutShort: i32 = 3;
export const isDamaged: i32 = 4;

const HEADER = 0;
const STORED = 1;
const COMPRESSED = 2;
const DONE = 3;

let state: i32 = HEADER;
let isFinal: bool = false;
let bitBuffer: u64 = 0;
let bits: i32 = 0;
let storedLeft: i32 = 0;
/** Matches must not begin before it. */
let oldest: i32 = outputBase;

/** Where the next input byte is; the host sets it when it moves the input. */
export let inputAt: i32 = inputBase;
/** Where the next output byte goes. */
export let outputAt: i32 = outputBase;

/** Begins a stream: its first byte is at `inputAt`. */
export function begin(): void {
  state = HEADER;
  isFinal = false;
  bitBuffer = 0;
  bits = 0;
  oldest = outputAt;
}

/** Makes room for output, keeping what matches may refer to. */
export function slide(): void {
  const kept = min(historyBytes, outputAt - max(windowBase, oldest));
  memory.copy(outputBase - kept, outputAt - kept, kept);
  oldest = outputBase - kept;
  outputAt = outputBase;
}

@inline function refill(): void {
  bitBuffer |= load<u64>(inputAt) << <u64>bits;
  inputAt += (63 - bits) >> 3;
  bits |= 56;
}

@inline function take(count: i32): i32 {
  const value = <i32>(bitBuffer & ((<u64>1 << <u64>count) - 1));
  bitBuffer >>= <u64>count;
  bits -= count;
  return value;
}

/** Whether more bits were used than there are. */
@inline function isOverrun(end: i32): bool {
  return inputAt - (bits >> 3) > end;
}

/** @param end of the input. @param isLast whether there is no more of it: then zeroes follow. */
export function inflate(end: i32, isLast: bool): i32 {
  const limit = isLast ? end + 16 : end - 32;
  while (true) {
    if (state == HEADER) {
      if (isFinal) {
        // What was read ahead is given back: it is not of this stream.
        inputAt -= bits >> 3;
        bits = 0;
        bitBuffer = 0;
        state = DONE;
        return inputAt > end ? isCutShort : isOver;
      }
      // The longest header is some 600 bytes.
      if (!isLast && end - inputAt < 1024) return needsInput;
      const read = readHeader(end);
      if (read != 0) return read;
    } else if (state == STORED) {
      const room = outputBase + outputBytes - outputAt;
      const length = min(storedLeft, min(room, end - inputAt));
      memory.copy(outputAt, inputAt, length);
      inputAt += length;
      outputAt += length;
      storedLeft -= length;
      if (storedLeft == 0) state = HEADER;
      else if (length == room) return isFull;
      else return isLast ? isCutShort : needsInput;
    } else if (state == COMPRESSED) {
      const read = readSymbols(limit);
      if (read == isDamaged) return isLast && isOverrun(end) ? isCutShort : isDamaged;
      if (isLast && isOverrun(end)) return isCutShort;
      if (read != isOver) return read == needsInput && isLast ? isCutShort : read;
      state = HEADER;
    } else return isOver;
  }
}

function readHeader(end: i32): i32 {
  refill();
  isFinal = take(1) != 0;
  const type = take(2);
  if (type == 0) {
    take(bits & 7);
    inputAt -= bits >> 3;
    bits = 0;
    bitBuffer = 0;
    if (end - inputAt < 4) return isCutShort;
    storedLeft = <i32>load<u16>(inputAt);
    if ((storedLeft ^ 0xffff) != <i32>load<u16>(inputAt + 2)) return isDamaged;
    inputAt += 4;
    state = STORED;
    return 0;
  }
  if (type == 1) {
    for (let symbol = 0; symbol < 288; symbol += 1)
      store<u8>(lengths + symbol, symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
    buildTable(lengths, 288, literals, literalBits, false);
    memory.fill(lengths, 5, 32);
    buildTable(lengths, 32, distances, distanceBits, true);
    state = COMPRESSED;
    return isOverrun(end) ? isCutShort : 0;
  }
  if (type != 2) return isDamaged;
  const isWell = readLengths();
  if (isOverrun(end)) return isCutShort;
  if (!isWell) return isDamaged;
  state = COMPRESSED;
  return 0;
}

/** The order in which the lengths of the code lengths' own code come, a byte each. */
@inline function orderOf(index: i32): i32 {
  // 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15
  if (index < 3) return 16 + index;
  if (index == 3) return 0;
  const step = (index - 4) >> 1;
  return index & 1 ? 7 - step : 8 + step;
}

function readLengths(): bool {
  const literalCount = take(5) + 257;
  const distanceCount = take(5) + 1;
  const codeCount = take(4) + 4;
  if (literalCount > 286 || distanceCount > 30) return false;
  memory.fill(codeLengths, 0, 32);
  for (let index = 0; index < codeCount; index += 1) {
    refill();
    store<u8>(codeLengths + orderOf(index), take(3));
  }
  // The table of distances is built last, so its place is free for this one: codes of at most 7 bits.
  if (!buildTable(codeLengths, 19, distances, 7, true, true)) return false;
  const total = literalCount + distanceCount;
  let index = 0;
  let previous = 0;
  while (index < total) {
    refill();
    const entry = load<u32>(distances + ((<i32>bitBuffer & 127) << 2));
    if (entry & SPECIAL) return false;
    take(<i32>(entry & 63));
    const symbol = <i32>(entry >>> 16);
    if (symbol < 16) {
      store<u8>(lengths + index, symbol);
      previous = symbol;
      index += 1;
      continue;
    }
    let repeat: i32;
    if (symbol == 16) {
      if (index == 0) return false;
      repeat = 3 + take(2);
    } else {
      previous = 0;
      repeat = symbol == 17 ? 3 + take(3) : 11 + take(7);
    }
    if (index + repeat > total) return false;
    memory.fill(lengths + index, <u8>previous, repeat);
    index += repeat;
  }
  if (load<u8>(lengths + 256) == 0) return false;
  // The lengths of the distances lie behind those of the literals, which building does not touch.
  return (
    buildTable(lengths, literalCount, literals, literalBits, false) &&
    buildTable(lengths + literalCount, distanceCount, distances, distanceBits, true)
  );
}

/** What a symbol's entry holds apart from its own length in bits. */
function entryOf(symbol: i32, isDistance: bool, isPlain: bool): u32 {
  if (isPlain) return <u32>symbol << 16;
  if (isDistance) {
    if (symbol > 29) return SPECIAL;
    const extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
    const base = symbol < 4 ? symbol + 1 : ((2 + (symbol & 1)) << extra) + 1;
    return (<u32>base << 16) | extra;
  }
  if (symbol < 256) return LITERAL | (<u32>symbol << 16);
  if (symbol == 256) return SPECIAL | END;
  if (symbol > 285) return SPECIAL;
  if (symbol == 285) return 258 << 16;
  const code = symbol - 257;
  const extra = code < 8 ? 0 : (code >> 2) - 1;
  const base = code < 8 ? code + 3 : ((4 + (code & 3)) << extra) + 3;
  return (<u32>base << 16) | extra;
}

@inline function reverse(code: u32, length: i32): i32 {
  let value = code;
  value = ((value & 0x5555) << 1) | ((value >>> 1) & 0x5555);
  value = ((value & 0x3333) << 2) | ((value >>> 2) & 0x3333);
  value = ((value & 0x0f0f) << 4) | ((value >>> 4) & 0x0f0f);
  value = ((value & 0x00ff) << 8) | ((value >>> 8) & 0x00ff);
  return <i32>(value >>> (16 - length));
}

/** Low six bits of an entry: bits to take, extra ones included; from bit 8: those of the code alone. False for a set of lengths that is no code. */
function buildTable(
  from: i32,
  count: i32,
  table: i32,
  tableBits: i32,
  isDistance: bool,
  isPlain: bool = false,
): bool {
  memory.fill(counts, 0, 64);
  for (let symbol = 0; symbol < count; symbol += 1) {
    const at = counts + (<i32>load<u8>(from + symbol) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let longest = 15;
  while (longest > 0 && load<i32>(counts + (longest << 2)) == 0) longest -= 1;
  const size = 1 << tableBits;
  for (let index = 0; index < size; index += 1) store<u32>(table + (index << 2), SPECIAL);
  // No distances at all: every one that turns up is damage.
  if (longest == 0) return !isPlain;
  let left = 1;
  let sum = 0;
  for (let length = 1; length <= 15; length += 1) {
    const used = load<i32>(counts + (length << 2));
    left = (left << 1) - used;
    if (left < 0) return false;
    store<i32>(offsets + (length << 2), sum);
    sum += used;
  }
  if (left > 0 && (isPlain || longest != 1)) return false;
  for (let symbol = 0; symbol < count; symbol += 1) {
    const length = <i32>load<u8>(from + symbol);
    if (length == 0) continue;
    const at = offsets + (length << 2);
    const place = load<i32>(at);
    store<u16>(sorted + (place << 1), symbol);
    store<i32>(at, place + 1);
  }
  let code: u32 = 0;
  let length = 1;
  let nextFree = size;
  let subtable = 0;
  let subtableBits = 0;
  let prefix = -1;
  for (let place = 0; place < sum; place += 1) {
    while (load<i32>(counts + (length << 2)) == 0) {
      length += 1;
      code <<= 1;
    }
    const symbol = <i32>load<u16>(sorted + (place << 1));
    const entry = entryOf(symbol, isDistance, isPlain);
    const reversed = reverse(code, length);
    if (length <= tableBits) {
      const word = entry + (<u32>length << 8) + <u32>length;
      for (let index = reversed; index < size; index += 1 << length) store<u32>(table + (index << 2), word);
    } else {
      const mine = reversed & (size - 1);
      if (mine != prefix) {
        prefix = mine;
        subtableBits = length - tableBits;
        let space = load<i32>(counts + (length << 2));
        while (space < 1 << subtableBits && tableBits + subtableBits < longest) {
          subtableBits += 1;
          space = (space << 1) + load<i32>(counts + ((tableBits + subtableBits) << 2));
        }
        subtable = nextFree;
        nextFree += 1 << subtableBits;
        store<u32>(
          table + (prefix << 2),
          (<u32>subtable << 16) | SPECIAL | SUBTABLE | (<u32>subtableBits << 8) | <u32>tableBits,
        );
      }
      const rest = length - tableBits;
      const word = entry + (<u32>rest << 8) + <u32>rest;
      for (let index = reversed >> tableBits; index < 1 << subtableBits; index += 1 << rest)
        store<u32>(table + ((subtable + index) << 2), word);
    }
    const at = counts + (length << 2);
    store<i32>(at, load<i32>(at) - 1);
    code += 1;
  }
  return true;
}

@inline function literalAt(buffer: u64): u32 {
  return load<u32>((<i32>buffer & ((1 << literalBits) - 1)) << 2, literals);
}

/** A symbol's base and its extra bits. */
@inline function valueOf(entry: u32, buffer: u64): i32 {
  const extra = (buffer & ((<u64>1 << <u64>(entry & 63)) - 1)) >> <u64>((entry >>> 8) & 15);
  return <i32>(entry >>> 16) + <i32>extra;
}

/** Symbols until the block is over, the input is nearly used up or the output nearly full. */
function readSymbols(limit: i32): i32 {
  const full = outputBase + outputBytes - 264;
  const first = oldest;
  let from = inputAt;
  let to = outputAt;
  let buffer = bitBuffer;
  let have = bits;
  let result = needsInput;
  if (from > limit) return needsInput;
  buffer |= load<u64>(from) << <u64>have;
  from += (63 - have) >> 3;
  have |= 56;
  let entry = literalAt(buffer);
  // Each turn begins with at least 48 bits, of which the next symbol's entry is looked up.
  while (true) {
    if (from > limit) break;
    if (to > full) {
      result = isFull;
      break;
    }
    if (entry & LITERAL) {
      buffer >>= <u64>(entry & 63);
      have -= <i32>(entry & 63);
      store<u8>(to, entry >>> 16);
      to += 1;
      entry = literalAt(buffer);
      if (entry & LITERAL) {
        buffer >>= <u64>(entry & 63);
        have -= <i32>(entry & 63);
        store<u8>(to, entry >>> 16);
        to += 1;
        entry = literalAt(buffer);
        if (entry & LITERAL) {
          buffer >>= <u64>(entry & 63);
          have -= <i32>(entry & 63);
          store<u8>(to, entry >>> 16);
          to += 1;
          buffer |= load<u64>(from) << <u64>have;
          from += (63 - have) >> 3;
          have |= 56;
          entry = literalAt(buffer);
          continue;
        }
      }
      buffer |= load<u64>(from) << <u64>have;
      from += (63 - have) >> 3;
      have |= 56;
    }
    if (entry & SPECIAL) {
      if (entry & SUBTABLE) {
        buffer >>= literalBits;
        have -= literalBits;
        const mask = (1 << ((entry >>> 8) & 15)) - 1;
        entry = load<u32>((<i32>((entry >>> 16) & 0x7fff) + (<i32>buffer & mask)) << 2, literals);
        if (entry & LITERAL) {
          buffer >>= <u64>(entry & 63);
          have -= <i32>(entry & 63);
          store<u8>(to, entry >>> 16);
          to += 1;
          buffer |= load<u64>(from) << <u64>have;
          from += (63 - have) >> 3;
          have |= 56;
          entry = literalAt(buffer);
          continue;
        }
      }
      if (entry & SPECIAL) {
        if (entry & END) {
          buffer >>= <u64>(entry & 63);
          have -= <i32>(entry & 63);
          result = isOver;
        } else result = isDamaged;
        break;
      }
    }
    const length = valueOf(entry, buffer);
    buffer >>= <u64>(entry & 63);
    have -= <i32>(entry & 63);
    entry = load<u32>((<i32>buffer & ((1 << distanceBits) - 1)) << 2, distances);
    if (entry & SPECIAL) {
      if (!(entry & SUBTABLE)) {
        result = isDamaged;
        break;
      }
      buffer >>= distanceBits;
      have -= distanceBits;
      const mask = (1 << ((entry >>> 8) & 15)) - 1;
      entry = load<u32>((<i32>((entry >>> 16) & 0x7fff) + (<i32>buffer & mask)) << 2, distances);
      if (entry & SPECIAL) {
        result = isDamaged;
        break;
      }
    }
    const distance = valueOf(entry, buffer);
    buffer >>= <u64>(entry & 63);
    have -= <i32>(entry & 63);
    let source = to - distance;
    if (source < first) {
      result = isDamaged;
      break;
    }
    // The next symbol is looked up while the match is copied.
    buffer |= load<u64>(from) << <u64>have;
    from += (63 - have) >> 3;
    have |= 56;
    entry = literalAt(buffer);
    const stop = to + length;
    if (distance >= 16) {
      // Whole blocks of sixteen, the last of which may run over: there is room, and it is written over.
      v128.store(to, v128.load(source));
      if (length > 16) {
        v128.store(to, v128.load(source, 16), 16);
        to += 32;
        source += 32;
        while (to < stop) {
          v128.store(to, v128.load(source));
          to += 16;
          source += 16;
        }
      }
    } else if (distance >= 8) {
      do {
        store<u64>(to, load<u64>(source));
        to += 8;
        source += 8;
      } while (to < stop);
    } else if (distance == 1) {
      const block = i8x16.splat(load<u8>(source));
      do {
        v128.store(to, block);
        to += 16;
      } while (to < stop);
    } else {
      do {
        store<u8>(to, load<u8>(source));
        to += 1;
        source += 1;
      } while (to < stop);
    }
    to = stop;
  }
  inputAt = from;
  outputAt = to;
  bitBuffer = buffer;
  bits = have;
  return result;
}
