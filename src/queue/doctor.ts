/** Asking the worker to try what it needs: the worker, since it is the one that holds the AWS credentials. */
import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { z } from 'zod';
import { type DoctorReport, doctorParts } from '../diagnosis/doctor-report.js';
import { Failure } from '../failure.js';
import type { Log } from '../platform/log.js';
import { translateRedisError } from '../platform/redis.js';
import { openQueues } from './open-queues.js';
import { queueNames } from './queues.js';

export const doctorJobSchema = z.strictObject({
  v: z.literal(1),
  /** Slack user on whose behalf AWS is asked; null: the terminal, or cf502 itself. */
  userId: z.string().max(64).nullable(),
  askedAt: z.iso.datetime(),
});
export type DoctorJob = z.infer<typeof doctorJobSchema>;

/** What a worker hands back; it may be of another version. */
export const doctorReportSchema = z.strictObject({
  format: z.literal('cf502.doctor/1'),
  at: z.string(),
  items: z
    .array(
      z.strictObject({
        part: z.enum(doctorParts),
        state: z.enum(['ok', 'missing', 'unknown']),
        what: z.string(),
        permission: z.string().nullable(),
        remedy: z.string().nullable(),
      }),
    )
    .max(1_000),
});

/** The doctor as the bot sees it. */
export interface Doctor {
  /**
   * Has everything tried. Whoever asks while it is under way gets the same answer.
   * @param userId Slack user, for CloudTrail; null: nobody in particular.
   * @throws Failure `service-down` where Redis or every worker is away, `timed-out` after `patienceMs`.
   */
  examine(userId: string | null): Promise<DoctorReport>;
}

export interface DoctorOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly log: Log;
  /** How long an answer is waited for. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 60_000;
const lookEveryMs = 300;

export async function createDoctor(options: DoctorOptions): Promise<Doctor & { close(): Promise<void> }> {
  const { log, prefix, patienceMs = defaultPatienceMs } = options;
  const { redis, queues } = await openQueues(options.redisUrl, log, (connection) => ({
    doctor: new Queue<DoctorJob, DoctorReport, string>(queueNames.doctor, { connection, prefix }),
  }));
  const queue = queues.doctor;

  const examine = async (userId: string | null): Promise<DoctorReport> => {
    const added = await queue.add(
      'doctor',
      { v: 1, userId, askedAt: new Date().toISOString() },
      { deduplication: { id: 'doctor' }, attempts: 1, removeOnComplete: { age: 3_600 }, removeOnFail: { age: 3_600 } },
    );
    if ((await queue.getWorkersCount().catch(() => 1)) === 0)
      throw new Failure('service-down', 'No worker of cf502 is running, so nothing can be tried.');
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      // The id of the one that is under way, where somebody asked before.
      const job = await queue.getJob(added.id ?? '');
      if (job?.finishedOn !== undefined) {
        const parsed = doctorReportSchema.safeParse(job.returnvalue);
        if (parsed.success) return parsed.data;
        throw new Failure(
          'service-down',
          `The self-check could not be made: ${job.failedReason ?? 'its answer cannot be read'}`,
        );
      }
      await pause(lookEveryMs);
    }
    throw new Failure('timed-out', 'The self-check did not end in time.');
  };
  return {
    async examine(userId) {
      try {
        return await examine(userId);
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
