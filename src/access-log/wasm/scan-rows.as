/**
 * Counts the rows of access logs: what src/access-log/parse-log.ts and count-rows.ts do, over bytes in linear memory, sixteen at a time. Those
 * are the oracle; what is counted here is counted there. AssemblyScript: `npm run build:wasm` makes scan-rows.wasm.ts of it.
 *
 * `scan` cuts lines into a batch of rows; the host says which of them it has seen before; `count` counts the others. A value that was seen
 * before costs no call: values are known by their bytes, and the host is asked once for the number of a new one.
 */

/** A name of a column, of its values and of what is read from it; the host knows the same numbers. */
const DATE = 0;
const TIME = 1;
const STATUS = 2;
const LOCATION = 3;
const BYTES = 4;
const METHOD = 5;
const STEM = 6;
const CS_HOST = 7;
const HOST = 8;
const ID = 9;
const TAKEN = 10;
const PROTOCOL = 11;
const DETAILED = 12;

/** Kinds of interned values. */
const KIND_METHOD = 0;
const KIND_LOCATION = 1;
const KIND_HOST = 2;
const KIND_PROTOCOL = 3;
const KIND_RESULT = 4;
const KIND_TEMPLATE = 5;

const FLAG_REPEATABLE: u32 = 1;
const FLAG_SERVED: u32 = 2;
const FLAG_AT_EDGE: u32 = 4;
const FLAG_BLAMES: u32 = 8;

// ---- memory

export const batchRows: i32 = 256;
/** A row: 16 spans of (start, end), which are filled in for listed rows only, then what was read. */
export const rowStride: i32 = 192;
export const rowAt: i32 = 128;
export const rowStatus: i32 = 136;
export const rowFirst: i32 = 140;
export const rowSecond: i32 = 144;
/** 0: no request id; 1: has one; 2: seen before. */
export const rowId: i32 = 148;
export const rowValues: i32 = 152;
/** Where the row's separators are. */
const rowList: i32 = 168;

/** The position of each column in a line, by its slot; -1 where it is not there. The host writes it before `setLayout`. */
export const layoutBase: i32 = 1024;
export const slots: i32 = 16;
/** By slot: where in a row's list a column begins and ends, less one each. */
const startsBase: i32 = 1088;
const endsBase: i32 = 1152;
const maxColumns: i32 = 127;
export const rowsBase: i32 = 2048;
export const failedBase: i32 = 53248;
export const patternsBase: i32 = 57344;
export const patternsEnd: i32 = 131072;
const stemSlots: i32 = 2048;
const stemStride: i32 = 96;
const stemKey: i32 = 80;
/** Part of the hash of each, apart: most of those that are not there are told by it. */
const stemChecks: i32 = 327680;
const stemsBase: i32 = 131072;
const internBase: i32 = 335872;
const internSlots: i32 = 16384;
const arenaBase: i32 = 860160;
const arenaEnd: i32 = 1384448;
/** Counts of (requests, failures) by number, kind after kind. */
export const kindCapacity: i32 = 4096;
export const countsBase: i32 = 1384448;
export const statusesBase: i32 = 1581056;
export const bandsBase: i32 = 1585152;
export const behavioursBase: i32 = 1585664;
export const inputBase: i32 = 1589248;
/** A line that is not over yet, a piece of the file, and room to read past its end. */
export const maxLineBytes: i32 = 131072;
export const pieceBytes: i32 = 262144;
/**
 * Where the separators of a batch are, a list for each row: where the line begins, one less, each separator, where the line ends. Behind the
 * lists there is room for the separators of 64 bytes more.
 */
const listsBase: i32 = 1983488;
/** Where a list of a line ends that has too many columns for a row. */
const maxListBytes: i32 = (maxColumns + 3) * 4;
/** A template is written there. */
const scratchBase: i32 = 2118144;
export const freeBase: i32 = 2122240;
/** `#Fields:` as one word. */
const fieldsMark: u64 = 0x3a73646c65694623;

// ---- what the host is asked

/** Seconds since 1970 at which the day begins whose ten bytes are at `start`; -1 where they are no date. */
@external('host', 'readDay')
declare function readDay(start: i32): f64;
/** The number of a new value, with its flags from bit 16. */
@external('host', 'newValue')
declare function newValue(kind: i32, start: i32, end: i32): u32;
/** The same for a path that is to be decoded first: template, behaviour from bit 16, wanted in bit 31. */
@external('host', 'newPath')
declare function newPath(start: i32, end: i32): u32;

// ---- settings

let columns: i32 = 0;
let delimiter: i32 = 9;
let idIsThere: bool = false;
let from: f64 = 0;
let to: f64 = 0;
let minuteBase: f64 = 0;
let hourBase: f64 = 0;
let stepBase: f64 = 0;
let minutesBase: i32 = 0;
let hoursBase: i32 = 0;
let stepsBase: i32 = 0;
let stepSeconds: i32 = 60;
let stepCount: i32 = 0;
let behaviours: i32 = 0;
let hasPathPattern: bool = false;

