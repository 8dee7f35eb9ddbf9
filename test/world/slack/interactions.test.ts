/** Buttons, shortcuts, mentions and response_url of a real Bolt app over Socket Mode. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { startSocketApp } from './bolt-app.js';
import { isObject } from './json.js';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from './local-slack.js';
import type { Message } from './message.js';

const open: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function start(register: (app: App) => void, options: LocalSlackOptions = {}): Promise<LocalSlack> {
  const slack = await startLocalSlack(options);
  open.push(slack);
  open.push(await startSocketApp(slack, register));
  return slack;
}

const buttons = [
  {
    type: 'actions',
    block_id: 'controls',
    elements: [
      { type: 'button', action_id: 'cancel', text: { type: 'plain_text', text: 'Cancel' }, value: 'check-1' },
      {
        type: 'static_select',
        action_id: 'window',
        options: [{ text: { type: 'plain_text', text: '1 hour' }, value: '1h' }],
      },
    ],
  },
];

async function postButtons(slack: LocalSlack): Promise<Message> {
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.environment.SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: 'C0INCIDEN', text: 'Choose.', blocks: buttons }),
  });
  const answer: unknown = await response.json();
  const message = slack.message('#incidents', isObject(answer) ? String(answer['ts']) : '');
  if (message === null) throw new Error(`Nothing was posted: ${JSON.stringify(answer)}`);
  return message;
}

describe('a click', () => {
  it('brings the value, the message, the container and what stands in the other elements', async () => {
    let body: BlockAction | null = null;
    const slack = await start((app) => {
      app.action<BlockAction<ButtonAction>>('cancel', async ({ ack, body: seen }) => {
        body = seen;
        await ack();
      });
    });
    const message = await postButtons(slack);
    const clicked = await slack.person('U0COLLEAG').click(message, 'cancel', { state: { window: '1h' } });
    expect(clicked.error).toBeNull();
    expect(body).toMatchObject({
      user: { id: 'U0COLLEAG', team_id: 'T0LOCAL01' },
      channel: { id: 'C0INCIDEN', name: 'incidents' },
      container: { type: 'message', message_ts: message.ts, channel_id: 'C0INCIDEN', is_ephemeral: false },
      message: { ts: message.ts, text: 'Choose.' },
      actions: [{ type: 'button', action_id: 'cancel', block_id: 'controls', value: 'check-1' }],
      state: { values: { controls: { window: { type: 'static_select', selected_option: { value: '1h' } } } } },
    });
  });

  it('answers the clicker alone through respond(), or replaces the message for everybody', async () => {
    const slack = await start((app) => {
      app.action('cancel', async ({ ack, respond }) => {
        await ack();
        await respond({ text: 'Only for you.' });
        await respond({ text: 'Cancelled.', blocks: [], replace_original: true });
        await respond({ text: 'For all.', response_type: 'in_channel', replace_original: false });
      });
    });
    const message = await postButtons(slack);
    const clicked = await slack.person('U0COLLEAG').click(message, 'cancel');
    await slack.waitFor(() => clicked.responses.length === 2);
    expect(clicked.responses.map(({ text, visibleTo }) => [text, visibleTo])).toEqual([
      ['Only for you.', 'U0COLLEAG'],
      ['For all.', null],
    ]);
    expect(slack.message('#incidents', message.ts)).toMatchObject({ text: 'Cancelled.', blocks: [] });
    expect(slack.ephemerals('U0ONCALL1')).toEqual([]);
  });

  it('on a button that is gone by now still reaches the app, as from a screen that is behind', async () => {
    const heard: string[] = [];
    const slack = await start((app) => {
      app.action('cancel', async ({ ack, respond }) => {
        heard.push('cancel');
        await ack();
        await respond({ text: 'Gone.', blocks: [], replace_original: true });
      });
    });
    const message = await postButtons(slack);
    await slack.person('U0COLLEAG').click(message, 'cancel');
    const behind = await slack.waitFor((each) => each.message('#incidents', message.ts)?.text === 'Gone.' && message);
    await slack.person('U0ONCALL1').click(behind, 'cancel');
    expect(heard).toEqual(['cancel', 'cancel']);
    const present = slack.message('#incidents', message.ts);
    await expect(slack.person('U0ONCALL1').click(present ?? message, 'cancel')).rejects.toThrow(/nothing to click/);
  });

  it('on an ephemeral message carries no message, and can delete it', async () => {
    let seen: unknown;
    const slack = await start((app) => {
      app.command('/cf502', async ({ ack }) => ack({ text: 'Sure?', blocks: buttons }));
      app.action('cancel', async ({ ack, body, respond }) => {
        seen = body;
        await ack();
        await respond({ delete_original: true });
      });
    });
    const person = slack.person('U0ONCALL1');
    const [question] = (await person.typeCommand('#incidents', '/cf502')).responses;
    if (question === undefined) throw new Error('Nothing was asked.');
    await expect(slack.person('U0COLLEAG').click(question, 'cancel')).rejects.toThrow(/cannot see/);
    await person.click(question, 'cancel');
    await slack.waitFor((each) => each.ephemerals('U0ONCALL1').length === 0);
    expect(seen).toMatchObject({ container: { is_ephemeral: true } });
    expect(seen).not.toHaveProperty('message');
  });

  it('by somebody of another organisation tells their workspace', async () => {
    let team: unknown;
    const slack = await start((app) => {
      app.shortcut('diagnose', async ({ ack, body }) => {
        team = body.user.team_id;
        await ack();
      });
    });
    const message = slack.person('U0ONCALL1').say('C0SHARED1', 'alarm');
    await slack.person('U0PARTNER').useShortcut(message, 'diagnose');
    expect(team).toBe('T0PARTNER');
  });
});

describe('response_url', () => {
  it('serves five times within thirty minutes', async () => {
    let clock = Date.UTC(2026, 0, 31);
    const slack = await start((app) => app.command('/cf502', async ({ ack }) => ack()), { now: () => clock });
    const typed = await slack.person('U0ONCALL1').typeCommand('C0NOBOT01', '/cf502');
    const post = async (body: object) => {
      const response = await fetch(typed.responseUrl, { method: 'POST', body: JSON.stringify(body) });
      return response.status;
    };
    expect(await post({ text: '' })).toBe(400);
    expect(await post({ text: 'a', blocks: [{ type: 'marquee' }] })).toBe(400);
    for (let count = 1; count <= 4; count += 1) expect(await post({ text: `answer ${count}` })).toBe(200);
    clock += 30 * 60_000;
    expect(await post({ text: 'the fifth' })).toBe(200);
    expect(await post({ text: 'the sixth' })).toBe(404);
    const again = await slack.person('U0ONCALL1').typeCommand('C0NOBOT01', '/cf502');
    clock += 30 * 60_000 + 1;
    const late = await fetch(again.responseUrl, { method: 'POST', body: JSON.stringify({ text: 'late' }) });
    expect([late.status, await late.json()]).toEqual([404, { ok: false, error: 'expired_url' }]);
    expect(slack.ephemerals('U0ONCALL1')).toHaveLength(5);
  });
});

describe('events', () => {
  it('tells a mention in a thread, and the app answers there', async () => {
    const slack = await start((app) => {
      app.event('app_mention', async ({ event, say }) => {
        await say({ text: `Heard: ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
      });
    });
    const person = slack.person('U0ONCALL1');
    const alarm = person.say('#incidents', 'alarm');
    const mention = await person.mention('#incidents', 'check E123', { threadTs: alarm.ts });
    expect(mention.delivery).toMatchObject({ error: null, ackedInMs: expect.any(Number) });
    await slack.waitFor((each) => each.thread('#incidents', alarm.ts).length === 3);
    expect(slack.thread('#incidents', alarm.ts).map((message) => message.text)).toEqual([
      'alarm',
      '<@U0CF50200> check E123',
      'Heard: <@U0CF50200> check E123',
    ]);
  });

  it('tells nothing of a channel without the bot', async () => {
    const slack = await start(() => undefined);
    const mention = await slack.person('U0ONCALL1').mention('#no-bot', 'check E123');
    expect(mention.delivery).toBeNull();
    expect(slack.deliveries).toEqual([]);
  });

  it('tells direct messages', async () => {
    const slack = await start((app) => {
      app.message(async ({ message, say }) => {
        if ('text' in message) await say(`Heard: ${message.text ?? ''}`);
      });
    });
    const { message } = await slack.person('U0ONCALL1').directMessage('check E123');
    await slack.waitFor((each) => each.messages(message.channel).at(-1)?.text === 'Heard: check E123');
  });
});
