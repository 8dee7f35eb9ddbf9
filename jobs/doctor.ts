/** Tries everything that this worker needs: for whoever types `doctor`, and once at the start for the log. */
import { type Job, UnrecoverableError } from 'bullmq';
import type { DoctorReport } from '../src/diagnosis/doctor-report.js';
import { runDoctor } from '../src/doctor/doctor.js';
import type { DoctorContext } from '../src/doctor/doctor-context.js';
import { toFailure } from '../src/failure.js';
import { createAuditLog } from '../src/platform/audit-log.js';
import { doctorJobSchema } from '../src/queue/doctor.js';
import type { WorkerServices } from './services.js';

type DoctorServices = Pick<WorkerServices, 'config' | 'policy' | 'redis' | 'log' | 'now'>;

/** Shorter than the bot waits. */
const timeoutMs = 50_000;

/** The report is the job's answer, which the bot waits for. */
export function doctorJob(
  services: DoctorServices,
): (job: Job<unknown, DoctorReport, string>) => Promise<DoctorReport> {
  return async (job) => {
    const parsed = doctorJobSchema.safeParse(job.data);
    if (!parsed.success)
      throw new UnrecoverableError('The payload of this job cannot be understood by this version of cf502.');
    return examine(services, parsed.data.userId);
  };
}

/** Logs a line for each thing that is missing. Never throws: a start is not held up by it. */
export async function checkAtStart(services: DoctorServices): Promise<void> {
  const { log } = services;
  try {
    const { items } = await examine(services, null);
    for (const { part, what, permission, remedy } of items.filter(({ state }) => state === 'missing'))
      log.warn({ part, what, permission, remedy }, 'self-check: something is missing');
    const count = (state: string): number => items.filter((item) => item.state === state).length;
    log.info({ ok: count('ok'), missing: count('missing'), unknown: count('unknown') }, 'self-check done');
  } catch (error) {
    log.warn({ error: toFailure(error).message }, 'self-check could not be made');
  }
}

async function examine(
  { config, policy, redis, log, now }: DoctorServices,
  userId: string | null,
): Promise<DoctorReport> {
  const context: DoctorContext = {
    config,
    policy,
    redis,
    audit: createAuditLog(redis, config.redisPrefix, now),
    log,
    now,
    signal: AbortSignal.timeout(timeoutMs),
    userId,
  };
  return runDoctor(context);
}
