/** What a case of the bench is: a small world, stated as data, and the answer that AWS's own rules give for it. */
import type {
  CustomErrorResponse,
  CustomOriginConfig,
  DefaultCacheBehavior,
  DistributionConfig,
} from '@aws-sdk/client-cloudfront';
import type { Verdict } from '../../../src/diagnosis/verdict.js';
import type { AccessLogRow } from '../../world/access-logs.js';
import type { LoadBalancerSeed } from '../../world/aws/load-balancer-seed.js';
import type { LocalAws } from '../../world/aws/local-aws.js';
import type { TestAuthority } from '../../world/certificates.js';
import type { DnsAnswer } from '../../world/dns.js';
import type { FailureRule, WeightedPath } from '../../world/log-story.js';
import type { OriginAnswer } from '../../world/origin-answers.js';
import type { TlsFault } from '../../world/origin-faults.js';
import type { ConnectionMode, OriginOptions, OriginTls } from '../../world/origins.js';

export const families = [
  'dns',
  'tcp',
  'tls',
  'http',
  'keep-alive',
  'balancer',
  'edge',
  'logs-only',
  'pairs',
  'red-herrings',
  'healthy',
  'blind',
] as const;
export type Family = (typeof families)[number];

export interface BenchCase {
  /** `<family>/<what is wrong>[/<variant>]`. */
  readonly id: string;
  readonly family: Family;
  readonly world: WorldSketch;
  readonly expected: Expected;
}

/** The right answer, from the documented rules and never from what the product says. Ids are those of docs/causes.md. */
export interface Expected {
  readonly outcome: Verdict['outcome'];
  /** The cause to be named first; null where none may be named. */
  readonly top: string | null;
  /** As good a first answer: two causes account for the same rows, or two checks name one defect. */
  readonly orTop?: readonly string[];
  /** Every cause of the 502s in this world; the first is `top`. */
  readonly causes: readonly string[];
  /** True of this world too, or another name of the same defect: neither asked for nor held against it. */
  readonly mayAlsoSay?: readonly string[];
  /** Never among the causes, whatever the strength. */
  readonly mustNotSay?: readonly string[];
  /** To be named, and never as proven: what is seen from outside speaks for it, and something in this world against it. */
  readonly mustNotProve?: readonly string[];
  /** The least and the most of the logged 502s that may be called explained, as shares. */
  readonly explains?: readonly [number, number];
}

/** Makes what is served in a handshake, for what `faultyTls` has no name for. */
export type TlsRecipe = (authority: TestAuthority, names: readonly [string, ...string[]]) => Promise<OriginTls>;

/** One address behind an origin's name. */
export interface HostSketch {
  /** `refusing`: nothing listens. `dropping`: SYNs are not answered; at most one per origin. Absent: serving. */
  readonly state?: 'serving' | 'refusing' | 'dropping';
  /** Absent: sound; without meaning where the origin is reached over HTTP. `plain`: no TLS where there should be. */
  readonly tls?: TlsFault | TlsRecipe | 'plain';
  readonly connection?: ConnectionMode;
  /** Absent: an empty 200. */
  readonly answer?: OriginAnswer;
  readonly paths?: Readonly<Record<string, OriginAnswer>>;
  /** In turn, whatever is asked for: servers behind one address. */
  readonly turns?: NonNullable<OriginOptions['turns']>;
  /** Ends a connection that has been idle for so long; absent: never. */
  readonly idle?: NonNullable<OriginOptions['idle']>;
  /** Absent: the next of the case's own loopback addresses. */
  readonly address?: string;
}

/** Per minute: a number, or as many as there were logged 502s or requests, times a factor. */
export type MinuteCount = number | { readonly of: 'failures' | 'requests'; readonly times: number };

