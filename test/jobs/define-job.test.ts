import { describe, expect, it, jest } from '@jest/globals';
import { RateLimitError, UnrecoverableError, WaitingChildrenError } from 'bullmq';
import { z } from 'zod';
import { type AnyJob, defineJob, type JobRun } from '../../jobs/define-job.js';
import { Failure, type FailureKind, failureKinds } from '../../src/failure.js';
import { createLog } from '../../src/platform/log.js';

const log = createLog('silent');
const schema = z.strictObject({ v: z.literal(1), checkId: z.string() });
const job = (data: unknown): AnyJob => ({ id: 'job', data, attemptsMade: 0, opts: {} });
const valid = { v: 1, checkId: 'chk_1' };
const define = (run: (run: JobRun<z.infer<typeof schema>, AnyJob>) => Promise<void>) => defineJob(schema, log, run);

describe('a job', () => {
  it('declares three parameters, or BullMQ would hand it no signal', () => {
    expect(define(async () => {})).toHaveLength(3);
  });

  it.each([
    ['of a later version', { v: 2, checkId: 'chk_1' }],
    ['with a field too many', { ...valid, extra: true }],
    ['that is not an object', 'chk_1'],
    ['that is nothing', undefined],
  ])('with a payload %s ends without being run', async (_what, data) => {
    const run = jest.fn(async () => {});
    await expect(define(run)(job(data), 'token')).rejects.toBeInstanceOf(UnrecoverableError);
    expect(run).not.toHaveBeenCalled();
  });

  it.each(Object.entries(failureKinds))(
    'that fails with %s is tried again only where the table says so',
    async (kind, { retry }) => {
      const failing = define(async () => {
        throw new Failure(kind as FailureKind, 'It failed.');
      });
      const error: unknown = await failing(job(valid), 'token').catch((thrown: unknown) => thrown);
      expect(error instanceof UnrecoverableError).toBe(!retry);
      expect(error).toHaveProperty('message', 'It failed.');
    },
  );

  it('that throws something unforeseen is a bug and is not repeated', async () => {
    const failing = define(async () => {
      throw new TypeError('x is not a function');
    });
    await expect(failing(job(valid), 'token')).rejects.toBeInstanceOf(UnrecoverableError);
  });

  it.each([new WaitingChildrenError(), new RateLimitError()])('lets %s through: it moves the job', async (error) => {
    const moving = define(async () => {
      throw error;
    });
    await expect(moving(job(valid), 'token')).rejects.toBe(error);
  });

  it.each([
    ['cancelled', 'cancelled'],
    ['shutdown', 'service-down'],
    ['lock lost', 'service-down'],
  ])('that BullMQ stops with "%s" sees a Failure of kind %s as the reason', async (reason, kind) => {
    const controller = new AbortController();
    const seen = define(async ({ signal }) => {
      controller.abort(reason);
      expect(signal.reason).toMatchObject({ kind });
    });
    await seen(job(valid), 'token', controller.signal);
    expect.assertions(1);
  });
});
