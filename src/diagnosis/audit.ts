/** The contract of an audit item: a value that turns declared evidence into the state of one precaution against 502s. Pure, like a check. */
import type { AlarmEvidence, LogDeliveryEvidence } from './audit-evidence.js';
import type {
  AccessLogEvidence,
  CloudFrontMetricsEvidence,
  DistributionEvidence,
  Gathered,
  KeepAliveLab,
  LoadBalancerEvidence,
  OriginProbe,
  Unavailability,
} from './evidence.js';
import type { Citation } from './finding.js';

/** Evidence that exists once per connection or per balancer: an item sees all of it at once, and what of it is missing. */
export interface PerSubject<T> {
  readonly collected: readonly { readonly subject: string; readonly data: T }[];
  readonly missing: readonly { readonly subject: string; readonly reason: Unavailability }[];
}

export interface AuditEvidenceMap {
  readonly distribution: DistributionEvidence;
  readonly 'access-logs': AccessLogEvidence;
  readonly 'cloudfront-metrics': CloudFrontMetricsEvidence;
  readonly alarms: AlarmEvidence;
  readonly 'log-delivery': LogDeliveryEvidence;
  /** By connection id. */
  readonly 'origin-probes': PerSubject<OriginProbe>;
  /** How long origins keep idle connections, by connection id; empty where none was held. */
  readonly 'keep-alive-labs': PerSubject<KeepAliveLab>;
  /** By origin id. */
  readonly 'load-balancers': PerSubject<LoadBalancerEvidence>;
}
export type AuditEvidenceKind = keyof AuditEvidenceMap;

/** - `in-place`: nothing to do, or nothing that it could apply to. - `missing`: it is not there. - `at-risk`: it is there and will fail as it is set. */
export const auditStates = ['at-risk', 'missing', 'unknown', 'in-place'] as const;
export type AuditState = (typeof auditStates)[number];

export interface Fix {
  /** What to do, one or two sentences, imperative. */
  readonly action: string;
  /** The setting in Terraform, with the real names filled in where they are known. May hold untrusted text. */
  readonly terraform: string | null;
  /** The property in CloudFormation (CDK's escape hatch takes the same), where it is short. */
  readonly cloudFormation: string | null;
}

export type AuditAnswer =
  | { readonly state: 'in-place'; readonly because: string; readonly citations: readonly [Citation, ...Citation[]] }
  | {
      readonly state: 'missing' | 'at-risk';
      readonly because: string;
      readonly citations: readonly [Citation, ...Citation[]];
      readonly fix: Fix;
    }
  | {
      readonly state: 'unknown';
      readonly because: string;
      /** What is missing and what would supply it. */
      readonly missing: readonly [Unavailability, ...Unavailability[]];
      readonly citations: readonly Citation[];
    };

/** `needs` come bare, since without them the item is not asked; `uses` come as gathered, so that their absence can be told apart and named. */
export type AuditEvidenceFor<Needs extends AuditEvidenceKind, Uses extends AuditEvidenceKind> = Pick<
  AuditEvidenceMap,
  Needs
> & { readonly [K in Uses]: Gathered<AuditEvidenceMap[K]> };

interface ItemText {
  /** The file's name: the precaution as a noun, `origin-failover`. */
  readonly id: string;
  /** For lists: `Origin failover`. */
  readonly title: string;
  /** AWS's page about it. */
  readonly why: string;
  /** Why it matters for 502s. */
  readonly matters: string;
  /** What AWS really offers, where it is often told otherwise too. */
  readonly offers: string;
}

export interface AuditItemDefinition<Needs extends AuditEvidenceKind, Uses extends AuditEvidenceKind> extends ItemText {
  readonly needs: readonly Needs[];
  readonly uses: readonly Uses[];
  readonly evaluate: (evidence: AuditEvidenceFor<Needs, Uses>, now: Date) => AuditAnswer;
}

/** An item with its evidence types erased, as the engine holds it. */
export interface AuditItem extends ItemText {
  readonly needs: readonly AuditEvidenceKind[];
  readonly uses: readonly AuditEvidenceKind[];
  readonly evaluate: (evidence: Readonly<Partial<Record<AuditEvidenceKind, unknown>>>, now: Date) => AuditAnswer;
}

/** Defines an item. Reading evidence that is in neither `needs` nor `uses` is a compile error. */
export function defineAuditItem<const Needs extends AuditEvidenceKind, const Uses extends AuditEvidenceKind = never>(
  definition: Omit<AuditItemDefinition<Needs, Uses>, 'uses'> & { readonly uses?: readonly Uses[] },
): AuditItem {
  const { evaluate } = definition;
  return {
    ...definition,
    uses: definition.uses ?? [],
    // The engine hands over exactly what `needs` and `uses` name: this is the one place where the types are erased.
    evaluate: (evidence, now) => evaluate(evidence as AuditEvidenceFor<Needs, Uses>, now),
  };
}
