/** From `doctor` in Slack to its report, and the schedule that ships the audit log: a real worker, a real Redis, a local AWS. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { checkAtStart, doctorJob } from '../../jobs/doctor.js';
import { createServices, type WorkerServices } from '../../jobs/services.js';
import { shipJob, startShipping } from '../../jobs/ship-audit.js';
import { parseConfig } from '../../src/config.js';
import { createAuditLog } from '../../src/platform/audit-log.js';
import { createLog, type Log } from '../../src/platform/log.js';
import { parsePolicy } from '../../src/policy.js';
import { createDoctor } from '../../src/queue/doctor.js';
import { queueNames } from '../../src/queue/queues.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';
import { type LocalDns, startLocalDns } from '../world/dns.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';
import { type LocalSlack, startLocalSlack } from '../world/slack/local-slack.js';

const log = createLog('silent');
const policy = parsePolicy('version: 1\naudit: { bucket: audit, region: us-east-1 }', 'policy');
let aws: LocalAws;
let slack: LocalSlack;
let dns: LocalDns;
let redis: TestRedis;
let restore: () => void;
let running: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  [aws, slack, dns, redis] = await Promise.all([startLocalAws(), startLocalSlack(), startLocalDns(), startTestRedis()]);
  restore = applyEnvironment(aws.environment);
  aws.createBucket('audit', { objectLock: true });
});
afterEach(async () => {
  for (const part of running.reverse()) await part.close();
  running = [];
});
afterAll(async () => {
  restore();
  await Promise.all([aws.stop(), slack.stop(), dns.stop(), redis.stop()]);
});

const configOf = (prefix: string) =>
  parseConfig({ ...slack.environment, CF502_REDIS_PREFIX: prefix, CF502_DNS_SERVERS: dns.server }, ['worker']);

async function startDoctor(prefix: string, patienceMs?: number) {
  const doctor = await createDoctor({
    redisUrl: redis.url,
    prefix,
    log,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
  running.push(doctor);
  return doctor;
}

function servicesOf(prefix: string, ownLog: Log = log, ownPolicy = policy): WorkerServices {
  const services = createServices(configOf(prefix), ownPolicy, redis.url, ownLog);
  running.push(services);
  return services;
}

describe('asking the doctor', () => {
  it('hands the worker’s report to everybody who asked meanwhile', async () => {
    const prefix = redis.prefix();
    const services = servicesOf(prefix);
    running.push(new Worker(queueNames.doctor, doctorJob(services), { connection: services.redis, prefix }));
    const doctor = await startDoctor(prefix);
    const before = aws.calls.filter(({ operation }) => operation === 'ListDistributions').length;
    const [mine, yours] = await Promise.all([doctor.examine('U0EXAMPLE01'), doctor.examine('U0EXAMPLE02')]);
    expect(mine.items.length).toBeGreaterThan(20);
    expect(yours).toEqual(mine);
    // This Redis keeps nothing on disk.
    expect(mine.items.filter(({ state }) => state !== 'ok')).toMatchObject([
      { part: 'redis', permission: 'appendonly' },
    ]);
    expect(aws.calls.filter(({ operation }) => operation === 'ListDistributions')).toHaveLength(before + 1);
    expect((await doctor.examine('U0EXAMPLE01')).at >= mine.at).toBe(true);
  });

  it('without a worker says so at once', async () => {
    const doctor = await startDoctor(redis.prefix());
    await expect(doctor.examine('U0EXAMPLE01')).rejects.toMatchObject({
      kind: 'service-down',
      message: 'No worker of cf502 is running, so nothing can be tried.',
    });
  });
});

describe('the check at the start', () => {
  it('logs what is missing and never throws', async () => {
    const lines: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }[] = [];
    const write = (fields: Readonly<Record<string, unknown>>, message: string) => void lines.push({ fields, message });
    const noted: Log = { debug: () => {}, info: write, warn: write, error: write, child: () => noted };
    const lift = aws.fail({ service: 'cloudwatch', operation: 'GetMetricData', how: 'access-denied' });
    await checkAtStart(servicesOf(redis.prefix(), noted));
    lift();
    expect(
      lines
        .filter(({ message }) => message === 'self-check: something is missing')
        .map(({ fields }) => fields['permission']),
    ).toEqual(['appendonly', 'cloudwatch:GetMetricData']);
    expect(lines.at(-1)).toMatchObject({ message: 'self-check done', fields: { missing: 2, unknown: 0 } });
  });
});

describe('shipping', () => {
  it('is scheduled where the policy file has a bucket, and no longer where it has none', async () => {
    const prefix = redis.prefix();
    const services = servicesOf(prefix);
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    running.push({ close: async () => connection.disconnect() });
    const queue = new Queue(queueNames.auditShipping, { connection, prefix });
    running.push(queue);
    const audit = createAuditLog(services.redis, prefix);
    await audit.append({ actor: null, action: 'command', subject: null, facts: {} });
    const keys = aws.bucketKeys('audit').length;
    const worker = await startShipping(services, { connection: services.redis, prefix });
    if (worker !== null) running.push(worker);
    await aws.waitForCall(({ operation, status }) => operation === 'PutObject' && status === 200);
    expect(aws.bucketKeys('audit')).toHaveLength(keys + 1);
    expect(await queue.getJobSchedulersCount()).toBe(1);
    expect(
      await startShipping(servicesOf(prefix, log, parsePolicy('version: 1', 'policy')), { connection, prefix }),
    ).toBeNull();
    expect(await queue.getJobSchedulersCount()).toBe(0);
  });

  it('that fails is logged and tried again with the next run', async () => {
    const prefix = redis.prefix();
    const errors: Readonly<Record<string, unknown>>[] = [];
    const noted: Log = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields) => void errors.push(fields),
      child: () => noted,
    };
    const services = servicesOf(prefix, noted);
    await createAuditLog(services.redis, prefix).append({ actor: null, action: 'command', subject: null, facts: {} });
    const lift = aws.fail({ service: 's3', operation: 'PutObject', how: 'access-denied' });
    await shipJob(services)();
    lift();
    expect(errors).toMatchObject([{ kind: 'access-denied' }]);
    await shipJob(services)();
    expect(errors).toHaveLength(1);
    expect(await services.redis.hget(`${prefix}:audit:shipped`, 'sequence')).toBe('2');
  });
});
