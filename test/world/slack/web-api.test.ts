/** The unmodified WebClient against the local Web API: what it may do, and how it is refused. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode, LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { type LocalSlack, startLocalSlack } from './local-slack.js';

let slack: LocalSlack;
let clock = Date.UTC(2026, 0, 31);

beforeEach(async () => {
  clock = Date.UTC(2026, 0, 31);
  slack = await startLocalSlack({ now: () => clock, fileScanMs: 2000 });
});

afterEach(async () => {
  await slack.stop();
});

const noRetries = { retries: 0 };

function client(token: string = slack.environment.SLACK_BOT_TOKEN, options: WebClientOptions = {}): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: noRetries,
    logLevel: LogLevel.ERROR,
    logger,
    ...options,
  });
}

const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** The answer of a call that was refused. */
async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof Error && 'data' in thrown) return { ...(thrown.data as object) };
    throw thrown;
  }
  throw new Error('The call was not refused.');
}

describe('who may ask', () => {
  it('says who the bot is and which scopes it has', async () => {
    const answer = await client().auth.test();
    expect(answer).toMatchObject({ ok: true, user_id: 'U0CF50200', bot_id: 'B0CF50200', team_id: 'T0LOCAL01' });
    expect(answer.response_metadata?.scopes).toContain('chat:write');
  });

  it.each([
    ['a wrong token', 'xoxb-wrong', 'invalid_auth'],
    ['an app token where the bot token belongs', 'xapp-1-A0CF50200-local-app-token', 'not_allowed_token_type'],
  ])('refuses %s', async (_name, token, error) => {
    expect(await refusal(client(token).chat.postMessage({ channel: 'C0INCIDEN', text: 'a' }))).toMatchObject({ error });
  });

  it('refuses the bot token for a Socket Mode address', async () => {
    expect(await refusal(client().apps.connections.open())).toMatchObject({ error: 'not_allowed_token_type' });
  });

  it('refuses a call without any token', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST' });
    expect(await response.json()).toEqual({ ok: false, error: 'not_authed' });
  });

  it('names the scope that is missing and those that are there', async () => {
    slack.revokeScopes('usergroups:read');
    const answer = await refusal(client().usergroups.users.list({ usergroup: 'S0APPROVE' }));
    expect(answer).toMatchObject({ error: 'missing_scope', needed: 'usergroups:read' });
    expect(answer['provided']).toContain('chat:write');
  });

  it('asks for the scope of the kind of channel', async () => {
    slack.revokeScopes('groups:read');
    expect(await refusal(client().conversations.info({ channel: 'C0PRIVATE' }))).toMatchObject({
      needed: 'groups:read',
    });
    await expect(client().conversations.info({ channel: 'C0INCIDEN' })).resolves.toMatchObject({ ok: true });
  });

  it('answers unknown_method and complains', async () => {
    expect(await refusal(client().apiCall('chat.shout', { text: 'a' }))).toMatchObject({ error: 'unknown_method' });
    expect(slack.complaints).toEqual(['unknown_method: the local Slack has no chat.shout']);
  });
});

