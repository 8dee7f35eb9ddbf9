/** The contract of an engine that counts logs where they lie, for what is too much to be read here or can only be queried. */
import type { AggregateOptions } from '../../access-log/aggregate.js';
import type { PartialScan } from '../../access-log/partial-scan.js';
import type { CollectContext } from '../collector.js';
import type { LogListing } from '../log-objects.js';
import type { LogGroupSource } from '../log-sources.js';

export type LogEngineName = 'athena' | 'insights';

/** One place of logs: a listing in S3 for Athena, a log group for Logs Insights. */
export type QueriedPlace =
  | { readonly kind: 's3'; readonly listing: LogListing }
  | { readonly kind: 'log-group'; readonly source: LogGroupSource };

/** What a query will cost before it is run. */
export interface EngineEstimate {
  readonly engine: LogEngineName;
  /** Scanned by all queries together; an upper bound where the engine may scan less; null where AWS has no figure. */
  readonly bytes: number | null;
  /** null where `bytes` is. */
  readonly dollars: number | null;
  /** Where the price comes from, and what it is: a sentence for people. */
  readonly price: string;
}

export interface EngineCount {
  /** The same aggregate that reading the objects makes: merge it with others, or finish it. */
  readonly part: PartialScan;
  readonly scannedBytes: number;
  readonly dollars: number;
  /** Whether an earlier result of the same query was used, which costs nothing. */
  readonly reused: boolean;
  /** A sentence each: what it cost, and what is not as exact as reading every row. */
  readonly notes: readonly string[];
}

export interface LogEngine {
  readonly name: LogEngineName;
  /** Why the engine cannot count this place, as a sentence with its remedy; null where it can. Asks nobody. */
  refuse(place: QueriedPlace, options: AggregateOptions): string | null;
  /** @throws Failure where what the cost follows from cannot be read. */
  estimate(context: CollectContext, place: QueriedPlace, options: AggregateOptions): Promise<EngineEstimate>;
  /**
   * Starts the queries, waits for them, and counts what they answer. Aborting the context stops them in AWS too.
   * @throws Failure with `details.remedy` where the engine is not set up for it.
   */
  count(context: CollectContext, place: QueriedPlace, options: AggregateOptions): Promise<EngineCount>;
}
