/** What every job has in common: the payload is parsed, the signal reaches the work, a failure becomes a retry or an end. */
import { DelayedError, type Job, RateLimitError, UnrecoverableError, WaitingChildrenError } from 'bullmq';
import type { z } from 'zod';
import { Failure, failureKinds, toFailure } from '../src/failure.js';
import type { Log } from '../src/platform/log.js';

/** The part of a job that both a worker and a scanning thread are given. */
export type AnyJob = Pick<Job<unknown, void, string>, 'id' | 'data' | 'attemptsMade' | 'opts'>;

export interface JobRun<Data, J> {
  readonly data: Data;
  readonly job: J;
  /** BullMQ's lock token, needed to move the job. */
  readonly token: string;
  /** Aborted with a Failure as its reason when the job is cancelled, its lock is lost or the worker shuts down. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What BullMQ throws to move a job rather than to fail it. */
const flowControl = [WaitingChildrenError, DelayedError, RateLimitError, UnrecoverableError] as const;

export type Processor<J> = (job: J, token?: string, signal?: AbortSignal) => Promise<void>;

/**
 * Builds a BullMQ processor. It declares three parameters on purpose: BullMQ hands the signal to no other.
 * @param run throws a Failure: kinds marked `retry` are tried again by BullMQ, the rest end the job.
 */
export function defineJob<Data, J extends AnyJob>(
  schema: z.ZodType<Data>,
  log: Log,
  run: (run: JobRun<Data, J>) => Promise<void>,
): Processor<J> {
  return async (job, token, signal) => {
    const parsed = schema.safeParse(job.data);
    if (!parsed.success) {
      log.error(
        { jobId: job.id, problems: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) },
        'job payload refused',
      );
      throw new UnrecoverableError('The payload of this job cannot be understood by this version of cf502.');
    }
    const controller = new AbortController();
    const abort = (): void => controller.abort(abortFailure(signal?.reason));
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await run({ data: parsed.data, job, token: token ?? '', signal: controller.signal, log });
    } catch (error) {
      if (flowControl.some((kind) => error instanceof kind)) throw error;
      const failure = toFailure(error);
      const { retry, level } = failureKinds[failure.kind];
      log[level](
        {
          jobId: job.id,
          kind: failure.kind,
          error: failure.message,
          details: failure.details,
          stack: failure.kind === 'bug' ? stackOf(failure.cause) : undefined,
        },
        'job failed',
      );
      if (retry) throw failure;
      throw new UnrecoverableError(failure.message);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };
}

function abortFailure(reason: unknown): Failure {
  if (reason instanceof Failure) return reason;
  if (reason === 'cancelled') return new Failure('cancelled', 'The check was cancelled.');
  const why = typeof reason === 'string' ? reason : 'no reason given';
  return new Failure('service-down', `The worker stopped this job (${why}).`);
}

function stackOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.stack : undefined;
}