// ---- state

let knownDay: u64 = 0;
let knownDayEnd: u32 = 0;
let knownDayAt: f64 = -1;
let internUsed: i32 = 0;
let arenaAt: i32 = arenaBase;
let listAt: i32 = listsBase;

export let cursor: i32 = 0;
export let lineEnd: i32 = 0;
export let rows: i32 = 0;
export let failedRows: i32 = 0;
/** How many malformed lines are still to be shown; `unshown` counts those after them. Both are the host's to set. */
export let toShow: i32 = 0;
export let unshown: i32 = 0;
/** Where a malformed line that is shown began and ended. */
export let malformedStart: i32 = 0;
export let malformedEnd: i32 = 0;
export let inWindow: i32 = 0;
export let outsideWindow: i32 = 0;
export let requests: i32 = 0;
export let failures: i32 = 0;
export let hiddenOriginErrors: i32 = 0;
/** Rows of a later time are of a clock that is wrong: they do not make for the newest. */
export let latest: f64 = Infinity;
export let newest: f64 = -Infinity;
export let oldest: f64 = Infinity;

export function configure(
  windowFrom: f64,
  windowTo: f64,
  minutes: i32,
  hours: i32,
  steps: i32,
  secondsPerStep: i32,
  stepsInAll: i32,
  patterns: i32,
  isFiltered: bool,
): void {
  from = windowFrom;
  to = windowTo;
  minuteBase = Math.floor(windowFrom / 60) * 60;
  hourBase = Math.floor(windowFrom / 3600) * 3600;
  minutesBase = minutes;
  hoursBase = hours;
  stepsBase = steps;
  stepSeconds = secondsPerStep;
  stepBase = Math.floor(windowFrom / <f64>secondsPerStep) * <f64>secondsPerStep;
  stepCount = stepsInAll;
  behaviours = patterns;
  hasPathPattern = isFiltered;
}

/** The columns of the lines to come: their positions are at `layoutBase`. */
export function setLayout(count: i32, separator: i32, hasId: bool): void {
  columns = count;
  delimiter = separator;
  idIsThere = hasId;
  for (let slot = 0; slot < slots << 2; slot += 4) {
    const position = load<i32>(layoutBase + slot);
    // What is not there is empty: it ends where the line begins.
    store<i32>(startsBase + slot, position < 0 ? 4 : 4 + (position << 2));
    store<i32>(endsBase + slot, position < 0 ? 0 : 8 + (position << 2));
  }
}

/** Forgets all values, whose numbers the host gives out anew. */
export function forgetValues(): void {
  memory.fill(internBase, 0, internSlots * 32);
  memory.fill(stemsBase, 0, stemSlots * stemStride);
  memory.fill(stemChecks, 0, stemSlots * 4);
  internUsed = 0;
  arenaAt = arenaBase;
}

/** Whether another batch may bring more values than there is room for. */
export function isCrowded(): bool {
  return internUsed > internSlots / 2 - 6 * batchRows || arenaEnd - arenaAt < 262144;
}

@inline function maskOf(at: i32, byte: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at), byte))) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), byte))) << 16) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), byte))) << 32) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), byte))) << 48)
  );
}

/**
 * Cuts lines from `cursor` on, up to `end`, where a newline must stand as a sentinel. Returns 0 where no whole line is left, 1 where the batch
 * is full, 2 where the line from `cursor` to `lineEnd` names fields (the host goes on after it), 3 where a malformed line was passed that is to be shown.
 * Other comments, and malformed lines after so many, cost no more than their bytes.
 */
