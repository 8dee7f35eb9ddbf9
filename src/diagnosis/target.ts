/** What a person may name: parsed without any look-up. */

export type Target =
  | { readonly kind: 'distribution-id'; readonly id: string }
  /** An alias (CNAME) or `dxxxx.cloudfront.net`; resolved to an id by listing distributions. */
  | { readonly kind: 'domain-name'; readonly domainName: string };

export type TargetParse =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly problem: string };
