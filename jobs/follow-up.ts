/** Completes the thread of a check, hours later, with the log row of the request that it sent through CloudFront. */
import { DelayedError, type Job } from 'bullmq';
import { findLogRow } from '../src/collectors/find-log-row.js';
import type { DistributionEvidence, EdgeTwinEvidence, EvidenceBag } from '../src/diagnosis/evidence.js';
import type { LoggedRequest } from '../src/diagnosis/logged-request.js';
import { Failure, toFailure } from '../src/failure.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { type FollowUpJob, followUpJobSchema, keepFinished } from '../src/queue/queues.js';
import { renderEdgeTwinRow } from '../src/slack/render/edge-twin-row.js';
import { defineJob, type Processor } from './define-job.js';
import { createPoster } from './poster.js';
import { collectContext, type WorkerServices } from './services.js';

const minuteMs = 60_000;
/**
 * Pauses before each look: the first after 10 minutes, the last about four hours after the verdict. Most rows arrive within the hour, some later.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
 */
export const followUpDelaysMs: readonly number[] = [10, 10, 20, 40, 80, 80].map((minutes) => minutes * minuteMs);
/** What one look may take. */
const lookLimitMs = 2 * minuteMs;
/** Names of the claim on the message, and of the note on how far the logs were read. */
const messageName = 'edge-twin-row';
const readUpToName = 'edge-twin-read-up-to';

interface FollowUp {
  readonly twin: EdgeTwinEvidence & { readonly requestId: string };
  readonly distribution: DistributionEvidence;
}

/** What there is to wait for; null where no request went through CloudFront or its row will never be where we look. Pure. */
export function planFollowUp({ distribution, edgeTwin, accessLogs }: EvidenceBag): FollowUp | null {
  if (edgeTwin?.state !== 'collected' || distribution.state !== 'collected') return null;
  const { requestId } = edgeTwin.data;
  const logging = distribution.data.legacyLogging;
  const isLogged = accessLogs?.state === 'collected' || (logging?.enabled === true && logging.bucket !== '');
  if (requestId === null || !isLogged) return null;
  return { twin: { ...edgeTwin.data, requestId }, distribution: distribution.data };
}

/** Asks for the thread to be completed later, where there is something to wait for. Asked twice, it happens once. */
export async function requestFollowUp(
  { queues }: Pick<WorkerServices, 'queues'>,
  checkId: string,
  bag: EvidenceBag | null,
): Promise<void> {
  if (bag === null || planFollowUp(bag) === null) return;
  await queues.followUps.add(
    'follow-up',
    { v: 1, checkId, tried: 0 },
    {
      jobId: checkId,
      delay: followUpDelaysMs[0] ?? 0,
      attempts: 5,
      backoff: { type: 'exponential', delay: 5_000, jitter: 0.3 },
      ...keepFinished,
    },
  );
}

/** Between two looks the job lies in the queue, delayed; no worker waits for it. */
export function followUpJob(
  services: WorkerServices,
  delaysMs: readonly number[] = followUpDelaysMs,
): Processor<Job<unknown, void, string>> {
  const { store } = services;
  const poster = createPoster(services, services.queues.followUps);
  return defineJob<FollowUpJob, Job<unknown, void, string>>(
    followUpJobSchema,
    services.log,
    async ({ data, job, token, signal, log }) => {
      const { checkId, tried } = data;
      const [record, bag] = await Promise.all([store.read(checkId), store.readBag(checkId)]);
      const followUp = bag === null ? null : planFollowUp(bag);
      if (record === null || record.message === null || followUp === null) return;
      const row = await look(services, record.request, followUp, signal);
      if (row !== null) {
        const posted = await poster.postOnce(
          checkId,
          messageName,
          record.message,
          renderEdgeTwinRow(followUp.twin, row),
        );
        return log.info({ checkId, tried, posted }, 'log row of the request through the edge found');
      }
      const delayMs = delaysMs[tried + 1];
      if (delayMs === undefined)
        return log.info({ checkId, tried }, 'log row of the request through the edge never arrived');
      await job.updateData({ ...data, tried: tried + 1 });
      await job.moveToDelayed(Date.now() + delayMs, token);
      throw new DelayedError();
    },
  );
}

/** null where the row is not there yet or the logs cannot be read now: there will be another look. */
async function look(
  services: WorkerServices,
  { checkId, requester }: CheckRequest,
  { twin, distribution }: FollowUp,
  signal: AbortSignal,
): Promise<LoggedRequest | null> {
  const { store, policy } = services;
  const log = services.log.child({ checkId });
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new Failure('timed-out', 'Looking for the log row took too long.')),
    lookLimitMs,
  );
  const either = AbortSignal.any([signal, limit.signal]);
  const context = collectContext(services, requester.userId, either, () => undefined, log);
  try {
    const { requestId, sentAt, elapsedMs } = twin;
    const readUpTo = await store.readNote(checkId, readUpToName);
    const found = await findLogRow(context, {
      ...{ distributionId: distribution.id, legacyLogging: distribution.legacyLogging },
      ...(distribution.arn === '' ? {} : { distributionArn: distribution.arn }),
      ...{ requestId, sentAt, elapsedMs, readUpTo },
      maxBytes: policy.checks.maxLogBytes,
    });
    if (found.row === null) await store.note(checkId, readUpToName, found.readUpTo);
    return found.row;
  } catch (thrown) {
    signal.throwIfAborted();
    const failure = toFailure(thrown);
    if (failure.kind === 'bug') throw thrown;
    log.warn({ kind: failure.kind, error: failure.message }, 'logs could not be looked through');
    return null;
  } finally {
    clearTimeout(timer);
    context.aws.destroy();
  }
}