export function scan(end: i32, isLast: bool): i32 {
  const separators = i8x16.splat(<i8>delimiter);
  const newlines = i8x16.splat(10);
  const wanted = columns;
  let start = cursor;
  if (rows == 0) listAt = listsBase;
  while (true) {
    if (start >= end) {
      cursor = start;
      return 0;
    }
    if (rows == batchRows) {
      cursor = start;
      return 1;
    }
    const list = listAt;
    store<i32>(list, start);
    store<i32>(list + 4, start - 1);
    let out = list + 8;
    let position = 1;
    let block = start;
    let at = start;
    // Until the newline: separators as they come, mostly fewer than eight among 64 bytes.
    while (true) {
      const lines = maskOf(block, newlines);
      let mask = maskOf(block, separators);
      if (lines) mask &= (lines & -lines) - 1;
      const found = <i32>popcnt(mask);
      const next = out + (found << 2);
      position += found;
      store<i32>(out, block + <i32>ctz(mask));
      mask &= mask - 1;
      store<i32>(out, block + <i32>ctz(mask), 4);
      mask &= mask - 1;
      store<i32>(out, block + <i32>ctz(mask), 8);
      mask &= mask - 1;
      store<i32>(out, block + <i32>ctz(mask), 12);
      mask &= mask - 1;
      store<i32>(out, block + <i32>ctz(mask), 16);
      mask &= mask - 1;
      store<i32>(out, block + <i32>ctz(mask), 20);
      mask &= mask - 1;
      store<i32>(out, block + <i32>ctz(mask), 24);
      mask &= mask - 1;
      store<i32>(out, block + <i32>ctz(mask), 28);
      mask &= mask - 1;
      out += 32;
      while (mask) {
        store<i32>(out, block + <i32>ctz(mask));
        mask &= mask - 1;
        out += 4;
      }
      out = min(next, list + maxListBytes);
      if (lines) {
        at = block + <i32>ctz(lines);
        break;
      }
      block += 64;
    }
    if (at >= end && !isLast) {
      cursor = start;
      return 0;
    }
    let stop = at;
    if (stop > start && load<u8>(stop - 1) == 13) stop -= 1;
    if (stop == start) {
      start = at + 1;
      continue;
    }
    if (load<u8>(start) == 35 && stop - start <= maxLineBytes) {
      if (stop - start >= 8 && load<u64>(start) == fieldsMark) {
        cursor = start;
        lineEnd = stop;
        return 2;
      }
      start = at + 1;
      continue;
    }
    store<i32>(out, max(load<i32>(out - 4) + 1, stop));
    const row = rowsBase + rows * rowStride;
    store<i32>(row + rowList, list);
    if (position == wanted && stop - start <= maxLineBytes && readRow(row)) {
      rows += 1;
      listAt = out + 4;
      start = at + 1;
      continue;
    }
    if (toShow == 0) {
      unshown += 1;
      start = at + 1;
      continue;
    }
    toShow -= 1;
    malformedStart = start;
    malformedEnd = stop;
    cursor = at + 1;
    return 3;
  }
}

@inline function startOf(row: i32, column: i32): i32 {
  return load<i32>(load<i32>(row + rowList) + load<i32>(startsBase + (column << 2))) + 1;
}

@inline function endOf(row: i32, column: i32): i32 {
  return load<i32>(load<i32>(row + rowList) + load<i32>(endsBase + (column << 2)));
}

@inline function isAbsent(start: i32, end: i32): bool {
  return end == start || (end - start == 1 && load<u8>(start) == 45);
}

@inline function twoDigits(at: i32): i32 {
  const tens = <i32>load<u8>(at) - 48;
  const ones = <i32>load<u8>(at + 1) - 48;
  return <u32>tens > 9 || <u32>ones > 9 ? -1 : tens * 10 + ones;
}

/** Time, status and the hash of the request id. */
function readRow(row: i32): bool {
  const dateStart = startOf(row, DATE);
  const timeStart = startOf(row, TIME);
  const statusStart = startOf(row, STATUS);
  if (endOf(row, DATE) - dateStart != 10 || endOf(row, TIME) - timeStart != 8) return false;
  if (endOf(row, STATUS) - statusStart != 3) return false;
  // `00:00:00` as one word: what is left are digits, and zeroes for the colons.
  const clock = load<u64>(timeStart) ^ 0x30303a30303a3030;
  if (((clock + 0x76767f76767f7676) | clock) & 0x8080808080808080) return false;
  const hours = (<i32>clock & 15) * 10 + (<i32>(clock >>> 8) & 15);
  const minutes = (<i32>(clock >>> 24) & 15) * 10 + (<i32>(clock >>> 32) & 15);
  const seconds = (<i32>(clock >>> 48) & 15) * 10 + <i32>(clock >>> 56);
  if (hours > 23 || minutes > 59 || seconds > 60) return false;
  const day = load<u64>(dateStart);
  const dayEnd = <u32>load<u16>(dateStart + 8);
  if (day != knownDay || dayEnd != knownDayEnd) {
    const read = readDay(dateStart);
    if (read < 0) return false;
    knownDay = day;
    knownDayEnd = dayEnd;
    knownDayAt = read;
  }
  const tens = twoDigits(statusStart);
  const ones = <i32>load<u8>(statusStart + 2) - 48;
  if (tens < 0 || <u32>ones > 9) return false;
  store<f64>(row + rowAt, knownDayAt + <f64>(hours * 3600 + minutes * 60 + seconds));
  store<i32>(row + rowStatus, tens * 10 + ones);
  if (!idIsThere) {
    store<i32>(row + rowId, 0);
    return true;
  }
  const idStart = startOf(row, ID);
  const idEnd = endOf(row, ID);
  if (isAbsent(idStart, idEnd)) {
    store<i32>(row + rowId, 0);
    return true;
  }
  hashInto(row, idStart, idEnd);
  store<i32>(row + rowId, 1);
  return true;
}