describe('posting', () => {
  it.each([
    ['an unknown channel', 'C0UNKNOWN', 'channel_not_found'],
    ['a public channel without the bot', 'C0NOBOT01', 'not_in_channel'],
    ['a private channel without the bot', 'C0SECRET1', 'channel_not_found'],
    ['an archived channel', 'C0ARCHIVE', 'is_archived'],
  ])('refuses %s', async (_name, channel, error) => {
    expect(await refusal(client().chat.postMessage({ channel, text: 'a' }))).toMatchObject({ error });
  });

  it('posts into a public channel without the bot where the scope allows it', async () => {
    slack.grantScopes('chat:write.public');
    await expect(client().chat.postMessage({ channel: 'C0NOBOT01', text: 'a' })).resolves.toMatchObject({ ok: true });
  });

  it('refuses nothing to say', async () => {
    expect(await refusal(client().chat.postMessage({ channel: 'C0INCIDEN', text: '' }))).toMatchObject({
      error: 'no_text',
    });
  });

  it('refuses a thread that is not there', async () => {
    const post = client().chat.postMessage({ channel: 'C0INCIDEN', text: 'a', thread_ts: '1700000000.000001' });
    expect(await refusal(post)).toMatchObject({ error: 'thread_not_found' });
  });

  it('says where the blocks are wrong', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }];
    const told = 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]';
    expect(await refusal(client().chat.postMessage({ channel: 'C0INCIDEN', text: 'a', blocks }))).toMatchObject({
      error: 'invalid_blocks',
      errors: [told],
      response_metadata: { messages: [`[ERROR] ${told}`] },
    });
    expect(slack.calls.at(-1)?.outcome).toMatchObject({ kind: 'error', error: 'invalid_blocks' });
  });

  it('refuses more text than one message may hold with the error of its own', async () => {
    const blocks = Array.from({ length: 4 }, () => ({
      type: 'section',
      text: { type: 'mrkdwn', text: 'x'.repeat(2900) },
    }));
    expect(await refusal(client().chat.postMessage({ channel: 'C0INCIDEN', text: 'a', blocks }))).toMatchObject({
      error: 'msg_blocks_too_long',
    });
  });

  it('refuses a plan in a workspace that does not have it yet', async () => {
    slack.refuseBlocks('plan');
    const post = () =>
      client().chat.postMessage({ channel: 'C0INCIDEN', text: 'a', blocks: [{ type: 'plan', title: 'Check' }] });
    expect(await refusal(post())).toMatchObject({ error: 'invalid_blocks' });
    slack.takeBlocks('plan');
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  it('reads a JSON body as well as a form', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.environment.SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: '#incidents', text: 'a', blocks: [{ type: 'divider' }] }),
    });
    expect(await response.json()).toMatchObject({ ok: true, channel: 'C0INCIDEN' });
    expect(slack.messages('#incidents')[0]?.blocks).toMatchObject([{ type: 'divider', block_id: 'b0001' }]);
  });

  it('shows an ephemeral message to its reader alone', async () => {
    await client().chat.postEphemeral({ channel: 'C0INCIDEN', user: 'U0ONCALL1', text: 'only you' });
    expect(slack.ephemerals('U0ONCALL1')).toMatchObject([{ text: 'only you', visibleTo: 'U0ONCALL1' }]);
    expect(slack.messages('#incidents')).toEqual([]);
    const stranger = client().chat.postEphemeral({ channel: 'C0INCIDEN', user: 'U0PARTNER', text: 'a' });
    expect(await refusal(stranger)).toMatchObject({ error: 'user_not_in_channel' });
  });

  it('gives a permalink, with the thread of a reply', async () => {
    const parent = await client().chat.postMessage({ channel: 'C0INCIDEN', text: 'a' });
    const ts = String(parent.ts);
    const reply = await client().chat.postMessage({ channel: 'C0INCIDEN', text: 'b', thread_ts: ts });
    const link = await client().chat.getPermalink({ channel: 'C0INCIDEN', message_ts: String(reply.ts) });
    expect(link.permalink).toBe(
      `https://example.slack.com/archives/C0INCIDEN/p${String(reply.ts).replace('.', '')}?thread_ts=${ts}&cid=C0INCIDEN`,
    );
    const unknown = client().chat.getPermalink({ channel: 'C0INCIDEN', message_ts: '1700000000.000001' });
    expect(await refusal(unknown)).toMatchObject({ error: 'message_not_found' });
  });
});

