/** Copies the audit log to its bucket every few minutes. */
import { Queue, Worker, type WorkerOptions } from 'bullmq';
import { toFailure } from '../src/failure.js';
import { createAuditLog } from '../src/platform/audit-log.js';
import { shipAuditLog } from '../src/platform/audit-shipping.js';
import { createAwsClients } from '../src/platform/aws.js';
import { queueNames } from '../src/queue/queues.js';
import type { WorkerServices } from './services.js';

export const shippingIntervalMs = 5 * 60_000;

type ShippingServices = Pick<WorkerServices, 'config' | 'policy' | 'redis' | 'log' | 'now'>;

/** @returns the worker, or null where the policy file ships nothing; the schedule that an earlier policy file left behind is then taken away. */
export async function startShipping(services: ShippingServices, options: WorkerOptions): Promise<Worker | null> {
  const { policy, redis, config } = services;
  const queue = new Queue<Record<string, never>, void, string>(queueNames.auditShipping, {
    connection: redis,
    prefix: config.redisPrefix,
  });
  try {
    if (policy.audit === undefined) {
      await queue.removeJobScheduler('ship');
      return null;
    }
    await queue.upsertJobScheduler(
      'ship',
      { every: shippingIntervalMs },
      { name: 'ship', data: {}, opts: { removeOnComplete: true, removeOnFail: { count: 20 } } },
    );
    return new Worker(queueNames.auditShipping, shipJob(services), { ...options, concurrency: 1 });
  } finally {
    await queue.close();
  }
}

/** What could not be shipped now is shipped with the next run; the doctor says when it has been waiting too long. */
export function shipJob({ config, policy, redis, log, now }: ShippingServices): () => Promise<void> {
  return async () => {
    const { audit } = policy;
    if (audit === undefined) return;
    const aws = createAwsClients({
      readRoleArn: audit.roleArn ?? null,
      externalId: audit.externalId ?? null,
      sessionUser: null,
    });
    try {
      const shipped = await shipAuditLog({
        log: createAuditLog(redis, config.redisPrefix, now),
        redis,
        prefix: config.redisPrefix,
        s3: aws.s3(audit.region),
        settings: audit,
        now,
      });
      if (shipped > 0) log.info({ entries: shipped, bucket: audit.bucket }, 'audit log shipped');
    } catch (error) {
      const { kind, message, details } = toFailure(error);
      log.error({ kind, error: message, details }, 'audit log not shipped');
    } finally {
      aws.destroy();
    }
  };
}
