/** What the access logs of the window say, counted: never a viewer’s address, query string, cookie or user agent. */
import type { Iso } from './gathered.js';

/** A count of requests and of the 502s among them, for one value of one dimension. */
export interface DimensionCount {
  readonly value: string;
  readonly requests: number;
  readonly failures: number;
}

/** What the over-representation table is made of. `path` is a template: ids and digits replaced by placeholders. */
export const logDimensions = [
  'behaviour',
  'path',
  'method',
  'edge-location',
  'host',
  'protocol-version',
  'detailed-result',
  'size-band',
  'time-taken-band',
  'hour',
] as const;
export type LogDimension = (typeof logDimensions)[number];

/** The 502s cross-tabulated, so that a finding can say how many it explains. `path` is `(other)` past the cap. */
export interface FailureCell {
  readonly behaviour: string;
  readonly path: string;
  readonly method: string;
  readonly detailedResult: string;
  readonly count: number;
  /** Of them, those with a `time-taken` under 10 ms and under 1 s. Absent in bags of earlier versions, as are the next two. */
  readonly underTenMs?: number;
  readonly underOneSecond?: number;
  /** Completion time of the first and the last of them. */
  readonly firstAt?: Iso;
  readonly lastAt?: Iso;
}

/** The traffic of one behaviour over time. */
export interface BehaviourTraffic {
  readonly behaviour: string;
  /** Requests by GET and HEAD, which CloudFront may send again, and by the other methods, which it may not. */
  readonly repeatable: { readonly requests: number; readonly failures: number };
  readonly unrepeatable: { readonly requests: number; readonly failures: number };
  /** 503s and 504s, beside the 502s; without those that CloudFront or a function at its edge made itself. */
  readonly otherServerErrors: number;
  /** Requests that took 5 seconds or more, whatever their status. */
  readonly slow: number;
  /** Only minutes with at least one request. */
  readonly perMinute: readonly {
    readonly minute: Iso;
    readonly requests: number;
    readonly failures: number;
    /** Requests that went to the origin and came back with an answer that is no 5xx. Absent in bags of earlier versions. */
    readonly served?: number;
    /** By methods other than GET and HEAD, and the 502s among them. Absent in bags of earlier versions. */
    readonly unrepeatable?: number;
    readonly unrepeatableFailures?: number;
  }[];
}

/** One failed request, redacted at source: no client address, query string, cookie, referer or user agent. */
export interface FailureSample {
  readonly at: Iso;
  readonly requestId: string;
  readonly edgeLocation: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly detailedResult: string;
  readonly timeTakenSeconds: number | null;
}

/** How long requests took that ended in a 5xx of a gateway: what the forecast of a time-out is replayed from. */
export interface ServerErrorDuration {
  readonly behaviour: string;
  readonly status: '502' | '503' | '504';
  readonly detailedResult: string;
  /** `time-taken`, rounded down to a tenth of a second. */
  readonly tenthsOfSecond: number;
  readonly count: number;
}

export interface AccessLogEvidence {
  /** For example `standard logging v1, s3://my-logs/cdn/`. */
  readonly source: string;
  readonly bucket: string;
  readonly prefix: string;
  /** The path filter that was asked for (`--path`), or null. */
  readonly pathPattern: string | null;
  readonly objects: {
    readonly listed: number;
    readonly read: number;
    readonly bytes: number;
    /** Objects that could not be read to a clean end; none of their rows are counted. Capped at 20. */
    readonly failed: readonly { readonly key: string; readonly message: string }[];
    readonly failedCount: number;
  };
  /** What reading all of them would take, where only a sample of every hour was read; absent where all were. */
  readonly whole?: {
    readonly objects: number;
    readonly bytes: number;
    readonly seconds: number;
    readonly dollars: number;
  };
  /** Every UTC hour that the window touches. `objects` counts archived ones too, `rows` those inside the window. */
  readonly hours: readonly {
    readonly hour: Iso;
    readonly objects: number;
    readonly rows: number;
    /** The part of its logs that was read, by bytes. Absent where all were, and in earlier bags; where it is 0 nothing is known of the hour. */
    readonly partRead?: number;
  }[];
  /**
   * Completion time of the newest row seen; null when there was none. Logs are late by up to 24 h. Rows more than an hour from the hours of the
   * window are of a clock that is wrong, and neither the newest nor the oldest.
   */
  readonly newestRow: Iso | null;
  readonly oldestRow: Iso | null;
  readonly rows: {
    readonly inWindow: number;
    readonly outsideWindow: number;
    readonly malformed: number;
    /** What some of them look like: letters and digits are told apart, and nothing else of them is kept. At most 5. Absent in earlier bags. */
    readonly malformedSamples?: readonly string[];
    readonly duplicates: number;
    /** False where rows that were delivered twice may be counted twice; the notes say why. Absent in earlier bags. */
    readonly duplicatesAreComplete?: boolean;
  };
  /** Column names that the reading needs and at least one object lacked. */
  readonly missingFields: readonly string[];
  /** Requests in the window that match the path filter: the base of every share. */
  readonly requests: number;
  /** The 502s among them: `sc-status` 502. */
  readonly failures: number;
  readonly byStatus: readonly { readonly status: string; readonly count: number }[];
  /** Only minutes with at least one request. */
  readonly perMinute: readonly { readonly minute: Iso; readonly requests: number; readonly failures: number }[];
  /** At most 500 cells, the largest first; what is past the cap is folded into path `(other)`. */
  readonly failureCells: readonly FailureCell[];
  /** The behaviours with the most 502s on their own, at most 8; empty where the distribution has too many of them. Absent in earlier bags. */
  readonly byBehaviour?: readonly BehaviourTraffic[];
  /** Requests that the detailed result blames on the origin although their status is no 5xx. Absent in earlier bags. */
  readonly hiddenOriginErrors?: number;
  /** At most 50 values each, the most failures first; the rest folded into `(other)`. */
  readonly dimensions: Readonly<Record<LogDimension, readonly DimensionCount[]>>;
  readonly failureTimeTakenSeconds: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
  } | null;
  /**
   * 502s, 503s and 504s by behaviour, detailed result and `time-taken`; rows without a time are left out. The largest first, at most 1,000,
   * what is past that dropped. Absent in earlier bags.
   */
  readonly serverErrorDurations?: readonly ServerErrorDuration[];
  /** At most 20. */
  readonly samples: readonly FailureSample[];
  /** A sentence each for what a reader must know: a missing hour, a late hour, an unreadable object. */
  readonly notes: readonly string[];
}
