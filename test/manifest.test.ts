/** The app's manifest is valid for both modes, and it and the code name the same things: nothing unused, nothing missing. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  actionIds,
  commands,
  deliveryScopes,
  events,
  httpPath,
  shortcuts,
  webApiMethods,
} from '../src/slack/surface.js';
import { distribution, incidents, people, startChangeBot } from './builders/change-bot.js';
import { startTestBot } from './builders/test-bot.js';

const text = readFileSync('manifest.yml', 'utf8');
const schema: object = JSON.parse(readFileSync('test/world/slack/manifest-schema.json', 'utf8'));
const validate = new Ajv({ allErrors: true }).compile(schema);

/** The manifest as its comments tell people to change it for HTTP. */
const httpText = text
  .replace(/^(\s*)# (.+) # HTTP$/gm, '$1$2')
  .replace('socket_mode_enabled: true', 'socket_mode_enabled: false');

const manifest = z
  .object({
    features: z.object({
      slash_commands: z.array(z.object({ command: z.string(), url: z.string().optional() })),
      shortcuts: z.array(z.object({ callback_id: z.string(), type: z.string() })),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()), request_url: z.string().optional() }),
      interactivity: z.object({ is_enabled: z.boolean(), request_url: z.string().optional() }),
      socket_mode_enabled: z.boolean(),
    }),
  })
  .parse(parse(text));

function problemsOf(yaml: string): unknown {
  return validate(parse(yaml)) ? null : validate.errors;
}

describe('the manifest', () => {
  it('is valid for Socket Mode as it stands', () => {
    expect(problemsOf(text)).toBeNull();
    expect(manifest.settings.socket_mode_enabled).toBe(true);
  });

  it('is valid for HTTP once changed as its comments say, all three addresses being our path', () => {
    expect(problemsOf(httpText)).toBeNull();
    const http = parse(httpText);
    const addresses = [
      http.features.slash_commands[0].url,
      http.settings.event_subscriptions.request_url,
      http.settings.interactivity.request_url,
    ];
    expect(addresses.map((address) => new URL(address).pathname)).toEqual([httpPath, httpPath, httpPath]);
    expect(http.settings.socket_mode_enabled).toBe(false);
  });

  it.each([
    ['a shortcut with too long a name', text.replace('Diagnose CloudFront 502', 'Diagnose why CloudFront 502')],
    ['a key that Slack does not know', text.replace('should_escape', 'should_escpae')],
    ['a command without a slash', text.replace('command: /cf502', 'command: cf502')],
    ['no name', text.replace('  name: cf502\n', '')],
  ])('is refused with %s', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(problemsOf(changed)).not.toBeNull();
  });

  it('names the commands, shortcuts and events that the code listens to, and no other', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command).sort()).toEqual(
      Object.values(commands).sort(),
    );
    expect(manifest.features.shortcuts.map((shortcut) => shortcut.callback_id).sort()).toEqual(
      Object.values(shortcuts).sort(),
    );
    expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual(Object.values(events).sort());
    expect(manifest.settings.interactivity.is_enabled).toBe(Object.values(actionIds).length > 0);
  });

  it('asks for the scopes that the code needs, and no other', () => {
    const needed = new Set<string>([
      ...Object.values(webApiMethods).flat(),
      ...Object.values(events).map((event) => deliveryScopes[event]),
      deliveryScopes.commands,
      deliveryScopes.shortcuts,
    ]);
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...needed].sort());
  });

  it.each(manifest.oauth_config.scopes.bot.filter((scope) => scope === 'chat:write'))(
    'would not work without %s',
    async (scope) => {
      const world = await startTestBot();
      try {
        world.slack.revokeScopes(scope);
        await world.slack.person('U0ONCALL1').typeCommand('C0INCIDEN', '/cf502', 'check E2EXAMPLE1ABCD');
        await world.slack.waitFor((slack) =>
          slack.ephemerals('U0ONCALL1').some((each) => each.text.includes('missing_scope')),
        );
      } finally {
        await world.stop();
      }
    },
  );
});

describe('the table of what the code can be reached by', () => {
  it('holds every method of the Web API that a whole conversation calls', async () => {
    // The local Slack grants exactly the scopes of the manifest, so a scope that is missing fails here too.
    const world = await startTestBot();
    try {
      const person = world.slack.person('U0ONCALL1');
      await person.typeCommand('C0INCIDEN', '/cf502', 'check E2EXAMPLE1ABCD');
      await person.mention('C0INCIDEN', 'check E2OTHER12345AB');
      await person.mention('C0INCIDEN', 'help');
      const alarm = person.say('C0INCIDEN', 'look at d111111abcdef8.cloudfront.net');
      await person.useShortcut(alarm, shortcuts.diagnose);
      await world.checks.until(({ attached }) => attached.size === 3);
      await world.slack.waitFor((slack) => slack.calls.some((call) => call.method === 'chat.postEphemeral'));
      const called = new Set(
        world.slack.calls.filter((call) => call.token?.startsWith('xoxb-')).map((call) => call.method),
      );
      for (const method of called) expect(Object.keys(webApiMethods)).toContain(method);
      expect(world.slack.calls.filter((call) => call.outcome.kind === 'error')).toEqual([]);
      expect(world.slack.complaints).toEqual([]);
    } finally {
      await world.stop();
    }
  });

  it('holds every method that the life of a change calls', async () => {
    const world = await startChangeBot();
    try {
      const person = world.slack.person(people.onCall);
      await person.typeCommand(incidents, '/cf502', `propose ${distribution} --origin api --read-timeout 60`);
      await world.slack.waitFor((slack) => slack.view(people.onCall));
      await person.submitView({ cf502_reason: 'Reports are slow.' });
      await world.told('The proposal is being made');
      const card = await world.propose();
      await world.slack.person(people.approver).click(card, 'cf502_approve');
      await world.slack.waitFor(() => world.card(card).startsWith('Approved:'));
      await person.typeCommand(incidents, '/cf502', 'proposals');
      await world.told('about to be applied');
      const called = new Set(
        world.slack.calls.filter((call) => call.token?.startsWith('xoxb-')).map((call) => call.method),
      );
      for (const method of called) expect(Object.keys(webApiMethods)).toContain(method);
      expect([...called]).toEqual(expect.arrayContaining(['views.open', 'usergroups.users.list', 'chat.getPermalink']));
      expect(world.slack.calls.filter((call) => call.outcome.kind === 'error')).toEqual([]);
      expect(world.slack.complaints).toEqual([]);
    } finally {
      await world.stop();
    }
  });
});