describe('editing', () => {
  const post = async () =>
    String((await client().chat.postMessage({ channel: 'C0INCIDEN', text: 'a', blocks: [{ type: 'divider' }] })).ts);

  it('keeps the blocks where none are given, and takes them away where none are wanted', async () => {
    const ts = await post();
    clock += 1500;
    await client().chat.update({ channel: 'C0INCIDEN', ts, text: 'b' });
    expect(slack.message('#incidents', ts)).toMatchObject({ text: 'b', blocks: [{ type: 'divider' }] });
    await client().chat.update({ channel: 'C0INCIDEN', ts, text: 'c', blocks: [] });
    const message = slack.message('#incidents', ts);
    expect(message).toMatchObject({ text: 'c', blocks: [] });
    expect(message?.versions.map(({ text, at }) => [text, at - Date.UTC(2026, 0, 31)])).toEqual([
      ['a', 0],
      ['b', 1500],
      ['c', 1500],
    ]);
  });

  it.each([
    ['a text of more than 4000', { text: 'x'.repeat(4001) }, 'msg_too_long'],
    ['nothing', { text: '' }, 'no_text'],
  ])('refuses %s', async (_name, change, error) => {
    const ts = await post();
    expect(await refusal(client().chat.update({ channel: 'C0INCIDEN', ts, ...change }))).toMatchObject({ error });
  });

  it('refuses what is not there, and what is not its own', async () => {
    const gone = { channel: 'C0INCIDEN', ts: '1700000000.000001', text: 'a' };
    expect(await refusal(client().chat.update(gone))).toMatchObject({ error: 'message_not_found' });
    const { ts } = slack.person('U0ONCALL1').say('#incidents', 'mine');
    expect(await refusal(client().chat.update({ ...gone, ts }))).toMatchObject({ error: 'cant_update_message' });
    expect(await refusal(client().chat.delete({ channel: 'C0INCIDEN', ts }))).toMatchObject({
      error: 'cant_delete_message',
    });
  });

  it('deletes', async () => {
    const ts = await post();
    await client().chat.delete({ channel: 'C0INCIDEN', ts });
    expect(slack.messages('#incidents')).toEqual([]);
    expect(await refusal(client().chat.update({ channel: 'C0INCIDEN', ts, text: 'b' }))).toMatchObject({
      error: 'message_not_found',
    });
  });
});

