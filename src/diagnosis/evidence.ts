/**
 * The JSON shape of each kind of evidence. Evidence crosses Redis and can be saved to a file and evaluated again offline:
 * plain JSON, capped, aggregated, times as ISO 8601 UTC strings. Collectors fill it in and never judge; checks read it and never look.
 */

import type { AlarmEvidence, AuditBag, LogDeliveryEvidence } from './audit-evidence.js';
import type { HeadAnomaly } from './head-anomalies.js';
import type {
  BodyReading,
  DnsAuthority,
  OtherProtocol,
  TcpAttempts,
  TlsExploration,
  TlsWithoutSni,
} from './probe-depth.js';

export type Iso = string;

/** Half-open interval of time under diagnosis: from <= t < to. */
export interface TimeWindow {
  readonly from: Iso;
  readonly to: Iso;
}

/** Why a piece of evidence is missing, in a form that the report can turn into "what would settle it". */
export interface Unavailability {
  /** The kind of the Failure that stopped the collector. */
  readonly kind: string;
  /** One sentence for a person: what happened. */
  readonly message: string;
  /** What would supply it: an IAM action (`s3:GetObject on arn:…`), a setting to turn on, a time to wait for. */
  readonly remedy?: string;
}

/** One collected thing: the data, or why there is none. A failed collector is never an empty success. */
export type Gathered<T> =
  | { readonly state: 'collected'; readonly at: Iso; readonly elapsedMs: number; readonly data: T }
  | {
      readonly state: 'unavailable';
      readonly at: Iso;
      readonly elapsedMs: number;
      readonly reason: Unavailability;
      /** What was tried before giving up, newest last. */
      readonly tried: readonly string[];
    };

// ---------------------------------------------------------------- distribution

export type SslProtocol = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2';
export type OriginKind =
  | 'load-balancer'
  | 's3'
  | 's3-website'
  | 'api-gateway'
  | 'lambda-url'
  | 'vpc'
  | 'mediastore'
  | 'custom';

export interface Origin {
  readonly id: string;
  readonly domainName: string;
  readonly originPath: string;
  readonly kind: OriginKind;
  /** How CloudFront picks http or https towards this origin. S3 REST origins follow the viewer. */
  readonly protocolPolicy: 'http-only' | 'https-only' | 'match-viewer';
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly sslProtocols: readonly SslProtocol[];
  readonly ipAddressType: 'ipv4' | 'ipv6' | 'dualstack';
  readonly connectionAttempts: number;
  readonly connectionTimeoutSeconds: number;
  /** null where the origin type has no such setting. */
  readonly readTimeoutSeconds: number | null;
  readonly keepAliveTimeoutSeconds: number | null;
  readonly responseCompletionTimeoutSeconds: number | null;
  readonly vpcOriginId: string | null;
  /** CloudFront presents a client certificate to this origin, which our probe cannot do. */
  readonly usesMutualTls: boolean;
  /** Names only: values may be secrets shared with the origin. */
  readonly customHeaderNames: readonly string[];
  readonly originShieldRegion: string | null;
  /** What stands behind a VPC origin; null where it could not be read or this is none. Absent in bags of earlier versions. */
  readonly vpcEndpoint?: VpcEndpoint | null;
  /** CloudFront signs its requests (origin access control), which our probe cannot do. Absent in earlier bags. */
  readonly usesOriginAccessControl?: boolean;
  /** The load balancer's own name that this name is an alias of (CNAME); null where it is none. Absent in earlier bags. */
  readonly balancerName?: string | null;
}

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginEndpointConfig.html */
export interface VpcEndpoint {
  readonly name: string;
  /** Of the load balancer or instance. */
  readonly arn: string;
  /** Of the VPC origin: `Deployed`, `Deploying` … */
  readonly status: string;
}

export interface OriginGroup {
  readonly id: string;
  readonly memberOriginIds: readonly string[];
  readonly failoverStatusCodes: readonly number[];
}

