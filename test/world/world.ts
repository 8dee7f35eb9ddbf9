/** The whole world of the product on loopback: AWS, Slack, DNS, origins, Redis; and the product's own processes in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAws, startLocalAws } from './aws/local-aws.js';
import { mintAuthority, type TestAuthority } from './certificates.js';
import { type LocalDns, startLocalDns } from './dns.js';
import { type Origin, type OriginOptions, startOrigin } from './origins.js';
import { type ProductProcess, startProduct } from './product.js';
import { startTestRedis, type TestRedis } from './redis.js';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from './slack/local-slack.js';

export interface WorldOptions {
  readonly slack?: LocalSlackOptions;
  /** How long idle connections are held; absent: 1, so that no test waits for what it is not about. */
  readonly keepAliveHoldSeconds?: number;
  /** Lines added to the policy file; loopback may be probed in any case. */
  readonly policy?: string;
}

export interface World {
  readonly aws: LocalAws;
  readonly slack: LocalSlack;
  readonly dns: LocalDns;
  readonly redis: TestRedis;
  /** Trusted by the product in this world, through CF502_EXTRA_TRUST_ROOTS_FILE. */
  readonly authority: TestAuthority;
  /** What a process of the product needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts an origin and gives it a name in DNS; ended with the world. */
  host(name: string, options?: OriginOptions): Promise<Origin>;
  /** Starts a process of the product; resolves when it is up. */
  start(program: 'bot' | 'worker' | 'all', environment?: Readonly<Record<string, string>>): Promise<ProductProcess>;
  stop(): Promise<void>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'cf502-world-'));
  const [aws, slack, dns, redis, authority] = await Promise.all([
    startLocalAws(),
    startLocalSlack(options.slack),
    startLocalDns(),
    startTestRedis({ persistent: true }),
    mintAuthority('cf502 world'),
  ]);
  const rootsFile = join(folder, 'roots.pem');
  writeFileSync(rootsFile, authority.root.pem);
  const policyFile = join(folder, 'policy.yml');
  writeFileSync(
    policyFile,
    `version: 1\nprobes:\n  allowedRanges: [127.0.0.0/8]\n  connectTimeoutSeconds: 2\n  keepAliveHoldSeconds: ${options.keepAliveHoldSeconds ?? 1}\n${options.policy ?? ''}`,
  );
  const environment = {
    ...aws.environment,
    ...slack.environment,
    REDIS_URL: redis.url,
    CF502_DNS_SERVERS: dns.server,
    CF502_EXTRA_TRUST_ROOTS_FILE: rootsFile,
    CF502_POLICY_FILE: policyFile,
    PORT: '0',
    LOG_LEVEL: 'info',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const origins: Origin[] = [];
  const processes: ProductProcess[] = [];
  return {
    aws,
    slack,
    dns,
    redis,
    authority,
    environment,
    async host(name, originOptions) {
      const origin = await startOrigin(originOptions);
      origins.push(origin);
      dns.set(name, { a: [origin.address] });
      return origin;
    },
    async start(program, more = {}) {
      const started = await startProduct(program, { ...environment, ...more });
      processes.push(started);
      return started;
    },
    async stop() {
      await Promise.all(processes.map((each) => each.stop()));
      await Promise.all([
        ...origins.map((origin) => origin.stop()),
        aws.stop(),
        slack.stop(),
        dns.stop(),
        redis.stop(),
      ]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
