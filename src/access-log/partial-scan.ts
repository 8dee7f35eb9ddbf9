/**
 * What a part of the log objects came to: made in whichever worker read them, carried as text, merged in any order.
 *
 * A worker makes one partial scan for its share of the objects, adds what each object came to, and hands over `encodePartialScan(part)`. Whoever
 * collects the shares makes an empty one with the same options, merges `decodePartialScan(text, options)` of each as it arrives, and takes
 * `finish()` at the end; before that it is the state so far. A share that never arrives, or arrives twice, is the caller's to notice: merging
 * the same text twice counts its rows twice.
 *
 *     const part = createPartialScan(options);                       // in the worker
 *     part.add(await scanObject(body, { ...options, signal, requestIds, claimant }));
 *     return encodePartialScan(part);
 *
 *     const total = createPartialScan(options);                      // where shares come together
 *     total.merge(decodePartialScan(text, options));
 *     const { requests, failures, malformed } = total.finish();
 */
import { z } from 'zod';
import { type AggregateOptions, type AggregateResult, aggregateOf, createAggregate } from './aggregate.js';
import { joinSamples, maxSamples } from './malformed-lines.js';
import { restoreTally, savedTally, saveTally } from './saved-tally.js';
import type { ScannedObject } from './scan-object.js';

/** Changes whenever a share written by one version cannot be merged by the other. */
export const partialScanVersion = 4;

/** Larger than the caps of the parts let a share become; a longer text is none of ours. */
export const maxPartialScanLength = 32 * 1024 * 1024;

/**
 * Why rows that were delivered twice may be counted twice: `forgotten` where there were more than can be remembered, or an object that holds them
 * broke off; `no-ids` where logs hold no request ids; `not-sought` where an engine does not look for them; `split-hours` where parts hold rows of
 * the same hour.
 */
export const duplicateDoubts = ['forgotten', 'no-ids', 'not-sought', 'split-hours'] as const;
export type DuplicateDoubt = (typeof duplicateDoubts)[number];

export interface PartialScanResult extends AggregateResult {
  /** Objects that were read to a clean end. */
  readonly objects: number;
  readonly malformed: number;
  /** What some of them look like, with everything that anybody could have typed taken out. */
  readonly malformedSamples: readonly string[];
  readonly duplicates: number;
  /** Empty where every row that was delivered twice is counted once. Sorted. */
  readonly duplicateDoubts: readonly DuplicateDoubt[];
  /** Columns that the reading needs and at least one object lacked, sorted. */
  readonly missingFields: readonly string[];
}

/** Merging is associative and commutative: any sharding of the same objects, merged in any order, finishes the same. */
export interface PartialScan {
  /** Takes over what one object came to; it is not to be used afterwards. */
  add(
    object: Omit<ScannedObject, 'missingFields' | 'malformedSamples'> & {
      readonly missingFields: Iterable<string>;
      readonly malformedSamples?: readonly string[];
    },
  ): void;
  /** Whoever reads, counts or cuts says so where rows that were delivered twice may be counted twice. */
  doubtDuplicates(because: DuplicateDoubt): void;
  /** Takes over another one, made with the same options; it is not to be used afterwards. */
  merge(other: PartialScan): void;
  /** May be taken at any time. */
  finish(): PartialScanResult;
  /** For `merge` and `encodePartialScan`. */
  readonly state: PartialScanState;
}

export interface PartialScanState
  extends Omit<PartialScanResult, keyof AggregateResult | 'missingFields' | 'duplicateDoubts'> {
  readonly options: AggregateOptions;
  readonly aggregate: ReturnType<typeof createAggregate>;
  readonly missingFields: ReadonlySet<string>;
  readonly duplicateDoubts: ReadonlySet<DuplicateDoubt>;
}

/** A text that is no share of this scan: of another version, of other options, or damaged. */
export class PartialScanError extends Error {
  override readonly name = 'PartialScanError';
}

