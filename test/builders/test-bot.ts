/** The real bot on a local Slack, in either mode, with checks held in memory. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createLog } from '../../src/platform/log.js';
import { parsePolicy } from '../../src/policy.js';
import { type Bot, startBot } from '../../src/slack/app.js';
import { httpPath } from '../../src/slack/surface.js';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from '../world/slack/local-slack.js';
import { createInMemoryChecks, type InMemoryChecks } from './in-memory-checks.js';

export const modes = ['socket', 'http'] as const;
export type Mode = (typeof modes)[number];

export interface TestBot {
  readonly slack: LocalSlack;
  readonly bot: Bot;
  readonly checks: InMemoryChecks;
  stop(): Promise<void>;
}

export interface TestBotOptions {
  readonly mode?: Mode;
  /** YAML; the default policy unless told. */
  readonly policy?: string;
  readonly slack?: LocalSlackOptions;
}

const manifestScopes: string[] = parse(readFileSync('manifest.yml', 'utf8')).oauth_config.scopes.bot;

/** The local Slack grants exactly the scopes of the manifest. */
export async function startTestBot(options: TestBotOptions = {}): Promise<TestBot> {
  const mode = options.mode ?? 'socket';
  const slack = await startLocalSlack({ botScopes: manifestScopes, ...options.slack });
  const checks = createInMemoryChecks();
  const bot = await startBot({
    config: {
      slack: {
        mode,
        botToken: slack.environment.SLACK_BOT_TOKEN,
        appToken: slack.environment.SLACK_APP_TOKEN,
        signingSecret: slack.environment.SLACK_SIGNING_SECRET,
        port: 0,
        apiUrl: slack.apiUrl,
      },
    },
    policy: parsePolicy(options.policy ?? 'version: 1', 'test policy'),
    checks,
    log: createLog('silent'),
    now: () => new Date(),
  });
  if (mode === 'http') slack.useHttp(`http://127.0.0.1:${bot.port}${httpPath}`);
  return {
    slack,
    bot,
    checks,
    stop: async () => {
      checks.release();
      await bot.stop();
      await slack.stop();
    },
  };
}
