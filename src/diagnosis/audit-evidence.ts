/** The JSON shape of the evidence that only an audit collects. Same rules as in evidence.ts: plain, capped, units in names, nothing private. */
import type { Gathered, Unavailability } from './evidence/gathered.js';

/** An alarm of CloudWatch in us-east-1 that watches a CloudFront metric of this distribution, by itself or inside metric math. */
export interface WatchingAlarm {
  readonly name: string;
  /** Names of the metrics of this distribution that it looks at, as written in the alarm: one that does not exist is listed too. */
  readonly metrics: readonly string[];
  /** `Average`, `p99` …; null for metric math. */
  readonly statistic: string | null;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  readonly actionsEnabled: boolean;
  /** How many actions it takes when it goes off: topics, incidents, functions. */
  readonly actions: number;
  /** `>= 1 for 2 of 3 periods of 60 s`; null where the alarm has no fixed threshold. */
  readonly condition: string | null;
}

export interface AlarmEvidence {
  /** At most 50, by name. */
  readonly alarms: readonly WatchingAlarm[];
  /** Alarms looked through in search of metric math. */
  readonly scanned: number;
  /** Whether there were more alarms than are looked through. */
  readonly truncated: boolean;
  readonly gaps: readonly Unavailability[];
}

/** One delivery of standard logs v2 for this distribution. */
export interface LogDelivery {
  readonly sourceName: string;
  /** `S3`, `CWL` (CloudWatch Logs), `FH` (Firehose) or `XRAY`. */
  readonly destinationType: string;
  /** Of the bucket, log group or stream; null where it belongs to another account and cannot be looked up. */
  readonly destinationArn: string | null;
  /** `json`, `plain`, `w3c`, `raw`, `parquet`; null where not known. */
  readonly outputFormat: string | null;
  readonly recordFields: readonly string[];
}

/** A configuration of real-time logs that a behaviour of this distribution names. */
export interface RealtimeLog {
  readonly arn: string;
  readonly name: string;
  readonly samplingPercent: number;
  readonly fields: readonly string[];
}

export interface LogDeliveryEvidence {
  readonly deliveries: readonly LogDelivery[];
  /** Those that could be read. */
  readonly realtimeLogs: readonly RealtimeLog[];
  readonly gaps: readonly Unavailability[];
}

/** The part of a bag that is there only where an audit collected it. */
export interface AuditBag {
  readonly alarms: Gathered<AlarmEvidence>;
  readonly logDelivery: Gathered<LogDeliveryEvidence>;
}
