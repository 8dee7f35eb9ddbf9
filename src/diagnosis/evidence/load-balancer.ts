/** A load balancer behind an origin: settings, health of its targets, its own counts. */
import type { Unavailability } from './gathered.js';
import type { MetricPoint } from './metrics.js';

export interface TargetHealth {
  readonly id: string;
  readonly port: number | null;
  readonly zone: string | null;
  /** `healthy`, `unhealthy`, `draining`, `initial`, `unused`, `unavailable`, `unhealthy.draining`. */
  readonly state: string;
  readonly reason: string | null;
  readonly description: string | null;
}

export interface LoadBalancerEvidence {
  readonly originId: string;
  readonly name: string;
  readonly arn: string;
  readonly dnsName: string;
  readonly region: string;
  readonly type: 'application' | 'network' | 'gateway' | 'classic';
  readonly scheme: 'internet-facing' | 'internal';
  readonly stateCode: string;
  readonly idleTimeoutSeconds: number | null;
  readonly listeners: readonly {
    readonly port: number;
    readonly protocol: string;
    readonly certificateArns: readonly string[];
    /** What it does with a request that no rule takes; `fixed-response` with its status. Absent in bags of earlier versions. */
    readonly defaultAction?: { readonly type: string; readonly status: number | null };
  }[];
  /** How long it keeps a client's connection at most, however busy. Absent in bags of earlier versions, as is all that follows here. */
  readonly clientKeepAliveSeconds?: number | null;
  /** `monitor`, `defensive` or `strictest`. */
  readonly desyncMitigationMode?: string | null;
  readonly zones?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly targetGroups: readonly {
    readonly name: string;
    readonly arn: string;
    readonly protocol: string;
    readonly port: number | null;
    readonly targets: readonly TargetHealth[];
    /** `instance`, `ip`, `lambda` or `alb`. */
    readonly targetType?: string | null;
    readonly deregistrationDelaySeconds?: number | null;
    /** With fewer healthy targets than this the balancer sends to all of them (fail open); 1 unless configured. */
    readonly minimumHealthyTargets?: number | null;
  }[];
  /** Sums over the window; CloudWatch has no datapoint for zero, so missing counts as 0. null where the metrics could not be read. */
  readonly metrics: {
    readonly requests: number;
    readonly elb502: number;
    readonly elb503: number;
    readonly elb504: number;
    readonly target5xx: number;
    readonly targetConnectionErrors: number;
    readonly targetTlsNegotiationErrors: number;
    readonly clientTlsNegotiationErrors: number;
    readonly rejectedConnections: number;
    /** `HTTPCode_ELB_502_Count` per minute, only minutes with a datapoint. */
    readonly elb502PerMinute: readonly MetricPoint[];
    /** The same of `HTTPCode_Target_5XX_Count`. Absent in bags of earlier versions, as is all that follows here. */
    readonly target5xxPerMinute?: readonly MetricPoint[];
    /** Requests sent to unhealthy targets because too few were healthy. */
    readonly unhealthyRoutingRequests?: number;
    readonly desyncNonCompliantRequests?: number;
    readonly lambdaUserErrors?: number;
    readonly lambdaInternalErrors?: number;
    /** Seconds until the target's head: the median of the periods' medians, and the worst period's 99th percentile. */
    readonly targetResponseSeconds?: { readonly p50: number; readonly worstP99: number } | null;
  } | null;
  /** What a Network Load Balancer counts; null for other kinds and where it could not be read. Absent in bags of earlier versions. */
  readonly networkMetrics?: {
    /** RST packets made by the balancer, sent by targets, sent by clients. */
    readonly balancerResets: number;
    readonly targetResets: number;
    readonly clientResets: number;
    readonly clientTlsNegotiationErrors: number;
    readonly targetTlsNegotiationErrors: number;
  } | null;
  readonly gaps: readonly Unavailability[];
}
