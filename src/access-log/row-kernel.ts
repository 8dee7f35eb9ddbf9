/** The WebAssembly scanner, set up for one kind of count: its memory, its settings, and what it asks while it counts. */
import type { AggregateOptions } from './aggregate.js';
import { stepSeconds } from './behaviour-traffic.js';
import { ByteCache } from './byte-cache.js';
import { blamesOrigin, isMadeAtEdge, isRepeatable, isServedByOrigin, readPath, readValue } from './known-values.js';
import { createTimeReader, secondsOf } from './row-time.js';
import { compileWasm, startWasm, type WasmInstance } from './wasm/module.js';
import { scanRowsWasm } from './wasm/scan-rows.wasm.js';

/** The kinds of values that the kernel numbers, in its order; `path` holds templates. */
export const valueKinds = ['method', 'edge-location', 'host', 'protocol-version', 'detailed-result', 'path'] as const;
export type ValueKind = (typeof valueKinds)[number];

export interface RowKernel {
  readonly instance: WasmInstance;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  /** Values by kind and number. */
  readonly values: readonly (readonly string[])[];
  /** Beginnings of the first minute, hour and step, seconds since 1970, and how many there are. */
  readonly spans: Readonly<Record<'minutes' | 'hours' | 'steps', Span>>;
  /** `-` for a path that no behaviour matches is the last. */
  readonly behaviours: readonly string[];
  /** Makes room for the values of another batch where that is needed. @param beforeForgetting called while the numbers still hold. */
  makeRoom(beforeForgetting: () => void): void;
}

export interface Span {
  readonly first: number;
  readonly seconds: number;
  readonly count: number;
  /** Where its counts are in memory. */
  readonly base: number;
}

/** More than CloudFront's quota of behaviours; past it, and for longer windows, the plain scanner counts. */
const maxBehaviours = 400;
const maxWindowSeconds = 32 * 86_400;
const trafficHeaderBytes = 32;
const stepBytes = 20;

const compiled = { module: undefined as WebAssembly.Module | null | undefined };

/** @returns null where this engine or these options are not for it. */
export function createRowKernel(options: AggregateOptions): RowKernel | null {
  const from = Date.parse(options.window.from) / 1000;
  const to = Date.parse(options.window.to) / 1000;
  const behaviours = [...options.behaviours, '-'];
  if (!(to > from) || to - from > maxWindowSeconds || behaviours.length > maxBehaviours) return null;
  compiled.module ??= compileWasm(scanRowsWasm);
  if (compiled.module === null) return null;

  const host = createHost(options);
  const freeBase = 2_122_240;
  let end = freeBase;
  const spanOf = (seconds: number, bytes: number, times = 1, header = 0): Span => {
    const first = Math.floor(from / seconds) * seconds;
    const count = Math.ceil((to - first) / seconds);
    const base = end;
    end += Math.ceil((times * (header + count * bytes)) / 8) * 8;
    return { first, seconds, count, base };
  };
  const spans = {
    minutes: spanOf(60, 8),
    hours: spanOf(3_600, 8),
    steps: spanOf(stepSeconds(to - from), stepBytes, behaviours.length, trafficHeaderBytes),
  };
  const instance = startWasm(compiled.module, end + 64, host.imports);
  const bytes = new Uint8Array(instance.memory.buffer);
  host.attach(bytes);
  if (instance.constant('freeBase') !== freeBase) throw new TypeError('The module has another layout.');
  writePatterns(bytes, instance, options);
  instance.call('configure')(
    from,
    to,
    spans.minutes.base,
    spans.hours.base,
    spans.steps.base,
    spans.steps.seconds,
    spans.steps.count,
    options.behaviours.length,
    options.pathPattern !== null,
  );
  instance.variable('latest').value = secondsOf(options.notAfter);
  const isCrowded = instance.call('isCrowded');
  const forgetValues = instance.call('forgetValues');
  const capacity = instance.constant('kindCapacity') - instance.constant('batchRows');
  return {
    instance,
    bytes,
    words: new Int32Array(bytes.buffer),
    doubles: new Float64Array(bytes.buffer),
    values: host.values,
    spans,
    behaviours,
    makeRoom(beforeForgetting) {
      if (isCrowded() === 0 && host.values.every((values) => values.length < capacity)) return;
      beforeForgetting();
      forgetValues();
      host.forget();
    },
  };
}

/** What the kernel asks for; see the declarations in scan-rows.as. */
function createHost(options: AggregateOptions) {
  const values: string[][] = valueKinds.map(() => []);
  const numbers = valueKinds.map(() => new Map<string, number>());
  const readTime = createTimeReader();
  const midnight = Buffer.from('00:00:00');
  let bytes: Uint8Array = new Uint8Array(0);
  const textAt = (start: number, end: number) => Buffer.from(bytes.buffer, start, end - start).toString('utf8');

  function numberOf(kind: number, value: string): number {
    const known = numbers[kind]?.get(value);
    if (known !== undefined) return known;
    const number = values[kind]?.push(value) ?? 0;
    numbers[kind]?.set(value, number - 1);
    return number - 1;
  }

  function newValue(kind: number, start: number, end: number): number {
    const text = textAt(start, end);
    const name = valueKinds[kind] ?? 'path';
    if (name === 'path') return numberOf(kind, text);
    const value = readValue(name, text);
    return numberOf(kind, value) | (flagsOf(name, value) << 16);
  }

  const behaviourNumbers = new Map([...options.behaviours, '-'].map((behaviour, index) => [behaviour, index]));
  const pathKind = valueKinds.indexOf('path');
  function readEncodedPath(text: string): number {
    const { behaviour, isWanted, template } = readPath(text, options);
    const number = isWanted ? numberOf(pathKind, template) : 0;
    return number | ((behaviourNumbers.get(behaviour) ?? 0) << 16) | (isWanted ? 0x80000000 : 0);
  }
  let paths = new ByteCache(2_048, readEncodedPath);

  return {
    values,
    attach(memory: Uint8Array) {
      bytes = memory;
    },
    forget() {
      for (const kind of values) kind.length = 0;
      for (const kind of numbers) kind.clear();
      paths = new ByteCache(2_048, readEncodedPath);
    },
    imports: {
      readDay: (start: number) => {
        const date = new Uint8Array(18);
        date.set(bytes.subarray(start, start + 10));
        date.set(midnight, 10);
        return readTime(date, 0, 10, 10, 18);
      },
      newValue,
      newPath: (start: number, end: number) => paths.of(bytes, start, end),
    },
  };
}

function flagsOf(kind: ValueKind, value: string): number {
  if (kind === 'method') return isRepeatable(value) ? 1 : 0;
  if (kind !== 'detailed-result') return 0;
  return (isServedByOrigin(value) ? 2 : 0) | (isMadeAtEdge(value) ? 4 : 0) | (blamesOrigin(value) ? 8 : 0);
}

function writePatterns(bytes: Uint8Array, instance: WasmInstance, { pathPattern, behaviours }: AggregateOptions): void {
  let at = instance.constant('patternsBase');
  for (const pattern of [...(pathPattern === null ? [] : [pathPattern]), ...behaviours]) {
    const text = Buffer.from(pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`);
    if (at + 2 + text.length > instance.constant('patternsEnd'))
      throw new RangeError('The path patterns are too long.');
    bytes[at] = text.length & 255;
    bytes[at + 1] = text.length >> 8;
    bytes.set(text, at + 2);
    at += 2 + text.length;
  }
}
