/** A real Bolt app over Socket Mode against the local Slack. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { App } from '@slack/bolt';
import { type RunningApp, startSocketApp } from './bolt-app.js';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from './local-slack.js';

const open: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function start(register: (app: App) => void, options: LocalSlackOptions = {}): Promise<[LocalSlack, RunningApp]> {
  const slack = await startLocalSlack(options);
  open.push(slack);
  const running = await startSocketApp(slack, register);
  open.push(running);
  return [slack, running];
}

describe('a command over Socket Mode', () => {
  it('shows the text of the acknowledgement to the person who typed, and to nobody else', async () => {
    const [slack] = await start((app) => {
      app.command('/cf502', async ({ ack, command }) => {
        await ack(`Looking at ${command.text}.`);
      });
    });
    const typed = await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502', 'check E123');
    expect(typed).toMatchObject({ ackText: 'Looking at check E123.', error: null, ackedInMs: expect.any(Number) });
    expect(slack.ephemerals('U0ONCALL1').map((each) => each.text)).toEqual(['Looking at check E123.']);
    expect(slack.ephemerals('U0COLLEAG')).toEqual([]);
    expect(slack.messages('#incidents')).toEqual([]);
  });

  it('lets the app post, thread and edit, and waits for what appears', async () => {
    const [slack] = await start((app) => {
      app.command('/cf502', async ({ ack, client, command }) => {
        await ack();
        const parent = await client.chat.postMessage({ channel: command.channel_id, text: 'Working.' });
        const ts = String(parent.ts);
        await client.chat.postMessage({ channel: command.channel_id, thread_ts: ts, text: 'Evidence.' });
        await client.chat.update({ channel: command.channel_id, ts, text: 'Done.' });
      });
    });
    await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502', 'check E123');
    const done = await slack.waitFor((each) => each.messages('#incidents').find(({ text }) => text === 'Done.'));
    expect(done.versions.map((version) => version.text)).toEqual(['Working.', 'Done.']);
    expect(slack.thread('#incidents', done.ts).map((each) => each.text)).toEqual(['Done.', 'Evidence.']);
    expect(slack.complaints).toEqual([]);
  });

  it('tells the person of a time-out when nobody acknowledges', async () => {
    const [slack] = await start(
      (app) => {
        app.command('/cf502', () => Promise.resolve());
      },
      { ackTimeoutMs: 60 },
    );
    const typed = await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502');
    expect(typed).toMatchObject({ error: 'operation_timeout', ackedInMs: null });
    expect(slack.ephemerals('U0ONCALL1').map((each) => each.text)).toEqual([
      '/cf502 failed with the error "operation_timeout"',
    ]);
  });

  it('records an acknowledgement that came too late', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const [slack] = await start(
      (app) => {
        app.command('/cf502', async ({ ack }) => {
          await held;
          await ack();
        });
      },
      { ackTimeoutMs: 60 },
    );
    const typed = await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502');
    expect(typed.error).toBe('operation_timeout');
    release();
    const late = await slack.waitFor((each) => each.deliveries.find((delivery) => delivery.ackedInMs !== null));
    expect(late).toMatchObject({ id: typed.delivery.id, error: 'operation_timeout' });
  });

  it('fails at once when no socket is open', async () => {
    const slack = await startLocalSlack();
    open.push(slack);
    const typed = await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502');
    expect(typed).toMatchObject({ error: 'dispatch_failed', ackedInMs: null });
  });
});

describe('connections', () => {
  it('gives each envelope to one of the open sockets', async () => {
    const heard: string[] = [];
    let hear = (_by: string): void => undefined;
    const heardAll = new Promise<void>((resolve) => {
      hear = (by) => {
        if (heard.push(by) === 4) resolve();
      };
    });
    const [slack] = await start((app) => {
      app.command('/cf502', async ({ ack }) => {
        hear('first');
        await ack();
      });
    });
    const second = await startSocketApp(slack, (app) => {
      app.command('/cf502', async ({ ack }) => {
        hear('second');
        await ack();
      });
    });
    open.push(second);
    expect(slack.connections).toBe(2);
    const person = slack.person('U0ONCALL1');
    for (let count = 0; count < 4; count += 1) await person.typeCommand('#incidents', '/cf502');
    // Slack gives up after three seconds; what it sent is heard all the same.
    await heardAll;
    expect([...heard].sort()).toEqual(['first', 'first', 'second', 'second']);
  });

  it('sees the client come back after a refresh and after a broken network', async () => {
    const slack = await startLocalSlack();
    open.push(slack);
    const answerHere = (app: App) => app.command('/cf502', async ({ ack }) => ack('Here.'));
    open.push(await startSocketApp(slack, answerHere, 500));
    const opened = () => slack.calls.filter((call) => call.method === 'apps.connections.open').length;
    const before = opened();
    slack.disconnectSockets('refresh_requested');
    await slack.waitFor((each) => opened() > before && each.connections === 1);
    const refreshed = opened();
    slack.cutSockets();
    await slack.waitFor((each) => opened() > refreshed && each.connections === 1);
    const typed = await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502');
    expect(typed.ackText).toBe('Here.');
  });
});