export interface EdgeFunctionAssociation {
  readonly event: 'viewer-request' | 'viewer-response' | 'origin-request' | 'origin-response';
  readonly runtime: 'lambda-at-edge' | 'cloudfront-function';
  readonly arn: string;
}

export interface Behaviour {
  /** Path pattern; `*` for the default behaviour. */
  readonly pathPattern: string;
  /** Evaluation order; the default behaviour comes last. */
  readonly precedence: number;
  readonly isDefault: boolean;
  /** Id of an origin or of an origin group. */
  readonly targetId: string;
  readonly viewerProtocolPolicy: 'allow-all' | 'https-only' | 'redirect-to-https';
  readonly allowedMethods: readonly string[];
  /** Whether CloudFront sends the viewer's Host header to the origin; `unknown` when a policy could not be read. */
  readonly forwardsHost: 'yes' | 'no' | 'unknown';
  /** Where that follows from, for example `origin request policy Managed-AllViewer (216adef6-…)`. */
  readonly forwardsHostBecause: string;
  readonly edgeFunctions: readonly EdgeFunctionAssociation[];
  /** Whether CloudFront adds `Server-Timing`, by the response headers policy. Absent in bags of earlier versions, as is the next. */
  readonly serverTiming?: 'on' | 'off' | 'unknown';
  readonly realtimeLogConfigArn?: string | null;
  /** `off`: CloudFront keeps no answer of this behaviour, whatever its headers say. Absent in bags of earlier versions. */
  readonly caching?: 'on' | 'off' | 'unknown';
}

/**
 * One distinct way in which CloudFront reaches an origin: behaviours that end in the same origin with the same scheme, SNI and Host share one.
 * Built by `planConnections`.
 */
export interface OriginConnection {
  /** Stable within one distribution configuration: `<originId>/<scheme>/<host>`; shown to people. */
  readonly id: string;
  readonly originId: string;
  /** Path patterns of the behaviours that use it. */
  readonly behaviours: readonly string[];
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** Name to resolve and connect to: the origin's domain name. */
  readonly domainName: string;
  /** TLS server name; null over plain HTTP. */
  readonly sni: string | null;
  /** Value of the Host header sent to the origin. */
  readonly host: string;
  /** Whether `host` is the viewer's forwarded Host rather than the origin's own name. */
  readonly hostIsForwarded: boolean;
}

/** A part of the traffic goes to a staging distribution: by share or by a header. */
export interface ContinuousDeployment {
  readonly policyId: string;
  readonly enabled: boolean;
  readonly stagingDomainNames: readonly string[];
  /** 0 to 0.15; null where a header decides. */
  readonly weight: number | null;
  readonly header: string | null;
}

/** A tenant of a multi-tenant distribution. */
export interface DistributionTenant {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
  /** Values of the placeholders in the addresses of origins. Empty where they were not read. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface LegacyLogging {
  readonly enabled: boolean;
  /** Bucket name without `.s3.amazonaws.com`. */
  readonly bucket: string;
  readonly prefix: string;
}

export interface DistributionEvidence {
  readonly id: string;
  readonly arn: string;
  readonly accountId: string;
  readonly domainName: string;
  readonly aliases: readonly string[];
  /** `Deployed` or `InProgress`. */
  readonly status: string;
  readonly enabled: boolean;
  readonly staging: boolean;
  readonly etag: string;
  readonly lastModified: Iso;
  readonly httpVersion: string;
  /** What CloudFront asks the origin for where a viewer asks for `/`, without a leading slash; null: `/`. Absent in bags of earlier versions. */
  readonly defaultRootObject?: string | null;
  readonly origins: readonly Origin[];
  readonly originGroups: readonly OriginGroup[];
  /** In evaluation order, the default last. */
  readonly behaviours: readonly Behaviour[];
  readonly connections: readonly OriginConnection[];
  readonly legacyLogging: LegacyLogging | null;
  readonly customErrorResponses: readonly {
    readonly errorCode: number;
    readonly responseCode: number | null;
    readonly cachingMinTtlSeconds: number | null;
  }[];
  /** Parts of the configuration that could not be read (a policy without permission, say), each with its remedy. */
  /** Parts of the set-up of which this distribution is not the whole truth. Absent in bags of earlier versions, as are the next two. */
  readonly continuousDeployment?: ContinuousDeployment | null;
  /** `tenant-only`: a multi-tenant distribution, reached by the domains of its tenants. */
  readonly connectionMode?: 'direct' | 'tenant-only';
  /** The tenants that were read; at most 5. */
  readonly tenants?: readonly DistributionTenant[];
  readonly gaps: readonly Unavailability[];
}

