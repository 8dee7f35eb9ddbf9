/** The unmodified WebClient against the local Web API: who may ask, posting, editing, and every refusal. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { buildClient } from './bolt-app.js';
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

function client(token: string = slack.environment.SLACK_BOT_TOKEN): WebClient {
  return buildClient(slack, { token });
}

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
