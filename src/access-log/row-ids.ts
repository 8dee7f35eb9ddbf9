/** What is asked and told of the request ids of rows. */

/** Who claimed a request id: a log object, numbered from 1. */
export type Claimant = number;

/** Where the words of a row are that `claimBatch` reads. */
export interface BatchFields {
  /** 1 where the row has an id; 2 is written where it is a duplicate. */
  readonly id: number;
  /** The halves of the hash of the id. */
  readonly first: number;
  readonly second: number;
  readonly status: number;
}

/** What is asked of the ids of rows: by `RequestIds`, and by what lets only some of them through. */
export interface RowIds {
  /** Whether rows count that have no id. */
  readonly takesRowsWithoutId: boolean;
  claim(bytes: Uint8Array, start: number, end: number, isFailure: boolean, claimant: Claimant): boolean;
  claimBatch(
    words: Int32Array,
    at: number,
    stride: number,
    rows: number,
    fields: BatchFields,
    claimant: Claimant,
  ): number;
  keep(claimant: Claimant): void;
  release(claimant: Claimant): void;
}

/** Rows that were taken for duplicates of rows that proved broken, by the object that holds them still. */
export interface LostRows {
  readonly byClaimant: ReadonlyMap<Claimant, readonly LostId[]>;
  /** False where there were more duplicates than can be remembered. */
  readonly isComplete: boolean;
}
/** The halves of the hash of an id. */
export type LostId = readonly [first: number, second: number];
