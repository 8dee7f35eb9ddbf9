/** The contract of a collector: one function type, and the context that it gets. Collectors look and never judge. */
import type { AlarmEvidence, LogDeliveryEvidence } from '../diagnosis/audit-evidence.js';
import type {
  AccessLogEvidence,
  Behaviour,
  ChangesEvidence,
  CloudFrontMetricsEvidence,
  DistributionEvidence,
  EdgeFunctionsEvidence,
  EdgeTwinEvidence,
  KeepAliveLab,
  LegacyLogging,
  LoadBalancerEvidence,
  Origin,
  OriginConnection,
  OriginProbe,
  TimeWindow,
} from '../diagnosis/evidence.js';
import type { Target } from '../diagnosis/target.js';
import type { AwsClients } from '../platform/aws.js';
import type { Log } from '../platform/log.js';
import type { LogSettings } from '../platform/log-settings.js';
import type { NetworkSettings } from '../platform/network-settings.js';

export interface CollectContext {
  /** Aborted on cancel and at the deadline; its `reason` is a Failure. Every stream and socket must follow it. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly aws: AwsClients;
  readonly network: NetworkSettings;
  /** How access logs are read; absent: as the default policy says. */
  readonly logs?: LogSettings;
  readonly log: Log;
  /** Short phrase on how far it is, for the live message: `12 of 40 log objects`. May be called often. */
  readonly onProgress: (phrase: string) => void;
}

/** What to collect: plain JSON, so that it can be a job's payload. */
export type CollectTask =
  | { readonly kind: 'distribution'; readonly target: Target }
  | {
      readonly kind: 'access-logs';
      readonly distributionId: string;
      /** By which deliveries of standard logging v2 are found; absent in tasks of earlier versions: then only v1 is looked for. */
      readonly distributionArn?: string;
      /** By which its rows are told from those of others; absent where tenants' names lead to it, and in tasks of earlier versions. */
      readonly domainName?: string;
      readonly legacyLogging: LegacyLogging | null;
      readonly behaviours: readonly Pick<Behaviour, 'pathPattern' | 'isDefault'>[];
      readonly window: TimeWindow;
      readonly pathPattern: string | null;
      readonly maxBytes: number;
      /** As is reckoned before anything is read; absent in tasks of earlier versions: no limit. */
      readonly maxSeconds?: number;
      readonly maxDollars?: number;
    }
  | { readonly kind: 'cloudfront-metrics'; readonly distributionId: string; readonly window: TimeWindow }
  | {
      readonly kind: 'origin-probe';
      readonly origin: Origin;
      readonly connection: OriginConnection;
      /** As viewers ask for them. */
      readonly paths: readonly string[];
      /** Asked for in the place of `/`; absent: `/` itself. As in the next two. */
      readonly rootObject?: string;
    }
  | {
      readonly kind: 'keep-alive';
      readonly origin: Origin;
      readonly connection: OriginConnection;
      /** Without the origin path. */
      readonly path: string;
      readonly rootObject?: string;
    }
  | {
      /** A second look once the logs are read: the paths that fail, of one connection. */
      readonly kind: 'path-probe';
      readonly origin: Origin;
      readonly connection: OriginConnection;
      readonly requests: readonly { readonly method: 'GET' | 'HEAD'; readonly path: string }[];
      readonly rootObject?: string;
    }
  | {
      readonly kind: 'load-balancer';
      readonly originId: string;
      readonly domainName: string;
      readonly window: TimeWindow;
      /** Known of a VPC origin; else the balancer is looked for by its name. */
      readonly arn?: string;
    }
  | {
      readonly kind: 'edge-functions';
      readonly distributionId: string;
      readonly functionArns: readonly string[];
      readonly lambdaArns: readonly string[];
      readonly window: TimeWindow;
    }
  | {
      readonly kind: 'changes';
      readonly window: TimeWindow;
      /** Names of events to look for in each region, the likeliest first. */
      readonly lookups: readonly { readonly region: string; readonly names: readonly string[] }[];
      /** Ids and names of what the check is about. */
      readonly mentions: readonly string[];
    }
  | {
      readonly kind: 'edge-twin';
      /** The distribution's own name, to connect to. */
      readonly domainName: string;
      /** The name that viewers use. */
      readonly host: string;
      readonly port: number;
      readonly path: string;
      /** Sent as well: what a continuous-deployment policy goes by. */
      readonly header?: { readonly name: string; readonly value: string };
    }
  /** For an audit only, as is the next. */
  | { readonly kind: 'alarms'; readonly distributionId: string }
  | {
      readonly kind: 'log-delivery';
      readonly distributionArn: string;
      /** Of the configurations that behaviours name. */
      readonly realtimeLogArns: readonly string[];
    };

export interface CollectedByKind {
  readonly distribution: DistributionEvidence;
  readonly 'access-logs': AccessLogEvidence;
  readonly 'cloudfront-metrics': CloudFrontMetricsEvidence;
  readonly 'origin-probe': OriginProbe;
  /** Merged into the origin probe of its connection by `assembleBag`. */
  readonly 'path-probe': OriginProbe;
  readonly 'load-balancer': LoadBalancerEvidence;
  readonly 'edge-functions': EdgeFunctionsEvidence;
  readonly changes: ChangesEvidence;
  readonly 'edge-twin': EdgeTwinEvidence;
  readonly 'keep-alive': KeepAliveLab;
  readonly alarms: AlarmEvidence;
  readonly 'log-delivery': LogDeliveryEvidence;
}

export type TaskOf<K extends CollectTask['kind']> = Extract<CollectTask, { kind: K }>;

/**
 * Collects one piece of evidence. Throws a Failure where it cannot; `details.remedy` of that Failure becomes the report's
 * "what would supply it", `details.tried` what was tried.
 */
export type Collector<K extends CollectTask['kind']> = (
  context: CollectContext,
  task: TaskOf<K>,
) => Promise<CollectedByKind[K]>;