describe('reading', () => {
  it('pages through history, newest first, and leaves threads and ephemerals out', async () => {
    slack.grantScopes('channels:history');
    const person = slack.person('U0ONCALL1');
    const first = person.say('#incidents', '1');
    person.say('#incidents', 'reply', { threadTs: first.ts });
    for (const text of ['2', '3', '4', '5']) person.say('#incidents', text);
    await client().chat.postEphemeral({ channel: 'C0INCIDEN', user: 'U0ONCALL1', text: 'hidden' });
    const pages: (string | undefined)[][] = [];
    let cursor = '';
    do {
      const part = await client().conversations.history({
        channel: 'C0INCIDEN',
        limit: 2,
        ...(cursor === '' ? {} : { cursor }),
      });
      pages.push((part.messages ?? []).map((message) => message.text));
      cursor = part.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
    expect(pages).toEqual([['5', '4'], ['3', '2'], ['1']]);
  });

  it('pages through a thread with the parent on every page', async () => {
    slack.grantScopes('channels:history');
    const person = slack.person('U0ONCALL1');
    const { ts } = person.say('#incidents', 'parent');
    for (const text of ['1', '2', '3']) person.say('#incidents', text, { threadTs: ts });
    const first = await client().conversations.replies({ channel: 'C0INCIDEN', ts, limit: 2 });
    expect(first.messages?.map((message) => message.text)).toEqual(['parent', '1', '2']);
    expect(first.has_more).toBe(true);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await client().conversations.replies({ channel: 'C0INCIDEN', ts, limit: 2, cursor });
    expect(second.messages?.map((message) => message.text)).toEqual(['parent', '3']);
    expect(second.has_more).toBe(false);
  });

  it('needs the history scope', async () => {
    expect(await refusal(client().conversations.history({ channel: 'C0INCIDEN' }))).toMatchObject({
      error: 'missing_scope',
      needed: 'channels:history',
    });
  });

  it('tells shared channels, guests, strangers and the members of a group', async () => {
    const shared = await client().conversations.info({ channel: 'C0SHARED1' });
    expect(shared.channel).toMatchObject({ is_ext_shared: true, is_member: true });
    expect((await client().users.info({ user: 'U0GUEST01' })).user).toMatchObject({ is_restricted: true });
    expect((await client().users.info({ user: 'U0PARTNER' })).user).toMatchObject({ team_id: 'T0PARTNER' });
    expect((await client().usergroups.users.list({ usergroup: 'S0APPROVE' })).users).toEqual(['U0APPROVE']);
    expect(await refusal(client().users.info({ user: 'U0UNKNOWN' }))).toMatchObject({ error: 'user_not_found' });
  });

  it('opens direct messages', async () => {
    const opened = await client().conversations.open({ users: 'U0ONCALL1' });
    const channel = String(opened.channel?.id);
    await client().chat.postMessage({ channel, text: 'for you' });
    await client().chat.postMessage({ channel: 'U0ONCALL1', text: 'again' });
    expect(slack.messages(channel).map((message) => message.text)).toEqual(['for you', 'again']);
  });
});

describe('files', () => {
  const upload = async () =>
    await client().filesUploadV2({
      channel_id: 'C0INCIDEN',
      file: Buffer.from('bytes of a picture'),
      filename: 'curve.png',
      title: 'Curve',
      alt_text: '502s rise',
      initial_comment: 'Here.',
    });

  it('takes an upload in its three steps and posts it', async () => {
    await upload();
    const [message] = slack.messages('#incidents');
    expect(message).toMatchObject({ text: 'Here.', files: [{ title: 'Curve', name: 'curve.png' }] });
    expect(message?.files[0]?.bytes.toString()).toBe('bytes of a picture');
  });

  it('lets a block show the picture only after it was looked through', async () => {
    await upload();
    const id = slack.messages('#incidents')[0]?.files[0]?.id ?? '';
    const post = () =>
      client().chat.postMessage({
        channel: 'C0INCIDEN',
        text: 'a',
        blocks: [{ type: 'image', slack_file: { id }, alt_text: '502s rise' }],
      });
    expect((await client().files.info({ file: id })).file?.mimetype).toBe('');
    expect(await refusal(post())).toMatchObject({ error: 'invalid_blocks' });
    clock += 2000;
    expect((await client().files.info({ file: id })).file?.mimetype).toBe('image/png');
    await expect(post()).resolves.toMatchObject({ ok: true });
  });
});

describe('blocks.validate', () => {
  it('takes good blocks and points at bad ones, without a token', async () => {
    const ask = async (blocks: readonly object[]) => {
      const body = new URLSearchParams({ blocks: JSON.stringify(blocks) });
      const response = await fetch(`${slack.apiUrl}blocks.validate`, { method: 'POST', body });
      return (await response.json()) as unknown;
    };
    expect(await ask([{ type: 'divider' }])).toEqual({ ok: true });
    expect(await ask([{ type: 'marquee' }])).toMatchObject({
      ok: false,
      error: 'invalid_blocks',
      errors: [{ pointer: '/blocks/0/type', message: 'unsupported type: marquee' }],
    });
  });
});

describe('being told to answer badly', () => {
  const post = (web = client()) => web.chat.postMessage({ channel: 'C0INCIDEN', text: 'a' });

  it('answers 429 with Retry-After, once', async () => {
    const rule = slack.answer('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 7, times: 1 });
    await expect(post(client(undefined, { rejectRateLimitedCalls: true }))).rejects.toMatchObject({
      code: ErrorCode.RateLimitedError,
      retryAfter: 7,
    });
    await expect(post()).resolves.toMatchObject({ ok: true });
    expect(rule.served).toBe(1);
    expect(slack.calls.map((call) => call.outcome.kind)).toEqual(['rate-limited', 'ok']);
  });

  it('is waited for and tried again by the client', async () => {
    slack.answer('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 0, times: 2 });
    await expect(
      post(client(undefined, { retryConfig: { retries: 3, minTimeout: 1, factor: 1 } })),
    ).resolves.toMatchObject({
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
    expect(await refusal(post())).toMatchObject({ error: 'account_inactive' });
    await expect(client().chat.postMessage({ channel: 'C0INCIDEN', text: 'b' })).resolves.toMatchObject({ ok: true });
  });

  it('answers nothing, though the message was posted', async () => {
    slack.answer('chat.postMessage', { kind: 'hang', applyFirst: true, times: 1 });
    await expect(post(client(undefined, { timeout: 50 }))).rejects.toMatchObject({ code: ErrorCode.RequestError });
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

  const impatient = () => client(undefined, { rejectRateLimitedCalls: true });

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
