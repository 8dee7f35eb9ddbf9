/** Our log in the shape that Slack's packages expect, with tokens and response URLs taken out. */
import { type Logger, LogLevel } from '@slack/web-api';
import type { Log } from '../platform/log.js';

const secrets: readonly (readonly [RegExp, string])[] = [
  [/\bx(?:ox[a-z]|app)-[\w-]+/g, '[token]'],
  [/https?:\/\/[^\s"']*\/(?:commands|actions|app|services|workflows)\/[^\s"'\\]+/g, '[response url]'],
  [/\bwss?:\/\/[^\s"'\\]+/g, '[socket url]'],
  [/("(?:token|response_url|trigger_id)"\s*:\s*")[^"]*"/g, '$1[redacted]"'],
];

const maxLength = 2000;

/** Text without secrets. */
export function redact(text: string): string {
  return secrets
    .reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text.slice(0, maxLength * 2))
    .slice(0, maxLength);
}

/**
 * Slack's debug lines hold whole payloads (what people type, response URLs, socket tickets), so they are dropped at every level;
 * its info lines are our debug lines.
 */
export function createSlackLogger(log: Log): Logger {
  const own = log.child({ component: 'slack-sdk' });
  const line = (parts: readonly unknown[]): { readonly line: string } => ({ line: redact(parts.map(words).join(' ')) });
  return {
    debug: () => undefined,
    info: (...parts) => own.debug(line(parts), 'slack sdk'),
    warn: (...parts) => own.warn(line(parts), 'slack sdk'),
    error: (...parts) => own.error(line(parts), 'slack sdk'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

function words(part: unknown): string {
  if (typeof part === 'string') return part;
  if (part instanceof Error) return `${part.name}: ${part.message}`;
  return JSON.stringify(part) ?? '';
}
