/** How Slack's deliveries reach us; Socket Mode and HTTP look the same to the app. */
import type { Receiver } from '@slack/bolt';

export interface SlackConnection {
  readonly receiver: Receiver;
  /** Resolves once deliveries arrive. */
  start(): Promise<void>;
  /** Takes no more deliveries; resolves when the connection is closed. */
  stop(): Promise<void>;
  isReady(): boolean;
  /** Port of the health routes, in HTTP mode of everything; null where nothing listens. */
  port(): number | null;
}