export interface BalancerSketch extends Pick<LoadBalancerSeed, 'type' | 'scheme' | 'attributes' | 'targetGroups'> {
  readonly listeners?: LoadBalancerSeed['listeners'];
  /** Metric name of AWS/ApplicationELB -> count; RequestCount follows the traffic. */
  readonly metrics?: Readonly<Record<string, MinuteCount>>;
  /** True: none of Elastic Load Balancing's calls is allowed. */
  readonly denied?: boolean;
}

export interface OriginSketch {
  /** Its id, and the first label of its name. */
  readonly label: string;
  /** Absent: a name of the shop's, or Amazon's name for the balancer. */
  readonly domainName?: (names: CaseNames) => string;
  /** How CloudFront reaches it; absent: https. Over match-viewer the same hosts answer both, `hosts` over TLS and `plainHosts` without. */
  readonly scheme?: 'https' | 'http' | 'match-viewer';
  /** Absent: one sound host. */
  readonly hosts?: readonly HostSketch[];
  readonly plainHosts?: readonly HostSketch[];
  /** Absent: the addresses of its hosts. */
  readonly dns?: DnsAnswer | ((addresses: readonly string[]) => DnsAnswer);
  /** Present: the origin is an application load balancer by the name that Amazon gave it. */
  readonly balancer?: BalancerSketch;
  /** True: a VPC origin. */
  readonly vpc?: boolean;
  /** Names on its certificate; absent: those that CloudFront asks for. */
  readonly certificateNames?: (names: CaseNames) => readonly [string, ...string[]];
  readonly config?: Partial<CustomOriginConfig>;
  readonly customHeaders?: Readonly<Record<string, string>>;
  readonly originPath?: string;
}

export interface BehaviourSketch {
  readonly path: string;
  /** Label of an origin or of a group. */
  readonly origin: string;
  readonly forwardsHost?: boolean;
  readonly settings?: Partial<DefaultCacheBehavior>;
}

/** The names that belong to one case alone, since all cases share one AWS, one DNS and one machine. */
export interface CaseNames {
  readonly number: number;
  readonly distributionId: string;
  readonly distributionDomain: string;
  readonly bucket: string;
  /** What viewers type; the alias of the distribution. */
  readonly viewerHost: string;
  host(label: string): string;
  balancer(label: string): string;
}

/** For what the sketch has no word for. */
export interface Planting {
  readonly aws: LocalAws;
  readonly names: CaseNames;
  readonly rows: readonly AccessLogRow[];
}

export interface WorldSketch {
  readonly origins: readonly [OriginSketch, ...OriginSketch[]];
  readonly groups?: readonly {
    readonly label: string;
    readonly members: readonly [string, string];
    readonly statusCodes?: readonly number[];
  }[];
  /** Absent: the first origin. */
  readonly defaultOrigin?: string;
  readonly behaviours?: readonly BehaviourSketch[];
  /** Of the default behaviour. */
  readonly forwardsHost?: boolean;
  readonly defaultBehaviour?: Partial<DefaultCacheBehavior>;
  /** Absent: the viewer host of the case. */
  readonly aliases?: (names: CaseNames) => readonly string[];
  readonly errorResponses?: readonly CustomErrorResponse[];
  readonly distribution?: Partial<DistributionConfig>;
  readonly paths?: readonly [WeightedPath, ...WeightedPath[]];
  readonly requestsPerMinute?: number;
  readonly failures?: readonly FailureRule[];
  /** Changes the planted rows, for what a rule cannot say. */
  readonly editRows?: (rows: readonly AccessLogRow[], names: CaseNames) => readonly AccessLogRow[];
  /** `denied`: the bucket may not be read. `empty`: logging is on and nothing has come yet. Absent: on. */
  readonly logs?: 'on' | 'off' | 'denied' | 'empty';
  /** `basic`: without the paid metrics, of which 502ErrorRate is one. `none`: no datapoint. Absent: all. */
  readonly metrics?: 'all' | 'basic' | 'none' | 'denied';
  /** True: the configuration may not be read. */
  readonly distributionDenied?: boolean;
  readonly plant?: (planting: Planting) => void;
}
