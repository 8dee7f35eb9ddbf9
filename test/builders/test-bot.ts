/** The real bot on a local Slack, in either mode, with checks held in memory. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { AuditLog } from '../../src/platform/audit-log.js';
import { createLog } from '../../src/platform/log.js';
import { parsePolicy } from '../../src/policy.js';
import type { Changes } from '../../src/queue/changes.js';
import type { Doctor } from '../../src/queue/doctor.js';
import { type Bot, startBot } from '../../src/slack/app.js';
import { httpPath } from '../../src/slack/surface.js';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from '../world/slack/local-slack.js';
import { createInMemoryAudit, type InMemoryAudit } from './in-memory-audit.js';
import { createInMemoryChanges, type InMemoryChanges } from './in-memory-changes.js';
import { createInMemoryChecks, type InMemoryChecks } from './in-memory-checks.js';

export const modes = ['socket', 'http'] as const;
export type Mode = (typeof modes)[number];

export interface TestBot {
  readonly slack: LocalSlack;
  readonly bot: Bot;
  readonly checks: InMemoryChecks;
  readonly changes: InMemoryChanges;
  readonly audit: InMemoryAudit;
  stop(): Promise<void>;
}

export interface TestBotOptions {
  readonly mode?: Mode;
  /** YAML; the default policy unless told. */
  readonly policy?: string;
  readonly slack?: LocalSlackOptions;
  readonly doctor?: Doctor;
  /** In place of those held in memory, which then know of nothing. */
  readonly realChanges?: Changes & { readonly audit: AuditLog };
  readonly now?: () => Date;
}

const manifestScopes: string[] = parse(readFileSync('manifest.yml', 'utf8')).oauth_config.scopes.bot;

/** The local Slack grants exactly the scopes of the manifest. */
export async function startTestBot(options: TestBotOptions = {}): Promise<TestBot> {
  const mode = options.mode ?? 'socket';
  const slack = await startLocalSlack({ botScopes: manifestScopes, ...options.slack });
  const checks = createInMemoryChecks();
  const policy = parsePolicy(options.policy ?? 'version: 1', 'test policy');
  const changes = createInMemoryChanges(policy.changes ?? null);
  const audit = createInMemoryAudit();
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
    policy,
    checks,
    changes: options.realChanges ?? changes,
    audit: options.realChanges?.audit ?? audit,
    ...(options.doctor === undefined ? {} : { doctor: options.doctor }),
    log: createLog('silent'),
    now: options.now ?? (() => new Date()),
  });
  if (mode === 'http') slack.useHttp(`http://127.0.0.1:${bot.port}${httpPath}`);
  return {
    slack,
    bot,
    checks,
    changes,
    audit,
    stop: async () => {
      checks.release();
      changes.release();
      await bot.stop();
      await slack.stop();
    },
  };
}
