/** What people see when Slack, the queue or we ourselves fail, and how the bot starts and stops. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import { defaultPolicy } from '../../src/policy.js';
import { startBot } from '../../src/slack/app.js';
import { createInMemoryChecks } from '../builders/in-memory-checks.js';
import { modes, startTestBot, type TestBot, type TestBotOptions } from '../builders/test-bot.js';
import { startLocalSlack } from '../world/slack/local-slack.js';
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

async function start(options: TestBotOptions = {}): Promise<TestBot> {
  running = await startTestBot(options);
  return running;
}

function told({ slack }: TestBot, part: string): Promise<Message> {
  return slack.waitFor((now) => now.ephemerals(onCall).find((message) => renderAsText(message).includes(part)), {
    what: `an answer with ${part}`,
  });
}

describe('when Slack does not take the message of a check', () => {
  it('waits as long as Slack asks, and posts it once', async () => {
    const world = await start();
    world.slack.answer('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 1, times: 1 });
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
    await world.checks.until(({ attached }) => attached.size === 1);
    expect(world.slack.messages(incidents)).toHaveLength(1);
    expect(world.checks.cancelled).toEqual([]);
  });

  it.each([
    ['a code nobody knows', { kind: 'error', error: 'something_new' }],
    ['no permission', { kind: 'error', error: 'restricted_action' }],
  ] as const)('after %s nothing is left running and the person is told', async (_, rule) => {
    const world = await start();
    world.slack.answer('chat.postMessage', rule);
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
    await told(world, 'Nothing is running.');
    expect(world.checks.cancelled).toHaveLength(1);
    expect(world.slack.calls.filter((call) => call.method === 'chat.postMessage')).toHaveLength(1);
  });

  it.each([
    ['HTTP 500', { kind: 'http', status: 500 }],
    ['a reset connection', { kind: 'cut' }],
    ['silence', { kind: 'hang' }],
    ['a long wait', { kind: 'rate-limited', retryAfterSeconds: 60 }],
  ] as const)(
    'after %s the check goes on, and the person is told that the worker posts its message',
    async (_, rule) => {
      const world = await start();
      world.slack.answer('chat.postMessage', rule);
      await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
      await told(world, 'comes here as a message of its own');
      expect(world.checks.cancelled).toEqual([]);
      expect(world.slack.calls.filter((call) => call.method === 'chat.postMessage')).toHaveLength(1);
    },
  );

  it('does without a permalink', async () => {
    const world = await start();
    world.slack.answer('chat.getPermalink', { kind: 'http', status: 500 });
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
    await world.checks.until(({ attached }) => attached.size === 1);
    expect([...world.checks.attached.values()][0]?.permalink).toBeNull();
  });

  it('says so in the message when the queue is lost right after it was posted', async () => {
    const world = await start();
    world.slack.on('change', (change) => {
      if (change.kind === 'message-posted' && change.message.visibleTo === null) world.checks.behave('away');
    });
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
    await world.slack.waitFor((slack) =>
      slack.messages(incidents).find((message) => renderAsText(message).includes('cf502 lost its queue')),
    );
  });
});

describe('when no worker is there', () => {
  it('says so at once', async () => {
    const world = await start();
    world.checks.employ(false);
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
    await told(world, 'No worker of cf502 is running');
  });
});

describe('when we fail', () => {
  it.each(modes)('the person gets a plain sentence with a reference over %s', async (mode) => {
    const world = await start({ mode });
    world.checks.start = () => Promise.reject(new TypeError('x is not a function'));
    const gesture = await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
    expect(gesture.error).toBeNull();
    const answer = renderAsText(await told(world, 'not your doing'));
    expect(answer).toContain(gesture.triggerId.slice(-12));
    expect(answer).not.toContain('not a function');
  });

  it('also after a mention', async () => {
    const world = await start();
    world.checks.start = () => Promise.reject(new TypeError('x is not a function'));
    await world.slack.person(onCall).mention(incidents, `check ${target}`);
    await told(world, 'not your doing');
  });
});

describe('starting and stopping', () => {
  const slackConfig = (slack: Awaited<ReturnType<typeof startLocalSlack>>, changes: object) => ({
    config: {
      slack: {
        mode: 'socket' as const,
        botToken: slack.environment.SLACK_BOT_TOKEN,
        appToken: slack.environment.SLACK_APP_TOKEN,
        signingSecret: '',
        port: 0,
        apiUrl: slack.apiUrl,
        ...changes,
      },
    },
    policy: defaultPolicy,
    checks: createInMemoryChecks(),
    log: createLog('silent'),
    now: () => new Date(),
  });

  it.each([
    ['the bot token', { botToken: 'xoxb-wrong' }],
    ['the app token', { appToken: 'xapp-wrong' }],
  ])('says which settings to look at when Slack refuses %s', async (_, changes) => {
    const slack = await startLocalSlack();
    try {
      await expect(startBot(slackConfig(slack, changes))).rejects.toMatchObject({
        kind: 'misconfigured',
        message: expect.stringContaining('SLACK_BOT_TOKEN'),
      });
    } finally {
      await slack.stop();
    }
  });

  it.each(modes)('is live and ready over %s, and closes everything', async (mode) => {
    const world = await start({ mode });
    const base = `http://127.0.0.1:${world.bot.port}`;
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    expect((await fetch(`${base}/other`)).status).toBe(404);
    await world.bot.stop();
    expect(world.bot.isReady()).toBe(false);
    await expect(fetch(`${base}/healthz`)).rejects.toThrow();
    await world.slack.waitFor((slack) => slack.connections === 0);
  });

  it('is not ready while the socket is down', async () => {
    const world = await start({ mode: 'socket' });
    const base = `http://127.0.0.1:${world.bot.port}`;
    world.slack.cutSockets();
    await world.slack.waitFor((slack) => slack.connections === 0);
    const ready = async (): Promise<number> => (await fetch(`${base}/readyz`)).status;
    while ((await ready()) === 200) await new Promise(setImmediate);
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
  });

  it('lets what is under way finish', async () => {
    const world = await start({ mode: 'http' });
    world.slack.answer('chat.getPermalink', { kind: 'hang', times: 1 });
    await world.slack.person(onCall).typeCommand(incidents, '/cf502', `check ${target}`);
    await world.slack.waitFor((slack) => slack.calls.some((call) => call.method === 'chat.getPermalink'));
    await world.bot.stop();
    expect(world.checks.attached.size).toBe(1);
  });
});
