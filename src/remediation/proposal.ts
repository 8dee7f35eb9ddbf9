/** The shape of a proposal: one value, of one origin or balancer, to be changed after somebody else has approved it. Plain JSON; its life is `life.ts`. */

export type Iso = string;

/**
 * All that cf502 ever changes. The first five belong to an origin of a distribution
 * (https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html), the last to a load balancer
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html).
 */
export const changeFields = [
  'connection-attempts',
  'connection-timeout',
  'read-timeout',
  'keep-alive-timeout',
  'response-completion-timeout',
  'balancer-idle-timeout',
] as const;
export type ChangeField = (typeof changeFields)[number];

/** Seconds, or a number of attempts for `connection-attempts`. `null` only for `response-completion-timeout`, where it means: no limit set. */
export type ChangeValue = number | null;

export type ChangeTarget =
  | { readonly kind: 'origin'; readonly distributionId: string; readonly originId: string }
  | {
      readonly kind: 'balancer';
      /** The distribution it was proposed for, which is what permissions and the one-in-flight rule go by. */
      readonly distributionId: string;
      readonly arn: string;
      readonly region: string;
      readonly name: string;
    };

export interface Change {
  readonly target: ChangeTarget;
  readonly field: ChangeField;
  readonly before: ChangeValue;
  readonly after: ChangeValue;
}

/**
 * pending -> approved -> applying -> applied -> verified | not-verified; the others are ends. A dry run goes pending -> approved -> rehearsed and
 * never through `applying`; a trial goes approved -> trying -> applying. See `life.ts` for every legal step.
 */
export const proposalStates = [
  'pending',
  'approved',
  'trying',
  'applying',
  'applied',
  'verified',
  'not-verified',
  'rolled-back',
  'rehearsed',
  'rejected',
  'expired',
  'revoked',
  'failed',
] as const;
export type ProposalState = (typeof proposalStates)[number];

/** What an approval is of: if any of it no longer holds, the approval does not either. Hashes are SHA-256, hex. */
export interface Binding {
  /** ETag of the distribution's configuration as the approver saw it; for a balancer, a hash of its attributes. */
  readonly etag: string;
  /** Of the change (target, field, before, after). */
  readonly changeHash: string;
  /** Of that part of the live configuration that the change bears on: the whole origin block, or the balancer's attributes. */
  readonly subjectHash: string;
  /** Of the evidence bag that the forecast was made from; null where there was none. */
  readonly evidenceHash: string | null;
}

/** Who and what a change reaches. Names are untrusted text. */
export interface BlastRadius {
  readonly behaviours: readonly string[];
  readonly aliases: readonly string[];
  /** Every tenant of a multi-tenant distribution, by name. */
  readonly tenants: readonly string[];
  /** Other distributions behind the same balancer cannot be listed; said for balancers. */
  readonly note: string | null;
}

/** What the evidence says would have happened with the new value. */
export interface Forecast {
  /** `supports`: a finding asks for it. `against`: it would make things worse or change nothing. `unknown`: the evidence does not tell, or counts too little. */
  readonly stance: 'supports' | 'against' | 'unknown';
  /** Sentences for a person, with the counts; the first stands alone. */
  readonly sentences: readonly string[];
  /** Failures that the new value would have touched, of all failures seen; null where nothing could be counted. */
  readonly touched: { readonly count: number; readonly of: number } | null;
}

/** The test that is run after `Deployed`, stated before anybody approves. */
export interface SuccessTest {
  readonly source: 'access-logs' | 'cloudfront-metrics';
  /** Statuses that count as a failure. */
  readonly statuses: readonly number[];
  /** Path patterns of the behaviours in question; empty: the whole distribution. */
  readonly behaviours: readonly string[];
  /** Behaviours of other origins, which must not get worse. */
  readonly controlBehaviours: readonly string[];
  /** Of the control behaviours; null: they could not be counted, which the card says. Absent in proposals of earlier versions. */
  readonly controlBefore?: Sample | null;
  readonly windowMinutes: number;
  /** The window opens this long after `Deployed`: until then errors may be answered from the cache. */
  readonly startsAfterSeconds: number;
  /** Set where CloudFront keeps errors for longer than the window is put off. */
  readonly cachedForSeconds?: number;
  /** Fewer requests than this after the deployment tell nothing. */
  readonly minRequests: number;
  readonly before: Sample;
  /** The share of failures after must be below this, with the whole 95 % interval. */
  readonly maxShare: number;
  /** Set where a change is taken back: then failures must be no worse than these, and `maxShare` is the upper end of their interval. */
  readonly rollback?: { readonly comparedWith: 'change-in-force' | 'before-change' | 'nothing' };
  readonly sentence: string;
}