/** As `hashBytes` in src/access-log/hash-bytes.ts. */
function hashInto(row: i32, start: i32, end: i32): void {
  const length = end - start;
  let first: u32 = 0x811c9dc5 ^ length;
  let second: u32 = 0x9747b28c + length;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = load<u32>(at);
    first = (rotl<u32>(first, 5) ^ word) * 0x9e3779b1;
    second = (rotl<u32>(second, 13) ^ word) * 0x85ebca6b;
  }
  let tail: u32 = 0;
  for (let shift = 0; at < end; at += 1, shift += 8) tail |= <u32>load<u8>(at) << shift;
  first = (rotl<u32>(first, 5) ^ tail) * 0x9e3779b1;
  second = (rotl<u32>(second, 13) ^ tail) * 0x85ebca6b;
  first ^= second >>> 15;
  second ^= first >>> 13;
  store<u32>(row + rowFirst, first * 0xc2b2ae35);
  store<u32>(row + rowSecond, second * 0x27d4eb2f);
}

// ---- known values

/** Sixteen bytes, of which those from `length` on are zero. */
@inline function firstBytes(at: i32, length: i32): v128 {
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return v128.and(v128.load(at), i8x16.lt_s(places, i8x16.splat(<i8>length)));
}

function intern(kind: i32, start: i32, end: i32): u32 {
  const length = end - start;
  let low: u64;
  let high: u64;
  if (length <= 16) {
    const bytes = firstBytes(start, length);
    low = i64x2.extract_lane(bytes, 0);
    high = i64x2.extract_lane(bytes, 1);
  } else {
    low = load<u64>(start);
    high = <u64>length;
    let at = start + 8;
    for (; at + 8 <= end; at += 8) {
      low = (rotl<u64>(low, 7) ^ load<u64>(at)) * 0x9e3779b97f4a7c15;
    }
    low = (rotl<u64>(low, 7) ^ load<u64>(end - 8)) * 0x9e3779b97f4a7c15;
  }
  const label = <u32>(length + 1) | (<u32>kind << 24);
  let mixed = (low ^ (<u64>label << 17)) * 0x9e3779b97f4a7c15 + rotl<u64>(high * 0xc2b2ae3d27d4eb4f, 31);
  mixed ^= mixed >>> 32;
  let slot = <i32>mixed & (internSlots - 1);
  while (true) {
    const entry = internBase + (slot << 5);
    const known = load<u32>(entry + 16);
    if (known == 0) {
      const value = newValue(kind, start, end);
      // Where there is no room the value is asked for again the next time.
      if (length > 16 && arenaAt + length + 16 > arenaEnd) return value;
      store<u64>(entry, low);
      store<u64>(entry + 8, high);
      store<u32>(entry + 16, label);
      store<u32>(entry + 20, value);
      internUsed += 1;
      if (length > 16) {
        store<i32>(entry + 24, arenaAt);
        copyOver(arenaAt, start, length);
        arenaAt += length;
      }
      return value;
    }
    const differs = <u64>(known ^ label) | (load<u64>(entry) ^ low) | (load<u64>(entry + 8) ^ high);
    if (differs == 0 && (length <= 16 || isSame(load<i32>(entry + 24), start, length))) return load<u32>(entry + 20);
    slot = (slot + 1) & (internSlots - 1);
  }
}

/** In blocks of sixteen, so up to fifteen bytes more, in place of a call for a few bytes. */
@inline function copyOver(to: i32, start: i32, length: i32): void {
  for (let at = 0; at < length; at += 16) v128.store(to + at, v128.load(start + at));
}

/** Of at least 8 bytes. */
function isSame(known: i32, start: i32, length: i32): bool {
  let at = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(known + at) != load<u64>(start + at)) return false;
  return load<u64>(known + length - 8) == load<u64>(start + length - 8);
}

/** Values that are too long to be held are asked for each time. */
function valueOf(kind: i32, row: i32, column: i32): u32 {
  const start = startOf(row, column);
  const end = endOf(row, column);
  return end - start > 1024 ? newValue(kind, start, end) : intern(kind, start, end);
}

// ---- paths

