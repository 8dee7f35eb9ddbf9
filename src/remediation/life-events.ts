/** What can happen to a proposal. Plain JSON; which of it is legal when is `life.ts`. */
import type {
  Binding,
  BlastRadius,
  Change,
  Forecast,
  Iso,
  ProofResult,
  Proposal,
  ProposalState,
  SuccessTest,
} from './proposal.js';

interface Happening {
  readonly at: Iso;
}

/** What each event carries besides its time. */
export interface EventFacts {
  /** One more approval; `quorum` where the policy asks for more by now than when it was proposed. */
  readonly approve: {
    readonly by: string;
    readonly groups: readonly string[];
    readonly quorum?: number;
    readonly way?: 'trial';
    /** Those whose approvals no longer count, since they may no longer approve. */
    readonly discounted?: readonly string[];
  };
  /** Approved by one person alone, or outside the change window. That the person may is judged by `judgeDecision`. */
  readonly 'break-glass': { readonly by: string; readonly reason: string };
  readonly reject: { readonly by: string; readonly reason: string };
  /** `by` null: cf502 itself, because the policy no longer allows it. */
  readonly revoke: { readonly by: string | null; readonly reason?: string };
  /** `because`: what it waited for, where it had been approved; a full sentence. */
  readonly expire: { readonly because?: string };
  /** The dry run's end: what would have been sent, as a sentence. */
  readonly rehearse: { readonly would: string };
  /** The trial begins that it was approved as; what is tried is kept in `trial-life.ts`. */
  readonly try: Record<never, never>;
  /** The trial was ended, everything it had made is gone again, and nothing of the distribution was changed. `by` null: cf502 itself. */
  readonly 'end-trial': { readonly by: string | null; readonly because: string };
  /** A worker takes it up. Nothing has been sent yet. */
  readonly begin: Record<never, never>;
  /** The write is about to be sent. One compare-and-set: whoever loses it must not send. */
  readonly send: { readonly etag: string };
  /** Provably nothing was sent: back to `approved` to be taken up once more. */
  readonly retry: { readonly because: string };
  /** It cannot be applied at this moment, and is tried again while the approval holds. */
  readonly hold: { readonly because: string };
  /** Something unrelated moved the ETag; what was approved still holds. */
  readonly rebase: {
    readonly binding: Binding;
    readonly note: string;
    readonly blastRadius?: BlastRadius;
  };
  /** What was approved no longer holds: approvals are void and it waits for new ones. `refusedByAws`: it was sent, and AWS refused it (412). */
  readonly void: {
    readonly binding: Binding;
    readonly expiresAt: Iso;
    readonly because: string;
    readonly refusedByAws?: boolean;
    readonly change?: Change;
    readonly blastRadius?: BlastRadius;
    readonly forecast?: Forecast;
    readonly successTest?: SuccessTest;
    readonly trialRefusal?: string | null;
    readonly requestId?: string | null;
  };
  readonly applied: { readonly etagAfter: string | null; readonly requestId: string | null };
  readonly fail: { readonly because: string; readonly requestId?: string | null };
  /** It was given up as not carried out, and AWS has carried it out after all. */
  readonly 'turned-out-applied': {
    readonly etagAfter: string | null;
    readonly requestId: string | null;
    readonly because: string;
  };
  /** `etagAfter`: where cf502 itself moved it since, by taking a trial's policy off. */
  readonly deployed: { readonly etagAfter?: string };
  readonly verify: { readonly proof: ProofResult };
  readonly refute: { readonly proof: ProofResult };
  /** `rollbackId`: the proposal that took it back. */
  readonly 'rolled-back': { readonly rollbackId: string; readonly by: string | null };
  readonly 'message-posted': { readonly message: { readonly channelId: string; readonly ts: string } };
}

export type EventName = keyof EventFacts;
export type EventOf<Name extends EventName> = { readonly name: Name } & Happening & EventFacts[Name];
export type ProposalEvent = { [Name in EventName]: EventOf<Name> }[EventName];

export type StepResult =
  | { readonly ok: true; readonly proposal: Proposal }
  /** `because` is a sentence for a person. */
  | { readonly ok: false; readonly because: string };

/** What an event makes of a proposal, before it is written into the history. */
export type Effect =
  | {
      readonly to: ProposalState;
      readonly patch?: Partial<Omit<Proposal, 'format' | 'id' | 'revision' | 'state' | 'history'>>;
      readonly by?: string | null;
      readonly note?: string | null;
      readonly requestId?: string | null;
    }
  | { readonly because: string };