const shape = z.strictObject({
  version: z.literal(partialScanVersion),
  options: z.string(),
  objects: z.int().nonnegative(),
  malformed: z.int().nonnegative(),
  malformedSamples: z.array(z.string().max(200)).max(maxSamples),
  duplicates: z.int().nonnegative(),
  duplicateDoubts: z.array(z.enum(duplicateDoubts)).max(duplicateDoubts.length),
  missingFields: z.array(z.string().max(100)).max(100),
  tally: savedTally,
});

export function createPartialScan(options: AggregateOptions): PartialScan {
  return partialScanOf({
    options,
    aggregate: createAggregate(options),
    objects: 0,
    malformed: 0,
    malformedSamples: [],
    duplicates: 0,
    duplicateDoubts: new Set(),
    missingFields: new Set(),
  });
}

/** JSON, at most `maxPartialScanLength` characters. */
export function encodePartialScan({ state }: PartialScan): string {
  const { options, aggregate, missingFields, malformedSamples, duplicateDoubts: doubts, ...totals } = state;
  const saved: z.input<typeof shape> = {
    version: partialScanVersion,
    options: fingerprint(options),
    ...totals,
    malformedSamples: [...malformedSamples],
    duplicateDoubts: [...doubts].sort(),
    missingFields: [...missingFields].sort(),
    tally: saveTally(aggregate.tally),
  };
  return JSON.stringify(saved);
}

/** @throws PartialScanError where the text is no share of a scan with these options. */
export function decodePartialScan(text: string, options: AggregateOptions): PartialScan {
  if (text.length > maxPartialScanLength) throw new PartialScanError('The part of a log scan is too long.');
  const parsed = shape.safeParse(parseJson(text));
  if (!parsed.success)
    throw new PartialScanError('The part of a log scan does not have the expected shape.', { cause: parsed.error });
  const { version: _version, options: theirs, tally, missingFields, duplicateDoubts: doubts, ...totals } = parsed.data;
  if (theirs !== fingerprint(options))
    throw new PartialScanError('The part of a log scan was made for another window, path or set of behaviours.');
  return partialScanOf({
    options,
    ...totals,
    aggregate: aggregateOf(restoreTally(tally), options),
    duplicateDoubts: new Set(doubts),
    missingFields: new Set(missingFields),
  });
}

function partialScanOf(initial: PartialScanState): PartialScan {
  const state = {
    ...initial,
    missingFields: new Set(initial.missingFields),
    duplicateDoubts: new Set(initial.duplicateDoubts),
  };
  return {
    state,
    add({ aggregate, malformed, malformedSamples = [], duplicates, missingFields }) {
      state.aggregate.merge(aggregate);
      state.objects += 1;
      state.malformed += malformed;
      state.malformedSamples = joinSamples(state.malformedSamples, malformedSamples);
      state.duplicates += duplicates;
      for (const name of missingFields) state.missingFields.add(name);
    },
    doubtDuplicates(because) {
      state.duplicateDoubts.add(because);
    },
    merge({ state: other }) {
      state.aggregate.merge(other.aggregate);
      state.objects += other.objects;
      state.malformed += other.malformed;
      state.malformedSamples = joinSamples(state.malformedSamples, other.malformedSamples);
      state.duplicates += other.duplicates;
      for (const doubt of other.duplicateDoubts) state.duplicateDoubts.add(doubt);
      for (const name of other.missingFields) state.missingFields.add(name);
    },
    finish() {
      const { options: _options, aggregate, missingFields, duplicateDoubts: doubts, ...totals } = state;
      return {
        ...aggregate.finish(),
        ...totals,
        duplicateDoubts: [...doubts].sort(),
        missingFields: [...missingFields].sort(),
      };
    },
  };
}

function fingerprint({ window, pathPattern, behaviours }: AggregateOptions): string {
  return JSON.stringify([window.from, window.to, pathPattern, behaviours]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