/** Template, behaviour from bit 16, wanted in bit 31. */
function pathOf(start: i32, end: i32): u32 {
  const length = end - start;
  if (length > stemKey) return readPath(start, end);
  const first = firstBytes(start, length);
  const second = firstBytes(start + 16, length - 16);
  let hash =
    (i64x2.extract_lane(first, 0) ^ <u64>length) * 0x9e3779b97f4a7c15 +
    rotl<u64>(i64x2.extract_lane(first, 1) * 0xc2b2ae3d27d4eb4f, 31) +
    rotl<u64>(i64x2.extract_lane(second, 0) * 0x165667b19e3779f9, 17) +
    rotl<u64>(i64x2.extract_lane(second, 1) * 0x85ebca77c2b2ae63, 43);
  for (let at = start + 32; at < end; at += 8)
    hash = (rotl<u64>(hash, 9) ^ load<u64>(min(at, end - 8))) * 0x9e3779b97f4a7c15;
  hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15;
  const slot = <i32>(hash >>> 32) & (stemSlots - 1);
  // Zero in what was never written.
  const check = <u32>hash | 1;
  const entry = stemsBase + slot * stemStride;
  if (load<u32>(stemChecks + (slot << 2)) == check && load<i32>(entry + 4) == length) {
    const differs = v128.or(v128.xor(v128.load(entry + 16), first), v128.xor(v128.load(entry + 32), second));
    if (!v128.any_true(differs) && (length <= 32 || isSame(entry + 16, start, length))) return load<u32>(entry + 8);
  }
  isFolded = false;
  const path = readPath(start, end);
  // A path with a number in it is soon read again, and will hardly come again: it does not push out another.
  if (isFolded && behaviours <= 16) return path;
  store<u32>(stemChecks + (slot << 2), check);
  store<i32>(entry + 4, length);
  store<u32>(entry + 8, path);
  v128.store(entry + 16, first);
  v128.store(entry + 32, second);
  for (let at = 32; at < length; at += 16) v128.store(entry + 16 + at, v128.load(start + at));
  return path;
}

function readPath(start: i32, end: i32): u32 {
  if (!isPlain(start, end)) return newPath(start, end);
  let behaviour = behaviours;
  let pattern = patternsBase;
  let isWanted = true;
  if (hasPathPattern) {
    isWanted = matches(pattern + 2, pattern + 2 + <i32>load<u16>(pattern), start, end);
    pattern += 2 + <i32>load<u16>(pattern);
  }
  for (let index = 0; index < behaviours; index += 1) {
    const length = <i32>load<u16>(pattern);
    if (matches(pattern + 2, pattern + 2 + length, start, end)) {
      behaviour = index;
      break;
    }
    pattern += 2 + length;
  }
  const template = isWanted ? intern(KIND_TEMPLATE, scratchBase, writeTemplate(start, end)) & 0xffff : 0;
  return template | (<u32>behaviour << 16) | (isWanted ? 0x80000000 : 0);
}

@inline function isByte(bytes: v128, byte: i8): v128 {
  return i8x16.eq(bytes, i8x16.splat(byte));
}

/** Bits of the first bytes of sixteen. */
@inline function firstOf(count: i32): i32 {
  return count < 16 ? (1 << count) - 1 : 0xffff;
}

/** Printable ASCII from a slash on, without anything that would have to be decoded or cut off: `%` and `?`. */
function isPlain(start: i32, end: i32): bool {
  if (end == start || end - start > 1024 || load<u8>(start) != 47) return false;
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const isPrintable = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(33)), i8x16.splat(94));
    const isMark = v128.or(isByte(bytes, 37), isByte(bytes, 63));
    if (~i8x16.bitmask(v128.andnot(isPrintable, isMark)) & firstOf(end - at)) return false;
  }
  return true;
}

/** As `matchesPathPattern`; the pattern begins with a slash or a star. */
function matches(pattern: i32, patternEnd: i32, start: i32, end: i32): bool {
  let at = start;
  let inPattern = pattern;
  let afterStar = -1;
  let starCovers = 0;
  while (at < end) {
    const symbol = inPattern < patternEnd ? <i32>load<u8>(inPattern) : -1;
    if (symbol == 42) {
      inPattern += 1;
      if (inPattern == patternEnd) return true;
      afterStar = inPattern;
      starCovers = at;
    } else if (symbol == 63 || symbol == <i32>load<u8>(at)) {
      inPattern += 1;
      at += 1;
    } else if (afterStar >= 0) {
      starCovers += 1;
      at = starCovers;
      inPattern = afterStar;
    } else return false;
  }
  while (inPattern < patternEnd && load<u8>(inPattern) == 42) inPattern += 1;
  return inPattern == patternEnd;
}

/** As `templatePath`. Returns the end of what was written. */
function writeTemplate(start: i32, end: i32): i32 {
  let slashes = 0;
  for (let at = start; at < end; at += 16)
    slashes += popcnt(i8x16.bitmask(isByte(v128.load(at), 47)) & firstOf(end - at));
  let out = scratchBase;
  let segment = 0;
  let at = start;
  while (at < end) {
    store<u8>(out, 47);
    out += 1;
    at += 1;
    let stop = at;
    while (stop < end) {
      const found = i8x16.bitmask(isByte(v128.load(stop), 47));
      if (found) {
        stop += ctz(found);
        break;
      }
      stop += 16;
    }
    stop = min(stop, end);
    if (slashes > 8 && segment == 7) {
      isFolded = true;
      store<u64>(out, 0x7d65726f6d7b); // {more}
      return out + 6;
    }
    out = writeSegment(at, stop, out);
    segment += 1;
    at = stop;
  }
  return out;
}

@inline function isDigit(byte: i32): bool {
  return <u32>(byte - 48) < 10;
}

@inline function isLetter(byte: i32): bool {
  return <u32>((byte | 32) - 97) < 26;
}