export interface Sample {
  readonly requests: number;
  readonly failures: number;
}

export interface ProofResult {
  readonly outcome: 'verified' | 'not-verified';
  readonly before: Sample;
  readonly after: Sample;
  /** 95 % (Wilson) of the share of failures after. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly control: { readonly before: Sample; readonly after: Sample } | null;
  readonly window: { readonly from: Iso; readonly to: Iso };
  /** Requests in the logs, and as CloudWatch counted them, of the whole distribution. */
  readonly coverage?: { readonly logged: number; readonly counted: number };
  readonly sentences: readonly string[];
}

/** What is known of the write itself. */
export interface Application {
  /** When it was taken up. */
  readonly startedAt: Iso;
  /** Set by one compare-and-set just before the write is sent, so that one process at most sends it; null: provably not sent. */
  readonly sentAt: Iso | null;
  readonly etagBefore: string;
  readonly etagAfter: string | null;
  readonly requestId: string | null;
  readonly appliedAt: Iso | null;
  readonly deployedAt: Iso | null;
}

export interface Step {
  readonly at: Iso;
  readonly event: string;
  readonly from: ProposalState;
  readonly to: ProposalState;
  /** Slack user id; null: cf502 itself. */
  readonly by: string | null;
  /** Reason or remark, for a person. Untrusted where a person wrote it. */
  readonly note: string | null;
  /** Of the answer of AWS that led to this step; absent where none did. */
  readonly requestId?: string;
}

/** Who may approve, frozen when proposed so that the card can say it; re-read at every click, where the narrower of the two holds. */
export interface Approvers {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly quorum: number;
  readonly selfApproval: boolean;
}

export interface Approval {
  readonly userId: string;
  readonly at: Iso;
  readonly way?: 'trial';
  /** Approver groups that the person was in, through which it was given. Absent where named in person only, and in proposals of earlier versions. */
  readonly groups?: readonly string[];
}

export interface Proposal {
  readonly format: 'cf502.proposal/1';
  /** `prp_` and 12 letters or digits. */
  readonly id: string;
  /** Goes up by one at every transition: what compare-and-set compares. */
  readonly revision: number;
  readonly state: ProposalState;
  readonly change: Change;
  readonly binding: Binding;
  readonly blastRadius: BlastRadius;
  readonly forecast: Forecast;
  /** The finding it was offered from; null where a person asked for it. */
  readonly offeredFrom: { readonly checkId: string; readonly claim: string } | null;
  readonly successTest: SuccessTest;
  readonly requester: { readonly userId: string; readonly teamId: string };
  readonly reason: string | null;
  readonly approvers: Approvers;
  /** `way`: absent where it is to be applied at once. One approval as a trial makes it a trial: the more careful way holds. */
  readonly approvals: readonly Approval[];
  /** Why it cannot be tried on a part of the traffic first, as a sentence; null: it can. Absent in proposals of earlier versions. */
  readonly trialRefusal?: string | null;
  /** Set where somebody applied it without the quorum or outside the change window, loudly. */
  readonly breakGlass: { readonly userId: string; readonly reason: string; readonly at: Iso } | null;
  readonly dryRun: boolean;
  readonly createdAt: Iso;
  readonly expiresAt: Iso;
  readonly place: { readonly channelId: string; readonly threadTs: string | null };
  /** The card; null while it has not been posted. */
  readonly message: { readonly channelId: string; readonly ts: string } | null;
  readonly application: Application | null;
  readonly proof: ProofResult | null;
  /** The proposal whose change this one takes back. */
  readonly rollbackOf: string | null;
  /** Why it failed, for a person. */
  readonly failure: string | null;
  /** Oldest first; at most 50. */
  readonly history: readonly Step[];
}
