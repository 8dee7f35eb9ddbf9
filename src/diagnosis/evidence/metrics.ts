/** What CloudWatch counts for a distribution. */
import type { Iso, Unavailability } from './gathered.js';

export interface MetricPoint {
  readonly at: Iso;
  readonly value: number;
}

export interface CloudFrontMetricsEvidence {
  readonly distributionId: string;
  readonly periodSeconds: number;
  readonly requests: readonly MetricPoint[];
  readonly requestsTotal: number;
  /** Percent. */
  readonly error5xxRate: readonly MetricPoint[];
  /** Whether the paid additional metrics are on; `unknown` where that could not be read. */
  readonly additionalMetrics: 'on' | 'off' | 'unknown';
  /** Percent; null where the additional metrics are off. */
  readonly error502Rate: readonly MetricPoint[] | null;
  /** 5xx responses and 502 responses estimated as rate x requests, minute by minute; null where not known. */
  readonly estimated5xx: number;
  readonly estimated502: number | null;
  /** The rest of the paid set; null where the additional metrics are off. Absent in bags of earlier versions. */
  readonly additional?: {
    readonly estimated503: number;
    readonly estimated504: number;
    /** Percent, the median over the periods; null without a datapoint. */
    readonly cacheHitRate: number | null;
    /**
     * From the request's arrival at CloudFront to the start of the response, of what the origin served: of each percentile the median over
     * the periods, and the worst period's 99th. null without a datapoint.
     */
    readonly originLatencyMs: {
      readonly p50: number;
      readonly p90: number;
      readonly p99: number;
      readonly worstP99: number;
    } | null;
  } | null;
  readonly gaps: readonly Unavailability[];
}