/** Whether something that was written stands for more than itself. */
let isFolded: bool = false;

/** What `look` saw. */
let digits: i32 = 0;
let letters: i32 = 0;
let hex: i32 = 0;
let separators: i32 = 0;
let addresses: i32 = 0;
/** The last of them; -1 where there is none. */
let dot: i32 = -1;

/** Counts the kinds of bytes. */
function look(start: i32, end: i32): void {
  digits = 0;
  letters = 0;
  hex = 0;
  separators = 0;
  addresses = 0;
  dot = -1;
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const mine = firstOf(end - at);
    const isDigit = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10));
    const letter = i8x16.sub(v128.or(bytes, i8x16.splat(32)), i8x16.splat(97));
    const dots = i8x16.bitmask(isByte(bytes, 46)) & mine;
    digits += popcnt(i8x16.bitmask(isDigit) & mine);
    letters += popcnt(i8x16.bitmask(i8x16.lt_u(letter, i8x16.splat(26))) & mine);
    hex += popcnt(i8x16.bitmask(v128.or(isDigit, i8x16.lt_u(letter, i8x16.splat(6)))) & mine);
    separators += popcnt((i8x16.bitmask(v128.or(isByte(bytes, 45), isByte(bytes, 95))) & mine) | dots);
    addresses += i8x16.bitmask(isByte(bytes, 64)) & mine;
    if (dots) dot = at + 31 - clz(dots);
  }
}

function copySegment(start: i32, end: i32, out: i32): i32 {
  copyOver(out, start, end - start);
  return out + end - start;
}

function writeSegment(start: i32, end: i32, out: i32): i32 {
  look(start, end);
  if (addresses) {
    isFolded = true;
    store<u64>(out, 0x737365726464617b); // {address
    store<u8>(out + 8, 125);
    return out + 9;
  }
  if (digits == 0 && end - start <= 32) return copySegment(start, end, out);
  const stem = dot > start && isExtension(dot + 1, end) ? dot : end;
  if (stem < end) look(start, stem);
  const written = writePlaceholder(start, stem, out);
  if (written > 0 || stem - start > 64) isFolded = true;
  if (written > 0) return copySegment(stem, end, written);
  if (stem - start > 64) {
    const cut = copySegment(start, start + 64, out);
    store<u32>(cut, 0xa680e2); // …
    return copySegment(stem, end, cut + 3);
  }
  return copySegment(start, end, out);
}

/** Up to five letters, and a digit at most. */
function isExtension(start: i32, end: i32): bool {
  let at = start;
  while (at < end && isLetter(load<u8>(at))) at += 1;
  const letters = at - start;
  if (letters < 1 || letters > 5) return false;
  if (at < end && isDigit(load<u8>(at))) at += 1;
  return at == end;
}

/** Of a stem that was looked at. Returns 0 where it stays as it is. */
function writePlaceholder(start: i32, end: i32, out: i32): i32 {
  const length = end - start;
  if (length == 36 && hex == 32 && isUuid(start)) {
    store<u64>(out, 0x7d646975757b); // {uuid}
    return out + 6;
  }
  if (digits == 8 && length <= 10 && isDate(start, end)) {
    store<u64>(out, 0x7d657461647b); // {date}
    return out + 6;
  }
  if (digits == length || (digits > 0 && isNumber(start, end))) {
    store<u64>(out, 0x7d7265626d756e7b); // {number}
    return out + 8;
  }
  if (isVersion(start, end)) return 0;
  if (length >= 12 && hex == length && digits > 0) {
    store<u64>(out, 0x7d687361687b); // {hash}
    return out + 6;
  }
  if (
    isWordAndNumber(start, end) ||
    (length >= 10 && digits >= 3 && letters > 0) ||
    (length > 32 && separators == 0)
  ) {
    store<u32>(out, 0x7d64697b); // {id}
    return out + 4;
  }
  return 0;
}

function isUuid(start: i32): bool {
  return (
    load<u8>(start + 8) == 45 && load<u8>(start + 13) == 45 && load<u8>(start + 18) == 45 && load<u8>(start + 23) == 45
  );
}

function isDate(start: i32, end: i32): bool {
  const century = twoDigits(start);
  if ((century != 19 && century != 20) || twoDigits(start + 2) < 0) return false;
  let at = start + 4;
  if (load<u8>(at) == 45) at += 1;
  const month = twoDigits(at);
  if (month < 1 || month > 12) return false;
  at += 2;
  if (load<u8>(at) == 45) at += 1;
  if (end - at != 2) return false;
  const day = twoDigits(at);
  return day >= 1 && day <= 31;
}

function isNumber(start: i32, end: i32): bool {
  let at = start;
  const sign = load<u8>(at);
  if (sign == 43 || sign == 45) at += 1;
  const whole = at;
  while (at < end && isDigit(load<u8>(at))) at += 1;
  if (at == whole) return false;
  if (at == end) return true;
  const mark = load<u8>(at);
  if (mark != 46 && mark != 44) return false;
  at += 1;
  const fraction = at;
  while (at < end && isDigit(load<u8>(at))) at += 1;
  return at > fraction && at == end;
}