// ---------------------------------------------------------------- access logs

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
  /** Every UTC hour that the window touches. `rows` counts rows inside the window. */
  readonly hours: readonly { readonly hour: Iso; readonly objects: number; readonly rows: number }[];
  /** Completion time of the newest row seen; null when there was none. Logs are late by up to 24 h. */
  readonly newestRow: Iso | null;
  readonly oldestRow: Iso | null;
  readonly rows: {
    readonly inWindow: number;
    readonly outsideWindow: number;
    readonly malformed: number;
    readonly duplicates: number;
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

// ---------------------------------------------------------------- origin probe

/** `not-asked`: the origin is not reached by a public name, so nobody was asked. */
export type DnsOutcome =
  | 'resolved'
  | 'nxdomain'
  | 'no-data'
  | 'servfail'
  | 'refused'
  | 'timed-out'
  | 'failed'
  | 'not-asked';

export interface DnsProbe {
  readonly outcome: DnsOutcome;
  readonly name: string;
  readonly resolvers: readonly string[];
  /** Names passed through, in order. */
  readonly cnames: readonly string[];
  readonly addresses: readonly { readonly address: string; readonly family: 4 | 6; readonly ttlSeconds: number }[];
  /** Per resolver asked, so that disagreement can be seen. */
  readonly answers: readonly {
    readonly resolver: string;
    readonly recordType: 'A' | 'AAAA';
    readonly outcome: DnsOutcome;
    readonly addresses: readonly string[];
  }[];
  /** Null where the name servers of the zone were not asked, or could not be found. */
  readonly authority: DnsAuthority | null;
  readonly elapsedMs: number;
}

export type TcpOutcome = 'connected' | 'refused' | 'reset' | 'timed-out' | 'unreachable' | 'failed';

export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  /** DNS names of the subject alternative names, then the common name if it is none of them. */
  readonly names: readonly string[];
  readonly validFrom: Iso;
  readonly validTo: Iso;
  readonly keyType: string;
  readonly keyBits: number | null;
  readonly selfSigned: boolean;
  readonly fingerprint256: string;
}

export type TrustProblem =
  | 'expired'
  | 'not-yet-valid'
  | 'self-signed'
  | 'incomplete-chain'
  | 'unknown-root'
  | 'misordered-chain'
  | 'invalid';

export interface TlsProbe {
  readonly outcome:
    | 'completed'
    | 'plaintext-answer'
    | 'alert'
    | 'closed'
    | 'reset'
    | 'timed-out'
    | 'client-certificate-required'
    | 'failed';
  readonly sni: string;
  /** Name of the alert or error where the handshake failed, for example `handshake_failure`. */
  readonly error: string | null;
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** Group of the key exchange; null where there was none. */
  readonly curve: string | null;
  /** Certificates in the order served; empty where none was seen. */
  readonly chain: readonly Certificate[];
  /** False where the order could not be seen (TLS 1.3 only) and `chain` is Node's reconstruction. */
  readonly chainAsServed: boolean;
  /** All problems at once, judged by Mozilla's roots; empty means trusted. */
  readonly trustProblems: readonly TrustProblem[];
  /** For `incomplete-chain`: the issuer whose certificate was not sent. */
  readonly missingIssuer: string | null;
  /** Oddities of the chain that are no problem by themselves (a root that is served too, strays). At most 5. */
  readonly remarks: readonly string[];
  /** Whether a name in the leaf covers the SNI, and the Host header: CloudFront accepts either the origin domain or the Host it sends. */
  readonly matchesOriginDomain: boolean;
  readonly matchesHost: boolean;
  /** What else the origin would have accepted; null where the handshake did not fail, or not in a way that tells anything by asking again. */
  readonly exploration: TlsExploration | null;
  readonly withoutSni: TlsWithoutSni | null;
  readonly elapsedMs: number;
}

