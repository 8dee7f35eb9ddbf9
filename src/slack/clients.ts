/** The clients for Slack's Web API, one for each way of waiting: a 429 pauses every call of a client, so they are kept apart. */
import { type FetchFunction, WebClient, type WebClientOptions } from '@slack/web-api';
import type { SlackConfig } from '../config.js';
import type { Log } from '../platform/log.js';
import { createSlackLogger } from './slack-logger.js';

/** What a person waits for is worth two seconds and no second try: Slack itself gives a command three. */
export const interactiveTimeoutMs = 2_000;
const backgroundTimeoutMs = 10_000;

export interface SlackClients {
  /** For what a person waits for: short, never repeated, a 429 is an error at once. */
  readonly interactive: WebClient;
  /** For the live message: one try, may be dropped since the next one says more. */
  readonly progress: WebClient;
  /** For the answer: a few tries; the job around it goes on trying. A post that timed out may have been taken, so it is never repeated here. */
  readonly mustDeliver: WebClient;
}

export function createSlackClients(config: SlackConfig, log: Log): SlackClients {
  const client = (timeoutMs: number): WebClient =>
    new WebClient(config.botToken, slackClientOptions(config, log, timeoutMs));
  return {
    interactive: client(interactiveTimeoutMs),
    progress: client(backgroundTimeoutMs),
    mustDeliver: client(backgroundTimeoutMs),
  };
}

/** Options of one client. Always a new object: the SDK writes into what it is given. */
export function slackClientOptions(config: SlackConfig, log: Log, timeoutMs: number): WebClientOptions {
  return {
    logger: createSlackLogger(log),
    fetch: fetchWithin(timeoutMs),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    ...apiUrlOption(config),
  };
}

/** `slackApiUrl` where one is configured. */
export function apiUrlOption(config: SlackConfig): Pick<WebClientOptions, 'slackApiUrl'> {
  return config.apiUrl === null ? {} : { slackApiUrl: config.apiUrl };
}

/** fetch that gives up: Bolt's `respond` has no time-out of its own. */
export function fetchWithin(timeoutMs: number): FetchFunction {
  return (url, init = {}) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    return fetch(url, {
      ...init,
      signal: init.signal === undefined ? timeout : AbortSignal.any([init.signal, timeout]),
    });
  };
}
