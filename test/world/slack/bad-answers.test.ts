/** What the unmodified WebClient makes of a Slack that is slow, limits, fails or says nothing. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode, type WebClientOptions } from '@slack/web-api';
import { buildClient } from './bolt-app.js';
import { type LocalSlack, startLocalSlack } from './local-slack.js';

let slack: LocalSlack;
let clock = Date.UTC(2026, 0, 31);

beforeEach(async () => {
  clock = Date.UTC(2026, 0, 31);
  slack = await startLocalSlack({ now: () => clock });
});

afterEach(async () => {
  await slack.stop();
});

const client = (options: WebClientOptions = {}) => buildClient(slack, { options });

describe('being told to answer badly', () => {
  const post = (web = client()) => web.chat.postMessage({ channel: 'C0INCIDEN', text: 'a' });

  it('answers 429 with Retry-After, once', async () => {
    const rule = slack.answer('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 7, times: 1 });
    await expect(post(client({ rejectRateLimitedCalls: true }))).rejects.toMatchObject({
      code: ErrorCode.RateLimitedError,
      retryAfter: 7,
    });
    await expect(post()).resolves.toMatchObject({ ok: true });
    expect(rule.served).toBe(1);
    expect(slack.calls.map((call) => call.outcome.kind)).toEqual(['rate-limited', 'ok']);
  });

  it('is waited for and tried again by the client', async () => {
    slack.answer('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 0, times: 2 });
    await expect(post(client({ retryConfig: { retries: 3, minTimeout: 1, factor: 1 } }))).resolves.toMatchObject({
      ok: true,
    });
    expect(slack.calls).toHaveLength(3);
  });

  it('answers 500 until it is stopped', async () => {
    const rule = slack.answer('*', { kind: 'http', status: 500 });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.HTTPError, statusCode: 500 });
    rule.stop();
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  it('answers an error code, for the calls it is about', async () => {
    slack.answer('chat.postMessage', {
      kind: 'error',
      error: 'account_inactive',
      when: (args) => args['text'] === 'a',
    });
    await expect(post()).rejects.toMatchObject({ data: { ok: false, error: 'account_inactive' } });
    await expect(client().chat.postMessage({ channel: 'C0INCIDEN', text: 'b' })).resolves.toMatchObject({ ok: true });
  });

  it('answers nothing, though the message was posted', async () => {
    slack.answer('chat.postMessage', { kind: 'hang', applyFirst: true, times: 1 });
    await expect(post(client({ timeout: 1_000 }))).rejects.toMatchObject({ code: ErrorCode.RequestError });
    expect(slack.messages('#incidents')).toHaveLength(1);
    expect(slack.calls).toMatchObject([{ applied: true, outcome: { kind: 'unanswered' } }]);
  });

  it('resets the connection', async () => {
    slack.answer('chat.postMessage', { kind: 'cut', times: 1 });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RequestError });
    expect(slack.messages('#incidents')).toEqual([]);
  });
});

describe('rate limits', () => {
  beforeEach(async () => {
    await slack.stop();
    slack = await startLocalSlack({ now: () => clock, enforceRateLimits: true });
  });

  const impatient = () => client({ rejectRateLimitedCalls: true });

  it('lets a burst of messages pass, then one a second for each channel', async () => {
    const post = (channel = 'C0INCIDEN') => impatient().chat.postMessage({ channel, text: 'a' });
    for (let count = 0; count < 5; count += 1) await post();
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 1 });
    await expect(post('C0PRIVATE')).resolves.toMatchObject({ ok: true });
    clock += 1000;
    await expect(post()).resolves.toMatchObject({ ok: true });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError });
  });

  it('counts edits by the minute, for the whole workspace', async () => {
    const { ts } = await impatient().chat.postMessage({ channel: 'C0INCIDEN', text: 'a' });
    const edit = () => impatient().chat.update({ channel: 'C0INCIDEN', ts: String(ts), text: 'b' });
    for (let count = 0; count < 50; count += 1) await edit();
    clock += 20_000;
    await expect(edit()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 40 });
    clock += 40_000;
    await expect(edit()).resolves.toMatchObject({ ok: true });
  });
});

describe('waiting', () => {
  it('says what was seen when nothing comes', async () => {
    slack.person('U0ONCALL1').say('#incidents', 'hello');
    await expect(slack.waitFor(() => null, { timeoutMs: 10, what: 'a verdict' })).rejects.toThrow(
      /Waited 10 ms for a verdict.*C0INCIDEN U0ONCALL1: hello/s,
    );
  });

  it('tells every change', async () => {
    const kinds: string[] = [];
    const off = slack.on('change', (change) => kinds.push(change.kind));
    await client().chat.postMessage({ channel: 'C0INCIDEN', text: 'a' });
    off();
    slack.person('U0ONCALL1').say('#incidents', 'b');
    expect(kinds).toEqual(['call', 'message-posted', 'call']);
  });
});
