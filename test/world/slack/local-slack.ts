/** A Slack on loopback that the unmodified Bolt, WebClient and Socket Mode client talk to. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChanges } from './changes.js';
import type { LocalSlack, LocalSlackOptions } from './contract.js';
import { createDeliveries } from './delivery/deliveries.js';
import { createResponseUrls } from './delivery/response-urls.js';
import { createSocketMode } from './delivery/socket-mode.js';
import { createFiles } from './files.js';
import type { Message } from './message.js';
import { createPerson } from './person.js';
import {
  defaultBotScopes,
  defaultChannels,
  defaultIdentity,
  defaultUserGroups,
  defaultUsers,
  type SlackChannel,
} from './seed.js';
import { createTriggers } from './triggers.js';
import { createViews } from './views.js';
import { createAnswerRules } from './web-api/answer-rules.js';
import type { Call } from './web-api/journal.js';
import type { Inside } from './web-api/method.js';
import { createRateLimits } from './web-api/rate-limits.js';
import { createRequestHandler } from './web-api/serve.js';
import { createWorkspace } from './workspace.js';

export type { LocalSlack, LocalSlackOptions } from './contract.js';

const botToken = 'xoxb-000000000000-local-bot-token';
const appToken = 'xapp-1-A0CF50200-local-app-token';
const signingSecret = 'local0signing0secret0local0signi';

/** Starts it on a free port. Everything is forgotten when it stops. */
export async function startLocalSlack(options: LocalSlackOptions = {}): Promise<LocalSlack> {
  const now = options.now ?? Date.now;
  const identity = defaultIdentity;
  const changes = createChanges();
  const calls: Call[] = [];
  const complaints: string[] = [];
  const complain = (complaint: string) => {
    complaints.push(complaint);
    changes.emit({ kind: 'complaint', complaint });
  };
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = () => `http://127.0.0.1:${portOf(server.address())}`;
  const socketMode = createSocketMode({
    appId: identity.appId,
    baseUrl,
    complain,
    onConnections: (open) => changes.emit({ kind: 'connections', open }),
  });
  const seed = {
    users: options.users ?? defaultUsers,
    channels: options.channels ?? defaultChannels(identity.botUserId),
    userGroups: options.userGroups ?? defaultUserGroups,
  };
  const workspace = createWorkspace(seed, changes, now);
  const views = createViews(changes, workspace.withBlockIds);
  const inside: Inside = {
    identity,
    workspace,
    views,
    files: createFiles(now, options.fileScanMs ?? 0),
    triggers: createTriggers(now),
    changes,
    scopes: new Set(options.botScopes ?? defaultBotScopes),
    refusedBlocks: new Set(options.refusedBlocks ?? []),
    now,
    baseUrl,
    openSocketUrl: socketMode.openUrl,
    complain,
  };
  const responseUrls = createResponseUrls(inside);
  const rules = createAnswerRules();
  const deliveries = createDeliveries({
    changes,
    socketMode,
    signingSecret,
    now,
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
    eventRetryDelaysMs: options.eventRetryDelaysMs ?? [0, 60_000, 300_000],
  });
  const rateLimits = options.enforceRateLimits === true ? createRateLimits(now) : null;
  const handle = createRequestHandler({ inside, responseUrls, rules, rateLimits, calls, botToken, appToken });
  server.on('request', (request, response) => {
    handle(request, response).catch((thrown: unknown) => {
      if (request.destroyed && !request.complete) return;
      complain(
        `The local Slack failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
      );
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on('upgrade', socketMode.upgrade);
  const apiUrl = `${baseUrl()}/api/`;
  const channel = (idOrName: string): SlackChannel => {
    const found = workspace.channel(idOrName);
    if (found === null) throw new Error(`There is no channel ${idOrName}.`);
    return found;
  };

  const slack: LocalSlack = {
    apiUrl,
    environment: {
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
      SLACK_SIGNING_SECRET: signingSecret,
    },
    identity,
    calls,
    deliveries: deliveries.list,
    complaints,
    get connections() {
      return socketMode.open;
    },
    person: (userId) => createPerson(userId, inside, deliveries, responseUrls),
    channel,
    setChannel: (given) => workspace.setChannel(given),
    user: (userId) => {
      const found = workspace.users.get(userId);
      if (found === undefined) throw new Error(`There is no user ${userId}.`);
      return found;
    },
    setUserGroup: (group) => {
      workspace.userGroups.set(group.id, group);
    },
    messages: (name) => workspace.timeline(channel(name).id),
    thread: (name, ts) => workspace.thread(channel(name).id, ts),
    ephemerals: (userId) => workspace.ephemerals(userId),
    message: (name, ts) => workspace.message(channel(name).id, ts),
    view: (userId) => views.top(userId),
    home: (userId) => views.home(userId),
    answer: (method, rule) => rules.add(method, rule),
    refuseBlocks: (...types) => {
      for (const type of types) inside.refusedBlocks.add(type);
    },
    takeBlocks: (...types) => {
      for (const type of types) inside.refusedBlocks.delete(type);
    },
    grantScopes: (...scopes) => {
      for (const scope of scopes) inside.scopes.add(scope);
    },
    revokeScopes: (...scopes) => {
      for (const scope of scopes) inside.scopes.delete(scope);
    },
    useHttp: (requestUrl) => deliveries.target(requestUrl),
    useSocketMode: () => deliveries.target(null),
    disconnectSockets: (reason) => socketMode.disconnect(reason),
    cutSockets: () => socketMode.cut(),
    replay: (delivery, headers) => deliveries.replay(delivery, headers),
    nameOf: (id) => workspace.nameOf(id) ?? (id === identity.botUserId ? identity.botName : id),
    on: (_event, listener) => changes.on(listener),
    waitFor: (look, wait = {}) =>
      changes.waitFor(
        () => look(slack),
        wait,
        () => describe(workspace.all(), calls),
      ),
    stop: async () => {
      deliveries.close();
      socketMode.close();
      changes.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return slack;
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('The local Slack does not listen.');
}

/** The last few messages and calls, for who waited in vain. */
function describe(messages: readonly Message[], calls: readonly Call[]): string {
  const said = messages.slice(-8).map((each) => `  ${each.channel} ${each.author}: ${each.text.slice(0, 160)}`);
  const asked = calls.slice(-12).map((each) => {
    const error = each.outcome.kind === 'error' ? `${each.outcome.error} ${each.outcome.problems.join('; ')}` : '';
    return `  ${each.method}: ${each.outcome.kind} ${error}`.trimEnd();
  });
  return ['messages:', ...said, 'calls:', ...asked].join('\n');
}
