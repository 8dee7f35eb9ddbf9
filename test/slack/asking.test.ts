/** Asking in Slack, on the real Bolt over a local Slack, in both modes: what people see, and what is started. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { modes, startTestBot, type TestBot } from '../builders/test-bot.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startStopwatch } from '../world/stopwatch.js';

const onCall = 'U0ONCALL1';
const incidents = 'C0INCIDEN';
const target = 'E2EXAMPLE1ABCD';

describe.each(modes)('asking over %s', (mode) => {
  let world: TestBot;
  beforeEach(async () => {
    world = await startTestBot({ mode });
  });
  afterEach(async () => {
    expect(world.slack.complaints).toEqual([]);
    await world.stop();
  });

  const type = (text: string, channel = incidents) => world.slack.person(onCall).typeCommand(channel, '/cf502', text);
  const told = (part: string | RegExp, userId = onCall): Promise<Message> =>
    world.slack.waitFor(
      (slack) =>
        slack.ephemerals(userId).find((message) => {
          const read = renderAsText(message);
          return typeof part === 'string' ? read.includes(part) : part.test(read);
        }),
      { what: `an answer with ${String(part)}` },
    );
  const posted = (channel = incidents): Promise<Message> =>
    world.slack.waitFor((slack) => slack.messages(channel).find((message) => message.byBot), { what: 'a message' });

  it('acknowledges, starts the check, posts its message and tells the queue where', async () => {
    const gesture = await type(`check ${target} --since 2h --path /api/*`);
    expect(gesture.error).toBeNull();
    expect(gesture.ackText).toBe(`Starting a check of ${target}. The answer appears here.`);
    const message = await posted();
    const [request] = world.checks.started;
    expect(request).toMatchObject({
      asked: target,
      windowAsked: 'since 120m',
      pathPattern: '/api/*',
      requester: { userId: onCall, teamId: 'T0LOCAL01' },
      place: { channelId: incidents, threadTs: null },
    });
    expect(renderAsText(message)).toContain(`Checking ${target} for 502s`);
    await world.checks.until(({ attached }) => attached.size === 1);
    expect(world.checks.attached.get(request?.checkId ?? '')).toEqual({
      channelId: incidents,
      ts: message.ts,
      threadTs: message.ts,
      permalink: expect.stringMatching(/^https:\/\/example\.slack\.com\/archives\/C0INCIDEN\/p\d+$/),
    });
  });

  it('gives a check its deadline from the policy', async () => {
    await type(`check ${target}`);
    await posted();
    const [request] = world.checks.started;
    expect(Date.parse(request?.deadlineAt ?? '') - Date.parse(request?.acceptedAt ?? '')).toBe(120_000);
  });

  it('acknowledges first, also when the queue hangs, and says within three seconds that nothing was started', async () => {
    world.checks.behave('hanging');
    const since = startStopwatch();
    const gesture = await type(`check ${target}`);
    expect(gesture).toMatchObject({ error: null, ackedInMs: expect.any(Number) });
    await told('nothing was started');
    expect(since.elapsedMs()).toBeLessThan(3_000);
    // The queue wakes up and takes it after all: it is stopped, and nothing is posted.
    world.checks.release();
    await world.checks.until(({ cancelled }) => cancelled.length === 1);
    expect(world.slack.messages(incidents)).toEqual([]);
  });

  it('says that the queue is away, and that nothing was started', async () => {
    world.checks.behave('away');
    await type(`check ${target}`);
    const message = await told('nothing was started');
    expect(renderAsText(message)).toContain('(Redis) does not answer');
    expect(world.slack.messages(incidents)).toEqual([]);
  });

  it('joins the same check instead of starting a second', async () => {
    await type(`check ${target}`);
    const message = await posted();
    await world.checks.until(({ attached }) => attached.size === 1);
    await world.slack.person('U0COLLEAG').typeCommand(incidents, '/cf502', `check ${target}`);
    const answer = await told('already running', 'U0COLLEAG');
    expect(JSON.stringify(answer.blocks)).toContain(`/archives/C0INCIDEN/p${message.ts.replace('.', '')}`);
    expect(world.checks.started).toHaveLength(1);
    expect(world.slack.messages(incidents)).toHaveLength(1);
  });

  it.each([
    ['C0NOBOT01', '/invite @cf502'],
    ['C0SECRET1', '/invite @cf502'],
  ])('in %s, where it may not post, stops the check and says what to do', async (channel, part) => {
    await type(`check ${target}`, channel);
    const message = await told(part);
    expect(renderAsText(message)).toContain('Nothing is running.');
    expect(world.checks.cancelled).toEqual([[world.checks.started[0]?.checkId, onCall]]);
    expect(world.checks.attached.size).toBe(0);
  });

  it('starts an audit on the same path, apart from a check of the same distribution', async () => {
    await type(`check ${target}`);
    const gesture = await type(`audit ${target}`);
    expect(gesture.ackText).toBe(`Starting an audit of ${target}. The answer appears here.`);
    await world.checks.until(({ attached }) => attached.size === 2);
    expect(world.checks.started.map(({ purpose }) => purpose)).toEqual(['check', 'audit']);
    expect(world.slack.messages(incidents).map((message) => renderAsText(message))).toContainEqual(
      expect.stringContaining(`Auditing ${target}`),
    );
    await world.slack.person('U0COLLEAG').typeCommand(incidents, '/cf502', `audit ${target}`);
    await told('The same audit is already running', 'U0COLLEAG');
    await type(`cancel ${target}`);
    await told('being stopped');
    expect(world.checks.cancelled).toEqual([[world.checks.started[1]?.checkId, onCall]]);
  });

  it.each([
    ['chekc E2EXAMPLE1ABCD', 'check E2EXAMPLE1ABCD'],
    ['check', 'help'],
    ['check E2EXAMPLE1ABCD --sicne 2h', '--since 2h'],
  ])('answers %s with a line that works', async (typed, part) => {
    const gesture = await type(typed);
    expect(gesture.ackText).toContain(part);
    expect(gesture.ackText).toContain('/cf502');
    expect(world.checks.started).toEqual([]);
  });

  it('helps', async () => {
    await type('help');
    expect(renderAsText(await told('/cf502 check <target>'))).toContain('/cf502 cancel');
  });

  it('takes what a paste makes of a domain name', async () => {
    await type('check <https://shop.example.com/cart|shop.example.com>');
    await posted();
    expect(world.checks.started[0]?.target).toEqual({ kind: 'domain-name', domainName: 'shop.example.com' });
  });

  it('answers a mention in its thread', async () => {
    const alarm = world.slack.person(onCall).say(incidents, '502s are rising');
    await world.slack.person(onCall).mention(incidents, `check ${target}`, { threadTs: alarm.ts });
    await world.checks.until(({ attached }) => attached.size === 1);
    const reply = world.slack.thread(incidents, alarm.ts).find((message) => message.byBot);
    expect(reply && renderAsText(reply)).toContain(`Checking ${target}`);
    expect(world.slack.messages(incidents).filter((message) => message.byBot)).toEqual([]);
    expect([...world.checks.attached.values()][0]).toMatchObject({ ts: reply?.ts, threadTs: alarm.ts });
  });

  it('answers a mention in the channel below it', async () => {
    const { message } = await world.slack.person(onCall).mention(incidents, `could you check ${target}`);
    await told('check');
    expect(world.checks.started).toEqual([]);
    const asked = await world.slack.person(onCall).mention(incidents, `check ${target}`);
    await world.checks.until(({ attached }) => attached.size === 1);
    expect(world.slack.thread(incidents, asked.message.ts)).toHaveLength(2);
    expect(world.slack.thread(incidents, message.ts)).toHaveLength(1);
  });

  it('cancels by a click, whoever clicks', async () => {
    await type(`check ${target}`);
    const message = await posted();
    await world.slack.person('U0COLLEAG').click(message, 'cf502_cancel');
    await told('being stopped', 'U0COLLEAG');
    expect(world.checks.cancelled).toEqual([[world.checks.started[0]?.checkId, 'U0COLLEAG']]);
    await world.slack.person(onCall).click(message, 'cf502_cancel');
    await told('already over');
  });

  it('cancels by a command', async () => {
    await type('cancel');
    await told('No check is running');
    await type(`check ${target}`);
    await posted();
    await type('cancel E2OTHER12345AB');
    await told('No check of E2OTHER12345AB is running');
    await type(`cancel ${target}`);
    await told('being stopped');
    expect(world.checks.cancelled).toHaveLength(1);
  });

  it('says so when a click finds the queue away', async () => {
    await type(`check ${target}`);
    const message = await posted();
    world.checks.behave('away');
    await world.slack.person(onCall).click(message, 'cf502_cancel');
    await told('could not be cancelled');
  });

  it('checks the distribution that a message names, in its thread', async () => {
    const alarm = world.slack
      .person(onCall)
      .say(incidents, 'ALARM: 5xxErrorRate of arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE1ABCD');
    await world.slack.person(onCall).useShortcut(alarm, 'cf502_diagnose');
    await world.checks.until(({ attached }) => attached.size === 1);
    expect(world.checks.started[0]).toMatchObject({ asked: target, place: { threadTs: alarm.ts } });
    expect(world.slack.thread(incidents, alarm.ts)).toHaveLength(2);
    const chat = world.slack.person(onCall).say(incidents, 'good morning');
    await world.slack.person(onCall).useShortcut(chat, 'cf502_diagnose');
    await told('names no distribution');
  });
});
