/** Everything that people and Slack can reach us by, and every method of Slack that we call: the listeners register from this table, and the manifest is held against it. */
import { actionIds } from './render/buttons.js';

export { actionIds };

export const commands = { cf502: '/cf502' } as const;

export const shortcuts = { diagnose: 'cf502_diagnose' } as const;

/** Callback ids of forms. */
export const forms = {
  propose: 'cf502_propose_form',
  reject: 'cf502_reject_form',
  breakGlass: 'cf502_break_glass_form',
} as const;

export const events = { mention: 'app_mention' } as const;

/** Methods of the Web API called with the bot token -> scopes that each needs. https://docs.slack.dev/reference/methods */
export const webApiMethods = {
  'auth.test': [],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'usergroups.users.list': ['usergroups:read'],
  'views.open': [],
} as const satisfies Record<string, readonly string[]>;

/** Scopes without which Slack delivers nothing of this kind. https://docs.slack.dev/reference/scopes */
export const deliveryScopes = {
  commands: 'commands',
  shortcuts: 'commands',
  app_mention: 'app_mentions:read',
} as const;

/** Where Slack sends everything in HTTP mode. */
export const httpPath = '/slack/events';
