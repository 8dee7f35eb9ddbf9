/** What must not happen in Slack: replays, second runs, strangers, clicks without an answer, secrets in the log. */
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { checkRequest } from '../builders/check-request.js';
import { startTestBot, type TestBot, type TestBotOptions } from '../builders/test-bot.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';

const onCall = 'U0ONCALL1';
const incidents = 'C0INCIDEN';
const target = 'E2EXAMPLE1ABCD';

let running: TestBot | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

async function start(options: TestBotOptions): Promise<TestBot> {
  running = await startTestBot(options);
  return running;
}

function told({ slack }: TestBot, part: string, userId = onCall): Promise<Message> {
  return slack.waitFor((now) => now.ephemerals(userId).find((message) => renderAsText(message).includes(part)), {
    what: `an answer with ${part}`,
  });
}

describe('repeated deliveries', () => {
  it('refuses the very bytes of an earlier request', async () => {
    const world = await start({ mode: 'http' });
    const gesture = await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
    await world.checks.until(({ attached }) => attached.size === 1);
    world.checks.end(world.checks.started[0]?.checkId ?? '');
    const answer = await world.slack.replay(gesture.delivery);
    expect(answer.status).toBe(401);
    expect(world.checks.started).toHaveLength(1);
  });

  it('acts once when the same request arrives twice at the same time', async () => {
    const world = await start({ mode: 'http' });
    const body = new URLSearchParams({
      command: '/cf502',
      text: `check ${target}`,
      team_id: 'T0LOCAL01',
      user_id: onCall,
      channel_id: incidents,
      trigger_id: '1.2.same',
      response_url: `${world.slack.apiUrl}nowhere`,
    }).toString();
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', world.slack.environment.SLACK_SIGNING_SECRET)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex');
    const send = async (): Promise<number> => {
      const answer = await fetch(`http://127.0.0.1:${world.bot.port}/slack/events`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
        },
      });
      return answer.status;
    };
    await Promise.all([send(), send(), send()]);
    await world.checks.until(({ attached }) => attached.size === 1);
    expect(world.checks.started).toHaveLength(1);
  });

  it.each([
    ['too old', -301, 401],
    ['from the future', 301, 401],
    ['fresh', 0, 200],
  ])('answers a signed request that is %s', async (_, offsetSeconds, status) => {
    const world = await start({ mode: 'http' });
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    const timestamp = String(Math.floor(Date.now() / 1000) + offsetSeconds + Math.sign(offsetSeconds) * 30);
    const signature = createHmac('sha256', world.slack.environment.SLACK_SIGNING_SECRET)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex');
    const answer = await fetch(`http://127.0.0.1:${world.bot.port}/slack/events`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
      },
    });
    expect(answer.status).toBe(status);
  });

  it('refuses a wrong signature', async () => {
    const world = await start({ mode: 'http' });
    const answer = await fetch(`http://127.0.0.1:${world.bot.port}/slack/events`, {
      method: 'POST',
      body: '{}',
      headers: {
        'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
        'x-slack-signature': `v0=${'0'.repeat(64)}`,
      },
    });
    expect(answer.status).toBe(401);
  });
});

describe('who may ask', () => {
  it('refuses people of another workspace politely', async () => {
    const world = await start({});
    await world.slack.person('U0PARTNER').mention('C0SHARED1', `check ${target}`);
    await told(world, 'only people of the workspace', 'U0PARTNER');
    const gesture = await world.slack.person('U0PARTNER').typeCommand('C0SHARED1', '/cf502', `check ${target}`);
    expect(gesture.ackText).toContain('only people of the workspace');
    expect(world.checks.started).toEqual([]);
  });

  it('keeps to the policy file, and helps only with what it allows', async () => {
    const world = await start({
      policy: `version: 1
access: { distributions: listed }
distributions:
  shop: { id: E2EXAMPLE1ABCD }
  secret: { id: E2SECRET12ABCD, users: [U0APPROVE] }`,
    });
    const person = world.slack.person(onCall);
    const help = await person.typeCommand(incidents, '/cf502', 'help');
    expect(renderAsText(help.responses[0] ?? { text: '', blocks: [] })).toContain('shop');
    expect(renderAsText(help.responses[0] ?? { text: '', blocks: [] })).not.toContain('secret');
    const refused = await person.typeCommand(incidents, '/cf502', 'check E2SECRET12ABCD');
    expect(refused.ackText).toContain('You may not ask about distribution E2SECRET12ABCD');
    const unknown = await person.typeCommand(incidents, '/cf502', 'check E2OTHER12345AB');
    expect(unknown.ackText).toContain('not in the policy file');
    const byName = await person.typeCommand(incidents, '/cf502', 'check secret');
    expect(byName.ackText).not.toContain('E2SECRET12ABCD');
    expect(world.checks.started).toEqual([]);
    await person.typeCommand(incidents, '/cf502', 'check shop');
    await world.checks.until(({ started }) => started.length === 1);
  });
});

