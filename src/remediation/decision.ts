/** What a person decides about a proposal by a click or a form. */

/** `groups` are those of the policy's groups that the person is in, read from Slack now. */
interface Person {
  readonly userId: string;
  readonly groups: readonly string[];
}

export type Decision =
  | (Person & { readonly kind: 'approve' })
  | (Person & { readonly kind: 'break-glass'; readonly reason: string })
  | (Person & { readonly kind: 'reject'; readonly reason: string })
  | (Person & { readonly kind: 'revoke' });
