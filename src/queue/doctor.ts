/** Asking the worker to try what it needs: the worker, since it is the one that holds the AWS credentials. */
import { Queue } from 'bullmq';
import { z } from 'zod';
import type { Log } from '../platform/log.js';
import { createProducerConnection, translateRedisError, waitForRedis } from '../platform/redis.js';
import { queueNames } from './queues.js';

export const doctorJobSchema = z.strictObject({
  v: z.literal(1),
  requester: z.strictObject({ userId: z.string().max(64), teamId: z.string().max(64) }),
  /** The answer goes there, to the requester only. */
  place: z.strictObject({ channelId: z.string().max(64), threadTs: z.string().max(32).nullable() }),
  askedAt: z.iso.datetime(),
});
export type DoctorJob = z.infer<typeof doctorJobSchema>;

/** The doctor as the bot sees it. */
export interface Doctor {
  /**
   * Has everything tried; the answer is posted by the worker. Asked again by the same person before it has come, it comes once.
   * @returns whether a worker is connected. @throws Failure `service-down`.
   */
  ask(job: DoctorJob): Promise<{ readonly isWorked: boolean }>;
}

export interface DoctorOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly log: Log;
}

export async function createDoctor(options: DoctorOptions): Promise<Doctor & { close(): Promise<void> }> {
  const redis = createProducerConnection(options.redisUrl, options.log);
  try {
    await waitForRedis(redis, 10_000);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const queue = new Queue<DoctorJob, void, string>(queueNames.doctor, { connection: redis, prefix: options.prefix });
  queue.on('error', (error) => options.log.debug({ error: error.message }, 'queue connection failed'));
  return {
    async ask(job) {
      try {
        await queue.add('doctor', job, {
          deduplication: { id: [job.requester.userId, job.place.channelId, job.place.threadTs ?? ''].join(':') },
          attempts: 3,
          backoff: { type: 'exponential', delay: 2_000 },
          removeOnComplete: true,
          removeOnFail: { age: 24 * 3600, count: 100 },
        });
        return { isWorked: (await queue.getWorkersCount().catch(() => 1)) > 0 };
      } catch (error) {
        throw translateRedisError(error);
      }
    },
    async close() {
      await queue.close();
      redis.disconnect();
    },
  };
}
