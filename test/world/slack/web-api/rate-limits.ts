/** Slack's rate limits: per method and minute by tier; messages one per second and channel with a short burst. */
import type { Tier } from './method.js';

/** Calls per minute. Source: docs.slack.dev/apis/web-api/rate-limits; a special method's limit is not told. */
const perMinute = { 1: 1, 2: 20, 3: 50, 4: 100, special: 100 } as const;
/** "Short bursts" of messages are allowed; Slack does not say how short. */
const messageBurst = 5;
const minuteMs = 60_000;

export interface RateLimits {
  /** Counts the call; seconds to wait where it is one too many, null where it may pass. */
  count(method: string, tier: Tier, channel: string): number | null;
}

export function createRateLimits(now: () => number): RateLimits {
  const calls = new Map<string, number[]>();
  const buckets = new Map<string, { tokens: number; at: number }>();

  const countMessage = (channel: string): number | null => {
    const at = now();
    const bucket = buckets.get(channel) ?? { tokens: messageBurst, at };
    const tokens = Math.min(messageBurst, bucket.tokens + (at - bucket.at) / 1000);
    buckets.set(channel, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    return tokens >= 1 ? null : 1;
  };

  return {
    count: (method, tier, channel) => {
      if (tier === 'message') return countMessage(channel);
      const at = now();
      const recent = (calls.get(method) ?? []).filter((each) => each > at - minuteMs);
      const oldest = recent[0];
      if (recent.length >= perMinute[tier] && oldest !== undefined) {
        calls.set(method, recent);
        return Math.max(1, Math.ceil((oldest + minuteMs - at) / 1000));
      }
      calls.set(method, [...recent, at]);
      return null;
    },
  };
}
