/** What the doctor meets in a test: a local AWS that enforces the files under iam/, a local Slack, a real Redis, a resolver. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { parseConfig } from '../../src/config.js';
import type { DoctorItem, DoctorReport } from '../../src/diagnosis/doctor-report.js';
import { runDoctor } from '../../src/doctor/doctor.js';
import type { DoctorContext } from '../../src/doctor/doctor-context.js';
import { createAuditLog, type KeptAuditLog } from '../../src/platform/audit-log.js';
import { createLog } from '../../src/platform/log.js';
import { parsePolicy } from '../../src/policy.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';
import { type LocalDns, startLocalDns } from '../world/dns.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';
import { type LocalSlack, startLocalSlack } from '../world/slack/local-slack.js';

export const distributionId = 'E1EXAMPLE12345';
export const roles = {
  read: 'arn:aws:iam::123456789012:role/cf502-read',
  change: 'arn:aws:iam::123456789012:role/cf502-change',
  audit: 'arn:aws:iam::123456789012:role/cf502-audit',
} as const;

/** The roles exist with the policies of iam/, the names in them replaced; `without` takes actions out. */
export interface DoctorWorld {
  readonly aws: LocalAws;
  readonly slack: LocalSlack;
  readonly redis: Redis;
  readonly server: TestRedis;
  readonly dns: LocalDns;
  readonly audit: KeptAuditLog;
  grant(role: keyof typeof roles, without?: string): void;
  run(over?: {
    readonly policy?: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly context?: Partial<DoctorContext>;
  }): Promise<DoctorReport>;
  stop(): Promise<void>;
}

const files = { read: 'read-only.json', change: 'change.json', audit: 'audit-shipping.json' } as const;

export const fullPolicy = `
distributions: { shop: { id: ${distributionId} } }
aws: { readRoleArn: "${roles.read}", externalId: agreed-upon }
changes:
  mode: apply
  roleArn: "${roles.change}"
  externalId: agreed-upon
  distributions: [${distributionId}]
  approvers: { users: [U0EXAMPLE01] }
audit: { bucket: audit, region: eu-west-1, roleArn: "${roles.audit}", externalId: agreed-upon }
`;

/** What a file of iam/ says, for the things of this world. */
export function readGrants(role: keyof typeof roles): string {
  return readFileSync(join('iam', files[role]), 'utf8')
    .replaceAll('111122223333', '123456789012')
    .replaceAll('YOUR-LOG-BUCKET', 'logs')
    .replaceAll('YOUR-AUDIT-BUCKET', 'audit');
}

export async function startDoctorWorld(): Promise<DoctorWorld> {
  const [aws, slack, server, dns]: [LocalAws, LocalSlack, TestRedis, LocalDns] = await Promise.all([
    startLocalAws(),
    startLocalSlack(),
    startTestRedis({ persistent: true }),
    startLocalDns(),
  ]);
  const restore = applyEnvironment(aws.environment);
  const redis = new Redis(server.url);
  const prefix = server.prefix();
  const audit = createAuditLog(redis, prefix);
  aws.putDistribution({
    id: distributionId,
    config: {
      ...distributionConfig({ origins: [customOrigin({ Id: 'api', DomainName: 'origin.example.test' })] }),
      Logging: { Enabled: true, IncludeCookies: false, Bucket: 'logs.s3.amazonaws.com', Prefix: 'cdn/' },
    },
  });
  aws.createBucket('logs');
  aws.createBucket('audit', { region: 'eu-west-1', objectLock: true });
  const grant: DoctorWorld['grant'] = (role, without) => {
    const document = JSON.parse(readGrants(role)) as { Statement: { Action: string | string[] }[] };
    const kept = document.Statement.map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((action) => action !== without),
    })).filter(({ Action }) => Action.length > 0);
    aws.putRole(roles[role], { externalId: 'agreed-upon', policy: JSON.stringify({ ...document, Statement: kept }) });
  };
  for (const role of ['read', 'change', 'audit'] as const) grant(role);
  return {
    aws,
    slack,
    redis,
    server,
    dns,
    audit,
    grant,
    run: ({ policy = fullPolicy, environment = {}, context = {} } = {}) =>
      runDoctor({
        config: parseConfig(
          {
            ...slack.environment,
            REDIS_URL: server.url,
            CF502_REDIS_PREFIX: prefix,
            CF502_DNS_SERVERS: dns.server,
            ...environment,
          },
          ['terminal'],
        ),
        policy: parsePolicy(`version: 1\n${policy}`, 'policy'),
        redis,
        audit,
        log: createLog('silent'),
        now: () => new Date(),
        signal: AbortSignal.timeout(15_000),
        userId: 'U0EXAMPLE01',
        limits: { maxAttempts: 1 },
        ...context,
      }),
    async stop() {
      restore();
      redis.disconnect();
      await Promise.all([aws.stop(), slack.stop(), server.stop(), dns.stop()]);
    },
  };
}

export const troubles = ({ items }: DoctorReport): readonly DoctorItem[] => items.filter(({ state }) => state !== 'ok');