describe('clicks', () => {
  it('checks again for whoever clicks, up to now', async () => {
    const world = await start({});
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target} --since 30m`);
    await world.checks.until(({ attached }) => attached.size === 1);
    const first = world.checks.started[0];
    world.checks.end(first?.checkId ?? '');
    const message = await answerWithButton(world, 'cf502_check_again', first?.checkId ?? '');
    await world.slack.person('U0COLLEAG').click(message, 'cf502_check_again');
    await world.checks.until(({ attached }) => attached.size === 2);
    const second = world.checks.started[1];
    expect(second).toMatchObject({ asked: target, windowAsked: 'since 30m', requester: { userId: 'U0COLLEAG' } });
    expect(second?.checkId).not.toBe(first?.checkId);
    const lengthMs = Date.parse(second?.window.to ?? '') - Date.parse(second?.window.from ?? '');
    // Out to whole minutes at both ends.
    expect([30, 31]).toContain(lengthMs / 60_000);
    expect(Date.parse(second?.window.to ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.window.to ?? ''));
  });

  it('reads all logs of the window that was priced, not of the last minutes before the click', async () => {
    const world = await start({});
    const window = { from: '2026-11-20T09:15:00.000Z', to: '2026-11-20T10:15:00.000Z' };
    const priced = checkRequest({ window, windowAsked: 'since 60m', place: { channelId: incidents, threadTs: null } });
    await world.checks.start(priced);
    world.checks.end(priced.checkId);
    const message = await answerWithButton(world, 'cf502_read_all_logs', priced.checkId);
    await world.slack.person('U0COLLEAG').click(message, 'cf502_read_all_logs');
    await world.checks.until(({ attached }) => attached.size === 1);
    expect(world.checks.started[1]).toMatchObject({ logs: 'all', window });
  });

  it.each([
    ['an answer that is no longer known', 'cf502_check_again', 'chk_zzzzzzzzzzzz', 'no longer knows'],
    ['a check that is no longer known', 'cf502_cancel', 'chk_zzzzzzzzzzzz', 'nothing is left to cancel'],
    ['a value that makes no sense', 'cf502_cancel', '{"x":1}', 'nothing is left to cancel'],
    ['a button of another version', 'cf502_apply_change', 'chk_zzzzzzzzzzzz', 'another version of cf502'],
  ])('answers a click on %s', async (_, actionId, value, part) => {
    const world = await start({});
    const message = await answerWithButton(world, actionId, value);
    const gesture = await world.slack.person(onCall).click(message, actionId);
    expect(gesture.error).toBeNull();
    await told(world, part);
    expect(world.checks.started).toEqual([]);
    expect(world.checks.cancelled).toEqual([]);
  });

  it('does not cancel a check of another channel', async () => {
    const world = await start({});
    await world.slack.person(onCall).typeCommand('C0PRIVATE', '/cf502', `check ${target}`);
    await world.checks.until(({ attached }) => attached.size === 1);
    const message = await answerWithButton(world, 'cf502_cancel', world.checks.started[0]?.checkId ?? '');
    await world.slack.person(onCall).click(message, 'cf502_cancel');
    await told(world, 'another channel');
    expect(world.checks.cancelled).toEqual([]);
  });
});

/** A message of the bot with one button, as an earlier version or a forged request could have it. */
async function answerWithButton({ slack }: TestBot, actionId: string, value: string): Promise<Message> {
  const blocks = [
    {
      type: 'actions',
      elements: [{ type: 'button', action_id: actionId, value, text: { type: 'plain_text', text: 'Click' } }],
    },
  ];
  const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${slack.environment.SLACK_BOT_TOKEN}`,
    },
    body: JSON.stringify({ channel: incidents, text: 'An answer.', blocks }),
  });
  const posted: unknown = await answer.json();
  const ts = typeof posted === 'object' && posted !== null && 'ts' in posted ? String(posted.ts) : '';
  const message = slack.message(incidents, ts);
  if (message === null) throw new Error('the message was not posted');
  return message;
}
