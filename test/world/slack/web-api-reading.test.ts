/** The unmodified WebClient against the local Web API: history, threads, people, files, checking of blocks. */
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
      const answer: unknown = await response.json();
      return answer;
    };
    expect(await ask([{ type: 'divider' }])).toEqual({ ok: true });
    expect(await ask([{ type: 'marquee' }])).toMatchObject({
      ok: false,
      error: 'invalid_blocks',
      errors: [{ pointer: '/blocks/0/type', message: 'unsupported type: marquee' }],
    });
  });
});
