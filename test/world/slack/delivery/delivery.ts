/** One delivery of Slack to the app: a command, an interaction or an event, and what became of it. */
import type { JsonObject } from '../json.js';

export type DeliveryKind = 'slash_commands' | 'interactive' | 'events_api';

/** What Slack does when the app is not there or too slow; shown to the person who typed or clicked. */
export type DeliveryError = 'operation_timeout' | 'dispatch_failed';

export interface Delivery {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly payload: JsonObject;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** 0 for the first try of an event, then 1, 2, 3. */
  readonly retry: number;
  /** Time to the acknowledgement, also of one that came too late; null while there is none. */
  readonly ackedInMs: number | null;
  /** Body of the acknowledgement; null where it was empty. */
  readonly ack: JsonObject | string | null;
  readonly error: DeliveryError | null;
  /** The exact HTTP request, for a replay; null in Socket Mode. */
  readonly request: SignedRequest | null;
  /** HTTP status of the answer; null in Socket Mode and where none came. */
  readonly status: number | null;
}

export interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
