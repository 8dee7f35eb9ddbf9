import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type ConfigPart, parseConfig } from '../src/config.js';
import { Failure } from '../src/failure.js';

const valid = { SLACK_BOT_TOKEN: 'xoxb-1-secret', SLACK_APP_TOKEN: 'xapp-1-secret', SLACK_SIGNING_SECRET: 'shhh' };

function problemsOf(environment: Record<string, string>, parts: readonly ConfigPart[]): string {
  try {
    parseConfig(environment, parts);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  return '';
}

describe('parseConfig', () => {
  it('fills in the defaults', () => {
    const config = parseConfig(valid, ['bot', 'worker']);
    expect(config).toMatchObject({
      redisUrl: null,
      redisPrefix: '{cf502}',
      dnsServers: ['1.1.1.1', '8.8.8.8'],
      policyFile: 'cf502.policy.yml',
    });
    expect(config.slack).toMatchObject({ mode: 'socket', apiUrl: null, port: 3000 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('asks nothing of Slack for the terminal', () => {
    expect(parseConfig({}, ['terminal']).slack.botToken).toBe('');
  });

  it('treats an empty variable as absent, as .env files write it', () => {
    expect(parseConfig({ ...valid, REDIS_URL: '' }, ['bot']).redisUrl).toBeNull();
  });

  it('names every problem at once, with the page where the value is found', () => {
    const message = problemsOf({ CF502_DNS: '1.1.1.1' }, ['bot']);
    expect(message).toContain('3 problems');
    expect(message).toContain('SLACK_BOT_TOKEN');
    expect(message).toContain('OAuth & Permissions');
    expect(message).toContain('App-Level Tokens');
    expect(message).toContain('CF502_DNS: no such setting');
  });

  it.each([
    ['a token of the wrong kind', { ...valid, SLACK_BOT_TOKEN: 'xapp-wrong' }, 'SLACK_BOT_TOKEN'],
    ['no signing secret in http mode', { SLACK_MODE: 'http', SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_SIGNING_SECRET'],
    ['a mode that does not exist', { ...valid, SLACK_MODE: 'rtm' }, 'SLACK_MODE'],
    ['a Redis URL that is none', { ...valid, REDIS_URL: 'localhost:6379' }, 'REDIS_URL'],
    ['a prefix without braces', { ...valid, CF502_REDIS_PREFIX: 'cf502' }, 'CF502_REDIS_PREFIX'],
    ['a resolver that is a name', { ...valid, CF502_DNS_SERVERS: 'dns.example.com' }, 'CF502_DNS_SERVERS'],
    ['a concurrency of none', { ...valid, CF502_WORKER_CONCURRENCY: '0' }, 'CF502_WORKER_CONCURRENCY'],
    [
      'a roots file that is not there',
      { ...valid, CF502_EXTRA_TRUST_ROOTS_FILE: '/does/not/exist.pem' },
      'CF502_EXTRA_TRUST_ROOTS_FILE',
    ],
  ])('refuses %s', (_what, environment, variable) => {
    expect(problemsOf(environment, ['bot'])).toContain(variable);
  });

  it('never repeats a value, since it may be a secret', () => {
    expect(problemsOf({ ...valid, SLACK_BOT_TOKEN: 'secret-value', REDIS_URL: 'secret-url' }, ['bot'])).not.toContain(
      'secret',
    );
  });

  it('knows every setting that .env.sample shows, and shows every one it knows', () => {
    const shown = [...readFileSync('.env.sample', 'utf8').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'AWS_REGION');
    const known = [...readFileSync('src/config.ts', 'utf8').matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(
      ([, name = '']) => name,
    );
    expect(shown.sort()).toEqual(known.sort());
  });
});
