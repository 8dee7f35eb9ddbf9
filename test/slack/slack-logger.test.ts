import { describe, expect, it } from '@jest/globals';
import type { Log } from '../../src/platform/log.js';
import { createSlackLogger, redact } from '../../src/slack/slack-logger.js';

function recordingLog(): { readonly log: Log; readonly lines: [string, string][] } {
  const lines: [string, string][] = [];
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>) => {
    lines.push([level, String(fields['line'])]);
  };
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => log,
  };
  return { log, lines };
}

describe('what Slack’s packages log', () => {
  it.each([
    ['a bot token', 'token xoxb-1-2-abc used', 'token [token] used'],
    ['an app token', 'xapp-1-A0-xyz', '[token]'],
    ['a response URL', 'POST https://hooks.slack.com/commands/T0/1/secret failed', 'POST [response url] failed'],
    ['an address of a socket', 'wss://wss-primary.slack.com/link/?ticket=abc&app_id=def', '[socket url]'],
    [
      'a payload',
      '{"token":"old","trigger_id":"1.2.x","text":"hi"}',
      '{"token":"[redacted]","trigger_id":"[redacted]","text":"hi"}',
    ],
  ])('is kept without %s', (_, line, kept) => {
    expect(redact(line)).toBe(kept);
  });

  it('is a level lower than they say, and payloads at their debug level are dropped', () => {
    const { log, lines } = recordingLog();
    const logger = createSlackLogger(log);
    logger.debug('Received a message on the WebSocket: {"response_url":"…"}');
    logger.info('connected', { socket: 1 });
    logger.warn(new Error('odd xoxb-1-2'));
    logger.error('bad');
    expect(lines).toEqual([
      ['debug', 'connected {"socket":1}'],
      ['warn', 'Error: odd [token]'],
      ['error', 'bad'],
    ]);
  });
});