export interface HttpProbe {
  readonly method: 'GET' | 'HEAD';
  /** As sent to the origin: with the origin path before it, and the default root object in the place of `/`. */
  readonly path: string;
  /** What a viewer asks for to have it sent. Absent in bags of earlier versions. */
  readonly viewerPath?: string;
  readonly outcome:
    | 'response'
    | 'oversized-head'
    | 'malformed-head'
    | 'closed-before-head'
    | 'closed-inside-head'
    | 'reset'
    | 'timed-out'
    | 'failed';
  readonly status: number | null;
  /** Bytes from the status line up to and including the empty line; what had arrived where the head never ended. */
  readonly headBytes: number;
  /** Bytes of each header line summed by name, the largest first, at most 20. Names only, never values. */
  readonly headerBytes: readonly { readonly name: string; readonly bytes: number }[];
  /** Values of the headers that say who answered; capped at 100 characters each. */
  readonly server: string | null;
  readonly via: string | null;
  /** Every length that was declared, in order; repetitions included. At most 8. */
  readonly contentLengths: readonly number[];
  readonly transferEncoding: string | null;
  /** Where a redirect leads, without its query string; capped at 100 characters. */
  readonly location: string | null;
  /** What is wrong with the head, for `malformed-head`. */
  readonly problem: string | null;
  /** What is odd about the head, whether it was read to its end or not. Absent in bags of earlier versions. */
  readonly anomalies?: readonly HeadAnomaly[];
  /** Null where no body was read: no good head, or contradictory lengths. */
  readonly body: BodyReading | null;
  readonly firstByteMs: number | null;
  /** Longest wait between two pieces of the answer; null where it came in one. */
  readonly longestGapMs: number | null;
  /** Up to the end of the head. */
  readonly elapsedMs: number;
}

export interface AddressProbe {
  readonly address: string;
  readonly port: number;
  /** `connected` where any of the first attempts was; `attempts` counts all that were made. */
  readonly tcp: {
    readonly outcome: TcpOutcome;
    readonly errorCode: string | null;
    readonly elapsedMs: number;
    readonly attempts: readonly TcpAttempts[];
  };
  /** Why a failure of this address says nothing (no IPv6 here), or null. */
  readonly blindBecause: string | null;
  /** What the port turned out to speak in place of what CloudFront speaks to it; null where nothing else was recognised. */
  readonly otherProtocol: OtherProtocol | null;
  /** null over plain HTTP or where TCP failed. */
  readonly tls: TlsProbe | null;
  /** One per path tried; empty where the layer below failed. A failed trust or name judgement does not stop the HTTP probe. */
  readonly http: readonly HttpProbe[];
}

/**
 * How far a probe from here says something about CloudFront's own connection. `valid`: what CloudFront sees too. `blind`: nothing can be
 * concluded from a failure here. `misleading`: the answer here is likely to differ from CloudFront's.
 */
export interface Vantage {
  readonly class: 'valid' | 'blind' | 'misleading';
  readonly because: string;
  /** Why the answers to our requests may differ from those that CloudFront gets, however sound the view of the connection; absent where nothing says so. */
  readonly afterHandshake?: string;
}

export interface OriginProbe {
  readonly connection: OriginConnection;
  readonly vantage: Vantage;
  readonly dns: DnsProbe;
  /** Addresses that policy forbids to connect to, with the reason. */
  readonly refusedAddresses: readonly { readonly address: string; readonly because: string }[];
  readonly addresses: readonly AddressProbe[];
  /** What was done and seen, a line each, for the per-check trace. At most 100. */
  readonly trace: readonly string[];
}

// ---------------------------------------------------------------- keep-alive

