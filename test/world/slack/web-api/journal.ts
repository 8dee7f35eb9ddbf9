/** The journal of what the app asked of Slack. */
import type { JsonObject } from '../json.js';

export type CallOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly error: string; readonly problems: readonly string[] }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'http'; readonly status: number }
  /** Nothing was answered (yet). */
  | { readonly kind: 'unanswered' };

export interface Call {
  /** Method of the Web API; `response_url` and `files.upload` for the two addresses that are none. */
  readonly method: string;
  readonly arguments: JsonObject;
  readonly token: string | null;
  /** Milliseconds since 1970, when the request had arrived. */
  readonly at: number;
  /** Whether the state was changed, which a rule may do before it answers badly. */
  readonly applied: boolean;
  readonly outcome: CallOutcome;
}
