/** A real Bolt app over signed HTTP against the local Slack. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { App } from '@slack/bolt';
import { startHttpApp } from './bolt-app.js';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from './local-slack.js';

const open: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function start(register: (app: App) => void, options: LocalSlackOptions = {}): Promise<LocalSlack> {
  const slack = await startLocalSlack(options);
  open.push(slack);
  open.push(await startHttpApp(slack, register));
  return slack;
}

/** A bare server in the app's place, for what Bolt would never answer. */
async function startBareApp(slack: LocalSlack, answer: (body: string, headers: IncomingHttpHeaders) => number | null) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = answer(Buffer.concat(chunks).toString('utf8'), request.headers);
      if (status !== null) response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The app does not listen.');
  slack.useHttp(`http://127.0.0.1:${address.port}/slack/events`);
  open.push({
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

describe('signed HTTP', () => {
  it('brings commands, whose acknowledgement may be text or blocks', async () => {
    const slack = await start((app) => {
      app.command('/cf502', async ({ ack, command }) => {
        if (command.text === 'help')
          await ack({ text: 'Help.', blocks: [{ type: 'divider' }], response_type: 'in_channel' });
        else await ack('Started.');
      });
    });
    const person = slack.person('U0ONCALL1');
    expect(await person.typeCommand('#incidents', '/cf502', 'check E123')).toMatchObject({ ackText: 'Started.' });
    expect(slack.ephemerals('U0ONCALL1').map((message) => message.text)).toEqual(['Started.']);
    expect(await person.typeCommand('#incidents', '/cf502', 'help')).toMatchObject({ ackText: 'Help.' });
    expect(slack.messages('#incidents')).toMatchObject([{ text: 'Help.', blocks: [{ type: 'divider' }] }]);
  });

  it('brings mentions, clicks and answers', async () => {
    const slack = await start((app) => {
      app.event('app_mention', async ({ event, client }) => {
        const elements = [
          { type: 'button' as const, action_id: 'again', text: { type: 'plain_text' as const, text: 'Again' } },
        ];
        await client.chat.postMessage({
          channel: event.channel,
          thread_ts: event.ts,
          text: 'Done.',
          blocks: [{ type: 'actions', elements }],
        });
      });
      app.action('again', async ({ ack, respond }) => {
        await ack();
        await respond('Once more.');
      });
    });
    const person = slack.person('U0ONCALL1');
    const { message } = await person.mention('#incidents', 'check E123');
    const done = await slack.waitFor((each) => each.thread('#incidents', message.ts)[1]);
    const clicked = await person.click(done, 'again');
    expect(clicked).toMatchObject({ error: null, ackedInMs: expect.any(Number) });
    await slack.waitFor(() => clicked.responses[0]?.text === 'Once more.');
  });

  it('is refused with another signature, or when it is old', async () => {
    const heard: string[] = [];
    const slack = await start((app) => {
      app.command('/cf502', async ({ ack, command }) => {
        heard.push(command.text);
        await ack();
      });
    });
    const { delivery } = await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502', 'check');
    expect((await slack.replay(delivery)).status).toBe(200);
    expect((await slack.replay(delivery, { 'x-slack-signature': 'v0=00' })).status).toBe(401);
    const sixMinutesAgo = String(Math.floor(Date.now() / 1000) - 360);
    expect((await slack.replay(delivery, { 'x-slack-request-timestamp': sixMinutesAgo })).status).toBe(401);
    expect(heard).toEqual(['check', 'check']);
  });

  it('is dispatch_failed when nobody listens, and operation_timeout when nobody answers', async () => {
    const slack = await startLocalSlack({ ackTimeoutMs: 60 });
    open.push(slack);
    const person = slack.person('U0ONCALL1');
    slack.useHttp('http://127.0.0.1:9/slack/events');
    expect((await person.typeCommand('#incidents', '/cf502')).error).toBe('dispatch_failed');
    await startBareApp(slack, () => null);
    expect((await person.typeCommand('#incidents', '/cf502')).error).toBe('operation_timeout');
    expect(slack.ephemerals('U0ONCALL1').map((message) => message.text)).toEqual([
      '/cf502 failed with the error "dispatch_failed"',
      '/cf502 failed with the error "operation_timeout"',
    ]);
  });
});

describe('events', () => {
  it('come again up to three times, and say why', async () => {
    const slack = await startLocalSlack({ eventRetryDelaysMs: [0, 1, 2] });
    open.push(slack);
    const seen: (string | undefined)[][] = [];
    const ids = new Set<string>();
    await startBareApp(slack, (body, headers) => {
      seen.push([headers['x-slack-retry-num'], headers['x-slack-retry-reason']].map((value) => value?.toString()));
      ids.add(/"event_id":"(\w+)"/.exec(body)?.[1] ?? '');
      return 500;
    });
    await slack.person('U0ONCALL1').mention('#incidents', 'check E123');
    await slack.waitFor((each) => each.deliveries.filter((delivery) => delivery.error !== null).length === 4);
    expect(seen).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
    expect(ids.size).toBe(1);
  });

  it('do not come again once they were taken', async () => {
    const slack = await startLocalSlack({ eventRetryDelaysMs: [0, 0, 0] });
    open.push(slack);
    let count = 0;
    await startBareApp(slack, () => {
      count += 1;
      return count < 2 ? 503 : 200;
    });
    await slack.person('U0ONCALL1').mention('#incidents', 'check E123');
    await slack.waitFor((each) => each.deliveries.some((delivery) => delivery.status === 200));
    expect(slack.deliveries.map((delivery) => [delivery.retry, delivery.status])).toEqual([
      [0, 503],
      [1, 200],
    ]);
  });
});
