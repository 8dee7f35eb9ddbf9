/**
 * The JSON shape of each kind of evidence. Evidence crosses Redis and can be saved to a file and evaluated again offline:
 * plain JSON, capped, aggregated, times as ISO 8601 UTC strings. Collectors fill it in and never judge; checks read it and never look.
 */
import type { AlarmEvidence, AuditBag, LogDeliveryEvidence } from './audit-evidence.js';
import type { AccessLogEvidence } from './evidence/access-logs.js';
import type { ChangesEvidence } from './evidence/changes.js';
import type { DistributionEvidence } from './evidence/distribution.js';
import type { EdgeFunctionsEvidence } from './evidence/edge-functions.js';
import type { EdgeTwinEvidence } from './evidence/edge-twin.js';
import type { Gathered, TimeWindow } from './evidence/gathered.js';
import type { KeepAliveLab } from './evidence/keep-alive.js';
import type { LoadBalancerEvidence } from './evidence/load-balancer.js';
import type { CloudFrontMetricsEvidence } from './evidence/metrics.js';
import type { OriginProbe } from './evidence/origin-probe.js';

export type * from './evidence/access-logs.js';
export { logDimensions } from './evidence/access-logs.js';
export type * from './evidence/changes.js';
export type * from './evidence/distribution.js';
export type * from './evidence/edge-functions.js';
export type * from './evidence/edge-twin.js';
export type * from './evidence/gathered.js';
export type * from './evidence/keep-alive.js';
export type * from './evidence/load-balancer.js';
export type * from './evidence/metrics.js';
export type * from './evidence/origin.js';
export type * from './evidence/origin-probe.js';

/** What a check may ask for, by kind. Origin-scoped kinds hold the one connection or origin that is being looked at. */
export interface EvidenceMap {
  readonly distribution: DistributionEvidence;
  readonly 'access-logs': AccessLogEvidence;
  readonly 'cloudfront-metrics': CloudFrontMetricsEvidence;
  readonly 'origin-probe': OriginProbe;
  readonly 'load-balancer': LoadBalancerEvidence;
  readonly 'edge-functions': EdgeFunctionsEvidence;
  readonly changes: ChangesEvidence;
  readonly 'edge-twin': EdgeTwinEvidence;
  readonly 'keep-alive': KeepAliveLab;
  /** Collected for an audit only, as is the next. */
  readonly alarms: AlarmEvidence;
  readonly 'log-delivery': LogDeliveryEvidence;
}
export type EvidenceKind = keyof EvidenceMap;

/** Everything that one check collected. A bag is a file: save it, evaluate it again, promote it to a golden test. */
export interface EvidenceBag {
  readonly format: 'cf502.evidence/1';
  readonly checkId: string;
  /** What was asked about, as typed. */
  readonly target: string;
  readonly window: TimeWindow;
  /** The path filter that was asked for (`--path`); absent: none. */
  readonly pathPattern?: string;
  readonly distribution: Gathered<DistributionEvidence>;
  readonly accessLogs: Gathered<AccessLogEvidence>;
  readonly cloudFrontMetrics: Gathered<CloudFrontMetricsEvidence>;
  /** One per planned connection, keyed by `OriginConnection.id`. */
  readonly originProbes: Readonly<Record<string, Gathered<OriginProbe>>>;
  /** One per load-balancer origin, keyed by origin id. */
  readonly loadBalancers: Readonly<Record<string, Gathered<LoadBalancerEvidence>>>;
  /** Absent where no function is associated and in bags of earlier versions. */
  readonly edgeFunctions?: Gathered<EdgeFunctionsEvidence>;
  /** Absent in bags of earlier versions. */
  readonly changes?: Gathered<ChangesEvidence>;
  /** Absent unless the policy turns it on. */
  readonly edgeTwin?: Gathered<EdgeTwinEvidence>;
  /** One per origin and scheme, keyed by the id of the connection that was held. Absent in bags of earlier versions. */
  readonly keepAliveLabs?: Readonly<Record<string, Gathered<KeepAliveLab>>>;
  /** Absent unless an audit was asked for. */
  readonly audit?: AuditBag;
}
