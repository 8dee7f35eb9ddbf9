/** The shape of the answer. Built by `concludeVerdict`; rendered for Slack, for the terminal and as JSON. */
import type { Iso, TimeWindow, Unavailability } from './evidence.js';
import type { Citation, Finding, Layer, Strength } from './finding.js';
import type { NotedChange } from './list-changes.js';
import type { LoadTrend } from './load-trend.js';
import type { LoadPoint, Onset } from './onset.js';

/** A finding that accounts for the 502s, ranked. */
export interface Cause extends Finding {
  /** Id of the check that found it. */
  readonly checkId: string;
  readonly title: string;
  readonly why: string;
  /** How many of the logged 502s this cause can account for; null without logs or without a selector. */
  readonly explained: { readonly count: number; readonly of: number } | null;
  /** Why the strength is not higher, where the engine capped it. */
  readonly cappedBecause: string | null;
}

export interface RuledOut {
  readonly checkId: string;
  readonly title: string;
  readonly because: string;
  /** Where the check looks, to list those together that look at the same part of the way. */
  readonly layer: Layer;
  readonly citations: readonly Citation[];
}

export interface Inconclusive {
  readonly checkId: string;
  readonly title: string;
  /** Connections or origins this is about; empty when it is the distribution as a whole. */
  readonly subjects: readonly string[];
  readonly missing: readonly Unavailability[];
  readonly lead: string | null;
}

export interface Crashed {
  readonly checkId: string;
  readonly title: string;
  readonly message: string;
}

/** A value that the 502s hold more often than the requests do. */
export interface OverRepresentation {
  readonly dimension: string;
  readonly value: string;
  readonly failures: number;
  readonly requests: number;
  /** Share among the 502s divided by share among all requests. */
  readonly lift: number;
}

export interface ScanTotals {
  readonly objects: number;
  /** As stored, hence compressed. */
  readonly bytes: number;
  readonly seconds: number;
  readonly dollars: number;
}

export interface Coverage {
  /** null when no logs could be read. */
  readonly logs: {
    readonly source: string;
    readonly rows: number;
    readonly newestRow: Iso | null;
    /** Rows divided by CloudWatch's request count for the same window; null without metrics. */
    readonly shareOfRequests: number | null;
    /** What reading all of them would take, where only a sample was read; absent where all were. */
    readonly whole?: ScanTotals;
    readonly notes: readonly string[];
  } | null;
  readonly metrics: {
    readonly requests: number;
    readonly estimated5xx: number;
    readonly estimated502: number | null;
  } | null;
  /** Connections probed, and those where the vantage was blind or misleading. */
  readonly probes: readonly { readonly connectionId: string; readonly vantage: string; readonly because: string }[];
  /** Evidence that is missing altogether, each with its remedy. */
  readonly missing: readonly ({ readonly what: string } & Unavailability)[];
}

export interface Verdict {
  readonly format: 'cf502.verdict/1';
  readonly checkId: string;
  readonly target: {
    readonly asked: string;
    readonly distributionId: string | null;
    readonly domainName: string | null;
  };
  readonly window: TimeWindow;
  readonly concludedAt: Iso;
  /**
   * `cause-found`: at least one cause that is proven or supported. `no-502s`: none seen in complete evidence; what is wrong all the same is in `alsoSeen`.
   * `inconclusive`: evidence is missing or does not decide; causes that are merely possible are its leads. `cancelled` / `failed`: the check itself did not finish.
   */
  readonly outcome: 'cause-found' | 'no-502s' | 'inconclusive' | 'cancelled' | 'failed';
  /** One sentence that stands alone: the notification text. */
  readonly headline: string;
  readonly layer: Layer | null;
  /** The 502s counted, and where; null when nothing could count them. */
  readonly failures: {
    readonly count: number;
    readonly requests: number;
    readonly source: 'access-logs' | 'cloudfront-metrics';
  } | null;
  /** Best first. */
  readonly causes: readonly Cause[];
  /** Defects that account for none of the 502s seen; worth mending, not the cause. */
  readonly alsoSeen: readonly Cause[];
  /** 502s that no cause accounts for; null without logs. */
  readonly unexplained: number | null;
  /** When the 502s began; null without logs, and where nothing tells. */
  readonly onset: Onset | null;
  /** How the share of 502s follows the load; null where it does not, or too little was seen. */
  readonly load: LoadTrend | null;
  /** Requests and 502s over the window, at most 60 steps. */
  readonly curve: readonly LoadPoint[];
  /** What CloudFront called the 502s in its logs (`x-edge-detailed-result-type`), the most frequent first. */
  readonly detailedResults: readonly { readonly value: string; readonly count: number }[];
  readonly overRepresented: readonly OverRepresentation[];
  /** Changes on record around that time, the nearest to the onset first; at most 10. Shown, never ranked. */
  readonly changes: readonly NotedChange[];
  readonly ruledOut: readonly RuledOut[];
  readonly inconclusive: readonly Inconclusive[];
  readonly crashed: readonly Crashed[];
  readonly coverage: Coverage;
  /** What would settle it, when it is not settled; null otherwise. */
  readonly nextTest: string | null;
}

export const strengthOrder: Readonly<Record<Strength, number>> = { proven: 0, supported: 1, possible: 2 };
