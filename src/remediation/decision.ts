/** What a person decides about a proposal by a click or a form. */

/** `groups` are those of the policy's groups that the person is in, read from Slack now. */
interface Person {
  readonly userId: string;
  readonly groups: readonly string[];
}

export type Decision =
  /** `asTrial`: to be tried on a part of the traffic first. */
  | (Person & { readonly kind: 'approve'; readonly asTrial?: boolean })
  | (Person & { readonly kind: 'break-glass'; readonly reason: string })
  | (Person & { readonly kind: 'reject'; readonly reason: string })
  | (Person & { readonly kind: 'revoke' });

/** What is decided about a trial that runs. */
export type TrialDecision = Person & { readonly kind: 'promote-trial' | 'end-trial' };

export function isTrialDecision(decision: Decision | TrialDecision): decision is TrialDecision {
  return decision.kind === 'promote-trial' || decision.kind === 'end-trial';
}
