/** Real Bolt apps and a real WebClient for the tests of the local Slack, with a logger that is silent. */
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { LocalSlack } from './local-slack.js';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

const retryConfig = { retries: 3, minTimeout: 1, factor: 1, randomize: false };

/** A WebClient of the local Slack that tries once, unless told otherwise. */
export function buildClient(
  slack: LocalSlack,
  given: { readonly token?: string; readonly options?: WebClientOptions } = {},
): WebClient {
  return new WebClient(given.token ?? slack.environment.SLACK_BOT_TOKEN, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    logger: silent,
    ...given.options,
  });
}

export interface RunningApp {
  readonly app: App;
  stop(): Promise<void>;
}

/**
 * Connects over Socket Mode; resolves when the socket is open.
 * @param clientPingTimeout milliseconds without a pong after which it connects anew, and for which it waits before it tries again; Bolt's own
 *   is 5,000. A busy machine can miss a short one.
 */
export async function startSocketApp(
  slack: LocalSlack,
  register: (app: App) => void,
  clientPingTimeout = 5_000,
): Promise<RunningApp> {
  const receiver = new SocketModeReceiver({
    appToken: slack.environment.SLACK_APP_TOKEN,
    clientPingTimeout,
    logger: silent,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl, retryConfig } },
  });
  const app = new App({
    receiver,
    token: slack.environment.SLACK_BOT_TOKEN,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig },
    logger: silent,
    convoStore: false,
    deferInitialization: true,
  });
  await app.init();
  register(app);
  await app.start();
  return {
    app,
    stop: async () => {
      await receiver.client.disconnect();
    },
  };
}

/** Listens for signed requests on a free port and tells the local Slack the address. */
export async function startHttpApp(slack: LocalSlack, register: (app: App) => void): Promise<RunningApp> {
  const receiver = new HTTPReceiver({ signingSecret: slack.environment.SLACK_SIGNING_SECRET, logger: silent });
  const app = new App({
    receiver,
    token: slack.environment.SLACK_BOT_TOKEN,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig },
    logger: silent,
    convoStore: false,
    deferInitialization: true,
  });
  await app.init();
  register(app);
  const server = await receiver.start(0);
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The app does not listen.');
  slack.useHttp(`http://127.0.0.1:${address.port}/slack/events`);
  return {
    app,
    stop: async () => {
      server.closeAllConnections();
      await app.stop();
    },
  };
}
