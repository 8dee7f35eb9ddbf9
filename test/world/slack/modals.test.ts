/** Modals and the home tab of a real Bolt app over Socket Mode. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { App } from '@slack/bolt';
import { startSocketApp } from './bolt-app.js';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from './local-slack.js';

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

/** How the calls of a method ended, those under way left out. */
function outcomesOf(slack: LocalSlack, method: string) {
  return slack.calls
    .filter((call) => call.method === method && call.outcome.kind !== 'unanswered')
    .map((call) => call.outcome);
}

const modal = {
  type: 'modal' as const,
  callback_id: 'ask',
  private_metadata: 'C0INCIDEN',
  title: { type: 'plain_text' as const, text: 'Check' },
  submit: { type: 'plain_text' as const, text: 'Run' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'target',
      label: { type: 'plain_text' as const, text: 'Distribution' },
      element: { type: 'plain_text_input' as const, action_id: 'id', initial_value: 'E123' },
    },
  ],
};

describe('modals', () => {
  it('opens from a shortcut, shows errors, then takes the values and closes', async () => {
    const submitted: unknown[] = [];
    const slack = await start((app) => {
      app.shortcut('diagnose', async ({ ack, client, body }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: modal });
      });
      app.view('ask', async ({ ack, view }) => {
        const value = view.state.values['target']?.['id']?.value;
        submitted.push([view.private_metadata, value]);
        if (value === 'E123') await ack({ response_action: 'errors', errors: { target: 'Too short.' } });
        else await ack();
      });
    });
    const person = slack.person('U0ONCALL1');
    const alarm = person.say('#incidents', 'CloudFront answers 502');
    await person.useShortcut(alarm, 'diagnose');
    expect(await slack.waitFor((each) => each.view('U0ONCALL1'))).toMatchObject({ title: 'Check', callbackId: 'ask' });
    expect((await person.submitView()).errors).toEqual({ target: 'Too short.' });
    expect(slack.view('U0ONCALL1')).not.toBeNull();
    expect((await person.submitView({ id: 'E1234567890123' })).errors).toBeNull();
    expect(slack.view('U0ONCALL1')).toBeNull();
    expect(submitted).toEqual([
      ['C0INCIDEN', 'E123'],
      ['C0INCIDEN', 'E1234567890123'],
    ]);
  });

  it('opens once for a trigger, and not after three seconds', async () => {
    let clock = Date.UTC(2026, 0, 31);
    const slack = await start(
      (app) => {
        app.command('/cf502', async ({ ack, client, command }) => {
          await ack();
          if (command.text === 'slowly') clock += 3001;
          const openView = () => client.views.open({ trigger_id: command.trigger_id, view: modal });
          await Promise.allSettled([openView(), openView()]);
        });
      },
      { now: () => clock },
    );
    const outcomes = () => outcomesOf(slack, 'views.open');
    await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502');
    await slack.waitFor(() => outcomes().length === 2);
    await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502', 'slowly');
    await slack.waitFor(() => outcomes().length === 4);
    expect(outcomes()).toMatchObject([
      { kind: 'ok' },
      { error: 'exchanged_trigger_id' },
      { error: 'expired_trigger_id' },
      { error: 'expired_trigger_id' },
    ]);
  });

  it('refuses a title that is too long, and points at it', async () => {
    const slack = await start((app) => {
      app.command('/cf502', async ({ ack, client, command }) => {
        await ack();
        const view = { ...modal, title: { type: 'plain_text' as const, text: 'x'.repeat(25) } };
        await Promise.allSettled([client.views.open({ trigger_id: command.trigger_id, view })]);
      });
    });
    await slack.person('U0ONCALL1').typeCommand('#incidents', '/cf502');
    const [outcome] = await slack.waitFor(() => {
      const known = outcomesOf(slack, 'views.open');
      return known.length > 0 && known;
    });
    expect(outcome).toEqual({
      kind: 'error',
      error: 'invalid_arguments',
      problems: ['must be less than 25 characters [json-pointer:/view/title/text]'],
    });
  });

  it('publishes the home tab when it is opened', async () => {
    const slack = await start((app) => {
      app.event('app_home_opened', async ({ event, client }) => {
        const view = { type: 'home' as const, blocks: [{ type: 'divider' as const }] };
        await client.views.publish({ user_id: event.user, view });
      });
    });
    await slack.person('U0ONCALL1').openHome();
    expect(await slack.waitFor((each) => each.home('U0ONCALL1'))).toMatchObject({
      kind: 'home',
      blocks: [{ type: 'divider' }],
    });
  });
});
