/** What CloudWatch counts for the functions at the edge. */
import type { Iso, Unavailability } from './gathered.js';
import type { MetricPoint } from './metrics.js';

/** Counts over the window, and the validation errors minute by minute. */
export interface EdgeFunctionErrors {
  /** The function's answer broke CloudFront's rules: documented as 502. */
  readonly validationErrors: number;
  /** The function threw or timed out: 503. */
  readonly executionErrors: number;
  readonly throttles: number;
  /** Only minutes with a datapoint. */
  readonly validationErrorsPerMinute: readonly MetricPoint[];
}

export interface EdgeFunctionReading extends EdgeFunctionErrors {
  readonly arn: string;
  readonly name: string;
  readonly invocations: number;
  /** Of the LIVE stage; null where DescribeFunction is not allowed. */
  readonly lastModified: Iso | null;
}

export interface EdgeFunctionsEvidence {
  readonly distributionId: string;
  readonly periodSeconds: number;
  /** CloudFront Functions, each with its own counts. */
  readonly functions: readonly EdgeFunctionReading[];
  /**
   * Lambda@Edge is counted for the distribution as a whole; null where none is associated. The names of its metrics are known from
   * dashboards that CloudFront's console makes, not from AWS's documentation.
   */
  readonly lambda: (EdgeFunctionErrors & { readonly arns: readonly string[] }) | null;
  readonly gaps: readonly Unavailability[];
}