/** A request sent over a connection that had been idle, to see what CloudFront would meet. */
export interface KeepAliveReuse {
  readonly moment: 'before-close' | 'after-close';
  /** How long that connection had been idle. */
  readonly idleMs: number;
  readonly outcome: 'answered' | 'closed' | 'reset' | 'no-answer';
}

/** One connection, held idle after one complete exchange. */
export interface HeldConnection {
  readonly address: string;
  readonly port: number;
  /**
   * `closed`, `reset`: the origin ended it while it was idle, by FIN or RST. `still-open`: it outlasted the hold. `not-persistent`: the origin
   * said that it would close, or closes to end its body. `no-exchange`: no complete answer came, see `because`.
   */
  readonly outcome: 'closed' | 'reset' | 'still-open' | 'not-persistent' | 'no-exchange';
  /** From the last byte of the answer to the end, or how long it was held; null without an exchange. */
  readonly idleMs: number | null;
  readonly status: number | null;
  /** What the answer announced: `Connection: close`, and `Keep-Alive: timeout=` in seconds. */
  readonly announcesClose: boolean;
  readonly announcedTimeoutSeconds: number | null;
  /** Why there was no exchange: `TCP refused`, `TLS alert`, `no complete answer`. */
  readonly because: string | null;
  readonly reuses: readonly KeepAliveReuse[];
}

/** How long an origin keeps an idle connection, measured over the connection that CloudFront would use. */
export interface KeepAliveLab {
  readonly connection: OriginConnection;
  readonly vantage: Vantage;
  /** CloudFront's own keep-alive towards this origin. */
  readonly keepAliveTimeoutSeconds: number;
  /** How long connections were held at most. */
  readonly holdMs: number;
  readonly held: readonly HeldConnection[];
  readonly trace: readonly string[];
}

// ---------------------------------------------------------------- metrics

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

// ---------------------------------------------------------------- load balancer

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

// ---------------------------------------------------------------- edge functions

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

// ---------------------------------------------------------------- changes

/** A change that somebody or something made through AWS's API. */
export interface Change {
  readonly at: Iso;
  /** `UpdateDistribution`, `ModifyListener` … */
  readonly name: string;
  /** `cloudfront`, `elasticloadbalancing`, `acm`. */
  readonly service: string;
  readonly region: string;
  /** User or role session name, and nothing else about who it was; null where CloudTrail has none. */
  readonly by: string | null;
  /** Ids and ARNs that the request named; at most 5. */
  readonly resources: readonly string[];
  /** Why it failed; null where it took effect. */
  readonly errorCode: string | null;
}

export interface ChangesEvidence {
  /** From two hours before the window on. */
  readonly from: Iso;
  readonly to: Iso;
  /** Newest first, at most 50. */
  readonly changes: readonly Change[];
  /** Changes left out past that. */
  readonly more: number;
  /** Names of events that were asked for, by region. */
  readonly asked: readonly { readonly region: string; readonly names: readonly string[] }[];
  readonly gaps: readonly Unavailability[];
}

// ---------------------------------------------------------------- edge twin

export interface ServerTiming {
  readonly name: string;
  readonly durationMs: number | null;
  readonly description: string | null;
}

/** One tagged request through the distribution, whose twin goes straight to the origin with the origin's probe. */
export interface EdgeTwinEvidence {
  readonly host: string;
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  /** In the User-Agent and in a header of its own, to find its row in the logs. */
  readonly marker: string;
  readonly sentAt: Iso;
  readonly outcome: 'response' | 'no-address' | 'failed';
  readonly error: string | null;
  readonly address: string | null;
  readonly status: number | null;
  /** `x-amz-cf-id`, which is the `x-edge-request-id` of its row in the logs. */
  readonly requestId: string | null;
  readonly edgeLocation: string | null;
  readonly xCache: string | null;
  readonly server: string | null;
  readonly via: string | null;
  readonly serverTiming: readonly ServerTiming[];
  readonly elapsedMs: number;
}

// ---------------------------------------------------------------- the bag

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