function isVersion(start: i32, end: i32): bool {
  if ((load<u8>(start) | 32) != 118) return false;
  let at = start + 1;
  while (true) {
    const part = at;
    while (at < end && isDigit(load<u8>(at))) at += 1;
    if (at == part || at - part > 3) return false;
    if (at == end) return true;
    if (load<u8>(at) != 46) return false;
    at += 1;
  }
}

function isWordAndNumber(start: i32, end: i32): bool {
  let at = start;
  while (at < end && isLetter(load<u8>(at))) at += 1;
  if (at == start || at == end || (load<u8>(at) != 45 && load<u8>(at) != 95)) return false;
  at += 1;
  const number = at;
  while (at < end && isDigit(load<u8>(at))) at += 1;
  return at == end && at - number >= 3;
}

// ---- counting

@inline function add(at: i32, failed: i32): void {
  // Both in one: requests in the lower half, failures in the upper.
  store<u64>(at, load<u64>(at) + (1 | (<u64>failed << 32)));
}

@inline function countsOf(kind: i32, value: u32): i32 {
  return countsBase + ((kind * kindCapacity + <i32>(value & 0xffff)) << 3);
}

/** The number of eight digits that are the bytes of a word, first digit lowest; -1 where one is none. */
@inline function eightDigits(bytes: u64): i64 {
  const value = bytes ^ 0x3030303030303030;
  if (((value + 0x7676767676767676) | value) & 0x8080808080808080) return -1;
  const pairs = (value * 10 + (value >>> 8)) & 0x00ff00ff00ff00ff;
  const fours = (pairs * 100 + (pairs >>> 16)) & 0x0000ffff0000ffff;
  return <i64>((fours * 10000 + (fours >>> 32)) & 0xffffffff);
}

/** The last bytes before `end` as a word, with the digit zero before them. */
@inline function wordBefore(end: i32, count: i32): u64 {
  if (count == 8) return load<u64>(end - 8);
  const missing = <u64>(8 - count) << 3;
  return (load<u64>(end - 8) & (<u64>-1 << missing)) | (0x3030303030303030 >>> (64 - missing));
}

/** A whole number of at most 15 digits; -1 where there is none. */
function readDigits(start: i32, end: i32): i64 {
  const length = end - start;
  if (length == 0 || length > 15) return -1;
  if (length <= 8) return eightDigits(wordBefore(end, length));
  const high = eightDigits(wordBefore(end - 8, length - 8));
  const low = eightDigits(load<u64>(end - 8));
  return high < 0 || low < 0 ? -1 : high * 100_000_000 + low;
}

/** Seconds with decimals in milliseconds; -1 where there is none. */
function readMilliseconds(start: i32, end: i32): i64 {
  // As CloudFront writes it: without the point it is the milliseconds.
  const length = end - start;
  if (length >= 5 && length <= 9 && load<u8>(end - 4) == 46) {
    const word = (load<u64>(end - 8) & 0xffffff0000000000) | (load<u64>(end - 9) & 0x000000ffffffffff);
    const missing = <u64>(9 - length) << 3;
    return eightDigits(missing == 0 ? word : (word & (<u64>-1 << missing)) | (0x3030303030303030 >>> (64 - missing)));
  }
  let point = start;
  while (point < end && load<u8>(point) != 46) point += 1;
  const seconds = readDigits(start, point);
  if (seconds < 0) return -1;
  let ms = seconds * 1000;
  let unit: i64 = 100;
  for (let at = point + 1; at < end; at += 1) {
    const digit = <i32>load<u8>(at) - 48;
    if (<u32>digit > 9) return -1;
    ms += <i64>digit * unit;
    unit = unit == 1 ? 0 : unit / 10;
  }
  return ms;
}

/** As in bands.ts; sums, since what comes next cannot be guessed. */
function sizeBand(bytes: i64): i32 {
  const band =
    <i32>(bytes >= 1_000) +
    <i32>(bytes >= 10_000) +
    <i32>(bytes >= 100_000) +
    <i32>(bytes >= 1_000_000) +
    <i32>(bytes >= 10_000_000);
  return bytes < 0 ? 6 : band;
}

function timeBand(ms: i64): i32 {
  const band =
    <i32>(ms >= 100) +
    <i32>(ms >= 500) +
    <i32>(ms >= 1_000) +
    <i32>(ms >= 5_000) +
    <i32>(ms >= 10_000) +
    <i32>(ms >= 29_500) +
    <i32>(ms >= 31_000) +
    <i32>(ms >= 59_500) +
    <i32>(ms >= 61_000);
  return ms < 0 ? 10 : band;
}

