/** What bot and worker agree on about changes. Implemented on Redis and BullMQ in `change-producer.ts`. */
import { z } from 'zod';
import type { EvidenceBag } from '../diagnosis/evidence.js';
import type { Decision, TrialDecision } from '../remediation/decision.js';
import type { Offer } from '../remediation/offer.js';
import { changeFields, type Proposal } from '../remediation/proposal.js';

const slackId = z.string().max(64);

/** What a person, or a finding, asks to have proposed: the payload of the `propose` job. The worker reads the live value and judges bounds. */
export const proposalDraftSchema = z.strictObject({
  v: z.literal(1),
  /** `prp_` and 12 letters or digits, derived from Slack's id of the request so that a repeated delivery is the same proposal. */
  proposalId: z.string().regex(/^prp_[a-z0-9]{12}$/),
  distributionId: z.string().regex(/^E[A-Z0-9]{6,20}$/),
  /** Origin id as in the configuration. For a balancer: the id of an origin in front of it, or its ARN; empty: the only one. Of no account where `rollbackOf` is set. */
  originId: z.string().max(255),
  field: z.enum(changeFields),
  /** null: take the limit away (response completion only). */
  after: z.number().int().min(0).max(100_000).nullable(),
  requester: z.strictObject({ userId: slackId, teamId: slackId }),
  reason: z.string().max(1_000).nullable(),
  /** The check whose evidence the forecast is made from; null: the newest of this distribution, where there is one. */
  checkId: z
    .string()
    .regex(/^chk_[a-z0-9]{12}$/)
    .nullable(),
  place: z.strictObject({ channelId: slackId, threadTs: z.string().max(32).nullable() }),
  rollbackOf: z
    .string()
    .regex(/^prp_[a-z0-9]{12}$/)
    .nullable(),
  askedAt: z.iso.datetime(),
});
export type ProposalDraft = z.infer<typeof proposalDraftSchema>;

/** A click or a form of a person, already checked to be theirs to make where Slack is needed for that (groups). */
export type { Decision, TrialDecision } from '../remediation/decision.js';

export type DecisionResult =
  /** The transition was made; `proposal` is the state after it. */
  | { readonly state: 'done'; readonly proposal: Proposal }
  /** Nothing changed; `because` is the sentence for the person. */
  | { readonly state: 'refused'; readonly because: string; readonly proposal: Proposal | null };

/** The changes of this installation, as the bot sees them. Every call fails fast with Failure `service-down` when Redis is away. */
export interface Changes {
  /** Enqueues the making of a proposal. The card, or the reason why there is none, appears in its place. */
  propose(draft: ProposalDraft): Promise<void>;
  /** One compare-and-set; where it leads to `approved`, the job that applies it is enqueued. */
  decide(proposalId: string, decision: Decision | TrialDecision, now: Date): Promise<DecisionResult>;
  read(proposalId: string): Promise<Proposal | null>;
  /** What a finished check offers to change, in the order of its buttons; empty where it is no longer kept. */
  offers(checkId: string): Promise<readonly Offer[]>;
  /** Proposals that are not over, and those in force that can still be rolled back; newest first, at most 20. */
  live(): Promise<readonly Proposal[]>;
  /** The evidence of the newest finished check of a distribution, at most a day old. */
  newestEvidence(distributionId: string): Promise<{ readonly checkId: string; readonly bag: EvidenceBag } | null>;
}
