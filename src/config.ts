/**
 * Environment -> one frozen Config; every problem at once, each naming the page where the value is found. Nothing else reads
 * `process.env` (the AWS SDK reads its own variables: AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL …).
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Failure } from './failure.js';
import type { LogLevel } from './platform/log.js';

export interface SlackConfig {
  readonly mode: 'socket' | 'http';
  readonly botToken: string;
  /** Socket Mode only. */
  readonly appToken: string;
  /** HTTP only. */
  readonly signingSecret: string;
  /** Of the health routes in both modes, and of Slack's deliveries in HTTP mode. */
  readonly port: number;
  /** Overrides https://slack.com/api/ . */
  readonly apiUrl: string | null;
}

export interface Config {
  readonly slack: SlackConfig;
  /** null: a private Redis is started beside the program. */
  readonly redisUrl: string | null;
  /** Hash-tagged prefix of every key, so that one Redis can serve several installations and Redis Cluster works. */
  readonly redisPrefix: string;
  /** Folder of the private Redis, kept between starts. */
  readonly dataFolder: string;
  readonly policyFile: string;
  readonly dnsServers: readonly string[];
  /** PEM text of certificates trusted beside Mozilla's roots. */
  readonly extraTrustRoots: readonly string[];
  readonly workerConcurrency: number;
  /** Whether a worker tries every permission when it starts. */
  readonly selfCheck: boolean;
  readonly logLevel: LogLevel;
}

/** What each part of the program needs; the terminal needs neither Slack nor Redis. */
export type ConfigPart = 'bot' | 'worker' | 'terminal';

type Environment = Readonly<Record<string, string | undefined>>;

const tokenPage = 'api.slack.com/apps > your app > OAuth & Permissions';
const appTokenPage = 'api.slack.com/apps > your app > Basic Information > App-Level Tokens (scope connections:write)';
const secretPage = 'api.slack.com/apps > your app > Basic Information > App Credentials';

/** `address`, `address:port` or `[v6]:port`, separated by commas or blanks. */
const serverList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ''))
  .pipe(
    z
      .array(
        z
          .string()
          .regex(
            /^(\[[0-9a-fA-F:]+\](:\d{1,5})?|[0-9.]+(:\d{1,5})?|[0-9a-fA-F:]+)$/,
            'is not an IP address with an optional port',
          ),
      )
      .min(1),
  );

const environmentSchema = z.object({
  SLACK_MODE: z.enum(['socket', 'http']).default('socket'),
  SLACK_BOT_TOKEN: z.string().default(''),
  SLACK_APP_TOKEN: z.string().default(''),
  SLACK_SIGNING_SECRET: z.string().default(''),
  SLACK_API_URL: z.url().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
    .optional(),
  CF502_REDIS_PREFIX: z
    .string()
    .regex(/^\{[A-Za-z0-9_-]+\}$/, 'must be a name in braces such as {cf502}')
    .default('{cf502}'),
  CF502_DATA_FOLDER: z.string().default('.cf502'),
  CF502_POLICY_FILE: z.string().default('cf502.policy.yml'),
  CF502_DNS_SERVERS: serverList.default(['1.1.1.1', '8.8.8.8']),
  CF502_EXTRA_TRUST_ROOTS_FILE: z.string().optional(),
  CF502_SELF_CHECK: z.enum(['on', 'off']).default('on'),
  CF502_WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(16),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/**
 * Parses the environment for the parts that will run in this process.
 * @throws Failure `misconfigured` that lists every problem, a line each. Values are never repeated, since they may be secrets.
 */
export function parseConfig(environment: Environment, parts: readonly ConfigPart[]): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const problems: string[] = [];
  for (const name of Object.keys(given)) {
    if (name.startsWith('CF502_') && !(name in environmentSchema.shape))
      problems.push(`${name}: no such setting; see .env.sample for the list`);
  }
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`);
    throw misconfigured(problems);
  }
  const env = parsed.data;
  const talksToSlack = parts.includes('bot') || parts.includes('worker');
  if (talksToSlack && !env.SLACK_BOT_TOKEN.startsWith('xoxb-'))
    problems.push(`SLACK_BOT_TOKEN: the bot token (xoxb-…) is missing; it is at ${tokenPage}`);
  if (parts.includes('bot') && env.SLACK_MODE === 'socket' && !env.SLACK_APP_TOKEN.startsWith('xapp-'))
    problems.push(`SLACK_APP_TOKEN: Socket Mode needs the app-level token (xapp-…); it is at ${appTokenPage}`);
  if (parts.includes('bot') && env.SLACK_MODE === 'http' && env.SLACK_SIGNING_SECRET === '')
    problems.push(`SLACK_SIGNING_SECRET: HTTP mode needs the signing secret; it is at ${secretPage}`);
  let extraTrustRoots: readonly string[] = [];
  if (env.CF502_EXTRA_TRUST_ROOTS_FILE !== undefined) {
    try {
      extraTrustRoots =
        readFileSync(env.CF502_EXTRA_TRUST_ROOTS_FILE, 'utf8').match(
          /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
        ) ?? [];
      if (extraTrustRoots.length === 0) problems.push('CF502_EXTRA_TRUST_ROOTS_FILE: holds no PEM certificate');
    } catch {
      problems.push('CF502_EXTRA_TRUST_ROOTS_FILE: the file cannot be read');
    }
  }
  if (problems.length > 0) throw misconfigured(problems);
  return Object.freeze({
    slack: Object.freeze({
      mode: env.SLACK_MODE,
      botToken: env.SLACK_BOT_TOKEN,
      appToken: env.SLACK_APP_TOKEN,
      signingSecret: env.SLACK_SIGNING_SECRET,
      port: env.PORT,
      apiUrl: env.SLACK_API_URL ?? null,
    }),
    redisUrl: env.REDIS_URL ?? null,
    redisPrefix: env.CF502_REDIS_PREFIX,
    dataFolder: env.CF502_DATA_FOLDER,
    policyFile: env.CF502_POLICY_FILE,
    dnsServers: env.CF502_DNS_SERVERS,
    extraTrustRoots,
    workerConcurrency: env.CF502_WORKER_CONCURRENCY,
    selfCheck: env.CF502_SELF_CHECK === 'on',
    logLevel: env.LOG_LEVEL,
  });
}

/** Reads the process's environment: the only place that does. */
export function loadConfig(parts: readonly ConfigPart[]): Config {
  return parseConfig(process.env, parts);
}

function misconfigured(problems: readonly string[]): Failure {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new Failure(
    'misconfigured',
    `cf502 cannot start: ${count} in the configuration.\n${problems.map((line) => `  - ${line}`).join('\n')}`,
  );
}
