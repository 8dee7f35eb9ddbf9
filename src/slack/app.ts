/** The bot: Bolt built from its dependencies, started, and stopped in order. */
import { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Config } from '../config.js';
import { Failure } from '../failure.js';
import type { AuditLog } from '../platform/audit-log.js';
import type { Log } from '../platform/log.js';
import type { Policy } from '../policy.js';
import type { Changes } from '../queue/changes.js';
import type { Checks } from '../queue/checks.js';
import type { Doctor } from '../queue/doctor.js';
import type { SlackIdentity } from './ask.js';
import { createSlackClients, interactiveTimeoutMs, slackClientOptions } from './clients.js';
import { withDeadline } from './deadline.js';
import { createErrorBoundary } from './error-boundary.js';
import { createGate } from './gate.js';
import { createHttpConnection } from './http-connection.js';
import { registerListeners } from './listeners/index.js';
import { toSlackFailure } from './slack-failure.js';
import { createSlackLogger } from './slack-logger.js';
import { createSocketConnection } from './socket-connection.js';

export interface BotDependencies {
  readonly config: Pick<Config, 'slack'>;
  readonly policy: Policy;
  readonly checks: Checks;
  /** Absent: this process takes part in no changes. */
  readonly changes?: Changes;
  /** Where commands and refusals are recorded; absent: nowhere. */
  readonly audit?: AuditLog;
  /** The self-check; absent: there is none. */
  readonly doctor?: Doctor;
  readonly log: Log;
  readonly now: () => Date;
}

export interface Bot {
  /** Port of the health routes, and in HTTP mode of Slack's deliveries; null where nothing listens. */
  readonly port: number | null;
  /** Whether Slack's deliveries arrive. */
  isReady(): boolean;
  /** Takes nothing new, lets what is under way finish within a few seconds, closes every connection. */
  stop(): Promise<void>;
}

/** How long listeners under way may take when stopping. */
const drainMs = 5_000;

/**
 * Starts the bot.
 * @throws Failure `misconfigured` where Slack refuses a token, `service-down` where Slack cannot be reached.
 */
export async function startBot(dependencies: BotDependencies): Promise<Bot> {
  const { config, policy, checks, changes = null, audit = null, doctor = null, log, now } = dependencies;
  const { slack } = config;
  const clients = createSlackClients(slack, log);
  const identity = await identify(clients.mustDeliver);
  const connection =
    slack.mode === 'socket' ? createSocketConnection(slack, log) : createHttpConnection(slack, log, now);
  const gate = createGate(log, now);
  const app = new App({
    token: slack.botToken,
    botId: identity.botId,
    botUserId: identity.botUserId,
    // Who we are is known, so Bolt need not ask again.
    tokenVerificationEnabled: false,
    deferInitialization: true,
    receiver: connection.receiver,
    logger: createSlackLogger(log),
    clientOptions: slackClientOptions(slack, log, interactiveTimeoutMs),
    convoStore: false,
    extendedErrorHandler: true,
  });
  app.use((args) => gate.middleware(args));
  app.error(createErrorBoundary(clients, log));
  registerListeners(app, { policy, checks, changes, audit, doctor, clients, identity, log, now });
  try {
    await app.init();
    await connection.start();
  } catch (error) {
    await connection.stop();
    throw asStartFailure(error);
  }
  const port = connection.port();
  log.info({ mode: slack.mode, port, team: identity.teamId }, 'bot started');
  return {
    port,
    isReady: () => connection.isReady(),
    async stop() {
      await connection.stop();
      await withDeadline(gate.drained(), drainMs, 'Listeners were still at work.').catch((error: unknown) =>
        log.warn({ reason: String(error) }, 'stopped before everything was done'),
      );
      log.info({}, 'bot stopped');
    },
  };
}

async function identify(client: WebClient): Promise<SlackIdentity> {
  try {
    const answer = await client.auth.test();
    return {
      teamId: answer.team_id ?? '',
      enterpriseId: answer.enterprise_id ?? null,
      botId: answer.bot_id ?? '',
      botUserId: answer.user_id ?? '',
      botName: answer.user ?? 'cf502',
    };
  } catch (error) {
    throw asStartFailure(error);
  }
}

function asStartFailure(error: unknown): Failure {
  const failure = toSlackFailure(error);
  if (failure.kind !== 'misconfigured') return failure;
  return new Failure(
    'misconfigured',
    `${failure.message} Check SLACK_BOT_TOKEN and SLACK_APP_TOKEN at api.slack.com/apps > your app > OAuth & Permissions and Basic Information, and that the app is installed with the scopes of manifest.yml.`,
    { cause: error, details: failure.details },
  );
}