/** Counts the rows of the batch that were not seen before, and empties it. Failed ones, and those with a 503 or 504, are listed at `failedBase`. */
export function count(): void {
  failedRows = 0;
  for (let index = 0; index < rows; index += 1) {
    const row = rowsBase + index * rowStride;
    if (load<i32>(row + rowId) != 2) countRow(row);
  }
  rows = 0;
}

function countRow(row: i32): void {
  const at = load<f64>(row + rowAt);
  if (at > newest && at <= latest) newest = at;
  if (at < oldest) oldest = at;
  if (at < from || at >= to) {
    outsideWindow += 1;
    return;
  }
  inWindow += 1;
  const sinceHour = <i32>(at - hourBase);
  const hour = hoursBase + (sinceHour / 3600) * 4;
  store<u32>(hour, load<u32>(hour) + 1);
  const path = pathOf(startOf(row, STEM), endOf(row, STEM));
  if (path >>> 31 == 0) return;

  const status = load<i32>(row + rowStatus);
  const failed = <i32>(status == 502);
  requests += 1;
  failures += failed;
  const statusAt = statusesBase + (status << 2);
  store<u32>(statusAt, load<u32>(statusAt) + 1);
  const sinceMinute = <i32>(at - minuteBase);
  add(minutesBase + ((sinceMinute / 60) << 3), failed);
  const behaviour = <i32>((path >>> 16) & 0x7fff);
  add(behavioursBase + (behaviour << 3), failed);
  add(countsOf(KIND_TEMPLATE, path), failed);
  const method = valueOf(KIND_METHOD, row, METHOD);
  add(countsOf(KIND_METHOD, method), failed);
  const location = valueOf(KIND_LOCATION, row, LOCATION);
  add(countsOf(KIND_LOCATION, location), failed);
  const host = valueOf(KIND_HOST, row, isAbsent(startOf(row, HOST), endOf(row, HOST)) ? CS_HOST : HOST);
  add(countsOf(KIND_HOST, host), failed);
  const result = valueOf(KIND_RESULT, row, DETAILED);
  add(countsOf(KIND_RESULT, result), failed);
  add(countsOf(KIND_PROTOCOL, valueOf(KIND_PROTOCOL, row, PROTOCOL)), failed);
  add(bandsBase + (sizeBand(readDigits(startOf(row, BYTES), endOf(row, BYTES))) << 3), failed);
  const ms = readMilliseconds(startOf(row, TAKEN), endOf(row, TAKEN));
  add(bandsBase + ((8 + timeBand(ms)) << 3), failed);

  const flags = (method | result) >>> 16;
  if (stepCount > 0) {
    const step = <i32>(at - stepBase) / stepSeconds;
    const traffic = stepsBase + behaviour * (32 + stepCount * 20);
    const counts = traffic + 32 + step * 20;
    store<u32>(counts, load<u32>(counts) + 1);
    store<u32>(counts + 4, load<u32>(counts + 4) + failed);
    const isServed = <i32>(<u32>(status - 200) < 300) & (flags / FLAG_SERVED);
    store<u32>(counts + 8, load<u32>(counts + 8) + (isServed & 1));
    const isRepeatable = flags & FLAG_REPEATABLE;
    add(traffic + 8 - (isRepeatable << 3), failed);
    store<u32>(counts + 12, load<u32>(counts + 12) + (isRepeatable ^ 1));
    store<u32>(counts + 16, load<u32>(counts + 16) + (failed & (isRepeatable ^ 1)));
    if ((status == 503 || status == 504) && !(flags & FLAG_AT_EDGE))
      store<u32>(traffic + 16, load<u32>(traffic + 16) + 1);
    if (ms >= 5_000) store<u32>(traffic + 20, load<u32>(traffic + 20) + 1);
  }
  if (failed == 0) {
    if (status != 0 && status < 500 && flags & FLAG_BLAMES) hiddenOriginErrors += 1;
    // Of these it is asked how long they took.
    if (status != 503 && status != 504) return;
  }
  store<u16>(row + rowValues, <u16>path);
  store<u16>(row + rowValues + 2, <u16>behaviour);
  store<u16>(row + rowValues + 4, <u16>method);
  store<u16>(row + rowValues + 6, <u16>location);
  store<u16>(row + rowValues + 8, <u16>host);
  store<u16>(row + rowValues + 10, <u16>result);
  for (let column = 0; column < slots; column += 1) {
    store<i32>(row + (column << 3), startOf(row, column));
    store<i32>(row + (column << 3) + 4, endOf(row, column));
  }
  store<i32>(failedBase + (failedRows << 2), row);
  failedRows += 1;
}

/** Zeroes all counts. */
export function clearCounts(): void {
  memory.fill(countsBase, 0, inputBase - countsBase);
  inWindow = 0;
  outsideWindow = 0;
  requests = 0;
  failures = 0;
  hiddenOriginErrors = 0;
  newest = -Infinity;
  oldest = Infinity;
}
